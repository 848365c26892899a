//! What a repository holds: its tags, and the manifests that they lead to.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use super::image::Digest;
use super::manifest::{Manifest, StoredManifest};
use super::repository::{RepositoryName, Tag};

/// Lists of lists are followed so far.
const DEEPEST: usize = 4;

/// One repository as it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Holdings {
    /// Its name.
    pub repository: RepositoryName,
    /// Its tags, each with what it points to.
    pub tags: BTreeMap<Tag, Digest>,
    /// Tags that point to nothing any more.
    pub dangling: Vec<Tag>,
    /// Why other tags could not be looked at: they are no tags.
    pub bad: Vec<String>,
    /// Every manifest that a tag leads to, the parts of lists among them.
    pub manifests: BTreeMap<Digest, StoredManifest>,
    /// When the images among them were made, where that is known.
    pub created: BTreeMap<Digest, OffsetDateTime>,
}

impl Holdings {
    /// A repository without anything.
    pub fn empty(repository: RepositoryName) -> Self {
        let (tags, manifests, created) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { repository, tags, dangling: Vec::new(), bad: Vec::new(), manifests, created }
    }

    /// The tags on a manifest.
    pub fn tags_on(&self, digest: &Digest) -> Vec<Tag> {
        self.tags.iter().filter(|(_, on)| *on == digest).map(|(tag, _)| tag.clone()).collect()
    }

    /// A manifest and, where it is a list, everything in it; what is named there and is not to be had is left out.
    pub fn family<'a>(&'a self, digest: &Digest) -> BTreeMap<&'a Digest, &'a StoredManifest> {
        let mut family = BTreeMap::new();
        let mut front: BTreeSet<&Digest> =
            self.manifests.get_key_value(digest).map(|(own, _)| own).into_iter().collect();
        for _ in 0..DEEPEST {
            let mut next = BTreeSet::new();
            for (name, stored) in front.iter().filter_map(|name| self.manifests.get_key_value(*name)) {
                if family.insert(name, stored).is_none()
                    && let Manifest::Index { manifests } = &stored.manifest
                {
                    next.extend(manifests);
                }
            }
            front = next;
        }
        family
    }

    /// When the newest image behind a manifest was made.
    pub fn created(&self, digest: &Digest) -> Option<OffsetDateTime> {
        self.family(digest).keys().filter_map(|name| self.created.get(*name)).max().copied()
    }

    /// The blobs behind a manifest, each with its size: configurations, layers, and the manifests themselves. Nothing
    /// where a size is not known.
    pub fn blobs(&self, digest: &Digest) -> Option<BTreeMap<Digest, u64>> {
        let mut blobs = BTreeMap::new();
        for (name, stored) in self.family(digest) {
            blobs.insert(name.clone(), stored.bytes.len() as u64);
            match &stored.manifest {
                Manifest::Image { config, layers } => {
                    blobs.extend(layers.iter().chain([config]).map(|blob| (blob.digest.clone(), blob.size)));
                }
                Manifest::Index { .. } => {}
                Manifest::Schema1 { .. } => return None,
            }
        }
        Some(blobs)
    }

    /// The bytes of all blobs behind a manifest, each counted once; nothing where a size is not known.
    pub fn size(&self, digest: &Digest) -> Option<u64> {
        self.blobs(digest).map(|blobs| blobs.values().fold(0, |sum: u64, size| sum.saturating_add(*size)))
    }
}
