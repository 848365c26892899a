//! Waits until an app and its last task are gone.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::Context;
use super::patience::{Clock, Seen, wait_for};
use crate::domain::app::AppId;
use crate::domain::app_status::Task;
use crate::domain::deployment::Deployment;
use crate::domain::duration;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::printable;
use crate::effects::marathon::Marathon;

/// One app that is to be gone.
pub(super) struct Absence<'a> {
    /// Who ran it.
    pub(super) marathon: &'a Marathon,
    /// Its id.
    pub(super) id: &'a AppId,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Absence<'_> {
    /// Waits until Marathon has neither the app nor a deployment nor a task of it. Deleting takes the app away at once,
    /// and its tasks one by one after that. On time-out the fault says what is left.
    pub(super) async fn wait_since(&self, started: Instant, patience: Duration) -> Result<()> {
        let look = async || {
            Ok(match self.left().await? {
                None => Seen::Here(()),
                Some(left) => Seen::NotYet(format!("{}: {left}", self.id), self.not_gone(&left, patience)),
            })
        };
        wait_for(Clock::until(started + patience), self.context, look).await
    }

    /// What is left of it; none where all is gone.
    pub(super) async fn left(&self) -> Result<Option<String>> {
        if self.marathon.app(self.id).await?.is_some() {
            return Ok(Some(say!("Marathon still has the app").to_owned()));
        }
        // Tasks even where no deployment is left: it may have been cancelled.
        let tasks = self.marathon.tasks_of(self.id).await?;
        let deployments = self.marathon.deployments_of(self.id).await?;
        Ok(told(&tasks, &deployments))
    }

    fn not_gone(&self, left: &str, patience: Duration) -> Fault {
        let waited = duration::spell(patience);
        Fault::new(FaultKind::NotGone, say!("{} is not gone after {waited}: {left}", self.id))
            .hint(say!("Marathon goes on ending it; regctl undeploy again waits on, longer with --timeout."))
    }
}

fn told(tasks: &[Task], deployments: &[Deployment]) -> Option<String> {
    match (tasks, deployments) {
        ([], []) => None,
        ([], [deployment, ..]) => Some(say!("deployment {} has not ended", printable(&deployment.id))),
        ([task], _) => Some(say!("its task on {} is still ending", printable(&task.host))),
        ([task, ..], _) => {
            Some(say!("{} tasks are still ending, one on {}", tasks.len(), printable(&task.host)))
        }
    }
}
