//! `regctl deploy`: the registry as an app on Marathon, waited for until it is healthy.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::Context;
use super::desired::Desired;
use super::flags::{self, AppArgs, ChangeArgs, ClusterArgs, SshArgs};
use super::readiness::Readiness;
use super::registry_files::RegistryFiles;
use super::rollout::Rollout;
use super::staging::Staging;
use crate::domain::app::AppDocument;
use crate::domain::change::Change;
use crate::domain::deploy::{DeployPlan, DeployReport, RegistrySpec, StagedFile};
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::effects::interrupt::Interrupt;
use crate::effects::lock::Lock;
use crate::effects::marathon::{Accepted, Force, Found, Info, Marathon};
use crate::plan::app::{AppChange, decide, warnings};
use crate::plan::registry_app::{FILES_DIGEST, HTTP_SECRET};
use crate::plan::script::Mode;
use crate::report::{self, Format, Report};

/// How long to wait where nothing is said.
const PATIENCE: Duration = Duration::from_secs(600);

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
    let run = Run { args: &args, context, spec, files };
    if args.change.plan_only() {
        return run.dry_run().await;
    }
    let _lock = Lock::take(&flags::state_dir(context, &args.cluster)?, &context.holder())?;
    run.run().await
}

/// One run, with what the operator gave.
struct Run<'a> {
    args: &'a Args,
    context: &'a Context,
    spec: RegistrySpec,
    /// The files to stage; none with --no-stage.
    files: Option<RegistryFiles>,
}

/// What there is before anything is changed.
struct Observed {
    marathon: Marathon,
    info: Info,
    found: Option<Found>,
}

impl Run<'_> {
    async fn dry_run(&self) -> Result<Report> {
        let mut plan = self.plan(&self.observe().await?)?;
        plan.staged = self.stage(Mode::Check, &mut Interrupt::listen()?).await?;
        let differs = self.args.change.exit_by_difference() && plan.changes_anything();
        plan.exit = if differs { Exit::WouldChange } else { Exit::Done };
        Ok(Report::DeployPlan(plan))
    }

    async fn run(&self) -> Result<Report> {
        let observed = self.observe().await?;
        let mut plan = self.plan(&observed)?;
        self.confirm(&plan)?;
        let mut interrupt = Interrupt::listen()?;
        plan.staged = self.stage(Mode::Apply, &mut interrupt).await?;
        tokio::select! {
            report = self.carry_out(plan, &observed) => report,
            () = interrupt.raised() => Err(self.interrupted().into()),
        }
    }

    fn interrupted(&self) -> Fault {
        let id = &self.spec.id;
        Fault::new(
            FaultKind::Interrupted,
            format!("interrupted; what Marathon was told about {id} it goes on with"),
        )
        .hint("regctl deploy again goes on from there; regctl deploy --check only looks.")
    }

    async fn observe(&self) -> Result<Observed> {
        let marathon = Marathon::new(self.args.cluster.marathon(self.context)?);
        self.context.tell(Event::Stage(format!("Asking {} about {}", marathon.url(), self.spec.id)));
        let info = marathon.info().await?;
        self.context.tell(Event::Detail(format!("Marathon {}, framework {}", info.version, info.framework)));
        let found = marathon.app(&self.spec.id).await?;
        Ok(Observed { marathon, info, found })
    }

    fn plan(&self, observed: &Observed) -> Result<DeployPlan> {
        let endpoints = self.args.app.endpoints(self.context, &observed.info.framework)?;
        if let Some(files) = &self.files {
            files.judge(&endpoints, &self.args.app, self.context)?;
        }
        let app = self.wanted(observed)?;
        let current = observed.found.as_ref().map(|found| found.document.expose());
        let (change, differences) = match decide(current, app.expose()) {
            AppChange::Create => (Change::Created, Vec::new()),
            AppChange::Update(differences) => (Change::Updated, differences),
            AppChange::Unchanged => (Change::Unchanged, Vec::new()),
        };
        Ok(DeployPlan {
            dry_run: true,
            app_id: self.spec.id.clone(),
            change,
            differences,
            warnings: warnings(current, app.expose()),
            staged: Vec::new(),
            endpoints,
            app,
            exit: Exit::Done,
        })
    }

    /// The app as it is to be. One that runs keeps its secret, and the digest of files that this run does not stage.
    fn wanted(&self, observed: &Observed) -> Result<AppDocument> {
        let current = observed.found.as_ref().map(|found| found.document.expose());
        let has =
            |map: &str, key: &str| current?.get(map)?.get(key).filter(|value| !value.is_null()).cloned();
        let kept = || has("labels", FILES_DIGEST).as_ref().and_then(Value::as_str).map(str::to_owned);
        let desired = Desired {
            args: &self.args.app,
            spec: &self.spec,
            marathon: observed.info.version,
            files_digest: self.files.as_ref().map(RegistryFiles::digest).or_else(kept),
            context: self.context,
        };
        let secret = has("env", HTTP_SECRET);
        if self.args.change.plan_only() { desired.preview(secret) } else { desired.document(secret) }
    }

    /// An update restarts the registry, so it is shown and asked about.
    fn confirm(&self, plan: &DeployPlan) -> Result<()> {
        let context = self.context;
        if plan.change != Change::Updated {
            plan.warnings.iter().for_each(|warning| context.tell(Event::Warning(warning.clone())));
            return Ok(());
        }
        let shown = Report::DeployPlan(plan.clone());
        context.screen.show_plan(&report::render(&shown, Format::Human, context.style()));
        context.screen.consent(&format!("updating {}, which restarts the registry", plan.app_id))
    }

    async fn stage(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<StagedFile>> {
        let Some(files) = &self.files else { return Ok(Vec::new()) };
        let Args { ssh, cluster, .. } = self.args;
        Staging { spec: &self.spec, files, ssh, cluster, context: self.context }.run(mode, interrupt).await
    }

    async fn carry_out(&self, plan: DeployPlan, observed: &Observed) -> Result<Report> {
        let patience = (!self.args.no_wait).then(|| self.args.timeout.unwrap_or(PATIENCE));
        let rollout = Rollout {
            marathon: &observed.marathon,
            id: &plan.app_id,
            seen: observed.found.as_ref(),
            wanted: &plan.app,
            patience,
            started: Instant::now(),
            context: self.context,
        };
        let running = observed.found.as_ref().map(|found| found.status.version.clone());
        let accepted = match plan.change {
            Change::Unchanged => Accepted { deployment_id: None, version: running.unwrap_or_default() },
            change => {
                self.context.tell(Event::Stage(format!("Sending {} to Marathon", plan.app_id)));
                rollout.send(change, if self.args.force { Force::Yes } else { Force::No }).await?
            }
        };
        let ready = match patience {
            Some(patience) => {
                let readiness =
                    Readiness { marathon: &observed.marathon, id: &plan.app_id, context: self.context };
                Some(readiness.wait_since(rollout.started, patience).await?)
            }
            None => None,
        };
        Ok(Report::Deploy(DeployReport {
            change: plan.change,
            deployment_id: accepted.deployment_id,
            version: ready.as_ref().map_or(accepted.version, |status| status.version.clone()),
            healthy: ready.map(|_| true),
            staged: plan.staged,
            endpoints: plan.endpoints,
            app_id: plan.app_id,
        }))
    }
}
