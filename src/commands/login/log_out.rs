//! `regctl logout`: what `login` kept goes again.

use anyhow::Result;

use super::fleet::AgentLoginArgs;
use super::own::Own;
use crate::commands::Context;
use crate::commands::flags::configured_addresses;
use crate::domain::change::Change;
use crate::domain::fault::Exit;
use crate::domain::login::{LoginEntry, LoginReport};
use crate::domain::registry::RegistryAddress;
use crate::plan::docker_login::Purpose;
use crate::report::Report;

/// Flags of `logout`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Takes the logins at these registries out of Docker's configuration here, or has the helper program forget them; with \
--agents on every agent too, where an archive that login put there goes as well. Other logins stay. The user stays a \
user of the registry: regctl user rm takes that away.")]
pub struct Args {
    /// Address of the registry as image references spell it; may be repeated [default: those of regctl.toml, or
    /// 192.168.0.1].
    #[arg(
        long,
        value_name = "HOST[:PORT]",
        env = "REGCTL_REGISTRY",
        value_delimiter = ',',
        help_heading = "Registry"
    )]
    registry: Vec<RegistryAddress>,
    #[command(flatten)]
    agents: AgentLoginArgs,
}

/// Observe, confirm, take back here and on agents.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let own = Own::read(context)?;
    let selection = args.agents.select(context).await?;
    let registries = match args.registry.as_slice() {
        [] => configured_addresses(&context.config.first_registry())?,
        given => given.to_vec(),
    };
    let (mode, change) = (args.agents.fleet.mode(), &args.agents.fleet.change);
    if args.agents.agents && !change.plan_only() {
        let names: Vec<_> = registries.iter().map(ToString::to_string).collect();
        context.screen.consent(&say!("taking back the logins at {} on every agent", names.join(", ")))?;
    }
    let entry = |registry: &RegistryAddress| {
        let helper = own.helper(registry)?;
        Ok(LoginEntry { registry: registry.clone(), user: None, checked: None, helper })
    };
    let logins = registries.iter().map(entry).collect::<Result<Vec<_>>>()?;
    let purpose = Purpose::Out(registries);
    args.agents.on_record(context);
    let own = own.carry_out(&purpose, mode).await?;
    let fleet = args.agents.visit(selection, (purpose, Some(args.agents.archive(None))), context).await?;
    let here = if change.plan_only() { change.exit(own.change != Change::Unchanged) } else { Exit::Done };
    let exit = fleet.as_ref().map(|fleet| fleet.exit).filter(|exit| *exit != Exit::Done).unwrap_or(here);
    let dry_run = change.plan_only();
    Ok(Report::Logout(LoginReport { dry_run, logins, own, archive: None, fleet, exit }))
}
