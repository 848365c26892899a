//! Where a password comes from: never from an argument or the environment, which others can see.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::commands::Context;
use crate::domain::config::RegistryConfig;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;
use crate::domain::user::{LONGEST_PASSWORD, UserName};
use crate::effects::files;

/// The password group of flags.
#[derive(Debug, Clone, Default, Args)]
pub struct PasswordArgs {
    /// File whose first line is the user's password, - for stdin [default: it is asked for at the terminal].
    #[arg(long, value_name = "FILE", help_heading = "User")]
    pub password_file: Option<PathBuf>,
}

impl PasswordArgs {
    /// The password that a user gets from now on; at a terminal it is asked for twice. Errors, all exit 2: nobody to
    /// ask, an empty one, or one that bcrypt would cut off.
    pub fn of_new(&self, user: &UserName, context: &Context) -> Result<Secret> {
        let password = self.read(context, |context| {
            context.screen.new_secret(&say!("New password of {user} for the registry"))
        })?;
        if password.expose().len() > LONGEST_PASSWORD || password.expose().contains('\0') {
            let message = say!(
                "the password of {user} is longer than the {LONGEST_PASSWORD} bytes that bcrypt looks at"
            );
            return Err(Fault::value(message).hint(say!("Choose a shorter one.")).into());
        }
        Ok(password)
    }

    /// The same with the file of regctl.toml where the flag names none.
    #[must_use]
    pub fn or_configured(&self, config: &RegistryConfig, context: &Context) -> Self {
        let configured = || config.password_file.as_ref().map(|file| context.resolve(file));
        Self { password_file: self.password_file.clone().or_else(configured) }
    }

    fn read(&self, context: &Context, ask: impl Fn(&Context) -> Result<Secret>) -> Result<Secret> {
        match &self.password_file {
            Some(file) => files::read_secret_or_stdin(file),
            None if !context.screen.can_ask() => Err(nobody().into()),
            None => ask(context),
        }
    }
}

fn nobody() -> Fault {
    Fault::new(FaultKind::PasswordNeeded, say!("a password is needed, and there is nobody to ask"))
        .hint(say!("Give --password-file FILE, or --password-file - for stdin."))
}
