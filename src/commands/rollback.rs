//! `regctl rollback`: the registry's app as it was before.

use anyhow::Result;

use super::Context;
use super::delivery::{self, Delivery};
use super::flags::{self, AppIdArgs, ChangeArgs, ClusterArgs, RolloutArgs, Terms};
use super::patience::kind;
use super::rollout::changed_meanwhile;
use crate::domain::app::{AppDocument, AppId};
use crate::domain::app_definition::AppDefinition;
use crate::domain::change::Change;
use crate::domain::deploy::{DeployPlan, DeployReport, Difference};
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::host::printable;
use crate::domain::transport::Transport;
use crate::effects::interrupt::Interrupt;
use crate::effects::marathon::{Force, Found, Marathon};
use crate::plan::app::{bringing_in, only_brings_in, rollback_warnings, way_back};
use crate::report::{self, Report};

/// So many versions are named where the one that was asked for is not there.
const NAMED: usize = 5;

/// Flags of `rollback`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
It goes back to the newest version that says anything else than the present one, shows what changes and asks, since \
that restarts the registry. The deployment of the present version, where it has not ended, is given up for it. \
Images are not touched; certificate and configuration on the host stay those that were staged last. \
A second rollback undoes the first.")]
pub struct Args {
    /// The version to go back to, as Marathon names it [default: the newest that is not the same].
    #[arg(long, value_name = "VERSION", help_heading = "Registry")]
    to: Option<String>,
    #[command(flatten)]
    app: AppIdArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    rollout: RolloutArgs,
}

/// Observe, plan, confirm, send, wait.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    args.app.docker.refuse("rollback", &args.app.config(context))?;
    let marathon = Marathon::new(args.cluster.marathon(context)?);
    let id = args.app.app_id(context)?;
    let Args { cluster, rollout, .. } = &args;
    let back = WayBack { marathon: &marathon, id: &id, cluster, rollout, context };
    if args.change.plan_only() {
        let Prepared { mut plan, .. } = back.prepare(args.to.as_deref()).await?;
        plan.exit = args.change.exit(plan.changes_anything());
        return Ok(Report::DeployPlan(plan));
    }
    let _lock = flags::lock(context, &args.cluster)?;
    let prepared = back.prepare(args.to.as_deref()).await?;
    let to = prepared.plan.restores.as_deref().unwrap_or_default();
    delivery::confirm(&prepared.plan, &say!("taking {id} back to version {to}"), context)?;
    let work = back.carry_out(prepared);
    Ok(Report::Deploy(delivery::unless_interrupted(work, &id, &mut Interrupt::listen()?).await?))
}

/// One app that is to be as it was.
pub(super) struct WayBack<'a> {
    /// Where it is.
    pub(super) marathon: &'a Marathon,
    /// Its id.
    pub(super) id: &'a AppId,
    /// The cluster: the log of a failed task is with its Mesos.
    pub(super) cluster: &'a ClusterArgs,
    /// How to send the request, and how long to wait.
    pub(super) rollout: &'a RolloutArgs,
    /// Where progress is shown and questions are asked.
    pub(super) context: &'a Context,
}

/// What there is, and what is to be done about it.
struct Prepared {
    found: Found,
    plan: DeployPlan,
}

/// A version, what it says, and what going back to it changes.
type Earlier = (String, AppDocument, Vec<Difference>);

impl WayBack<'_> {
    /// After an update that did not come up: on a terminal, offers to take it back. It stays a failure in any case; the
    /// error says what came of the way back.
    pub(super) async fn offer(&self, error: anyhow::Error, interrupt: &mut Interrupt) -> anyhow::Error {
        let screen = &self.context.screen;
        if kind(&error) != Some(FaultKind::NotHealthy) || !screen.can_ask() {
            return error;
        }
        let fault = report::fault_of(&error);
        self.context.tell(Event::Warning(fault.message.clone()));
        // Before the question, so that what somebody else does while it stands is noticed.
        let prepared = delivery::unless_interrupted(self.prepare(None), self.id, interrupt).await;
        let wanted = screen.offers(&say!("Take {} back to the version before?", self.id));
        if !wanted.unwrap_or(false) {
            return error;
        }
        let work = async { self.carry_out(prepared?).await };
        let (message, hint) = match delivery::unless_interrupted(work, self.id, interrupt).await {
            Ok(report) => {
                let version = report.restores.unwrap_or_default();
                let healthy = if report.healthy == Some(true) { say!(", healthy") } else { "" };
                let message = say!("{}; rolled back: it is as at version {version}{healthy}", fault.message);
                (message, say!("Mend the cause, then deploy again.").to_owned())
            }
            Err(other) => {
                let message = say!("{}; and going back failed too: {other:#}", fault.message);
                (message, report::fault_of(&other).hint.unwrap_or_default())
            }
        };
        Fault { message, ..fault }.hint(hint).into()
    }

    async fn prepare(&self, to: Option<&str>) -> Result<Prepared> {
        let Self { marathon, id, context, .. } = self;
        context.tell(Event::Stage(say!("Asking {} about the versions of {id}", marathon.url())));
        let info = marathon.info().await?;
        let found = marathon.app(id).await?.ok_or_else(|| self.no_app())?;
        let (version, document, differences) = self.earlier(&found, to).await?;
        let deployments = marathon.deployments_of(id).await?;
        let given_up = bringing_in(&found.status.version, &deployments);
        let (now, then) = (found.document.expose(), document.expose());
        let definition = serde_json::from_value::<AppDefinition>(then.clone()).ok();
        let address = |app: &AppDefinition| {
            Some(app.vip()?.registry_address(&info.framework, app.transport().unwrap_or_default()))
        };
        let plan = DeployPlan {
            dry_run: true,
            app_id: (*id).clone(),
            change: if differences.is_empty() { Change::Unchanged } else { Change::Updated },
            restores: Some(version),
            warnings: rollback_warnings(now, then, given_up),
            differences,
            data_move: None,
            staged: Vec::new(),
            endpoints: definition.as_ref().and_then(address).into_iter().collect(),
            app: document,
            exit: Exit::Done,
            transport: Transport::default(),
        };
        Ok(Prepared { found, plan })
    }

    async fn carry_out(&self, prepared: Prepared) -> Result<DeployReport> {
        let Prepared { found, plan } = prepared;
        let Self { marathon, cluster, context, .. } = self;
        let terms = self.terms(&found).await?;
        Delivery { marathon, seen: Some(&found), terms, cluster, context }.carry_out(plan).await
    }

    /// Decided when the question has been answered, which may take long: only the deployment that it was about is given
    /// up. Errors: the app is no longer what was shown.
    async fn terms(&self, shown: &Found) -> Result<Terms> {
        let now = self.marathon.app(self.id).await?;
        let version = &shown.status.version;
        if now.is_none_or(|now| now.status.version != *version) {
            return Err(changed_meanwhile(self.id).into());
        }
        let mut terms = self.rollout.terms();
        if only_brings_in(version, &self.marathon.deployments_of(self.id).await?) {
            terms.force = Force::Yes;
        }
        Ok(terms)
    }

    /// The version that was asked for, or the newest that is a way back.
    async fn earlier(&self, found: &Found, to: Option<&str>) -> Result<Earlier> {
        let versions = self.marathon.versions(self.id).await?;
        let current = found.document.expose();
        if let Some(wanted) = to {
            let version = versions.iter().find(|version| *version == wanted);
            let version = version.ok_or_else(|| self.no_such_version(wanted, &versions))?;
            let document = self.marathon.app_at(self.id, version).await?;
            let differences = way_back(current, document.expose()).unwrap_or_default();
            return Ok((version.clone(), document, differences));
        }
        for version in versions.into_iter().filter(|version| *version != found.status.version) {
            let document = self.marathon.app_at(self.id, &version).await?;
            if let Some(differences) = way_back(current, document.expose()) {
                return Ok((version, document, differences));
            }
        }
        Err(self.no_version_before().into())
    }

    fn no_app(&self) -> Fault {
        let message = say!("there is no app {} at {}", self.id, self.marathon.url());
        Fault::new(FaultKind::NoApp, message).hint(say!(
            "Marathon keeps no versions of an app that was deleted; regctl deploy creates it anew."
        ))
    }

    fn no_version_before(&self) -> Fault {
        let message = say!("Marathon has no version of {} that says anything else", self.id);
        Fault::new(FaultKind::NoSuchVersion, message).hint(say!(
            "There is nothing to go back to; regctl deploy changes the app by flags and regctl.toml."
        ))
    }

    fn no_such_version(&self, wanted: &str, versions: &[String]) -> Fault {
        let known: Vec<_> = versions.iter().take(NAMED).map(|version| printable(version)).collect();
        Fault::new(FaultKind::BadValue, say!("{} has no version {}", self.id, printable(wanted)))
            .hint(say!("Its newest versions are {}.", known.join(", ")))
    }
}
