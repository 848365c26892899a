//! Which program is to be the registry.

use anyhow::Result;
use clap::Args;

use super::nexus::connector_port;
use super::words::{merged, words};
use crate::domain::config::RegistryConfig;
use crate::domain::deploy::{Image, RegistrySpec};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::nexus_app::{LEAST_MEM, NexusApp, check_image};
use crate::domain::preset::Preset;
use crate::domain::registry::Vip;
use crate::domain::storage::Storage;
use crate::plan::nexus::app::UI_PORT;

/// The preset group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Registry")]
pub struct PresetArgs {
    /// What runs as the registry: Docker's own, or Sonatype Nexus 3 with a Docker repository over plain HTTP
    /// [default: what the image is].
    #[arg(long, value_name = "NAME", env = "REGCTL_PRESET", value_parser = words::<Preset>(&Preset::WORDS))]
    pub preset: Option<Preset>,
    /// Port of a Nexus' Docker connector in the container [default: 5001].
    #[arg(long, value_name = "PORT", env = "REGCTL_CONNECTOR_PORT", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Nexus")]
    pub connector_port: Option<u16>,
    /// VIP for a Nexus' web page [default: none; it is on a port of its host].
    #[arg(long, value_name = "VIP:PORT", env = "REGCTL_UI_VIP", help_heading = "Nexus")]
    pub ui_vip: Option<Vip>,
    /// Port of its host for a Nexus' web page [default: one that Mesos offers; 8081 on a Docker host].
    #[arg(long, value_name = "PORT", env = "REGCTL_UI_PORT", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Nexus")]
    pub ui_port: Option<u16>,
}

impl PresetArgs {
    /// The preset of the flag, else of regctl.toml, else what an image needs. Errors: an unknown one in regctl.toml.
    pub fn preset(&self, config: &RegistryConfig, image: Option<&Image>) -> Result<Preset> {
        let named = merged(self.preset, config.preset.as_deref())?;
        let flag = || image.map(|image| Preset::of_image(&image.to_string()));
        Ok(named.or_else(flag).unwrap_or_else(|| config.preset()))
    }

    /// What a Nexus has besides, on Marathon or on a Docker host. Errors: a bad value in regctl.toml.
    pub fn nexus(&self, config: &RegistryConfig, on_docker_host: bool) -> Result<NexusApp> {
        let usual = if on_docker_host { UI_PORT } else { 0 };
        Ok(NexusApp {
            ui_port: self.ui_port.or(config.nexus.ui_port).unwrap_or(usual),
            connector_port: connector_port(self.connector_port, &config.nexus)?,
            ui_vip: merged(self.ui_vip.clone(), config.nexus.ui_vip.as_deref())?,
        })
    }
}

/// Whether a Nexus can run as it is asked to. Errors, exit 2, each with what to do.
pub(super) fn check_nexus(spec: &RegistrySpec, tls_is_asked_for: bool) -> Result<(), Fault> {
    check_image(&spec.image).map_err(|why| {
        Fault::new(FaultKind::NotApplicable, why)
            .hint(say!("With latest, another version may run after the next restart, and none goes back."))
    })?;
    let (why, hint) = match &spec.storage {
        _ if tls_is_asked_for => (
            say!("a Nexus is served over plain HTTP: its Docker connector has no certificate of regctl's"),
            say!("Leave --tls out; agents take it by trust-agents --mode insecure or --mode local-proxy."),
        ),
        _ if spec.instances > 1 => (
            say!("a Nexus runs in one instance: it alone may have its data folder"),
            say!("Leave --instances out, and name one host."),
        ),
        _ if spec.upstream.is_some() => (
            say!("a Nexus is made a pull-through cache by its own proxy repositories, not by --proxy"),
            say!("Leave --proxy out, and make such a repository on its web page."),
        ),
        Storage::S3(_) => (
            say!("a Nexus keeps its images in its data folder, not in a bucket of regctl.toml"),
            say!("Take [registry.storage] out; Nexus has blob stores of its own for S3."),
        ),
        _ if spec.mem < LEAST_MEM => (
            say!("a Nexus does not start with so little memory"),
            say!("Give it 2048 MiB or more: --mem 4096."),
        ),
        _ => return Ok(()),
    };
    Err(Fault::new(FaultKind::NotApplicable, why).hint(hint))
}
