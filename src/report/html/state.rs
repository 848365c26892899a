//! How an agent came out, whichever commands looked at it.

use serde::Serialize;

use crate::domain::finding::Status as Found;
use crate::domain::trust::Status as Trusted;

/// One of the states that a cell of the grid can have, the better ones first: the worst of several is the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// Nothing was done there.
    Skipped,
    /// Every check passed.
    Passed,
    /// All was as wanted.
    Unchanged,
    /// Something was changed.
    Changed,
    /// A check warned.
    Warned,
    /// Something differs, and the run only looked.
    Drifted,
    /// Something failed.
    Failed,
}

impl From<Trusted> for State {
    fn from(status: Trusted) -> Self {
        match status {
            Trusted::Changed => Self::Changed,
            Trusted::Unchanged => Self::Unchanged,
            Trusted::Drifted => Self::Drifted,
            Trusted::Failed => Self::Failed,
            Trusted::Skipped => Self::Skipped,
        }
    }
}

impl From<Found> for State {
    fn from(status: Found) -> Self {
        match status {
            Found::Pass => Self::Passed,
            Found::Warn => Self::Warned,
            Found::Fail => Self::Failed,
            Found::Skip => Self::Skipped,
        }
    }
}

impl State {
    /// The word, as in the page's JSON.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Passed => "passed",
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Warned => "warned",
            Self::Drifted => "drifted",
            Self::Failed => "failed",
        }
    }
}
