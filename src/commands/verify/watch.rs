//! Looks again and again, and tells what has changed.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;

use super::look::Look;
use super::run::Args;
use crate::commands::Context;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::finding::{CheckReport, Finding, FindingChange, WatchReport};
use crate::effects::interrupt::Interrupt;
use crate::plan::checks::changes::changes;
use crate::report::{self, Report, fault_of};

/// A pause shorter than this would be an attack on the registry.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// A watch over the registry.
pub(super) struct Watch<'a> {
    /// The flags.
    pub(super) args: &'a Args,
    /// What every command has at hand.
    pub(super) context: &'a Context,
    /// How long nothing is done after each round.
    pub(super) pause: Duration,
}

impl Watch<'_> {
    /// Watches until it is interrupted. Errors: what the operator gave is wrong, or the interruption came before the
    /// first round was over.
    pub(super) async fn run(&self, interrupt: &mut Interrupt) -> Result<Report> {
        let pause = self.pause.max(SHORTEST_PAUSE);
        self.context
            .tell(Event::Stage(say!("Watching, {} s between rounds; Ctrl-C ends it", pause.as_secs())));
        let quiet = self.context.on(self.context.screen.muted());
        let first = Look { args: self.args, context: &quiet, patience: self.args.patience() };
        // A round that waited for the app to be healthy again would hide that it was not.
        let look = Look { patience: None, ..first };
        let mut last = first.look(interrupt).await?;
        let mut watched = WatchReport { ok: last.ok, rounds: 1, changes: 0, exit: last.exit() };
        if watched.exit == Exit::Interrupted {
            return Err(Fault::new(FaultKind::Interrupted, say!("interrupted in the first round")).into());
        }
        watched.changes += self.tell(changes(None, &last.checks));
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = interrupt.raised() => return Ok(Report::Watched(watched)),
            }
            let round = look.look(interrupt).await.unwrap_or_else(|error| unable(&error));
            if round.exit() == Exit::Interrupted {
                return Ok(Report::Watched(watched));
            }
            let told = self.tell(changes(Some(&last.checks), &round.checks));
            let (changes, rounds) = (watched.changes + told, watched.rounds + 1);
            watched = WatchReport { ok: round.ok, rounds, changes, exit: round.exit() };
            last = round;
        }
    }

    /// Writes each of them at once; hands back how many.
    fn tell(&self, changes: Vec<FindingChange>) -> usize {
        let now = OffsetDateTime::now_utc();
        for change in &changes {
            self.context.screen.hand_out(&report::change_line(change, now, self.context.format));
        }
        changes.len()
    }
}

/// A round that could not be made is no end of the watch: files and servers come back.
fn unable(error: &anyhow::Error) -> CheckReport {
    let fault = fault_of(error);
    let cause = if fault.kind == FaultKind::Interrupted { "interrupted" } else { fault.kind.word() };
    let hint = fault.hint.unwrap_or_else(|| say!("The next round tries again.").to_owned());
    CheckReport::new(vec![Finding::fail("verify", cause, fault.message, hint)])
}
