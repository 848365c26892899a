//! What `tag ls` lists.

use serde::Serialize;
use time::OffsetDateTime;

use super::fault::Exit;
use super::image::Digest;
use super::old_registry::ImageId;
use super::registry::RegistryAddress;
use super::repository::{RepositoryName, Tag};

/// The tags of some repositories.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagLsReport {
    /// The registry.
    pub registry: RegistryAddress,
    /// The repositories, as they were named.
    pub repositories: Vec<TagList>,
    /// How many names of tags are none and were left out.
    pub left_out: usize,
}

impl TagLsReport {
    /// 1 where a repository is not there.
    pub fn exit(&self) -> Exit {
        if self.repositories.iter().all(|list| list.found) { Exit::Done } else { Exit::NotAsAsked }
    }
}

/// The tags of one repository.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagList {
    /// Its name.
    pub repository: RepositoryName,
    /// Whether it is there.
    pub found: bool,
    /// Its tags, in the order of their names.
    pub tags: Vec<TagEntry>,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagEntry {
    /// Its name.
    pub tag: Tag,
    /// The manifest that it points to; `null` where that is gone, and on registries of version 1.
    pub digest: Option<Digest>,
    /// What that manifest says it is.
    pub media_type: Option<String>,
    /// Bytes in the registry, those of every platform together; `null` where it is not known.
    pub size: Option<u64>,
    /// When the image was made, the newest one of a list; `null` where the image does not say.
    #[serde(with = "time::serde::rfc3339::option")]
    pub created: Option<OffsetDateTime>,
    /// The image, on registries of version 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageId>,
}
