//! A user that a deployment makes sure of.

use anyhow::Result;

use super::Context;
use super::flags::{AppArgs, ChangeArgs, PasswordArgs};
use super::users_file::{NewUsers, UsersFile};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::user::UserName;

/// The user group of flags.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct FirstUserArgs {
    /// Let users alone in, and add this one to their file where it is not there yet; more with regctl user add.
    #[arg(long, value_name = "NAME", conflicts_with = "no_stage", help_heading = "User")]
    pub(super) user: Option<UserName>,
    #[command(flatten)]
    pub(super) password: PasswordArgs,
}

impl FirstUserArgs {
    /// The users' file with the user in it; nothing where none is named. The password is asked for where the user is new,
    /// but for a dry run; one that is in the file keeps its password unless a file names another.
    pub(super) fn users(
        &self,
        app: &AppArgs,
        change: &ChangeArgs,
        context: &Context,
    ) -> Result<Option<NewUsers>> {
        let named = self.password.password_file.is_some();
        let Some(user) = &self.user else {
            let alone = Fault::new(
                FaultKind::MissingValue,
                say!("--password-file is the password of --user, which is missing"),
            );
            return if named { Err(alone.into()) } else { Ok(None) };
        };
        let file = UsersFile::open(app, context)?;
        let known = file.as_it_is(user).filter(|_| !named);
        Ok(Some(match known {
            Some(users) => users,
            None if change.plan_only() && !named => file.preview(user),
            None => file.with(user, &self.password.of_new(user, context)?)?,
        }))
    }
}
