//! Adds up what repositories take, where layers that several of them have are there once.

use std::collections::{BTreeSet, HashMap};

use crate::domain::holdings::Holdings;
use crate::domain::image::Digest;
use crate::domain::image_usage::RepositoryUsage;

/// What is known of every blob so far. A repository's manifests are not kept once it is counted.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Each repository with the places of its blobs.
    repositories: Vec<(RepositoryUsage, BTreeSet<usize>)>,
    blobs: Vec<Blob>,
    places: HashMap<Digest, usize>,
}

/// One blob.
#[derive(Debug)]
struct Blob {
    bytes: u64,
    /// How many repositories have it.
    owners: usize,
}

impl Ledger {
    /// Counts a repository; it must not be counted twice.
    pub fn add(&mut self, held: &Holdings) {
        let (mut own, mut unknown) = (BTreeSet::new(), 0);
        for digest in held.manifests.keys() {
            match held.blobs(digest) {
                Some(blobs) => own.extend(blobs.into_iter().map(|(blob, bytes)| self.place(blob, bytes))),
                None => unknown += 1,
            }
        }
        for place in &own {
            self.blobs[*place].owners += 1;
        }
        let usage = RepositoryUsage {
            repository: held.repository.clone(),
            tags: held.tags.len() + held.dangling.len(),
            manifests: held.manifests.len(),
            own_bytes: 0,
            shared_bytes: 0,
            bytes: 0,
            unknown,
        };
        self.repositories.push((usage, own));
    }

    fn place(&mut self, digest: Digest, bytes: u64) -> usize {
        *self.places.entry(digest).or_insert_with(|| {
            self.blobs.push(Blob { bytes, owners: 0 });
            self.blobs.len() - 1
        })
    }

    /// The repositories, the largest first, and the bytes of all blobs together.
    pub fn close(self) -> (Vec<RepositoryUsage>, u64) {
        let Self { repositories, blobs, .. } = self;
        let sum = |places: &BTreeSet<usize>, wanted: fn(usize) -> bool| {
            let counted = places.iter().map(|place| &blobs[*place]).filter(|blob| wanted(blob.owners));
            counted.fold(0_u64, |sum, blob| sum.saturating_add(blob.bytes))
        };
        let counted = repositories.into_iter().map(|(usage, own)| RepositoryUsage {
            own_bytes: sum(&own, |owners| owners == 1),
            shared_bytes: sum(&own, |owners| owners > 1),
            bytes: sum(&own, |_| true),
            ..usage
        });
        let mut counted: Vec<RepositoryUsage> = counted.collect();
        counted.sort_by(|one, other| {
            other.bytes.cmp(&one.bytes).then_with(|| one.repository.cmp(&other.repository))
        });
        let total = blobs.iter().fold(0_u64, |sum, blob| sum.saturating_add(blob.bytes));
        (counted, total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::manifest::{Descriptor, Manifest, StoredManifest};

    /// A repository with one image of these layers, `name:bytes` each, and a manifest of ten bytes.
    fn held(name: &str, layers: &[(&str, u64)]) -> Holdings {
        let mut held = Holdings::empty(name.parse().expect("legal"));
        let blob =
            |(name, size): &(&str, u64)| Descriptor { digest: Digest::of(name.as_bytes()), size: *size };
        let manifest =
            Manifest::Image { config: blob(&(name, 1)), layers: layers.iter().map(blob).collect() };
        let digest = Digest::of(format!("manifest of {name}").as_bytes());
        let stored = StoredManifest {
            digest: digest.clone(),
            media_type: String::new(),
            bytes: vec![0; 10],
            manifest,
        };
        held.tags.insert("1".parse().expect("legal"), digest.clone());
        held.manifests.insert(digest, stored);
        held
    }

    #[test]
    fn what_several_repositories_have_is_counted_once_in_all() {
        let mut ledger = Ledger::default();
        ledger.add(&held("a", &[("base", 1000), ("base", 1000), ("x", 5)]));
        ledger.add(&held("b", &[("base", 1000)]));
        ledger.add(&held("c", &[("huge", u64::MAX)]));
        let (repositories, total) = ledger.close();
        let told: Vec<_> = repositories
            .iter()
            .map(|it| (it.repository.as_str(), it.own_bytes, it.shared_bytes, it.bytes))
            .collect();
        assert_eq!(told, [("c", u64::MAX, 0, u64::MAX), ("a", 16, 1000, 1016), ("b", 11, 1000, 1011)]);
        assert_eq!(total, u64::MAX, "no registry makes the sum wrap around");
    }
}
