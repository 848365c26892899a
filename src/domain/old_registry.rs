//! What a registry of API version 1 calls its images.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::host::printable;

/// The id of an image: 64 hexadecimal digits that nothing is the digest of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageId(String);

impl ImageId {
    /// As much of it as people compare, and as engines of its time showed.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl FromStr for ImageId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let legal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 64 && text.bytes().all(legal) {
            Ok(Self(text.to_owned()))
        } else {
            Err(say!("`{}` is no image id of a v1 registry", printable(text)))
        }
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ImageId {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ImageId> for String {
    fn from(id: ImageId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_64_digits() {
        let id: ImageId = "0f".repeat(32).parse().expect("legal");
        assert_eq!(id.short(), "0f0f0f0f0f0f");
        for bad in ["", "0f", "../x", &"0F".repeat(32), &"0".repeat(65)] {
            assert!(bad.parse::<ImageId>().is_err(), "{bad}");
        }
    }
}
