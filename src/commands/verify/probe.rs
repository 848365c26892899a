//! Which image is pushed, and which one that is there already is read.

use anyhow::{Context as _, Result};

use crate::commands::flags::in_config;
use crate::domain::config::RegistryConfig;
use crate::domain::host::printable;
use crate::domain::image::Image;
use crate::domain::repository::{Reference, RepositoryName};
use crate::effects::random;
use crate::plan::probe_image;

/// The flags about images.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Registry")]
pub struct ProbeArgs {
    /// Where --push puts its image, for registries that know no repositories outside of projects [default:
    /// regctl/verify].
    #[arg(long, value_name = "REPOSITORY", env = "REGCTL_PROBE_REPOSITORY")]
    pub(in crate::commands) probe_repository: Option<RepositoryName>,
    /// Read this image's manifest too: for a registry that takes no pushes, such as a pull-through cache.
    #[arg(long, value_name = "REPOSITORY[:TAG]", env = "REGCTL_PROBE_IMAGE")]
    pub(in crate::commands) probe_image: Option<Reference>,
}

/// What a visit does beside looking.
#[derive(Debug, Default)]
pub(super) struct Probe {
    /// The image to push.
    pub(super) push: Option<Image>,
    /// The image to read.
    pub(super) read: Option<Reference>,
    /// The upstream of a pull-through cache, which takes no image although one was to be pushed.
    pub(super) cache_of: Option<String>,
}

impl ProbeArgs {
    /// What is done at a registry; `push` says whether an image is to be pushed. Errors: a bad name in regctl.toml.
    pub(super) fn probe(&self, config: &RegistryConfig, push: bool) -> Result<Probe> {
        let read = self.image(config)?;
        match &config.proxy.url {
            _ if !push => Ok(Probe { read, ..Probe::default() }),
            Some(upstream) => Ok(Probe { read, cache_of: Some(printable(upstream)), push: None }),
            None => {
                let name = random::name().context(say!("the system has no random numbers to give"))?;
                let image = probe_image::image(&name, self.repository(config)?);
                Ok(Probe { read, push: Some(image), cache_of: None })
            }
        }
    }

    fn repository(&self, config: &RegistryConfig) -> Result<RepositoryName> {
        let configured = config.probe_repository.as_deref().map(str::parse).transpose().map_err(in_config)?;
        Ok(self.probe_repository.clone().or(configured).unwrap_or_else(probe_image::usual_repository))
    }

    fn image(&self, config: &RegistryConfig) -> Result<Option<Reference>> {
        let configured = config.probe_image.as_deref().map(str::parse).transpose().map_err(in_config)?;
        Ok(self.probe_image.clone().or(configured))
    }
}
