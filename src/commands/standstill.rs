//! A registry that stands still while something is done to its storage, and runs again after that.

use std::time::Instant;

use anyhow::Result;

use super::Context;
use super::flags::{PATIENCE, Terms};
use super::patience::{Clock, passes};
use super::readiness::Readiness;
use super::rollout::{Goal, Rollout};
use crate::domain::app::AppId;
use crate::domain::event::Event;
use crate::effects::marathon::{Force, Found, Marathon};

/// One app that is stopped for a while.
pub(super) struct Standstill<'a> {
    /// Who runs it.
    pub(super) marathon: &'a Marathon,
    /// Its id.
    pub(super) id: &'a AppId,
    /// What it was when the plan was made.
    pub(super) seen: &'a Found,
    /// How many instances are to run after it.
    pub(super) instances: u32,
    /// How to send requests, and how long to wait.
    pub(super) terms: Terms,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl<'a> Standstill<'a> {
    /// Of an app that is to run afterwards as it does now.
    pub(super) const fn of(
        seen: &'a Found,
        (marathon, id): (&'a Marathon, &'a AppId),
        terms: Terms,
        context: &'a Context,
    ) -> Self {
        Self { marathon, id, seen, instances: seen.status.instances, terms, context }
    }

    /// Stops it and waits until its last task is gone. `doing` is the line that is shown.
    pub(super) async fn begin(&self, doing: String) -> Result<()> {
        let (started, patience) = (Instant::now(), self.terms.patience.unwrap_or(PATIENCE));
        let Self { marathon, id, seen, context, .. } = self;
        context.tell(Event::Stage(doing));
        let goal = Goal::Defined(&seen.document);
        let rollout =
            Rollout { marathon, id, seen: Some(seen), goal, patience: Some(patience), started, context };
        rollout.stop(self.terms.force).await
    }

    /// Brings the app back, waits until it is healthy, and says whether it is to run at all; `None` where another one has
    /// taken its place. A leader that is away just now is waited for: the registry must not stay stopped for that.
    pub(super) async fn end(&self) -> Result<Option<bool>> {
        let Self { marathon, id, instances, context, .. } = self;
        let patience = self.terms.patience.unwrap_or(PATIENCE);
        let (mut clock, mut asked) = (Clock::start(patience), false);
        loop {
            let trouble = match marathon.app(id).await {
                Ok(Some(found)) if found.status.instances == 0 && *instances == 0 => return Ok(Some(false)),
                Ok(Some(found)) if found.status.instances == 0 => {
                    context.tell(Event::Stage(say!("Starting {id} again as it was")));
                    asked = true;
                    // The deployment that stops it may still be at work: it is ours.
                    marathon.scale(id, *instances, Force::Yes).await.err()
                }
                Ok(_) if asked => None,
                Ok(_) => return Ok(None),
                Err(trouble) => Some(trouble),
            };
            match trouble {
                None => break,
                Some(trouble) if passes(&trouble) && !clock.is_over() => {
                    context.tell(Event::Waiting(format!("{trouble:#}")));
                    clock.pause().await;
                }
                Some(trouble) => return Err(trouble),
            }
        }
        Readiness { marathon, id, context }.wait(patience).await?;
        Ok(Some(true))
    }
}
