//! Sends an app to Marathon, whatever the leader does meanwhile.

use std::time::Duration;

use anyhow::Result;

use super::Context;
use super::patience::{Clock, kind, passes};
use crate::domain::app::{AppDocument, AppId};
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::marathon::{Accepted, Force, Found, Marathon};
use crate::plan::app::{AppChange, decide};

/// One app on its way.
pub(super) struct Rollout<'a> {
    /// Where it goes.
    pub(super) marathon: &'a Marathon,
    /// Its id.
    pub(super) id: &'a AppId,
    /// What Marathon had when the plan was made.
    pub(super) seen: Option<&'a AppDocument>,
    /// What it is to have.
    pub(super) wanted: &'a AppDocument,
    /// How long to wait for other deployments; `None` not to wait at all.
    pub(super) patience: Option<Duration>,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Rollout<'_> {
    /// Creates or replaces the app. Where another deployment holds it, that one is waited for. A request whose answer
    /// was lost is never repeated blindly: first Marathon is asked whether it has the app.
    pub(super) async fn send(&self, change: Change, force: Force) -> Result<Accepted> {
        let mut clock = Clock::start(self.patience.unwrap_or_default());
        let mut answer_lost = false;
        loop {
            let error = match self.request(change, force).await {
                Ok(accepted) => return Ok(accepted),
                Err(error) => error,
            };
            match kind(&error) {
                Some(FaultKind::Unreachable | FaultKind::Unavailable) => answer_lost = true,
                Some(FaultKind::AppLocked) => {}
                Some(FaultKind::AppExists) if answer_lost => {}
                _ => return Err(error),
            }
            if let Some(accepted) = self.look_up(&mut clock, error).await? {
                return Ok(accepted);
            }
        }
    }

    async fn request(&self, change: Change, force: Force) -> Result<Accepted> {
        match change {
            Change::Created => self.marathon.create(self.wanted, force).await,
            _ => self.marathon.replace(self.id, self.wanted, force).await,
        }
    }

    /// Waits until nothing holds the app any more, then says whether Marathon has it as wanted; `None` means that the
    /// request may be sent again. `error` is what the run ends with when the time is up.
    async fn look_up(&self, clock: &mut Clock, error: anyhow::Error) -> Result<Option<Accepted>> {
        loop {
            if clock.is_over() {
                return Err(error);
            }
            self.context.tell(Event::Waiting(format!("{error:#}")));
            clock.pause().await;
            match self.marathon.app(self.id).await {
                Err(trouble) if passes(&trouble) => {}
                Err(trouble) => return Err(trouble),
                Ok(None) => return self.seen.map_or(Ok(None), |_| Err(self.gone().into())),
                Ok(Some(found)) => match self.judge(found) {
                    Look::There(accepted) => return Ok(Some(accepted)),
                    Look::Held => {}
                    Look::Free => return Ok(None),
                    Look::Another => return Err(self.changed_meanwhile().into()),
                },
            }
        }
    }

    fn judge(&self, found: Found) -> Look {
        let current = found.document.expose();
        let deployment = found.status.deployments.into_iter().next().map(|deployment| deployment.id);
        let same = |wanted: &AppDocument| decide(Some(current), wanted.expose()) == AppChange::Unchanged;
        if same(self.wanted) {
            return Look::There(Accepted { deployment_id: deployment, version: found.status.version });
        }
        match (self.seen.is_some_and(same), deployment) {
            (false, _) => Look::Another,
            (true, Some(_)) => Look::Held,
            (true, None) => Look::Free,
        }
    }

    fn gone(&self) -> Fault {
        Fault::new(FaultKind::NotHealthy, format!("{} is gone: somebody deleted it meanwhile", self.id))
            .hint("Run regctl deploy again to create it.")
    }

    fn changed_meanwhile(&self) -> Fault {
        Fault::new(FaultKind::AppLocked, format!("{} was changed by somebody else meanwhile", self.id))
            .hint("Run regctl deploy again to see what would change now.")
    }
}

/// What a look at the app showed after a request without a clear answer.
enum Look {
    /// It is as wanted.
    There(Accepted),
    /// It is as it was, and a deployment holds it.
    Held,
    /// It is as it was, and nothing holds it.
    Free,
    /// It is neither.
    Another,
}
