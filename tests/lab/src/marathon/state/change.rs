//! Changes of apps: versions given, steps planned, locks respected.

use super::book::{AppRecord, Book};
use super::deployment::{Action, Deployment};
use super::event::Event;
use crate::marathon::app_id::AppId;
use crate::marathon::clock::Timestamp;
use crate::marathon::definition::{App, Change, Fields, VersionInfo};
use crate::marathon::problem::Problem;
use serde_json::json;

/// The range of service ports that are given where an app names none.
const SERVICE_PORTS: std::ops::RangeInclusive<u16> = 10_000..=20_000;

/// How many deployments may run at a time.
pub(crate) const MOST_DEPLOYMENTS: usize = 100;

/// What an app is to become.
#[derive(Debug)]
pub(crate) enum Target {
    /// This definition.
    Defined(Fields),
    /// A definition that was written earlier, whole.
    Restored(App),
    /// What it is, with new tasks.
    Restarted,
    Removed,
}

/// What a change is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) deployment_id: String,
    pub(crate) version: Timestamp,
}

impl Book {
    /// Changes an app. Where another deployment holds it, `force` cancels that one.
    pub(crate) fn change(
        &mut self,
        id: &AppId,
        target: Target,
        force: bool,
        now: Timestamp,
    ) -> Result<Receipt, Problem> {
        if self.deployments.len() >= MOST_DEPLOYMENTS {
            return Err(Problem::TooManyDeployments(MOST_DEPLOYMENTS));
        }
        let version = self.next_version(now);
        let original = self.app(id).cloned();
        let next = self.next(id, original.as_ref(), target, version)?;
        let steps = steps(original.as_ref(), next.as_ref());
        let conflicts: Vec<String> = match steps.is_empty() {
            true => Vec::new(),
            false => self.deployments.iter().filter(|it| it.app_id == *id).map(|it| it.id.clone()).collect(),
        };
        if !conflicts.is_empty() && !force {
            return Err(Problem::Locked(conflicts));
        }
        for conflict in conflicts {
            self.cancel(&conflict);
        }
        self.keep(id, next.clone());
        let deployment = Deployment::new(id.clone(), original, next, steps, version);
        let receipt = Receipt { deployment_id: deployment.id.clone(), version };
        let group = json!({"groupId": "/", "version": version.to_string()});
        self.events.push(Event::new("group_change_success", group));
        if deployment.is_done() {
            let success = json!({"id": deployment.id, "plan": deployment.plan()});
            self.events.push(Event::new("deployment_success", success));
        } else {
            self.deployments.push(deployment);
        }
        Ok(receipt)
    }

    /// Takes back what a deployment has changed, by a new one.
    pub(crate) fn revert(&mut self, deployment_id: &str, now: Timestamp) -> Result<Receipt, Problem> {
        let deployment = self.deployment(deployment_id)?;
        let (id, original) = (deployment.app_id.clone(), deployment.original.clone());
        let target = original.map_or(Target::Removed, Target::Restored);
        if matches!(target, Target::Restored(_)) && deployment.is_foreign {
            let version = self.next_version(now);
            let deployment_id = deployment_id.to_owned();
            self.cancel(&deployment_id);
            return Ok(Receipt { deployment_id, version });
        }
        self.change(&id, target, true, now)
    }

    /// Ends a deployment where it is; what it has done stays.
    pub(crate) fn abandon(&mut self, deployment_id: &str) -> Result<(), Problem> {
        self.deployment(deployment_id)?;
        self.cancel(deployment_id);
        Ok(())
    }

    fn deployment(&self, id: &str) -> Result<&Deployment, Problem> {
        self.deployments
            .iter()
            .find(|it| it.id == id)
            .ok_or_else(|| Problem::NotFound(format!("DeploymentPlan {id} does not exist")))
    }

    fn cancel(&mut self, deployment_id: &str) {
        if let Some(index) = self.deployments.iter().position(|it| it.id == deployment_id) {
            let cancelled = self.deployments.remove(index);
            if cancelled.is_foreign {
                self.overridden.insert(cancelled.app_id.clone());
            }
            let failure = json!({
                "id": cancelled.id,
                "plan": cancelled.plan(),
                "reason": "The upgrade has been cancelled",
            });
            self.events.push(Event::new("deployment_failed", failure));
        }
    }

    /// Lets deployments that are not ours hold these apps, but those whose hold was broken by force.
    pub(crate) fn hold(&mut self, ids: &[AppId], now: Timestamp) {
        self.deployments.retain(|it| !it.is_foreign || ids.contains(&it.app_id));
        self.overridden.retain(|id| ids.contains(id));
        for id in ids {
            if !self.overridden.contains(id)
                && !self.deployments.iter().any(|it| it.is_foreign && it.app_id == *id)
            {
                let foreign = Deployment::foreign(id.clone(), self.app(id), now);
                self.deployments.push(foreign);
            }
        }
    }

    /// The app as it is to be, with version and service ports; None where it is to go.
    fn next(
        &self,
        id: &AppId,
        original: Option<&App>,
        target: Target,
        version: Timestamp,
    ) -> Result<Option<App>, Problem> {
        let fields = match (target, original) {
            (Target::Removed, None) | (Target::Restarted, None) => return Err(Problem::no_app(id)),
            (Target::Removed, Some(_)) => return Ok(None),
            (Target::Restarted, Some(app)) => {
                let info = VersionInfo { version, configured_at: version, ..app.info };
                return Ok(Some(App::new(id.clone(), app.fields().clone(), info)));
            }
            (Target::Defined(fields), _) => fields,
            (Target::Restored(app), _) => app.fields().clone(),
        };
        let mut next = App::new(id.clone(), fields, VersionInfo::new(version));
        self.assign_service_ports(&mut next, original);
        if let Some(original) = original {
            next.info = match original.change_to(&next) {
                Change::Nothing => original.info,
                Change::Scale => VersionInfo { version, scaled_at: version, ..original.info },
                Change::Configuration => VersionInfo::new(version),
            };
        }
        Ok(Some(next))
    }

    /// Ports that the app had stay its own; others are the lowest that no app has.
    fn assign_service_ports(&self, app: &mut App, original: Option<&App>) {
        let before: Vec<u16> =
            original.map(|it| it.ports().iter().map(|port| port.service_port).collect()).unwrap_or_default();
        let mut taken: Vec<u16> = self
            .apps
            .values()
            .flat_map(|record| record.current.ports())
            .chain(app.ports())
            .map(|port| port.service_port)
            .collect();
        let named: Vec<u16> = app.ports().iter().map(|port| port.service_port).collect();
        let mut reusable =
            before.into_iter().filter(|port| SERVICE_PORTS.contains(port) && !named.contains(port));
        app.assign_service_ports(|_| {
            let port = reusable
                .next()
                .or_else(|| SERVICE_PORTS.into_iter().find(|port| !taken.contains(port)))
                .unwrap_or(0);
            taken.push(port);
            port
        });
    }

    fn keep(&mut self, id: &AppId, next: Option<App>) {
        let Some(next) = next else {
            self.apps.remove(id);
            return;
        };
        match self.apps.get_mut(id) {
            Some(record) if record.current.info.version == next.info.version => record.current = next,
            Some(record) => {
                let before = std::mem::replace(&mut record.current, next);
                record.earlier.push(before);
            }
            None => {
                let record = AppRecord { current: next, earlier: Vec::new(), last_failure: None };
                self.apps.insert(id.clone(), record);
            }
        }
        // A new deployment starts without the delays of the old one.
        self.delays.remove(id);
    }
}

fn steps(original: Option<&App>, next: Option<&App>) -> Vec<Action> {
    match (original, next) {
        (Some(_), None) => vec![Action::Stop],
        (None, Some(_)) => vec![Action::Start, Action::Scale],
        (Some(before), Some(after)) => match before.change_to(after) {
            Change::Nothing if before.info == after.info => vec![],
            Change::Scale => vec![Action::Scale],
            _ if after.instances() == 0 => vec![Action::Scale],
            _ => vec![Action::Restart],
        },
        (None, None) => vec![],
    }
}
