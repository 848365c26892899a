//! What `tag delete` deletes, or would, and what `tag restore` brings back.

use std::path::PathBuf;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use super::fault::{Exit, Fault};
use super::image::Digest;
use super::old_registry::ImageId;
use super::registry::RegistryAddress;
use super::repository::{RepositoryName, Tag};

/// What `tag delete` did; with `--dry-run` what it would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagDeleteReport {
    /// Whether this is only what would be done.
    pub dry_run: bool,
    /// The registry.
    pub registry: RegistryAddress,
    /// What is decided about each repository, and what came of it.
    pub repositories: Vec<RepositoryPlan>,
    /// The file that `tag restore` takes; `null` where nothing was to be deleted.
    pub undo: Option<PathBuf>,
    /// Why it ended before all was done.
    #[serde(serialize_with = "words")]
    pub error: Option<Fault>,
    /// What it ends with.
    #[serde(skip)]
    pub exit: Exit,
}

fn words<S: Serializer>(error: &Option<Fault>, serializer: S) -> Result<S::Ok, S::Error> {
    error.as_ref().map(ToString::to_string).serialize(serializer)
}

impl TagDeleteReport {
    /// Whether there is anything to delete.
    pub fn deletes(&self) -> bool {
        self.repositories.iter().any(|plan| !plan.deletions.is_empty())
    }
}

/// What is decided about one repository.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepositoryPlan {
    /// Its name.
    pub repository: RepositoryName,
    /// What goes.
    pub deletions: Vec<Deletion>,
    /// What was meant and stays.
    pub refused: Vec<Refusal>,
    /// Tags that a rule about dates says nothing of, since their images have no date.
    pub undated: Vec<Tag>,
    /// Tags that were named and are not there.
    pub missing: Vec<Tag>,
    /// How many tags are left.
    pub tags_left: usize,
}

/// One image that goes, with every tag that is on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deletion {
    /// Its manifest; `null` on registries of version 1, where a tag is all that goes.
    pub digest: Option<Digest>,
    /// The image that the tag is on, on registries of version 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageId>,
    /// The tags that are meant.
    pub tags: Vec<Tag>,
    /// Tags on the same manifest that are not meant and go too.
    pub shared: Vec<Tag>,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339::option")]
    pub created: Option<OffsetDateTime>,
    /// How many images its list names: they stay in the registry until its garbage is collected.
    pub parts: usize,
    /// What came of it.
    pub fate: Fate,
}

/// What came of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is decided, and was not tried.
    Planned,
    /// It is gone.
    Deleted,
    /// Somebody else was faster.
    Gone,
    /// It was tried, and the registry has not said that it is gone.
    Failed,
}

/// One image that was meant and stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Its manifest.
    pub digest: Digest,
    /// The tags that are meant.
    pub tags: Vec<Tag>,
    /// Why it stays.
    pub why: Reason,
    /// The tags that would suffer.
    pub because_of: Vec<Tag>,
    /// Whether it was named rather than found by a rule.
    pub named: bool,
}

/// Why an image stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Tags that are not meant are on the same manifest, and would go too.
    Shared,
    /// It is part of a list that stays.
    PartOfList,
}
