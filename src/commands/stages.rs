//! Commands in a row: each begins where the one before has ended, and what stops one stops the rest.

use std::pin::pin;
use std::time::Duration;

use anyhow::Result;

use super::Context;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::effects::interrupt::Interrupt;
use crate::report::stages::{Course, StageEntry, StageStatus, StagesReport};
use crate::report::{Report, fault_of};

/// How long a stage may take to end by itself after an interruption: agents that are at work are let finish.
const GRACE: Duration = Duration::from_secs(90);

/// A row of stages on its way.
pub(super) struct Stages<'a> {
    context: &'a Context,
    interrupt: Interrupt,
    interrupted: bool,
    entries: Vec<StageEntry>,
    /// The stage that stopped the run.
    stopped: Option<&'static str>,
}

impl<'a> Stages<'a> {
    /// Nothing has been done yet. From here on a signal no longer ends the process by itself.
    pub(super) fn begin(context: &'a Context) -> Result<Self> {
        let interrupt = Interrupt::listen()?;
        Ok(Self { context, interrupt, interrupted: false, entries: Vec::new(), stopped: None })
    }

    /// Runs a stage, unless one before it has failed. Where only some agents failed, the next one runs all the same.
    pub(super) async fn run(&mut self, stage: &'static str, work: impl Future<Output = Result<Report>>) {
        if self.reach(stage) {
            self.context.tell(Event::Stage(format!("== {stage}")));
            let entry = match self.attend(work).await {
                Ok(report) => StageEntry::of(stage, report),
                Err(error) => StageEntry::failed(stage, fault_of(&error)),
            };
            self.add(entry);
        }
    }

    /// A stage that has nothing to do, and why; it does not count as one that was not reached.
    pub(super) fn idle(&mut self, stage: &'static str, status: StageStatus, why: impl Into<String>) {
        if self.reach(stage) {
            self.add(StageEntry::idle(stage, status, why));
        }
    }

    /// What came of it all. `done` is what to do next where all went well.
    pub(super) fn report(self, course: Course, dry_run: bool, done: String) -> StagesReport {
        let Self { interrupted, entries: stages, .. } = self;
        StagesReport { course, dry_run, stages, interrupted, done }
    }

    fn reach(&mut self, stage: &'static str) -> bool {
        if let Some(stopped) = self.stopped {
            let why =
                if self.interrupted { say!("{stopped} was interrupted") } else { say!("{stopped} failed") };
            self.entries.push(StageEntry::idle(stage, StageStatus::NotReached, why));
        }
        self.stopped.is_none()
    }

    fn add(&mut self, entry: StageEntry) {
        let goes_on = matches!(entry.exit(), Exit::Done | Exit::Partial | Exit::WouldChange);
        if !goes_on || self.interrupted {
            self.stopped = Some(entry.stage);
        }
        self.interrupted |= entry.exit() == Exit::Interrupted;
        self.entries.push(entry);
    }

    /// The signal reaches the stage too: it ends by itself and says how far it came. One that does not is given up
    /// after a while, or at the second signal.
    async fn attend(&mut self, work: impl Future<Output = Result<Report>>) -> Result<Report> {
        let mut work = pin!(work);
        tokio::select! {
            result = &mut work => return result,
            () = self.interrupt.raised() => self.interrupted = true,
        }
        tokio::select! {
            result = work => result,
            () = self.interrupt.raised() => Err(given_up().into()),
            () = tokio::time::sleep(GRACE) => Err(given_up().into()),
        }
    }
}

fn given_up() -> Fault {
    Fault::new(FaultKind::Interrupted, "interrupted")
}
