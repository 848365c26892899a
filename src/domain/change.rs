//! What a step did, or would do, to one thing.

use serde::Serialize;

/// The change that a step made, or would make, to a file, a setting or an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there and now is.
    Created,
    /// It was different.
    Updated,
    /// It was there or different and is now as wanted (an agent's step does not tell which).
    Changed,
    /// It was as wanted; nothing was touched.
    Unchanged,
    /// It differs, and this run only looks.
    Drifted,
    /// It was there and is gone.
    Removed,
    /// This host cannot have it; not an error.
    Unsupported,
    /// It could not be done.
    Failed,
}

impl Change {
    /// The word, as in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => later!("created"),
            Self::Updated => later!("updated"),
            Self::Changed => later!("changed"),
            Self::Unchanged => later!("unchanged"),
            Self::Drifted => later!("drifted"),
            Self::Removed => later!("removed"),
            Self::Unsupported => later!("unsupported"),
            Self::Failed => later!("failed"),
        }
    }

    /// The words that a script on an agent may use.
    pub fn from_agent(word: &str) -> Option<Self> {
        Some(match word {
            "changed" => Self::Changed,
            "unchanged" => Self::Unchanged,
            "drifted" => Self::Drifted,
            "removed" => Self::Removed,
            "unsupported" => Self::Unsupported,
            "failed" => Self::Failed,
            _ => return None,
        })
    }
}
