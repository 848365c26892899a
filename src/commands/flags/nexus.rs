//! How a Nexus is to be set up.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::words::{in_config, merged, words};
use crate::commands::Context;
use crate::domain::config::RegistryConfig;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::nexus::{NexusName, NexusWishes, Switch};
use crate::domain::nexus_config::NexusConfig;
use crate::domain::secret::Secret;
use crate::domain::user::UserName;
use crate::effects::files;

/// The port of the Docker connector where nothing else is said.
const CONNECTOR_PORT: u16 = 5001;

/// The Nexus group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Nexus")]
pub struct NexusArgs {
    /// File with the password that Nexus' administrator is to have; asked for on a terminal otherwise.
    #[arg(long, value_name = "FILE", env = "REGCTL_ADMIN_PASSWORD_FILE")]
    pub admin_password_file: Option<PathBuf>,
    /// Accept the licence of Nexus' Community Edition, which versions from 3.77 on ask for before they take an image.
    #[arg(long)]
    pub accept_eula: bool,
    /// Whether somebody without a name may read [default: as it is].
    #[arg(long, value_name = "SWITCH", value_parser = words::<Switch>(&Switch::WORDS))]
    pub anonymous: Option<Switch>,
    /// Whether the Docker connector wants HTTP Basic; off, it sends clients for a token, anonymous ones too [default: on].
    #[arg(long, value_name = "SWITCH", value_parser = words::<Switch>(&Switch::WORDS))]
    pub basic_auth: Option<Switch>,
    /// Name of the Docker repository [default: docker-hosted].
    #[arg(long, value_name = "NAME")]
    pub repository: Option<NexusName>,
    /// Blob store that keeps its images; made where it is not there [default: default].
    #[arg(long, value_name = "NAME")]
    pub blob_store: Option<NexusName>,
}

impl NexusArgs {
    /// What is wanted, by flags, `[registry.nexus]` and defaults; `user` is who pushes and pulls, where somebody is named.
    /// Errors: a bad value in regctl.toml.
    pub fn wishes(
        &self,
        config: &RegistryConfig,
        connector_port: u16,
        user: Option<&UserName>,
    ) -> Result<NexusWishes> {
        let nexus = &config.nexus;
        let name = |text: &str| text.parse::<NexusName>().expect("is a name");
        let repository = merged(self.repository.clone(), nexus.repository.as_deref())?;
        let blob_store = merged(self.blob_store.clone(), nexus.blob_store.as_deref())?;
        let user = user.map(|user| user.as_str().parse::<NexusName>().map_err(Fault::value)).transpose()?;
        Ok(NexusWishes {
            repository: repository.unwrap_or_else(|| name("docker-hosted")),
            blob_store: blob_store.unwrap_or_else(|| name("default")),
            connector_port,
            basic_auth: merged(self.basic_auth, nexus.basic_auth.as_deref())?.unwrap_or(Switch::On),
            anonymous: merged(self.anonymous, nexus.anonymous.as_deref())?,
            user,
            accept_eula: self.accept_eula || nexus.accept_eula,
        })
    }

    /// The password that the administrator is to have: out of a file, or asked for. Errors, exit 2: neither is to be had.
    pub fn admin_password(&self, config: &NexusConfig, context: &Context) -> Result<Secret> {
        let configured = config.admin_password_file.as_ref().map(|file| context.resolve(file));
        match self.admin_password_file.clone().or(configured) {
            Some(file) => files::read_secret(&file),
            None if context.screen.can_ask() => {
                context.screen.new_secret(say!("Password that Nexus' admin is to have"))
            }
            None => Err(Fault::new(
                FaultKind::MissingValue,
                say!("no password is named for Nexus' administrator"),
            )
            .hint(say!(
                "Write the one that it is to have into a file of mode 0600 and name that with \
                 --admin-password-file; regctl keeps it nowhere else."
            ))
            .into()),
        }
    }
}

/// The port of the connector, by flag, `[registry.nexus]` and default. Errors: 0 in regctl.toml.
pub fn connector_port(flag: Option<u16>, config: &NexusConfig) -> Result<u16> {
    match flag.or(config.connector_port) {
        Some(0) => Err(in_config(say!("connector_port = 0 is no port")).into()),
        given => Ok(given.unwrap_or(CONNECTOR_PORT)),
    }
}
