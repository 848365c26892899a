//! Each text once: what 5,000 agents say alike would fill a page 5,000 times.

use std::collections::HashMap;

use serde::Serialize;

/// Longer ones are cut: a page is to open at once, whatever an agent writes.
const MOST_CHARS: usize = 2_000;

/// The number of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(super) struct Text(u32);

/// The texts by their number; number 0 is the empty one.
#[derive(Debug)]
pub(super) struct Texts {
    all: Vec<String>,
    numbers: HashMap<String, Text>,
}

impl Texts {
    /// None but the empty one.
    pub(super) fn new() -> Self {
        let numbers = HashMap::from([(String::new(), Text(0))]);
        Self { all: vec![String::new()], numbers }
    }

    /// The number of this text.
    pub(super) fn number(&mut self, text: &str) -> Text {
        let cut = text.char_indices().nth(MOST_CHARS).map(|(end, _)| format!("{}…", &text[..end]));
        let text = cut.as_deref().unwrap_or(text);
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let number = Text(u32::try_from(self.all.len()).expect("fewer than 2^32 texts"));
        self.all.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// The same, the empty text for none.
    pub(super) fn maybe(&mut self, text: Option<&String>) -> Text {
        text.map_or(Text(0), |text| self.number(text))
    }

    /// All of them, in the order of their numbers.
    pub(super) fn into_all(self) -> Vec<String> {
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_number_and_none_is_endless() {
        let mut texts = Texts::new();
        let numbers = [texts.number("a"), texts.number("b"), texts.number("a"), texts.maybe(None)];
        assert_eq!(numbers, [Text(1), Text(2), Text(1), Text(0)]);
        texts.number(&"ä".repeat(3_000));
        let all = texts.into_all();
        assert_eq!(all[..3], ["", "a", "b"]);
        assert_eq!(all[3].chars().count(), MOST_CHARS + 1);
    }
}
