//! `regctl untrust-agents`: takes back exactly what `trust-agents` did.

use anyhow::Result;

use super::Context;
use super::engine_restarts::Restarts;
use super::flags::{ReportFileArgs, RestartArgs};
use super::fleet::{FleetArgs, Job};
use super::report_page::{About, ReportPage};
use crate::domain::agent;
use crate::domain::registry::RegistryAddress;
use crate::domain::trust::Work;
use crate::plan::engine::Restart;
use crate::plan::script::Mode;
use crate::plan::untrust;
use crate::report::Report;

/// Flags of `untrust-agents`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
What Docker Engine was told goes too: what trust-agents added to daemon.json and nothing else, by a signal, without a \
restart. Flags that --move-flags moved stay in daemon.json. One that an engine before 1.11 was given needs a restart to go \
(--restart-engines).")]
pub struct Args {
    /// Take back trust in this registry alone; may be repeated [default: everything, the conntrack setting and the block
    /// in /etc/hosts too].
    #[arg(long, value_name = "HOST[:PORT]", value_delimiter = ',', help_heading = "Registry")]
    pub(super) registry: Vec<RegistryAddress>,
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    #[command(flatten)]
    pub(super) restarts: RestartArgs,
    #[command(flatten)]
    pub(super) page: ReportFileArgs,
}

/// Observe the agents, ask, take back, report.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let about = About { registry: Ok(args.registry.clone()), cluster: &args.fleet.reach.cluster };
    let page = ReportPage::begin(&args.page, about, context)?;
    let result = carry_out(args, context).await;
    ReportPage::end(page, &result, context);
    result
}

async fn carry_out(args: Args, context: &Context) -> Result<Report> {
    let selection = args.fleet.reach.select(context).await?;
    let mode = args.fleet.mode();
    let holder = context.holder();
    let script = |restart| untrust::script(&args.registry, restart, (mode, &holder));
    let restarts = Restarts { script: script(Restart::Now)?, args: args.restarts.clone(), moves: false };
    let script = script(Restart::Later)?;
    if mode == Mode::Apply {
        context.screen.consent(&question(&args.registry, selection.agents.len()))?;
    }
    let job = Job {
        registry: args.registry,
        selection: &selection,
        script,
        work: Work::Untrust,
        stream: None,
        restarts: Some(restarts),
    };
    Ok(Report::Untrust(args.fleet.run(job, context).await?))
}

fn question(registries: &[RegistryAddress], count: usize) -> String {
    let agents = agent::counted(count);
    match registries {
        [] => say!("Taking back all that trust-agents did on {agents}"),
        some => {
            let names = some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            say!("Taking back trust in {names} on {agents}")
        }
    }
}
