//! Loads the registry's image onto its hosts from an archive, where no outside registry can be reached.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::deployment::Deployment;
use super::flags::FanOutArgs;
use super::logins::{Logins, Round};
use super::staging;
use crate::domain::deploy::StagedFile;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::image::ArchivedImage;
use crate::effects::image_archive;
use crate::effects::interrupt::Interrupt;
use crate::plan::image_load;
use crate::plan::script::Mode;

/// A host gets a minute, and a second more for so many bytes.
const SLOWEST: u64 = 512 << 10;

/// The registry's image in an archive.
pub(super) struct ImageLoading<'a> {
    path: &'a Path,
    image: ArchivedImage,
    deployment: &'a Deployment<'a>,
}

impl<'a> ImageLoading<'a> {
    /// Finds the image, its digest checked. Errors, exit 2: as of [`image_archive::read`], or it is not in there.
    pub(super) fn open(path: &'a Path, deployment: &'a Deployment<'a>) -> Result<Self> {
        let images = image_archive::read(path)?;
        let image = image_load::pick(&images, &deployment.spec.image).cloned().map_err(|why| {
            Fault::new(FaultKind::InputFile, say!("the image archive {} {why}", path.display()))
                .hint(say!("docker save that very name, or name another image with --image."))
        })?;
        Ok(Self { path, image, deployment })
    }

    /// Its id.
    pub(super) fn id(&self) -> String {
        self.image.id.to_string()
    }

    /// Loads it on every host that has another image of that name or none, or with [`Mode::Check`] says which these are.
    pub(super) async fn run(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<StagedFile>> {
        let Deployment { spec, ssh, cluster, context, .. } = self.deployment;
        let archive = (&self.image, self.path.to_path_buf());
        let script = image_load::script(&spec.image, archive, mode, &context.holder())?;
        let targets = staging::targets(&spec.hosts);
        let (image, hosts) = (&spec.image, targets.len());
        let stage = match mode {
            Mode::Apply => say!("Loading {image} on {hosts} hosts"),
            Mode::Check => say!("Looking for {image} on {hosts} hosts"),
        };
        let fan_out = &FanOutArgs { timeout: Some(self.time()), ..FanOutArgs::default() };
        let settings = ssh.settings(context, cluster)?;
        let logins = Logins { ssh, fan_out, cluster, context, watcher: None };
        let outcomes = logins.round(Round { settings, script, targets: &targets, stage }, interrupt).await?;
        let mut loaded = Vec::new();
        for (host, outcome) in spec.hosts.iter().zip(outcomes) {
            let answer = outcome.result.map_err(|error| staging::failed(host, error))?;
            if let Some(error) = answer.failure {
                return Err(staging::failed(host, error).into());
            }
            let path = format!("image {}", spec.image);
            let steps = answer.steps.into_iter();
            loaded.extend(steps.map(|step| StagedFile {
                host: host.clone(),
                path: path.clone(),
                change: step.change,
            }));
        }
        Ok(loaded)
    }

    fn time(&self) -> Duration {
        let size = std::fs::metadata(self.path).map_or(0, |it| it.len());
        Duration::from_secs(60 + size / SLOWEST)
    }
}
