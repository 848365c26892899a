//! What a repository holds, read as a whole: its tags, their manifests, and where it is wanted their dates.

use anyhow::Result;

use super::answers::bad_answer;
use super::{Names, Registry};
use crate::domain::holdings::Holdings;
use crate::domain::image::Digest;
use crate::domain::manifest::{Manifest, StoredManifest};
use crate::domain::repository::{RepositoryName, Tag};
use crate::effects::fan_out::in_order;

/// So many requests are on their way at once.
const WIDTH: usize = 8;
/// The manifests of one repository take no more memory than this.
const MOST_BYTES: usize = 256 << 20;
/// Lists of lists are followed so far.
const DEEPEST: usize = 3;

/// What is to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Tags and manifests.
    Manifests,
    /// The dates of the images too: one more request for each.
    Dates,
}

impl Registry {
    /// What a repository holds; nothing where there is no such repository. Errors: the registry does not answer as it
    /// should, or has more in one repository than fits into memory.
    pub async fn holdings(&self, repository: &RepositoryName, wanted: Wanted) -> Result<Option<Holdings>> {
        let Some(Names { good, bad }) = self.all_tags(repository).await? else { return Ok(None) };
        let held = Holdings { bad, ..Holdings::empty(repository.clone()) };
        let mut survey = Survey { registry: self, held, bytes: 0 };
        survey.read_tags(good).await?;
        for _ in 0..DEEPEST {
            survey.read_parts().await?;
        }
        if wanted == Wanted::Dates {
            survey.read_dates().await?;
        }
        Ok(Some(survey.held))
    }
}

/// What is known so far.
struct Survey<'a> {
    registry: &'a Registry,
    held: Holdings,
    /// The bytes of all manifests.
    bytes: usize,
}

impl Survey<'_> {
    async fn read_tags(&mut self, tags: Vec<Tag>) -> Result<()> {
        let (registry, repository) = (self.registry.clone(), self.held.repository.clone());
        let ask = |tag: Tag| {
            let (registry, repository) = (registry.clone(), repository.clone());
            async move { (registry.manifest(&repository, tag.as_str()).await, tag) }
        };
        in_order(tags, WIDTH, ask, |(found, tag)| match found? {
            Some(stored) => {
                self.held.tags.insert(tag, stored.digest.clone());
                self.keep(stored)
            }
            None => {
                self.held.dangling.push(tag);
                Ok(())
            }
        })
        .await
    }

    /// Reads what the lists name and is not known yet. A part that is not there is left out: some lists are pushed with
    /// a few of their platforms alone.
    async fn read_parts(&mut self) -> Result<()> {
        let known = &self.held.manifests;
        let lists = known.values().filter_map(|stored| match &stored.manifest {
            Manifest::Index { manifests } => Some(manifests),
            _ => None,
        });
        let mut parts: Vec<Digest> =
            lists.flatten().filter(|part| !known.contains_key(*part)).cloned().collect();
        parts.sort_unstable();
        parts.dedup();
        let (registry, repository) = (self.registry.clone(), self.held.repository.clone());
        let ask = |part: Digest| {
            let (registry, repository) = (registry.clone(), repository.clone());
            async move { registry.manifest(&repository, &part.to_string()).await }
        };
        in_order(parts, WIDTH, ask, |found| found?.map_or(Ok(()), |stored| self.keep(stored))).await
    }

    async fn read_dates(&mut self) -> Result<()> {
        let mut configs = Vec::new();
        for (digest, stored) in &self.held.manifests {
            match &stored.manifest {
                Manifest::Image { config, .. } => configs.push((digest.clone(), config.digest.clone())),
                Manifest::Schema1 { created: Some(created), .. } => {
                    self.held.created.insert(digest.clone(), *created);
                }
                _ => {}
            }
        }
        let (registry, repository) = (self.registry.clone(), self.held.repository.clone());
        let ask = |(digest, config): (Digest, Digest)| {
            let (registry, repository) = (registry.clone(), repository.clone());
            async move { (registry.created(&repository, &config).await, digest) }
        };
        in_order(configs, WIDTH, ask, |(created, digest)| {
            if let Some(created) = created? {
                self.held.created.insert(digest, created);
            }
            Ok(())
        })
        .await
    }

    fn keep(&mut self, stored: StoredManifest) -> Result<()> {
        let bytes = stored.bytes.len();
        if self.held.manifests.insert(stored.digest.clone(), stored).is_none() {
            self.bytes += bytes;
        }
        if self.bytes > MOST_BYTES {
            let what = say!("reading {}", self.held.repository);
            return Err(
                bad_answer(say!("{what}: its manifests are larger than {} MiB", MOST_BYTES >> 20)).into()
            );
        }
        Ok(())
    }
}
