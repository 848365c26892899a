//! `regctl trust-agents`: the CA and the conntrack setting onto every agent, in one login each.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{AgentArgs, ChangeArgs, ClusterArgs, FanOutArgs, RegistryArgs, SshArgs};
use crate::domain::event::{Event, Observer};
use crate::domain::script::Outcome;
use crate::domain::trust::TrustReport;
use crate::effects::fan_out::FanOut;
use crate::effects::interrupt::Interrupt;
use crate::effects::ssh::Ssh;
use crate::plan::script::Mode;
use crate::plan::selection::Selection;
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
    let outcomes = log_in(&args, &plan, &selection, context).await?;
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

/// One login to each address, with nothing left behind whatever happens.
async fn log_in(
    args: &Args,
    plan: &TrustPlan,
    selection: &Selection,
    context: &Context,
) -> Result<Vec<Outcome>> {
    let mode = if args.change.plan_only() { Mode::Check } else { Mode::Apply };
    let script = plan.script(mode, &context.holder())?;
    let observer: Arc<dyn Observer> = context.screen.clone();
    let settings = args.ssh.settings(context, &args.cluster)?;
    let mut interrupt = Interrupt::listen()?;
    let ssh = Arc::new(Ssh::open(settings, &observer)?);
    let limits = args.fan_out.limits(context, ssh.is_proxied())?;
    context.tell(Event::Stage(stage(selection.targets.len(), mode)));
    let targets = selection.targets.clone();
    let outcomes = FanOut::new(&ssh, &observer, limits).run(script, targets, interrupt.raised()).await;
    if let Some(ssh) = Arc::into_inner(ssh) {
        ssh.close().await;
    }
    Ok(outcomes)
}

fn stage(count: usize, mode: Mode) -> String {
    let agents = if count == 1 { "agent" } else { "agents" };
    match mode {
        Mode::Apply => format!("Logging in to {count} {agents}"),
        Mode::Check => format!("Looking at {count} {agents}"),
    }
}
