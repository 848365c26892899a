//! Folders on the registry's host.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// An absolute path of a folder on another host, without `.`, `..`, empty parts or control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct HostFolder(String);

impl HostFolder {
    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.0)
    }
}

/// Whether one of two paths without a slash at the end is the other or inside it.
pub fn overlap(one: &str, other: &str) -> bool {
    let inside = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    inside(one, other) || inside(other, one)
}

impl FromStr for HostFolder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = text.strip_suffix('/').unwrap_or(text);
        let legal = |part: &str| !part.is_empty() && part != "." && part != "..";
        let inside = path.strip_prefix('/').filter(|rest| rest.split('/').all(legal));
        // Marathon hands the path to Docker in `host:container:mode`, which a colon would break.
        let clean = path.len() <= 1024 && !path.chars().any(|c| c.is_control() || c == ':');
        match inside {
            Some(_) if clean => Ok(Self(path.to_owned())),
            _ => Err(say!(
                "`{}` is not an absolute path of a folder such as /data/docker-registry",
                super::host::printable(text)
            )),
        }
    }
}

impl fmt::Display for HostFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<HostFolder> for String {
    fn from(folder: HostFolder) -> Self {
        folder.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_absolute_folders_are_taken() {
        let file = |text: &str| text.parse::<HostFolder>().map(|folder| folder.file("x"));
        assert_eq!(file("/data/docker registry/"), Ok("/data/docker registry/x".to_owned()));
        for text in ["", "/", "data", "/a/../b", "/a//b", "/a/./b", "/a:b", "/a\nb", "~/x"] {
            assert!(text.parse::<HostFolder>().is_err(), "{text:?}");
        }
    }
}
