//! Why a run ended without a report, and the exit code it ends with.

use super::language;
use std::fmt;

pub use super::fault_kind::FaultKind;
use super::log_tail::LogTail;

/// The exit codes that regctl documents; scripts may rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything is as asked.
    Done,
    /// It is not as asked, or could not be done: a server's bad answer, an empty agent list, every agent failed.
    NotAsAsked,
    /// What the operator gave is wrong; nothing was tried.
    Usage,
    /// Some agents failed, the rest are done.
    Partial,
    /// A check or a dry run found something to change.
    WouldChange,
    /// Interrupted by a signal; what was done so far is reported.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotAsAsked => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::WouldChange => 4,
            Self::Interrupted => 130,
        }
    }
}

/// A fault: what was being done, to what, why it failed, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable word for it.
    pub kind: FaultKind,
    /// Lower-case, without a full stop: what was being done, to what, and why it failed.
    pub message: String,
    /// What to do next, as a sentence.
    pub hint: Option<String>,
    /// What the task wrote that it is about, where that is known.
    pub log: Option<Box<LogTail>>,
}

impl Fault {
    /// A fault without a hint.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, log: None }
    }

    /// What the operator gave is wrong: exit 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Usage, message)
    }

    /// A value that was given has not the form that it needs: exit 2. `why` is what its reader says.
    pub fn value(why: impl Into<String>) -> Self {
        Self::new(FaultKind::BadValue, why)
    }

    /// The same fault with the next thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(language::told(hint));
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
