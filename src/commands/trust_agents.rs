//! `regctl trust-agents`: the CA and the conntrack setting onto every agent, in one login each.

use std::sync::Arc;

use anyhow::Result;
use time::OffsetDateTime;

use super::flags::{self, RegistryArgs, TrustArgs};
use super::fleet::{FleetArgs, Job};
use super::stream::Stream;
use super::{Context, local_proxy};
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::RemoteScript;
use crate::domain::trust::{TrustMode, Work};
use crate::effects::unfinished as kept;
use crate::plan::script::Mode;
use crate::plan::selection::Selection;
use crate::plan::trust_script::{Stores, TrustPlan};
use crate::plan::unfinished::{self, Scope};
use crate::report::Report;

/// Flags of `trust-agents`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Entries of --hosts-entry are kept in one block of /etc/hosts (# BEGIN regctl to # END regctl), which each run that has \
any writes anew; whatever is outside of it stays byte for byte. A name that has another address there already would win, \
since the first line does: that agent is failed and the line named. So is one on which half a block is left.

Examples:
  regctl trust-agents                              every agent of http://master.mesos:5050
  regctl trust-agents --ssh-user core --registry 192.168.0.1 --registry lb.example.com:5000
  regctl trust-agents --agents-file jenkins.txt --jump bastion.example.com
  regctl trust-agents --runtime auto               whatever each agent has
  regctl trust-agents --registry xx.yy.com:5000 --hosts-entry 10.0.0.5=xx.yy.com
  regctl trust-agents --mode local-proxy           docker pull localhost:5001/NAME, and no engine setting
  regctl trust-agents --check                      only look; exit 4 for a difference
  regctl trust-agents --failed                     once more those that failed last time")]
pub struct Args {
    #[command(flatten)]
    pub(super) registry: RegistryArgs,
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    #[command(flatten)]
    pub(super) trust: TrustArgs,
    /// Only agents that failed or were not reached in the last runs.
    #[arg(long, help_heading = "Agents")]
    pub(super) failed: bool,
    /// With -o json: one line of JSON for each agent as soon as it is done, and one with the counts at the end.
    #[arg(long, help_heading = "Global options")]
    pub(super) stream: bool,
}

/// Observe CA and agents, plan one script, run it everywhere, report.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let (registry, script) = args.plan(context).await?;
    let selection = select(&args, context).await?;
    let stream = if args.stream { Some(Arc::new(Stream::begin(&selection, context)?)) } else { None };
    let job = Job { registry, selection: &selection, script, work: Work::Trust, stream };
    let report = args.fleet.run(job, context).await?;
    if args.fleet.mode() == Mode::Apply {
        let whole = !args.failed && args.fleet.reach.agents.takes_all(context)?;
        let scope = if whole { Scope::Whole } else { Scope::Part };
        let state = flags::state_dir(context, &args.fleet.reach.cluster)?;
        kept::write(&state, unfinished::after(kept::read(&state)?, &report.agents, scope))?;
    }
    Ok(if args.stream { Report::Streamed(report) } else { Report::Trust(report) })
}

impl Args {
    /// The registries that the agents are to take, and the script that makes them.
    async fn plan(&self, context: &Context) -> Result<(Vec<RegistryAddress>, RemoteScript)> {
        let (mode, holder) = (self.fleet.mode(), context.holder());
        match self.trust.mode(context)? {
            TrustMode::Ca => {
                let plan = self.ca_plan(context)?;
                let registry = plan.registries.iter().map(|(address, _)| address.clone()).collect();
                Ok((registry, plan.script(mode, &holder)?))
            }
            TrustMode::Insecure => Err(Fault::usage("mode insecure is still being built").into()),
            TrustMode::LocalProxy => {
                let plan = local_proxy::plan(&self.registry, &self.trust, context).await?;
                let registry = plan.proxies.iter().map(|proxy| proxy.registry.clone()).collect();
                Ok((registry, plan.script(mode, &holder)?))
            }
        }
    }

    fn ca_plan(&self, context: &Context) -> Result<TrustPlan> {
        Ok(TrustPlan {
            registries: self.registry.trusted(context, OffsetDateTime::now_utc())?,
            runtimes: self.trust.runtimes(context)?,
            stores: Stores::OfRuntimes,
            sysctl: self.trust.sysctl(context),
            hosts: self.trust.hosts(context)?,
        })
    }
}

/// All agents that are meant or, with `--failed`, those of them that are on the list.
async fn select(args: &Args, context: &Context) -> Result<Selection> {
    if !args.failed {
        return args.fleet.reach.select(context).await;
    }
    let list = kept::read(&flags::state_dir(context, &args.fleet.reach.cluster)?)?;
    if list.is_empty() {
        return Ok(Selection::default());
    }
    let (selection, gone) = unfinished::narrow(args.fleet.reach.select(context).await?, &list);
    if !gone.is_empty() {
        let names: Vec<_> = gone.into_iter().collect();
        let names = names.join(", ");
        context.tell(Event::Warning(format!("failed before, but not among the agents any more: {names}")));
    }
    Ok(selection)
}
