//! What `repo ls` lists.

use serde::Serialize;

use super::fault::{Exit, Fault};
use super::repository::{RepositoryName, Tag};

/// One repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepoEntry {
    /// Its name.
    pub name: RepositoryName,
    /// Its tags, where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// What is known when the last repository has been told: they are handed out as they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoLsReport {
    /// How many repositories were told.
    pub count: usize,
    /// How many names, of repositories or tags, are none and were left out.
    pub left_out: usize,
    /// Why the list is not whole, where it is not.
    pub error: Option<Fault>,
}

impl RepoLsReport {
    /// 0 where the list is whole.
    pub fn exit(&self) -> Exit {
        self.error.as_ref().map_or(Exit::Done, |fault| fault.kind.exit())
    }
}
