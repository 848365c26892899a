//! How agents are to reach the registry as `localhost:PORT`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use time::OffsetDateTime;

use super::words::{in_config, merged, words};
use super::{NamedRegistry, RegistryArgs, configured_addresses};
use crate::commands::Context;
use crate::domain::deploy::Image;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::local_proxy::{FIRST_PORT, ProxyImage, ProxyServant};
use crate::effects::image_archive;
use crate::plan::{image_load, local_proxy};

/// Pinned, so that agents that get it later get the same.
const IMAGE: &str = "nginx:1.27-alpine";

/// The flags of mode local-proxy.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Local proxy")]
pub struct LocalProxyArgs {
    /// Port on the agents' 127.0.0.1; further registries get those after it [default: 5001].
    #[arg(long, value_name = "PORT", env = "REGCTL_PROXY_PORT", value_parser = clap::value_parser!(u16).range(1024..))]
    pub proxy_port: Option<u16>,
    /// What runs it: the agent's own nginx, a container of its Docker Engine, or auto for the first of the two that is
    /// there [default: auto].
    #[arg(long, env = "REGCTL_PROXY_RUNTIME", value_parser = words::<ProxyServant>(&ProxyServant::WORDS))]
    pub proxy_runtime: Option<ProxyServant>,
    /// Image of the container [default: nginx:1.27-alpine].
    #[arg(long, value_name = "IMAGE", env = "REGCTL_PROXY_IMAGE")]
    pub proxy_image: Option<Image>,
    /// Bring that image along in what docker save wrote, for agents that cannot pull it.
    #[arg(long, value_name = "FILE")]
    pub proxy_image_archive: Option<PathBuf>,
}

impl LocalProxyArgs {
    /// What runs the proxies. Errors: a bad word in regctl.toml.
    pub fn servant(&self, context: &Context) -> Result<ProxyServant> {
        Ok(merged(self.proxy_runtime, context.config.trust.proxy_runtime.as_deref())?.unwrap_or_default())
    }

    /// The container's image, with its archive where one is named. Errors, exit 2: no image by that name, or an archive
    /// that cannot be read or does not hold it.
    pub fn image(&self, context: &Context) -> Result<ProxyImage> {
        let configured = context.config.trust.proxy_image.as_deref();
        let image = merged(self.proxy_image.clone(), configured)?;
        let image = image.unwrap_or_else(|| IMAGE.parse().expect("the built-in name is one of an image"));
        let Some(path) = &self.proxy_image_archive else {
            return Ok(ProxyImage { image, archive: None });
        };
        let images = image_archive::read(path)?;
        let picked = image_load::pick(&images, &image).cloned().map_err(|why| {
            Fault::new(FaultKind::InputFile, say!("the image archive {} {why}", path.display()))
                .hint(say!("docker save that very name, or name another image with --proxy-image."))
        })?;
        Ok(ProxyImage { image, archive: Some((picked, path.clone())) })
    }

    /// Every registry that gets a proxy, with its port: those of the flags, or all that are configured, each by its first
    /// address. Errors: as of [`RegistryArgs::named`], or ports that are given twice.
    pub fn registries(
        &self,
        registries: &RegistryArgs,
        context: &Context,
    ) -> Result<Vec<(NamedRegistry, u16)>> {
        let named = registries.named(context, OffsetDateTime::now_utc())?;
        let mut chosen = Vec::new();
        for registry in named {
            let first = configured_addresses(&registry.config)?.first() == Some(&registry.address);
            if first || !registries.registry.is_empty() {
                chosen.push(registry);
            }
        }
        let configured = |registry: &NamedRegistry| match self.proxy_port {
            None => registry.config.proxy_port,
            Some(_) => None,
        };
        let configured: Vec<_> = chosen.iter().map(configured).collect();
        let first = self.proxy_port.or(context.config.trust.proxy_port).unwrap_or(FIRST_PORT);
        let ports = local_proxy::ports(first, &configured).map_err(|why| in_config(&why))?;
        Ok(chosen.into_iter().zip(ports).collect())
    }
}
