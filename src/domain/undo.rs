//! The file that brings deleted tags back: what was deleted, whole.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::host::printable;
use super::image::Digest;
use super::manifest::{self, Manifest, StoredManifest};
use super::old_registry::ImageId;
use super::registry::RegistryAddress;
use super::repository::{RepositoryName, Tag};

/// What such a file says it is.
const SCHEMA: &str = "regctl.tag-undo/v1";

/// What was deleted from one registry in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    schema: String,
    /// The registry.
    pub registry: RegistryAddress,
    /// Its repositories.
    pub repositories: Vec<UndoRepository>,
}

/// What was deleted from one repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoRepository {
    /// Its name.
    pub repository: RepositoryName,
    /// Its manifests, lists after what they name.
    pub manifests: Vec<UndoManifest>,
    /// The tags of a registry of version 1, with their images.
    #[serde(default)]
    pub old_tags: BTreeMap<Tag, ImageId>,
}

/// One manifest with its tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoManifest {
    /// Its name.
    pub digest: Digest,
    /// What it says it is.
    pub media_type: String,
    /// The tags that were on it.
    pub tags: Vec<Tag>,
    /// All of it, in base64.
    bytes: String,
}

impl Undo {
    /// A file of what is about to be deleted.
    pub fn new(registry: RegistryAddress, repositories: Vec<UndoRepository>) -> Self {
        Self { schema: SCHEMA.to_owned(), registry, repositories }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts are all that it holds") + "\n"
    }

    /// Reads the text. Errors: it is no such file, or a manifest in it is not what its digest says.
    pub fn read(text: &str) -> Result<Self, String> {
        let undo: Self = serde_json::from_str(text).map_err(|error| printable(&error.to_string()))?;
        if undo.schema != SCHEMA {
            return Err(say!("its schema is `{}`, not {SCHEMA}", printable(&undo.schema)));
        }
        let mut manifests = undo.repositories.iter().flat_map(|it| &it.manifests);
        manifests.try_for_each(|it| it.stored().map(drop))?;
        Ok(undo)
    }
}

impl UndoManifest {
    /// A manifest with the tags that were on it.
    pub fn new(stored: &StoredManifest, tags: Vec<Tag>) -> Self {
        let (digest, media_type) = (stored.digest.clone(), stored.media_type.clone());
        Self { digest, media_type, tags, bytes: BASE64_STANDARD.encode(&stored.bytes) }
    }

    /// The manifest as the registry had it. Errors: it is not what its digest says.
    pub fn stored(&self) -> Result<StoredManifest, String> {
        let bad = |why: &str| format!("{}: {why}", self.digest);
        let bytes = BASE64_STANDARD.decode(&self.bytes).map_err(|_| bad(say!("its bytes are no base64")))?;
        let manifest = manifest::parse(&bytes).map_err(|why| bad(&printable(&why)))?;
        // The signatures of schema 1 are no part of what its digest is of.
        if !matches!(manifest, Manifest::Schema1 { .. }) && Digest::of(&bytes) != self.digest {
            return Err(bad(say!("its bytes have another digest")));
        }
        if self.media_type.is_empty() || !self.media_type.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(bad(say!("its media type is none")));
        }
        let (digest, media_type) = (self.digest.clone(), self.media_type.clone());
        Ok(StoredManifest { digest, media_type, bytes, manifest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undo() -> Undo {
        let bytes =
            format!(r#"{{"schemaVersion":2,"manifests":[{{"digest":"{}","size":1}}]}}"#, Digest::of(b"x"));
        let stored = StoredManifest {
            digest: Digest::of(bytes.as_bytes()),
            media_type: "a/b".to_owned(),
            manifest: manifest::parse(bytes.as_bytes()).expect("is a list"),
            bytes: bytes.into_bytes(),
        };
        let manifests = vec![UndoManifest::new(&stored, vec!["1".parse().expect("legal")])];
        let repository = "team/app".parse().expect("legal");
        let repository = UndoRepository { repository, manifests, old_tags: BTreeMap::new() };
        Undo::new("lb:5000".parse().expect("legal"), vec![repository])
    }

    #[test]
    fn what_was_written_is_read_back() {
        assert_eq!(Undo::read(&undo().text()), Ok(undo()));
    }

    #[test]
    fn a_file_that_was_tampered_with_is_refused() {
        let text = undo().text();
        for (from, to) in [
            ("tag-undo/v1", "tag-undo/v2"),
            ("\"1\"", "\"../1\""),
            ("team/app", "team/../app"),
            ("a/b", "a\\r\\nX: y"),
            ("\"bytes\": \"", "\"bytes\": \"AAAA"),
            ("sha256:", "sha256:0"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert!(changed != text && Undo::read(&changed).is_err(), "{from}");
        }
        assert!(Undo::read("").is_err());
    }
}
