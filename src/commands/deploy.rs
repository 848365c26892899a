//! `regctl deploy`: the registry as an app on Marathon, waited for until it is healthy.

use std::time::Duration;

use anyhow::Result;

use super::Context;
use super::deployment::{Deployment, PATIENCE, Terms};
use super::flags::{self, AppArgs, ChangeArgs, ClusterArgs, SshArgs};
use super::registry_files::RegistryFiles;
use crate::domain::app::AppId;
use crate::domain::change::Change;
use crate::domain::deploy::DeployPlan;
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::effects::interrupt::Interrupt;
use crate::effects::lock::Lock;
use crate::effects::marathon::Force;
use crate::plan::script::Mode;
use crate::report::{self, Format, Report};

/// Flags of `deploy`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A first deploy asks nothing. An update of a running app shows what changes and asks, since it restarts the registry.
An app that is as asked is left alone.

Examples:
  regctl deploy --marathon http://marathon.mesos:8080 --host 192.168.1.80
  regctl deploy --dry-run
  regctl deploy --marathon https://dcos.example.com/service/marathon --token-file token")]
pub struct Args {
    #[command(flatten)]
    app: AppArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    ssh: SshArgs,
    #[command(flatten)]
    change: ChangeArgs,
    /// How long to wait until it is healthy [default: 10m].
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Deployment")]
    timeout: Option<Duration>,
    /// Do not wait until it is healthy.
    #[arg(long, conflicts_with = "timeout", help_heading = "Deployment")]
    no_wait: bool,
    /// Put no files onto the host: they are there already.
    #[arg(long, help_heading = "Deployment")]
    no_stage: bool,
    /// Cancel a deployment that holds the app.
    #[arg(long, help_heading = "Deployment")]
    force: bool,
}

/// Observe, plan, confirm, stage, send, wait.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let spec = args.app.spec(context)?;
    let files = (!args.no_stage).then(|| RegistryFiles::read(&args.app, &spec, context)).transpose()?;
    let (app, cluster, ssh) = (&args.app, &args.cluster, &args.ssh);
    let deployment = Deployment { app, cluster, ssh, context, spec, files };
    if args.change.plan_only() {
        return dry_run(&args.change, &deployment).await;
    }
    let _lock = Lock::take(&flags::state_dir(context, &args.cluster)?, &context.holder())?;
    let observed = deployment.observe().await?;
    let mut plan = deployment.plan(&observed, Mode::Apply)?;
    confirm(&plan, context)?;
    let mut interrupt = Interrupt::listen()?;
    plan.staged = deployment.stage(Mode::Apply, &mut interrupt).await?;
    tokio::select! {
        report = deployment.carry_out(plan, &observed, args.terms()) => Ok(Report::Deploy(report?)),
        () = interrupt.raised() => Err(interrupted(&deployment.spec.id).into()),
    }
}

async fn dry_run(change: &ChangeArgs, deployment: &Deployment<'_>) -> Result<Report> {
    let mut plan = deployment.plan(&deployment.observe().await?, Mode::Check)?;
    plan.staged = deployment.stage(Mode::Check, &mut Interrupt::listen()?).await?;
    let differs = change.exit_by_difference() && plan.changes_anything();
    plan.exit = if differs { Exit::WouldChange } else { Exit::Done };
    Ok(Report::DeployPlan(plan))
}

impl Args {
    fn terms(&self) -> Terms {
        let patience = (!self.no_wait).then(|| self.timeout.unwrap_or(PATIENCE));
        Terms { patience, force: if self.force { Force::Yes } else { Force::No } }
    }
}

fn interrupted(id: &AppId) -> Fault {
    Fault::new(
        FaultKind::Interrupted,
        format!("interrupted; what Marathon was told about {id} it goes on with"),
    )
    .hint("regctl deploy again goes on from there; regctl deploy --check only looks.")
}

/// An update restarts the registry, so it is shown and asked about.
fn confirm(plan: &DeployPlan, context: &Context) -> Result<()> {
    if plan.change != Change::Updated {
        plan.warnings.iter().for_each(|warning| context.tell(Event::Warning(warning.clone())));
        return Ok(());
    }
    let shown = Report::DeployPlan(plan.clone());
    context.screen.show_plan(&report::render(&shown, Format::Human, context.style()));
    let several = plan.app.expose()["instances"].as_u64() > Some(1);
    let how = if several { ", some of its instances at a time" } else { "" };
    context.screen.consent(&format!("updating {}, which restarts the registry{how}", plan.app_id))
}
