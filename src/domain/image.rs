//! Images as a registry keeps them: blobs named by their digest, and a manifest that lists them.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use super::host::printable;
use super::repository::RepositoryName;

/// The name of some bytes: `sha256:` and 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = digest::digest(&digest::SHA256, bytes);
        Self(format!(
            "sha256:{}",
            digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        ))
    }
}

impl Digest {
    /// `sha256:0123456789ab`: as much of it as people compare.
    pub fn short(&self) -> &str {
        &self.0[.."sha256:".len() + 12]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        match text.strip_prefix("sha256:") {
            Some(hex) if hex.len() == 64 && hex.bytes().all(is_hex) => Ok(Self(text.to_owned())),
            _ => Err(say!("`{}` is no sha256 digest", printable(text))),
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

/// One image of an archive that `docker save` made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedImage {
    /// Its id: the digest of its configuration, which names the digest of each of its layers.
    pub id: Digest,
    /// The names that it gets when it is loaded.
    pub tags: Vec<String>,
}

/// Some bytes, their digest, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Such as `application/vnd.docker.container.image.v1+json`.
    pub media_type: &'static str,
    /// All of them.
    pub bytes: Vec<u8>,
    /// Their name.
    pub digest: Digest,
}

impl Blob {
    /// A blob of these bytes.
    pub fn new(media_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { media_type, digest: Digest::of(&bytes), bytes }
    }
}

/// An image of one layer, and where it is to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The repository, such as `regctl/verify`.
    pub repository: RepositoryName,
    /// Its configuration.
    pub config: Blob,
    /// Its only layer.
    pub layer: Blob,
    /// The manifest that names both; its digest is the image's.
    pub manifest: Blob,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_spelled_as_registries_do() {
        let of_nothing = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), of_nothing);
        assert_eq!(of_nothing.parse(), Ok(Digest::of(b"")));
        assert_eq!(Digest::of(b"").short(), "sha256:e3b0c44298fc");
    }

    #[test]
    fn what_is_no_digest_never_gets_into_a_path() {
        let upper = format!("sha256:{}", "A".repeat(64));
        for bad in
            ["", "sha256:", "sha256:00", "md5:x", "../../x", &upper, &format!("sha256:{}", "0".repeat(65))]
        {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }
}
