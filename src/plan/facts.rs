//! What an agent says of itself, read without trust: a fact that makes no sense is one that was not told.

use crate::domain::script::Answer;

/// The facts of one agent.
#[derive(Clone, Copy)]
pub(in crate::plan) struct Facts<'a>(&'a Answer);

impl<'a> Facts<'a> {
    /// The facts of an answer.
    pub(in crate::plan) const fn of(answer: &'a Answer) -> Self {
        Self(answer)
    }

    /// A fact of one line; one without a value counts as not told.
    pub(in crate::plan) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.facts.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A fact that is a number.
    pub(in crate::plan) fn number(&self, key: &str) -> Option<u64> {
        self.get(key)?.parse().ok()
    }

    /// The facts of one line whose keys begin so, without that beginning.
    pub(in crate::plan) fn under(&self, prefix: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.facts.iter().filter_map(move |(key, value)| Some((key.strip_prefix(prefix)?, value.as_str())))
    }

    /// A text that came in pieces of hexadecimal digits.
    pub(in crate::plan) fn carried(&self, key: &str) -> Option<String> {
        let prefix = format!("{key}.");
        let pieces = self.0.facts.iter().filter_map(|(name, digits)| {
            let number = name.strip_prefix(&prefix)?;
            number.bytes().all(|b| b.is_ascii_digit()).then_some(digits.as_str())
        });
        let digits: String = pieces.collect();
        if digits.is_empty() {
            return None;
        }
        let byte = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
        Some(String::from_utf8_lossy(&bytes?).into_owned())
    }

    /// The files that were carried, by their paths.
    pub(in crate::plan) fn files(&self) -> Vec<(&'a str, String)> {
        self.files_with_modes().into_iter().map(|(path, _, text)| (path, text)).collect()
    }

    /// The same with the permission bits of each, where they were told.
    pub(in crate::plan) fn files_with_modes(&self) -> Vec<(&'a str, Option<&'a str>, String)> {
        let file = |(key, path): (&'a String, &'a String)| {
            let number = key.strip_prefix("file.")?;
            let text = self.carried(&format!("text.{number}")).unwrap_or_default();
            Some((path.as_str(), self.get(&format!("mode.{number}")), text))
        };
        self.0.facts.iter().filter_map(file).collect()
    }
}

#[cfg(test)]
pub(in crate::plan) mod tests {
    use super::*;

    /// The answer of an agent that says this; a key that ends with `#` carries its value.
    pub(in crate::plan) fn answer(facts: &[(&str, &str)]) -> Answer {
        let mut answer = Answer::default();
        for (key, value) in facts {
            match key.strip_suffix('#') {
                None => drop(answer.facts.insert((*key).to_owned(), (*value).to_owned())),
                Some(key) => {
                    for (number, piece) in value.as_bytes().chunks(7).enumerate() {
                        let digits = piece.iter().map(|byte| format!("{byte:02x}")).collect();
                        answer.facts.insert(format!("{key}.{:03}", number + 1), digits);
                    }
                }
            }
        }
        answer
    }

    #[test]
    fn what_was_carried_is_whole_again() {
        let text = "{\n  \"a\": \"ü\u{1b}[31m\"\n}\n".repeat(20);
        let answer = answer(&[("file.1", "/etc/a"), ("text.1#", &text), ("text.10#", "other")]);
        let facts = Facts::of(&answer);
        assert_eq!(facts.carried("text.1").as_deref(), Some(text.as_str()));
        assert_eq!(facts.files(), [("/etc/a", text)]);
    }

    #[test]
    fn nonsense_is_not_told() {
        let answer = answer(&[
            ("a.001", "zz"),
            ("b.001", "616"),
            ("c.xyz", "61"),
            ("d.001", "é1"),
            ("n", "-1"),
            ("e", ""),
        ]);
        let facts = Facts::of(&answer);
        for key in ["a", "b", "c", "d", "nothing"] {
            assert_eq!(facts.carried(key), None, "{key}");
        }
        assert_eq!((facts.number("n"), facts.get("e")), (None, None));
    }
}
