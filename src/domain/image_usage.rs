//! What `image` counts: how much of a registry each repository takes.

use serde::Serialize;

use super::fault::Exit;
use super::registry::RegistryAddress;
use super::repository::RepositoryName;

/// The sizes of repositories, the largest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImageReport {
    /// The registry.
    pub registry: RegistryAddress,
    /// The repositories that were counted, by size.
    pub repositories: Vec<RepositoryUsage>,
    /// Bytes of all of them together, each blob once.
    pub total_bytes: u64,
    /// Repositories that were asked for and are not there.
    pub missing: Vec<RepositoryName>,
    /// How many names of tags and repositories are none and were left out.
    pub left_out: usize,
}

impl ImageReport {
    /// 1 where a repository is not there.
    pub const fn exit(&self) -> Exit {
        if self.missing.is_empty() { Exit::Done } else { Exit::NotAsAsked }
    }
}

/// How much one repository takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepositoryUsage {
    /// Its name.
    pub repository: RepositoryName,
    /// How many tags it has.
    pub tags: usize,
    /// How many manifests they lead to, the parts of lists among them.
    pub manifests: usize,
    /// Bytes of blobs that no other counted repository has: what deleting it would free.
    pub own_bytes: u64,
    /// Bytes of blobs that another counted repository has too.
    pub shared_bytes: u64,
    /// Bytes of all its blobs, each once.
    pub bytes: u64,
    /// How many images do not say how large they are (schema 1), and are not counted.
    pub unknown: usize,
}
