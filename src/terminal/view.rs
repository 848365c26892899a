//! What there is to show, as a value: events go in, lines for good come out, and `frame` draws the rest.

use std::time::Duration;

use super::ration::Ration;
use super::running::Running;
use crate::domain::event::{Event, Mark};

/// A line that stays, above whatever is shown just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// A stage of the run.
    Stage(String),
    /// One of many has failed.
    Failed {
        /// Its name.
        subject: String,
        /// Why.
        note: String,
    },
    /// So many more have failed, whom nobody has named.
    MoreFailed(usize),
    /// Something that the operator should know.
    Warning(String),
}

/// So many failures are named in each two seconds; the rest are counted here, and told in full by the report.
const FAILURES: usize = 20;

/// All that is shown. Times are those since the run began.
#[derive(Debug)]
pub(super) struct View {
    pub(super) stage: Option<Stage>,
    pub(super) tally: Tally,
    pub(super) running: Running,
    /// What is being waited for; empty where nothing is.
    pub(super) waiting: String,
    failures: Ration,
    lines: Vec<Line>,
}

/// What runs.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) text: String,
    pub(super) since: Duration,
    /// Whether it has its line for good.
    told: bool,
}

/// How many of how many, and how they came out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) total: usize,
    pub(super) done: usize,
    pub(super) changed: usize,
    pub(super) warned: usize,
    pub(super) failed: usize,
    pub(super) since: Duration,
}

impl Tally {
    fn add(&mut self, mark: Mark) {
        self.done += 1;
        match mark {
            Mark::Same => {}
            Mark::Changed => self.changed += 1,
            Mark::Warned => self.warned += 1,
            Mark::Failed => self.failed += 1,
        }
    }
}

impl Default for View {
    fn default() -> Self {
        Self {
            stage: None,
            tally: Tally::default(),
            running: Running::default(),
            waiting: String::new(),
            failures: Ration::of(FAILURES),
            lines: Vec::new(),
        }
    }
}

impl View {
    /// Takes an event that happened then.
    pub(super) fn take(&mut self, event: Event, now: Duration) {
        match event {
            Event::Stage(text) => {
                self.settle();
                self.begin_count(0, now);
                self.stage = Some(Stage { text, since: now, told: false });
            }
            Event::FanOut { total } => {
                self.tell_count();
                self.begin_count(total, now);
            }
            Event::Started { subject } => self.running.begin(subject, now),
            Event::Postponed { subject, .. } => self.running.end(&subject),
            Event::Finished { subject, mark, note } => {
                self.running.end(&subject);
                self.tally.add(mark);
                if mark == Mark::Failed && self.failures.lets_through(now) {
                    self.tell_count();
                    self.keep(Line::Failed { subject, note });
                }
            }
            Event::Waiting(text) => self.waiting = text,
            Event::Warning(text) => self.keep(Line::Warning(text)),
            Event::Detail(_) | Event::Settled { .. } => {}
        }
    }

    /// The lines for good that have come together since this was asked last, in their order.
    pub(super) fn take_lines(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.lines)
    }

    /// Has a line for good follow for whatever has none yet: the stage, and failures that were only counted.
    pub(super) fn settle(&mut self) {
        self.tell_stage();
        self.tell_count();
    }

    /// What the stage before was counting or waiting for is over.
    fn begin_count(&mut self, total: usize, now: Duration) {
        self.tally = Tally { total, since: now, ..Tally::default() };
        self.running = Running::default();
        self.waiting.clear();
    }

    /// A line that belongs to the stage comes after the stage's own.
    fn keep(&mut self, line: Line) {
        self.tell_stage();
        self.lines.push(line);
    }

    fn tell_stage(&mut self) {
        if let Some(stage) = self.stage.as_mut().filter(|stage| !stage.told) {
            stage.told = true;
            self.lines.push(Line::Stage(stage.text.clone()));
        }
    }

    /// Has a line follow for failures that were only counted.
    pub(super) fn tell_count(&mut self) {
        match self.failures.take_untold() {
            0 => {}
            count => self.keep(Line::MoreFailed(count)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: Duration = Duration::ZERO;

    fn finished(subject: &str, mark: Mark) -> Event {
        Event::Finished { subject: subject.to_owned(), mark, note: "no answer".to_owned() }
    }

    fn failed(subject: &str) -> Line {
        Line::Failed { subject: subject.to_owned(), note: "no answer".to_owned() }
    }

    #[test]
    fn a_stage_gets_its_line_before_what_belongs_to_it_and_gets_it_once() {
        let mut view = View::default();
        view.take(Event::Stage("one".to_owned()), ZERO);
        assert_eq!(view.take_lines(), []);
        view.take(finished("a1", Mark::Failed), ZERO);
        view.take(Event::Stage("two".to_owned()), ZERO);
        view.take(Event::Stage("three".to_owned()), ZERO);
        let stage = |text: &str| Line::Stage(text.to_owned());
        assert_eq!(view.take_lines(), [stage("one"), failed("a1"), stage("two")]);
        view.settle();
        view.settle();
        assert_eq!(view.take_lines(), [stage("three")]);
    }

    #[test]
    fn many_failures_at_once_are_counted_and_the_count_comes_out() {
        let mut view = View::default();
        view.take(Event::FanOut { total: 100 }, ZERO);
        for agent in 0..100 {
            view.take(finished(&agent.to_string(), Mark::Failed), ZERO);
        }
        let lines = view.take_lines();
        assert_eq!((lines.len(), view.tally.failed, view.tally.done), (20, 100, 100));
        view.settle();
        assert_eq!(view.take_lines(), [Line::MoreFailed(80)]);
    }

    #[test]
    fn a_new_count_begins_at_nothing() {
        let mut view = View::default();
        view.take(Event::FanOut { total: 3 }, ZERO);
        view.take(Event::Started { subject: "a1".to_owned() }, ZERO);
        view.take(Event::Started { subject: "a2".to_owned() }, ZERO);
        view.take(Event::Postponed { subject: "a2".to_owned(), note: String::new() }, ZERO);
        view.take(finished("a3", Mark::Changed), ZERO);
        assert_eq!((view.running.len(), view.tally.done, view.tally.changed), (1, 1, 1));
        let later = Duration::from_secs(5);
        view.take(Event::FanOut { total: 7 }, later);
        assert_eq!(view.tally, Tally { total: 7, since: later, ..Tally::default() });
        assert_eq!(view.running.len(), 0);
    }
}
