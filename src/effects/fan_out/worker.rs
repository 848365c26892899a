//! One try at one host.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::Transport;
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::change::Change;
use crate::domain::event::{Event, Mark, Observer};
use crate::domain::script::{Answer, Outcome, RemoteScript};

/// What all workers share.
pub(super) struct Shared<T> {
    pub(super) transport: Arc<T>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) script: RemoteScript,
    pub(super) targets: Vec<Target>,
    pub(super) started: Vec<AtomicBool>,
    pub(super) slots: Semaphore,
    pub(super) deadline: Duration,
}

impl<T: Transport> Shared<T> {
    /// One try at one host; `None` where its turn never came.
    pub(super) async fn work(self: Arc<Self>, index: usize, delay: Duration) -> (usize, Option<Outcome>) {
        tokio::time::sleep(delay).await;
        let target = &self.targets[index];
        let began = Instant::now();
        let done = |result, elapsed| (index, Some(Outcome { result, attempts: 1, elapsed }));
        if let Err(error) = self.transport.probe(target).await {
            return done(Err(error), began.elapsed());
        }
        let probed = began.elapsed();
        let Ok(_slot) = self.slots.acquire().await else { return (index, None) };
        self.started[index].store(true, Ordering::Relaxed);
        self.observer.observe(Event::Started { subject: target.name.clone() });
        let began = Instant::now();
        // Boxed: those that wait for their turn need little memory.
        let result = Box::pin(self.transport.run(target, &self.script, self.deadline)).await;
        done(result, probed + began.elapsed())
    }

    pub(super) fn unfinished(&self, index: usize) -> Outcome {
        let started = self.started[index].load(Ordering::Relaxed);
        let message = if started {
            say!("interrupted while it was under way; what was done there is not known")
        } else {
            say!("interrupted before its turn came")
        };
        let error =
            AgentError::new(AgentErrorKind::Interrupted, message).hint(say!("Run the command again."));
        Outcome { result: Err(error), attempts: u32::from(started), elapsed: Duration::ZERO }
    }

    pub(super) fn tell_retry(&self, index: usize, outcome: &Outcome) {
        if let Err(error) = &outcome.result {
            let subject = self.targets[index].name.clone();
            self.observer.observe(Event::Postponed { subject, note: error.to_string() });
        }
    }

    pub(super) fn tell_finished(&self, index: usize, outcome: &Outcome) {
        let subject = self.targets[index].name.clone();
        let (mark, note) = match &outcome.result {
            Ok(answer) => {
                (mark(answer), answer.failure.as_ref().map(ToString::to_string).unwrap_or_default())
            }
            Err(error) => (Mark::Failed, error.to_string()),
        };
        self.observer.observe(Event::Finished { subject, mark, note });
        self.observer.observe(Event::Settled { target: index, outcome: Box::new(outcome.clone()) });
    }
}

fn mark(answer: &Answer) -> Mark {
    let any = |change: &[Change]| answer.steps.iter().any(|step| change.contains(&step.change));
    if answer.failure.is_some() {
        Mark::Failed
    } else if any(&[Change::Drifted]) {
        Mark::Warned
    } else if any(&[Change::Changed, Change::Removed]) {
        Mark::Changed
    } else {
        Mark::Same
    }
}
