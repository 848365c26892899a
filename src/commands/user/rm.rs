//! `regctl user rm`: a user who may not push and pull any more.

use anyhow::Result;

use super::change::AccountArgs;
use crate::commands::Context;
use crate::commands::users_file::UsersFile;
use crate::domain::change::Change;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::user::UserName;
use crate::report::Report;

/// Flags of `user rm`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Asks first, since the user can no longer push or pull. The file is brought to the hosts of a registry that runs with \
users, which reads it anew without a restart. The last user is not removed without --force: a registry with an empty \
file lets nobody in. Where everybody is to be let in, take the file away instead and run regctl deploy.")]
pub struct Args {
    /// The user's name.
    #[arg(value_name = "NAME")]
    user: UserName,
    /// Remove the last user too, after which nobody can use the registry.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    account: AccountArgs,
}

/// Observe, plan, confirm, write, stage.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let Args { user, force, account } = args;
    let users = UsersFile::open(&account.app, context)?.without(&user);
    let removes = users.change == Change::Removed;
    if removes && users.count() == 0 && !force {
        let message = say!("{user} is the last user: without any, nobody could use the registry");
        return Err(Fault::new(FaultKind::LastUser, message)
            .hint(say!(
                "Add another user first. To let everybody in, move the file away and run regctl \
                 deploy; --force lets nobody in."
            ))
            .into());
    }
    if removes && !account.change.plan_only() {
        context.screen.consent(&say!("removing {user}, who can then no longer push or pull"))?;
    }
    account.bring(users, context).await.map(Report::UserRm)
}
