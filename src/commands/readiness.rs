//! Waits until an app is healthy.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Deserialize as _;

use super::Context;
use super::patience::{Clock, Seen, wait_for};
use crate::domain::app::AppId;
use crate::domain::app_definition::AppDefinition;
use crate::domain::app_status::AppStatus;
use crate::domain::duration;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::marathon::Marathon;
use crate::plan::rollout::{Standing, standing};

/// One app that is watched.
pub(super) struct Readiness<'a> {
    /// Who runs it.
    pub(super) marathon: &'a Marathon,
    /// Its id.
    pub(super) id: &'a AppId,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Readiness<'_> {
    /// Waits until the app's deployment is gone, every instance runs its version, and all are healthy. On time-out the
    /// fault says which of these is missing and what Marathon says about it.
    pub(super) async fn wait(&self, patience: Duration) -> Result<AppStatus> {
        self.wait_since(Instant::now(), patience).await
    }

    /// The same, with the time counted from `started`, when something else began to be waited for.
    pub(super) async fn wait_since(&self, started: Instant, patience: Duration) -> Result<AppStatus> {
        let look = async || {
            let (status, standing) = self.look().await?;
            if standing.is_ready() {
                return Ok(Seen::Here(status));
            }
            let line = format!("{}: {}", self.id, standing.line());
            Ok(Seen::NotYet(line, self.not_ready(standing, patience)))
        };
        wait_for(Clock::until(started + patience), self.context, look).await
    }

    async fn look(&self) -> Result<(AppStatus, Standing)> {
        let found = self.marathon.app(self.id).await?.ok_or_else(|| no_app(self.id, self.marathon))?;
        let definition = AppDefinition::deserialize(found.document.expose()).unwrap_or_default();
        let status = found.status;
        let all_there = status.tasks_staged + status.tasks_running >= status.instances;
        let queue = if all_there { None } else { self.marathon.queue_item(self.id).await? };
        let changing = !status.deployments.is_empty();
        let deployments = if changing { self.marathon.deployments_of(self.id).await? } else { Vec::new() };
        let standing = standing(&definition, &status, queue.as_ref(), &deployments);
        Ok((status, standing))
    }

    fn not_ready(&self, standing: Standing, patience: Duration) -> Fault {
        let waited = match patience {
            Duration::ZERO => String::new(),
            patience => say!(" after {}", duration::spell(patience)),
        };
        let message = say!("{} is not ready{waited}: {}", self.id, standing.account());
        let hint = match standing.hint {
            Some(hint) => {
                say!("{hint} Marathon goes on trying, so a changed app needs regctl deploy --force.")
            }
            None => say!("Marathon goes on trying; regctl deploy again waits on, longer with --timeout.")
                .to_owned(),
        };
        Fault::new(FaultKind::NotHealthy, message).hint(hint)
    }
}

/// What a command ends with that is about an app which is not there.
pub(super) fn no_app(id: &AppId, marathon: &Marathon) -> Fault {
    Fault::new(FaultKind::NoApp, say!("there is no app {id} at {}", marathon.url()))
        .hint(say!("Run regctl deploy to create it, or name the right app with --id."))
}
