//! Who logs in to the registry.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::commands::Context;
use crate::domain::config::RegistryConfig;
use crate::domain::credentials::Credentials;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::files;

/// The user of the registry, for commands that talk to it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Registry")]
pub struct LoginArgs {
    /// User to log in to the registry as.
    #[arg(long, value_name = "NAME", env = "REGCTL_USER")]
    pub user: Option<String>,
    /// File with that user's password.
    #[arg(long, value_name = "FILE", env = "REGCTL_PASSWORD_FILE")]
    pub password_file: Option<PathBuf>,
}

impl LoginArgs {
    /// The user of the flags, or of regctl.toml, with the password out of its file; none where nobody is named. Errors: a
    /// user without a file, or a file that cannot be read.
    pub fn credentials(&self, config: &RegistryConfig, context: &Context) -> Result<Option<Credentials>> {
        let configured = config.password_file.as_ref().map(|file| context.resolve(file));
        let user = self.user.clone().or_else(|| config.user.clone());
        match (user, self.password_file.clone().or(configured)) {
            (None, _) => Ok(None),
            (Some(user), Some(file)) => {
                Ok(Some(Credentials::Basic { user, password: files::read_secret(&file)? }))
            }
            (Some(user), None) => Err(Fault::new(
                FaultKind::MissingValue,
                say!("there is no password file for the registry's user {user}"),
            )
            .into()),
        }
    }
}
