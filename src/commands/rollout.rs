//! An app on its way to Marathon, whatever the leader does meanwhile. A request whose answer was lost is never repeated
//! blindly: first Marathon is asked what it has.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::Context;
use super::patience::{Clock, kind, passes};
use crate::domain::app::{AppDocument, AppId};
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::marathon::{Accepted, Force, Found, Marathon};
use crate::plan::app::{AppChange, decide};
use crate::plan::gc::maintenance::Patch;
use crate::plan::rollout::must_stop_first;

/// One app on its way.
pub(super) struct Rollout<'a> {
    /// Where it goes.
    pub(super) marathon: &'a Marathon,
    /// Its id.
    pub(super) id: &'a AppId,
    /// What Marathon had when the plan was made.
    pub(super) seen: Option<&'a Found>,
    /// What is to become of it.
    pub(super) goal: Goal<'a>,
    /// How long to wait, for other deployments and for this one together; `None` not to wait at all.
    pub(super) patience: Option<Duration>,
    /// Since when.
    pub(super) started: Instant,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

/// What is to become of an app.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal<'a> {
    /// Just this.
    Defined(&'a AppDocument),
    /// What it was at a version that Marathon keeps, and what that looks like.
    Restored(&'a str, &'a AppDocument),
    /// What it is but for some of its keys.
    Patched(&'a Patch),
    /// Nothing: it is to go.
    Gone,
}

/// What Marathon is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Request {
    Create,
    /// Or restore; or delete.
    Replace,
    /// Down to no instance.
    Stop,
}

/// What a look at the app showed after a request without a clear answer.
enum Look {
    /// The request was carried out.
    Done(Accepted),
    /// It was not, and a deployment holds the app.
    Held,
    /// It was not, and nothing stands in its way.
    Free,
    /// Somebody else changed the app.
    Another,
}

impl Rollout<'_> {
    /// Creates, replaces or deletes the app. Where another deployment holds it, that one is waited for.
    pub(super) async fn send(&self, change: Change, force: Force) -> Result<Accepted> {
        let mut clock = Clock::until(self.started + self.patience.unwrap_or_default());
        if change == Change::Created {
            return self.carry_out(Request::Create, force, &mut clock).await;
        }
        let stays = self.wanted().is_some();
        if stays && self.must_stop_first().await? {
            self.context.tell(Event::Stage(say!("Stopping {}, which is not healthy", self.id)));
            self.carry_out(Request::Stop, force, &mut clock).await?;
            self.until_free(&mut clock).await?;
        }
        self.carry_out(Request::Replace, force, &mut clock).await
    }

    /// Judged by what the app is now: since the plan was made somebody may have thought about it, and a task that ended
    /// meanwhile is being started again. Told to replace it just then, Marathon would wait for it for ever.
    async fn must_stop_first(&self) -> Result<bool> {
        match self.marathon.app(self.id).await {
            Ok(found) => Ok(found.is_some_and(|found| must_stop_first(&found.status))),
            Err(trouble) if passes(&trouble) => {
                Ok(self.seen.is_some_and(|found| must_stop_first(&found.status)))
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// Stops the app, which must be there, and waits until its last task is gone.
    pub(super) async fn stop(&self, force: Force) -> Result<()> {
        let mut clock = Clock::until(self.started + self.patience.unwrap_or_default());
        self.carry_out(Request::Stop, force, &mut clock).await?;
        self.until_free(&mut clock).await?;
        self.until_stopped(&mut clock, async || Ok(self.marathon.tasks_of(self.id).await?.is_empty())).await
    }

    async fn carry_out(&self, request: Request, force: Force, clock: &mut Clock) -> Result<Accepted> {
        let mut answer_lost = false;
        loop {
            let answer = self.ask(request, force).await;
            let error = match answer {
                Ok(accepted) => return Ok(accepted),
                Err(error) => error,
            };
            match kind(&error) {
                Some(kind) if kind.passes() => answer_lost = true,
                Some(FaultKind::AppLocked) => {}
                Some(FaultKind::AppExists) if answer_lost => {}
                _ => return Err(error),
            }
            if let Some(accepted) = self.look_up(request, error, clock).await? {
                return Ok(accepted);
            }
        }
    }

    async fn ask(&self, request: Request, force: Force) -> Result<Accepted> {
        let Self { marathon, id, .. } = self;
        match (request, self.goal) {
            (Request::Stop, _) => marathon.scale(id, 0, force).await,
            (Request::Create, Goal::Defined(app) | Goal::Restored(_, app)) => {
                marathon.create(app, force).await
            }
            (Request::Replace, Goal::Defined(app)) => marathon.replace(id, app, force).await,
            (Request::Replace, Goal::Restored(version, _)) => marathon.restore(id, version, force).await,
            (Request::Create | Request::Replace, Goal::Patched(patch)) => {
                marathon.patch(id, &patch.keys, force).await
            }
            (_, Goal::Gone) => marathon.delete(id, force).await,
        }
    }

    /// The definition that it is to have; none where it is to go.
    const fn wanted(&self) -> Option<&AppDocument> {
        match self.goal {
            Goal::Defined(app) | Goal::Restored(_, app) => Some(app),
            Goal::Patched(patch) => Some(&patch.app),
            Goal::Gone => None,
        }
    }

    /// Waits until nothing holds the app any more; `None` then means that the request may be sent again. `error` is
    /// what the run ends with when the time is up.
    async fn look_up(
        &self,
        request: Request,
        error: anyhow::Error,
        clock: &mut Clock,
    ) -> Result<Option<Accepted>> {
        loop {
            if clock.is_over() {
                return Err(error);
            }
            self.context.tell(Event::Waiting(waiting_for(&error)));
            clock.pause().await;
            match self.marathon.app(self.id).await {
                Err(trouble) if passes(&trouble) => {}
                Err(trouble) => return Err(trouble),
                Ok(None) if self.wanted().is_none() => return Ok(Some(Accepted::default())),
                Ok(None) => return self.seen.map_or(Ok(None), |_| Err(self.gone().into())),
                Ok(Some(found)) => match self.judge(request, found) {
                    Look::Done(accepted) => return Ok(Some(accepted)),
                    Look::Held => {}
                    Look::Free => return Ok(None),
                    Look::Another => return Err(changed_meanwhile(self.id).into()),
                },
            }
        }
    }

    fn judge(&self, request: Request, found: Found) -> Look {
        let current = found.document.expose();
        let done = match request {
            Request::Stop => found.status.instances == 0,
            Request::Create | Request::Replace => {
                self.wanted().is_some_and(|wanted| is_same(current, wanted.expose()))
            }
        };
        let as_seen =
            self.seen.is_some_and(|seen| is_same(&resized(current), &resized(seen.document.expose())));
        let deployment_id = found.status.deployments.into_iter().next().map(|deployment| deployment.id);
        match (done, as_seen) {
            (true, _) => Look::Done(Accepted { deployment_id, version: found.status.version }),
            (false, false) => Look::Another,
            (false, true) if deployment_id.is_some() => Look::Held,
            (false, true) => Look::Free,
        }
    }

    /// Waits until no deployment holds the app.
    async fn until_free(&self, clock: &mut Clock) -> Result<()> {
        let is_free = async || {
            let found = self.marathon.app(self.id).await?.ok_or_else(|| self.gone())?;
            Ok(found.status.deployments.is_empty())
        };
        self.until_stopped(clock, is_free).await
    }

    /// Waits for the end of what stops the app, by this sign of it.
    async fn until_stopped(&self, clock: &mut Clock, sign: impl AsyncFn() -> Result<bool>) -> Result<()> {
        loop {
            let trouble = match sign().await {
                Ok(true) => return Ok(()),
                Ok(false) => self.still_stopping().into(),
                Err(trouble) if passes(&trouble) => trouble,
                Err(trouble) => return Err(trouble),
            };
            // Without patience too: what was begun here must be brought to its end.
            if clock.is_over() && self.patience.is_some() {
                return Err(trouble);
            }
            self.context.tell(Event::Waiting(format!("{trouble:#}")));
            clock.pause().await;
        }
    }

    fn still_stopping(&self) -> Fault {
        Fault::new(FaultKind::NotHealthy, say!("{}: its old task has not ended yet", self.id))
            .hint(say!("Run regctl deploy again: it goes on from there."))
    }

    fn gone(&self) -> Fault {
        Fault::new(FaultKind::NotHealthy, say!("{} is gone: somebody deleted it meanwhile", self.id))
            .hint(say!("Run regctl deploy again to create it."))
    }
}

/// The app is no longer what the plan was made for.
pub(super) fn changed_meanwhile(id: &AppId) -> Fault {
    Fault::new(FaultKind::AppLocked, say!("{id} was changed by somebody else meanwhile"))
        .hint(say!("Run the command again to see what would change now."))
}

fn is_same(current: &Value, wanted: &Value) -> bool {
    decide(Some(current), wanted) == AppChange::Unchanged
}

/// The app whatever its number of instances.
fn resized(app: &Value) -> Value {
    let mut app = app.clone();
    app["instances"] = 1.into();
    app
}

/// What a wait is for. The way around a lock is told at once, not only when the time is up.
fn waiting_for(error: &anyhow::Error) -> String {
    let way_around =
        if kind(error) == Some(FaultKind::AppLocked) { say!(" (--force cancels it)") } else { "" };
    format!("{error:#}{way_around}")
}
