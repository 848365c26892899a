//! What the work tells the screen while it runs.

use super::script::Outcome;

/// How one agent or check came out, for the progress view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As wanted already.
    Same,
    /// Changed to what is wanted.
    Changed,
    /// Differs, or passes with a warning.
    Warned,
    /// Failed.
    Failed,
}

/// Something that happened. The work sends these and never draws; the terminal decides what to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A stage of the run begins: `reading the agents from http://master.mesos:5050`.
    Stage(String),
    /// Work on this many agents (or checks) begins.
    FanOut {
        /// How many there are in all.
        total: usize,
    },
    /// Work on one of them begins.
    Started {
        /// Its name, as the report will give it.
        subject: String,
    },
    /// Work on one of them did not come about, and is tried again when the others are done.
    Postponed {
        /// Its name.
        subject: String,
        /// Why, in one line.
        note: String,
    },
    /// Work on one of them has ended.
    Finished {
        /// Its name.
        subject: String,
        /// How it came out.
        mark: Mark,
        /// One line more, such as the reason of a failure; may be empty.
        note: String,
    },
    /// The whole outcome of one of them, for whoever passes results on while the others are still at work.
    Settled {
        /// Which of the targets it is.
        target: usize,
        /// How it came out.
        outcome: Box<Outcome>,
    },
    /// What a wait is waiting for just now; replaces the one before.
    Waiting(String),
    /// Something that the operator should know although the run goes on.
    Warning(String),
    /// A detail that only `-v` shows.
    Detail(String),
}

impl Event {
    /// Whether something goes on after it that can be watched.
    pub const fn says_what_runs(&self) -> bool {
        matches!(self, Self::Stage(_) | Self::FanOut { .. } | Self::Started { .. } | Self::Waiting(_))
    }
}

/// Whoever wants to see the events: the terminal, or a test.
pub trait Observer: Send + Sync {
    /// Takes one event; must not block for long.
    fn observe(&self, event: Event);
}

/// Ignores every event.
pub struct Silent;

impl Observer for Silent {
    fn observe(&self, _: Event) {}
}
