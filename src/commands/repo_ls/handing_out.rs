//! Repositories on their way to stdout, as they come.

use anyhow::Result;

use crate::commands::Context;
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::repo_ls::{RepoEntry, RepoLsReport};
use crate::report::{self, Format, Report, listing};

/// So many names that are none are told one by one.
const TOLD: usize = 3;

/// A list that has begun.
pub(super) struct HandingOut<'a> {
    context: &'a Context,
    registry: String,
    begun: bool,
    /// What was not written yet: the last entry so far does not know whether another one follows.
    held: Option<String>,
    count: usize,
    left_out: usize,
}

impl<'a> HandingOut<'a> {
    /// A list that nothing is known of yet.
    pub(super) const fn new(context: &'a Context, registry: String) -> Self {
        Self { context, registry, begun: false, held: None, count: 0, left_out: 0 }
    }

    /// Hands out a page of it; whether anybody still reads.
    pub(super) fn entries(&mut self, entries: &[RepoEntry]) -> bool {
        let format = self.context.format;
        let mut reads = self.begin();
        self.count += entries.len();
        let lines =
            self.held.take().into_iter().chain(entries.iter().map(|entry| listing::entry(entry, format)));
        let mut lines: Vec<String> = lines.collect();
        self.held = lines.pop();
        if !lines.is_empty() {
            let end = if format == Format::Json { "," } else { "" };
            reads &= self.context.screen.hand_out(&(lines.join(listing::separator(format)) + end));
        }
        reads
    }

    /// Something to know about the list.
    pub(super) fn warn(&self, text: &str) {
        self.context.tell(Event::Warning(text.to_owned()));
    }

    /// Notes names that are none.
    pub(super) fn leave_out(&mut self, bad: &[String]) {
        for why in bad.iter().take(TOLD.saturating_sub(self.left_out)) {
            self.context.tell(Event::Warning(say!("left out: {why}")));
        }
        self.left_out += bad.len();
    }

    /// Ends the list, whole or with the reason why it is not. Errors: that reason, where it is not part of the document.
    pub(super) fn end(mut self, error: Option<anyhow::Error>) -> Result<Report> {
        let format = self.context.format;
        if self.left_out > TOLD {
            let text = say!("{} names in all are none and were left out", self.left_out);
            self.context.tell(Event::Warning(text));
        }
        match error {
            // Nothing has been told yet, so the fault can stand for all.
            Some(error) if !self.begun => return Err(error),
            Some(error) if format == Format::Human => {
                self.flush();
                return Err(error);
            }
            _ => self.begin(),
        };
        self.flush();
        let error: Option<Fault> = error.map(|error| report::fault_of(&error));
        Ok(Report::RepoLs(RepoLsReport { count: self.count, left_out: self.left_out, error }))
    }

    fn begin(&mut self) -> bool {
        if std::mem::replace(&mut self.begun, true) {
            return true;
        }
        listing::head(&self.registry, self.context.format)
            .is_none_or(|head| self.context.screen.hand_out(&head))
    }

    fn flush(&mut self) {
        if let Some(last) = self.held.take() {
            self.context.screen.hand_out(&last);
        }
    }
}
