//! `regctl login`: the user whom Docker's clients are at the registry.

use std::cell::OnceCell;
use std::path::PathBuf;

use anyhow::Result;
use time::OffsetDateTime;

use super::accounts::{self, Accounts};
use super::archive::NewArchive;
use super::fleet::AgentLoginArgs;
use super::own::Own;
use crate::commands::Context;
use crate::commands::flags::{LoginArgs, RegistryArgs};
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::Exit;
use crate::domain::login::{Account, Checked, LoginEntry, LoginReport};
use crate::plan::docker_login::Purpose;
use crate::report::Report;

/// Flags of `login`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The registry is asked first whether it takes user and password. They go into Docker's own configuration here \
($DOCKER_CONFIG/config.json, or ~/.docker/config.json): other logins, keys and their order stay, what was there before \
is kept beside it, and where credsStore or credHelpers names a program, that one keeps them. With --agents the same \
user logs in on every agent, for the pushes and pulls of root there. With --archive the login is packed for Marathon \
apps, which fetch it into their sandbox; with both, every agent gets the archive too. A password in config.json or in \
the archive is readable for whoever may read the file: both are their owner's alone.")]
pub struct Args {
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    login: LoginArgs,
    /// Keep the login without asking the registry about it.
    #[arg(long, help_heading = "Registry")]
    no_check: bool,
    /// Pack the login for Marathon apps, too.
    #[arg(long, value_name = "FILE", help_heading = "Archive")]
    archive: Option<PathBuf>,
    #[command(flatten)]
    agents: AgentLoginArgs,
}

/// Observe, ask the registries, keep the login here, in the archive and on agents.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let own = Own::read(context)?;
    let selection = args.agents.select(context).await?;
    let accounts = accounts(&args, context).await?;
    let mode = args.agents.fleet.mode();
    args.agents.on_record(context);
    let archive = args.archive.as_ref().map(|file| NewArchive::of(file, &accounts)).transpose()?;
    let logins = accounts.iter().map(|account| entry(account, &own)).collect::<Result<Vec<_>>>()?;
    let purpose = Purpose::In(accounts);
    let written =
        archive.as_ref().map(|archive| archive.write(args.agents.archive_path(), mode)).transpose()?;
    let own = own.carry_out(&purpose, mode).await?;
    let sent = archive.map(|archive| args.agents.archive(Some(archive.bytes)));
    let fleet = args.agents.visit(selection, (purpose, sent), context).await?;
    let change = &args.agents.fleet.change;
    let differs = own.change != Change::Unchanged
        || written.as_ref().is_some_and(|archive| archive.change != Change::Unchanged);
    let here = if change.plan_only() { change.exit(differs) } else { Exit::Done };
    let exit = fleet.as_ref().map(|fleet| fleet.exit).filter(|exit| *exit != Exit::Done).unwrap_or(here);
    Ok(Report::Login(LoginReport { dry_run: change.plan_only(), logins, own, archive: written, fleet, exit }))
}

/// Every account, each asked about at its registry.
async fn accounts(args: &Args, context: &Context) -> Result<Vec<Account>> {
    let named = args.registry.named(context, OffsetDateTime::now_utc())?;
    let source = Accounts { args: &args.login, context, answered: OnceCell::new() };
    let mut accounts = Vec::new();
    for registry in &named {
        let mut account = source.at(registry)?;
        if !args.no_check {
            account.checked = accounts::check(&account, registry, context).await?;
        }
        if account.checked == Checked::NotAsked {
            context.tell(Event::Warning(say!(
                "{} lets everybody in, so nobody knows whether the password is right",
                account.registry
            )));
        }
        accounts.push(account);
    }
    Ok(accounts)
}

fn entry(account: &Account, own: &Own) -> Result<LoginEntry> {
    Ok(LoginEntry {
        registry: account.registry.clone(),
        user: Some(account.user.clone()),
        checked: Some(account.checked),
        helper: own.helper(&account.registry)?,
    })
}
