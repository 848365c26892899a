//! `regctl trust-agents`: the CA and the conntrack setting onto every agent, in one login each.

use std::time::Instant;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{AgentArgs, ChangeArgs, ClusterArgs, FanOutArgs, RegistryArgs, SshArgs};
use super::logins::Logins;
use crate::domain::event::Event;
use crate::domain::trust::TrustReport;
use crate::plan::script::Mode;
use crate::plan::trust::{self, TrustPlan};
use crate::report::Report;

/// Flags of `trust-agents`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  regctl trust-agents                              every agent of http://master.mesos:5050
  regctl trust-agents --ssh-user core --registry 192.168.0.1 --registry lb.example.com:5000
  regctl trust-agents --agents-file jenkins.txt --jump bastion.example.com
  regctl trust-agents --check                      change nothing; exit 4 where something differs")]
pub struct Args {
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    agents: AgentArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    ssh: SshArgs,
    #[command(flatten)]
    fan_out: FanOutArgs,
    /// Leave the conntrack setting alone.
    #[arg(long)]
    no_sysctl: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Observe CA and agents, plan one script, run it everywhere, report.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let started = Instant::now();
    let plan = TrustPlan {
        registries: args.registry.trusted(context, OffsetDateTime::now_utc())?,
        sysctl: !args.no_sysctl && context.config.trust.sysctl.unwrap_or(true),
    };
    let sources = args.agents.sources(&args.cluster, context).await?;
    let selection = args.agents.select(&sources, context)?;
    let (mode, doing) =
        if args.change.plan_only() { (Mode::Check, "Looking at") } else { (Mode::Apply, "Logging in to") };
    let script = plan.script(mode, &context.holder())?;
    let logins = Logins { ssh: &args.ssh, fan_out: &args.fan_out, cluster: &args.cluster, context };
    let outcomes = logins.run(script, &selection.targets, doing).await?;
    let now = OffsetDateTime::now_utc();
    for warning in trust::warnings(&selection, &outcomes, now) {
        context.tell(Event::Warning(warning));
    }
    let agents = trust::agents(&selection, &outcomes, now);
    let summary = trust::summary(&agents, started.elapsed());
    Ok(Report::Trust(TrustReport {
        registry: plan.registries.into_iter().map(|(address, _)| address).collect(),
        exit: trust::exit(&agents, &summary, args.change.exit_by_difference()),
        only_looked: args.change.plan_only(),
        agents,
        summary,
    }))
}
