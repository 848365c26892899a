//! `regctl agents`: the agents that Mesos knows, as `trust-agents` would take them.

use anyhow::Result;

use super::Context;
use super::flags::{ClusterArgs, FilterArgs, no_agents};
use crate::domain::agent::AgentsReport;
use crate::domain::fault::Exit;
use crate::report::Report;

/// Flags of `agents`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Observe the leading master, filter, report.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let filter = args.filter.filter(context)?;
    let listing = args.filter.listing(&args.cluster, context).await?;
    if listing.agents.is_empty() && listing.recovered.is_empty() {
        return Err(no_agents(Some(&listing)).into());
    }
    let agents: Vec<_> = listing.agents.into_iter().filter(|agent| filter.takes(agent)).collect();
    let exit = if agents.is_empty() { Exit::NotAsAsked } else { Exit::Done };
    Ok(Report::Agents(AgentsReport { agents, recovered: listing.recovered, exit }))
}
