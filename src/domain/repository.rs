//! How a registry names what it holds: repositories and their tags.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::host::printable;

/// The longest name of a repository that registries take, in bytes.
const LONGEST_NAME: usize = 255;
/// The longest tag, in bytes.
const LONGEST_TAG: usize = 128;

/// The name of a repository, such as `team/app`: fit for a path of a URL and for a terminal.
///
/// Registries of version 2 take lower case alone, those of version 1 upper case too; regctl takes what either has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName(String);

impl RepositoryName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RepositoryName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let part = |part: &str| !part.is_empty() && part != "." && part != ".." && part.chars().all(legal);
        if text.len() <= LONGEST_NAME && text.split('/').all(part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(say!("`{}` is no name of a repository such as team/app", printable(text)))
        }
    }
}

/// As a registry lists them: `a/b` before `a-b`, since it walks its folders.
impl Ord for RepositoryName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.split('/').cmp(other.0.split('/'))
    }
}

impl PartialOrd for RepositoryName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RepositoryName {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<RepositoryName> for String {
    fn from(name: RepositoryName) -> Self {
        name.0
    }
}

/// A tag, such as `1.2` or `latest`: letters, digits and `._-`, and neither `.` nor `-` at its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

impl Tag {
    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let begins = !text.is_empty() && !text.starts_with(['.', '-']);
        if begins && text.len() <= LONGEST_TAG && text.chars().all(legal) {
            Ok(Self(text.to_owned()))
        } else {
            Err(say!("`{}` is no tag such as 1.2 or latest", printable(text)))
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Tag {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}

/// A repository, or one tag of it: `team/app` or `team/app:1.2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The repository.
    pub repository: RepositoryName,
    /// The tag, where one is named.
    pub tag: Option<Tag>,
}

impl FromStr for Reference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((before, _)) = text.split_once('@') {
            return Err(say!("`{}`: name tags, as in {}:1.2", printable(text), printable(before)));
        }
        match text.split_once(':') {
            Some((_, tag)) if tag.contains('/') => Err(say!(
                "`{}` names the registry too: that is --registry, here it is REPOSITORY[:TAG]",
                printable(text)
            )),
            Some((name, tag)) => Ok(Self { repository: name.parse()?, tag: Some(tag.parse()?) }),
            None => Ok(Self { repository: text.parse()?, tag: None }),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tag {
            Some(tag) => write!(f, "{}:{tag}", self.repository),
            None => self.repository.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tags_are_fit_for_paths_and_terminals() {
        for good in ["a", "team/app", "a/b/c", "a__b", "library/Old_Name", "a-b.c"] {
            assert!(good.parse::<RepositoryName>().is_ok(), "{good}");
        }
        for bad in
            ["", "/a", "a/", "a//b", "../a", "a/./b", "a b", "a\nb", "a?b", "a%2f", "ü", &"a".repeat(256)]
        {
            assert!(bad.parse::<RepositoryName>().is_err(), "{bad:?}");
        }
        for good in ["1.2", "latest", "_x", "V1-rc.2"] {
            assert!(good.parse::<Tag>().is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "-x", "a/b", "a b", "a\u{1b}[m", "sha256:x", &"a".repeat(129)] {
            assert!(bad.parse::<Tag>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_reference_is_a_repository_with_or_without_a_tag() {
        let read = |text: &str| {
            let reference = text.parse::<Reference>()?;
            Ok::<_, String>((reference.repository.to_string(), reference.tag.map(String::from)))
        };
        assert_eq!(read("team/app"), Ok(("team/app".to_owned(), None)));
        assert_eq!(read("team/app:1.2"), Ok(("team/app".to_owned(), Some("1.2".to_owned()))));
        assert!(read("192.168.0.1:443/app:1").expect_err("names a host").contains("--registry"));
        for bad in ["app@sha256:0", "app:", ":1", "a:b:c"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn repositories_come_in_the_order_of_folders() {
        let mut names =
            ["a-b", "a/b", "a", "a/a/z", "b"].map(|name| name.parse::<RepositoryName>().expect("legal"));
        names.sort();
        assert_eq!(names.map(String::from), ["a", "a/a/z", "a/b", "a-b", "b"]);
    }
}
