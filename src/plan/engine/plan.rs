//! All that is to be done about an engine's settings, as one value.

use super::draft::File;
use super::list::List;
use super::notes::Notes;

/// What became of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is as wanted; where not by daemon.json, how.
    Fine(String),
    /// It becomes so: what is done.
    Done(String),
    /// It takes a restart, and nothing is written before that may be: what would be done.
    Waits(String),
}

/// What `docker info` is to say of one list once the engine knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// The list.
    pub(super) list: List,
    /// Entries that it shows.
    pub(super) shows: Vec<String>,
    /// Entries that it shows no more.
    pub(super) hides: Vec<String>,
}

/// One reload of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reload {
    /// What it is to read in place of daemon.json, where that is another text.
    pub(super) text: String,
    /// Lines that `docker info` has then.
    pub(super) shows: Vec<String>,
    /// Lines that it has no more.
    pub(super) hides: Vec<String>,
}

/// How the engine learns of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Telling {
    /// It knows, or does not run, which the words say.
    Nothing(&'static str),
    /// By signals, one after the other.
    Reloads(Vec<Reload>),
    /// By a restart.
    Restart,
    /// By a restart that is not allowed yet; until then nothing is written.
    Later,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EnginePlan {
    /// What became of each list that something is wanted of.
    pub(super) steps: Vec<(List, Verdict)>,
    /// The path of daemon.json.
    pub(super) config: String,
    /// The files that change.
    pub(super) files: Vec<File>,
    /// Files that get back what they held before regctl wrote them.
    pub(super) restored: Vec<String>,
    /// Files that are nobody's but the operator's from now on.
    pub(super) forgotten: Vec<String>,
    /// What is noted from now on.
    pub(super) notes: Notes,
    /// How the engine learns of it.
    pub(super) telling: Telling,
    /// What it shows then.
    pub(super) told: Vec<Told>,
    /// Whether it is flags that move which take a restart.
    pub(super) moves: bool,
    /// Whether containers go on while the engine restarts.
    pub(super) live_restore: bool,
}
