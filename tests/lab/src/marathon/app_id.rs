//! Ids of apps: paths such as `/infra/registry`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What Marathon says of an id with a character it does not take.
pub(crate) const SEGMENT_RULE: &str = "must fully match regular expression '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$'";

/// The words that are parts of routes and so may not end an id.
const RESERVED: [&str; 5] = ["restart", "tasks", "versions", ".", ".."];

/// An id in canonical form: absolute, without empty, `.` or `..` segments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct AppId(String);

impl AppId {
    /// The id that `text` names, seen from the root.
    pub(crate) fn canonical(text: &str) -> Self {
        let mut path: Vec<&str> = Vec::new();
        for segment in text.split('/').filter(|it| !it.is_empty() && *it != ".") {
            if segment == ".." {
                path.pop();
            } else {
                path.push(segment);
            }
        }
        Self(format!("/{}", path.join("/")))
    }

    /// The id as it is written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The id without slashes, as in task ids: `infra_registry`.
    pub(crate) fn safe(&self) -> String {
        self.0.trim_start_matches('/').replace('/', "_")
    }

    /// True for `/`, which no app can have.
    pub(crate) fn is_root(&self) -> bool {
        self.0 == "/"
    }

    /// Every segment is made of lower-case letters, digits, dashes and dots, as the rule wants it.
    pub(crate) fn has_legal_segments(&self) -> bool {
        self.is_root() || self.0[1..].split('/').all(is_dotted_name)
    }

    /// Ends with a word that is part of a route.
    pub(crate) fn ends_with_reserved_word(&self) -> bool {
        self.0.rsplit('/').next().is_some_and(|last| RESERVED.contains(&last))
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// True for what the published pattern takes as an id: segments that are empty, `..` or dotted names.
pub(crate) fn is_path(text: &str) -> bool {
    text.split('/').all(|segment| segment.is_empty() || segment == ".." || is_dotted_name(segment))
}

/// True for one name of lower-case letters, digits and inner dashes: also the rule for names of ports.
pub(crate) fn is_name(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_dotted_name(segment: &str) -> bool {
    segment.split('.').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_absolute_and_plain() {
        for (written, canonical) in
            [("registry", "/registry"), ("/a//b/", "/a/b"), ("/a/../b", "/b"), ("..", "/"), ("", "/")]
        {
            assert_eq!(AppId::canonical(written).as_str(), canonical, "{written:?}");
        }
        assert_eq!(AppId::canonical("/infra/registry").safe(), "infra_registry");
    }

    #[test]
    fn only_small_letters_digits_dashes_and_dots_are_legal() {
        for legal in ["/registry", "/a/b-1/c.d"] {
            assert!(is_path(legal) && AppId::canonical(legal).has_legal_segments(), "{legal:?}");
        }
        for illegal in ["/Registry", "/a b", "/-a", "/a-", "/a_b", "/a..b", "/ä"] {
            assert!(!is_path(illegal) && !AppId::canonical(illegal).has_legal_segments(), "{illegal:?}");
        }
        assert!(AppId::canonical("/a/versions").ends_with_reserved_word());
        assert!(!AppId::canonical("/versions/a").ends_with_reserved_word());
    }
}
