//! Patterns with `*` (any characters) and `?` (exactly one), as for --only and --skip.

use std::convert::Infallible;
use std::str::FromStr;

/// A pattern that a whole text either matches or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// Whether the whole text matches; case does not count, as in host names.
    pub fn matches(&self, text: &str) -> bool {
        matches(self.0.to_lowercase().as_bytes(), text.to_lowercase().as_bytes())
    }

    /// Whether the whole text matches to the letter, as for tags: `RC1` and `rc1` are two.
    pub fn matches_exactly(&self, text: &str) -> bool {
        matches(self.0.as_bytes(), text.as_bytes())
    }
}

fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut next) = (0, 0);
    // Where the last `*` stands and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while next < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, next));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[next] => (at, next) = (at + 1, next + 1),
            _ => match star {
                Some((stood, took)) => {
                    star = Some((stood, took + 1));
                    (at, next) = (stood + 1, took + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

impl FromStr for Glob {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_is_matched() {
        for (pattern, text, expected) in [
            ("10.0.0.*", "10.0.0.17", true),
            ("10.0.0.?", "10.0.0.17", false),
            ("*-S1", "a6cb0a45-S1", true),
            ("*-S1", "a6cb0a45-S11", false),
            ("A1", "a1", true),
            ("a1", "a10", false),
            ("*a*b*", "xxaxxbx", true),
            ("*ab", "aab", true),
            ("", "a", false),
            ("**", "", true),
        ] {
            let glob: Glob = pattern.parse().expect("any text is a pattern");
            assert_eq!(glob.matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn case_counts_where_it_makes_another_name() {
        let glob: Glob = "RC*".parse().expect("any text is a pattern");
        assert!(glob.matches("rc1") && glob.matches_exactly("RC1") && !glob.matches_exactly("rc1"));
    }
}
