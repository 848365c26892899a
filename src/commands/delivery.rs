//! A planned change of the app on its way: shown, asked about, sent, waited for, reported.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::Context;
use super::flags::{ClusterArgs, Terms};
use super::patience::kind;
use super::readiness::Readiness;
use super::rollout::{Goal, Rollout};
use super::task_log::task_log;
use crate::domain::app::AppId;
use crate::domain::app_status::AppStatus;
use crate::domain::change::Change;
use crate::domain::deploy::{DeployPlan, DeployReport};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::interrupt::Interrupt;
use crate::effects::marathon::{Accepted, Found, Marathon};
use crate::plan::sandbox;
use crate::report::{self, Format, Report};

/// How a plan gets to Marathon.
pub(super) struct Delivery<'a> {
    /// Where it goes.
    pub(super) marathon: &'a Marathon,
    /// What Marathon had when the plan was made.
    pub(super) seen: Option<&'a Found>,
    /// How to send it, and how long to wait.
    pub(super) terms: Terms,
    /// The cluster: the log of a failed task is with its Mesos.
    pub(super) cluster: &'a ClusterArgs,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Delivery<'_> {
    /// Sends the plan where it changes the app, and waits until the app is as planned.
    pub(super) async fn carry_out(&self, plan: DeployPlan) -> Result<DeployReport> {
        let started = Instant::now();
        let accepted = self.send(&plan, started).await?;
        let ready = match self.terms.patience {
            Some(patience) => {
                let ready = self.wait(&plan.app_id, started, patience).await;
                match ready {
                    Ok(status) => Some(status),
                    Err(error) => return Err(self.explained(error, &plan).await),
                }
            }
            None => None,
        };
        Ok(DeployReport {
            change: plan.change,
            restores: plan.restores,
            data_move: plan.data_move,
            deployment_id: accepted.deployment_id,
            version: ready.as_ref().map_or(accepted.version, |status| status.version.clone()),
            healthy: ready.map(|_| true),
            staged: plan.staged,
            endpoints: plan.endpoints,
            nexus: None,
            transport: plan.transport,
            app_id: plan.app_id,
        })
    }

    async fn send(&self, plan: &DeployPlan, started: Instant) -> Result<Accepted> {
        if plan.change == Change::Unchanged {
            let running = self.seen.map(|found| found.status.version.clone());
            return Ok(Accepted { deployment_id: None, version: running.unwrap_or_default() });
        }
        self.context.tell(Event::Stage(say!("Sending {} to Marathon", plan.app_id)));
        let goal = match &plan.restores {
            Some(version) => Goal::Restored(version, &plan.app),
            None => Goal::Defined(&plan.app),
        };
        let rollout = Rollout {
            marathon: self.marathon,
            id: &plan.app_id,
            seen: self.seen,
            goal,
            patience: self.terms.patience,
            started,
            context: self.context,
        };
        rollout.send(plan.change, self.terms.force).await
    }

    async fn wait(&self, id: &AppId, started: Instant, patience: Duration) -> Result<AppStatus> {
        Readiness { marathon: self.marathon, id, context: self.context }.wait_since(started, patience).await
    }

    /// Where an app did not come up: what its task wrote, and that an update can be taken back.
    async fn explained(&self, error: anyhow::Error, plan: &DeployPlan) -> anyhow::Error {
        if kind(&error) != Some(FaultKind::NotHealthy) {
            return error;
        }
        let mut fault = report::fault_of(&error);
        if let Ok(Some(found)) = self.marathon.app(&plan.app_id).await {
            fault.log = task_log(&found.status, self.cluster, self.context).await.map(Box::new);
        }
        if let (Some(log), Some(hint)) = (&fault.log, &fault.hint) {
            fault.hint = Some(sandbox::hint_beside(log, hint));
        }
        if plan.change == Change::Updated && plan.restores.is_none() {
            let hint = fault.hint.unwrap_or_default();
            fault.hint = Some(say!("{hint} regctl rollback goes back to the version before."));
        }
        fault.into()
    }
}

/// An update restarts the registry, so it is shown and asked about; `doing` begins the question.
pub(super) fn confirm(plan: &DeployPlan, doing: &str, context: &Context) -> Result<()> {
    if plan.change != Change::Updated {
        plan.warnings.iter().for_each(|warning| context.tell(Event::Warning(warning.clone())));
        return Ok(());
    }
    let shown = Report::DeployPlan(plan.clone());
    context.screen.show_plan(&report::render(&shown, Format::Human, context.style()));
    let several = plan.app.expose()["instances"].as_u64() > Some(1);
    let how = if several { say!(", some of its instances at a time") } else { "" };
    context.screen.consent(&say!("{doing}, which restarts the registry{how}"))
}

/// Work on an app on Marathon. At an interrupt it ends by saying what Marathon goes on with.
pub(super) async fn unless_interrupted<T>(
    work: impl Future<Output = Result<T>>,
    id: &AppId,
    interrupt: &mut Interrupt,
) -> Result<T> {
    interrupt.unless_raised(work).await.unwrap_or_else(|| Err(interrupted(id).into()))
}

fn interrupted(id: &AppId) -> Fault {
    Fault::new(FaultKind::Interrupted, say!("interrupted; what Marathon was told about {id} it goes on with"))
        .hint(say!("The same command again goes on from there; with --check it only looks."))
}
