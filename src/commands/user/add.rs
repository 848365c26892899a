//! `regctl user add`: a user, or another password for one.

use anyhow::Result;

use super::change::AccountArgs;
use crate::commands::Context;
use crate::commands::flags::PasswordArgs;
use crate::commands::users_file::UsersFile;
use crate::domain::user::UserName;
use crate::report::Report;

/// Flags of `user add`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The password is asked for twice at the terminal, or is the first line of a file or of stdin; it is kept as a bcrypt \
hash alone. A user who is there already gets the new password. The file is brought to the hosts of a registry that \
runs with users already, which reads it anew without a restart. The first user of a registry that runs without any \
needs regctl deploy, since its configuration changes.")]
pub struct Args {
    /// The user's name.
    #[arg(value_name = "NAME")]
    user: UserName,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    account: AccountArgs,
}

/// Observe, plan, write, stage.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let Args { user, password, account } = args;
    let file = UsersFile::open(&account.app, context)?;
    let asks = password.password_file.is_none();
    let users = if account.change.plan_only() && asks {
        file.preview(&user)
    } else {
        file.with(&user, &password.of_new(&user, context)?)?
    };
    account.bring(users, context).await.map(Report::UserAdd)
}
