//! What `tag restore` brings back.

use serde::Serialize;

use super::fault::Exit;
use super::registry::RegistryAddress;
use super::repository::{RepositoryName, Tag};

/// What `tag restore` did; with `--dry-run` what it would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagRestoreReport {
    /// Whether this is only what would be done.
    pub dry_run: bool,
    /// The registry.
    pub registry: RegistryAddress,
    /// Every tag of the file.
    pub tags: Vec<RestoredTag>,
    /// What it ends with.
    #[serde(skip)]
    pub exit: Exit,
}

impl TagRestoreReport {
    /// Whether anything is to be put back.
    pub fn differs(&self) -> bool {
        self.tags.iter().any(|tag| tag.fate == RestoreFate::Planned)
    }
}

/// One tag of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoredTag {
    /// Its repository.
    pub repository: RepositoryName,
    /// The tag.
    pub tag: Tag,
    /// The digest of the manifest that it was on; the image on registries of version 1.
    pub image: String,
    /// What became of it.
    pub fate: RestoreFate,
    /// Why it failed, or what is there instead; `null` elsewhere.
    pub detail: Option<String>,
}

/// What became of a tag that is to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestoreFate {
    /// It is to be put back, and was not yet.
    Planned,
    /// It is back.
    Restored,
    /// It was there.
    Unchanged,
    /// It is on another image by now, and stays there.
    Taken,
    /// The registry does not take it back.
    Failed,
}

impl RestoreFate {
    /// What is decided about a tag, by what it is on now; with `force` it is taken from another image.
    pub fn decide<T: PartialEq>(was: &T, now: Option<&T>, force: bool) -> Self {
        match now {
            Some(now) if now == was => Self::Unchanged,
            Some(_) if !force => Self::Taken,
            _ => Self::Planned,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => say!("would come back"),
            Self::Restored => "restored",
            Self::Unchanged => "unchanged",
            Self::Taken => "taken",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_that_went_elsewhere_is_only_taken_back_by_force() {
        let decide = |now: Option<&u8>, force| RestoreFate::decide(&1, now, force);
        assert_eq!(decide(None, false), RestoreFate::Planned);
        assert_eq!(decide(Some(&1), true), RestoreFate::Unchanged);
        assert_eq!(decide(Some(&2), false), RestoreFate::Taken);
        assert_eq!(decide(Some(&2), true), RestoreFate::Planned);
    }
}
