//! daemon.json, edited in place: what is not asked for stays to the byte, in its order.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;

use super::json_spans::{Member, cut, elements, members};
use crate::domain::answer::shown;

/// The text of a daemon.json that is sound, and where its keys are in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DaemonJson {
    text: String,
    members: Vec<Member>,
    /// Between the outer brackets.
    inside: Range<usize>,
}

impl DaemonJson {
    /// Reads a text; an empty one is an object without keys. Errors, in words: what is wrong with it, and where.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Self::parse("{}\n");
        }
        if text.starts_with('\u{feff}') {
            return Err(say!("it starts with a byte order mark").to_owned());
        }
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(_)) => {}
            Ok(_) => return Err(say!("it is no JSON object").to_owned()),
            Err(error) => return Err(error.to_string()),
        }
        let (members, inside) = members(text);
        let mut seen = BTreeSet::new();
        match members.iter().find(|member| !seen.insert(member.key.as_str())) {
            Some(twice) => Err(say!("its key {} is there twice", shown(&twice.key))),
            None => Ok(Self { text: text.to_owned(), members, inside }),
        }
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.member(key).is_some()
    }

    /// Whether no key is there.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The entries of a list; none where the key is not there. Errors, in words: it is no list of texts.
    pub(super) fn list(&self, key: &str) -> Result<Vec<String>, String> {
        let Some(member) = self.member(key) else { return Ok(Vec::new()) };
        serde_json::from_str(&self.text[member.value.clone()])
            .map_err(|_| say!("its key {key} is no list of texts"))
    }

    /// Whether both hold the same keys in the same order, with the same values.
    pub(super) fn means_the_same(&self, other: &Self) -> bool {
        let meaning = |it: &Self| -> Vec<(String, Option<Value>)> {
            let value = |member: &Member| serde_json::from_str(&it.text[member.value.clone()]).ok();
            it.members.iter().map(|member| (member.key.clone(), value(member))).collect()
        };
        meaning(self) == meaning(other)
    }

    /// The same with an empty list, which was not there.
    pub(super) fn with_empty(&self, key: &str) -> Self {
        self.with_member(key, "[]")
    }

    /// The same with these entries at the end of a list, which [`Self::list`] can read.
    pub(super) fn adding(&self, key: &str, entries: &[String]) -> Self {
        if entries.is_empty() {
            return self.clone();
        }
        let Some(member) = self.member(key) else {
            return self.with_member(key, &format!("[{}]", quoted(entries, ", ")));
        };
        let elements = elements(&self.text, &member.value);
        let Some(last) = elements.last() else {
            return self.replaced(member.value.clone(), &format!("[{}]", quoted(entries, ", ")));
        };
        let between = match elements.iter().rev().nth(1) {
            Some(before) => self.text[before.end..last.start].to_owned(),
            None => separator(&self.text[member.value.start + 1..last.start]),
        };
        self.replaced(last.end..last.end, &format!("{between}{}", quoted(entries, &between)))
    }

    /// The same without these entries of a list.
    pub(super) fn removing(&self, key: &str, entries: &[String]) -> Self {
        let mut rest = self.clone();
        while let Some(member) = rest.member(key) {
            let elements = elements(&rest.text, &member.value);
            let unwanted = |span: &Range<usize>| {
                serde_json::from_str::<String>(&rest.text[span.clone()])
                    .is_ok_and(|entry| entries.contains(&entry))
            };
            let Some(at) = elements.iter().position(unwanted) else { break };
            let inside = member.value.start + 1..member.value.end - 1;
            rest = rest.replaced(cut(&elements, at, inside), "");
        }
        rest
    }

    /// The same without a key.
    pub(super) fn without(&self, key: &str) -> Self {
        let Some(at) = self.members.iter().position(|member| member.key == key) else { return self.clone() };
        let spans: Vec<_> = self.members.iter().map(|member| member.whole.clone()).collect();
        self.replaced(cut(&spans, at, self.inside.clone()), "")
    }

    fn member(&self, key: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.key == key)
    }

    /// The same with a further key at the end, laid out as the others are.
    fn with_member(&self, key: &str, value: &str) -> Self {
        let Some(last) = self.members.last() else {
            let end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
            return self.replaced(self.inside.clone(), &format!("{end}  \"{key}\": {value}{end}"));
        };
        let between = match self.members.iter().rev().nth(1) {
            Some(before) => self.text[before.whole.end..last.whole.start].to_owned(),
            None => separator(&self.text[self.inside.start..last.whole.start]),
        };
        let colon = &self.text[last.key_end..last.value.start];
        let at = last.whole.end;
        self.replaced(at..at, &format!("{between}\"{key}\"{colon}{value}"))
    }

    fn replaced(&self, span: Range<usize>, by: &str) -> Self {
        let mut text = self.text.clone();
        text.replace_range(span, by);
        let (members, inside) = members(&text);
        Self { text, members, inside }
    }
}

/// What goes between two things, by what stands before the first: each on a line of its own, or all on one.
fn separator(before: &str) -> String {
    if before.contains('\n') { format!(",{before}") } else { ", ".to_owned() }
}

fn quoted(entries: &[String], between: &str) -> String {
    let quoted: Vec<_> = entries.iter().map(|entry| Value::from(entry.as_str()).to_string()).collect();
    quoted.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "insecure-registries";

    fn added(text: &str) -> String {
        let file = DaemonJson::parse(text).expect("is sound");
        file.list(KEY).expect("is a list");
        let after = file.adding(KEY, &["r:5000".to_owned()]);
        assert_eq!(DaemonJson::parse(after.text()), Ok(after.clone()), "{text}");
        after.text().to_owned()
    }

    #[test]
    fn an_entry_is_added_as_the_file_is_laid_out() {
        for (before, after) in [
            ("", "{\n  \"insecure-registries\": [\"r:5000\"]\n}\n"),
            ("{}", "{\n  \"insecure-registries\": [\"r:5000\"]\n}"),
            ("{\"debug\":true}", "{\"debug\":true, \"insecure-registries\":[\"r:5000\"]}"),
            ("{\"b\":1,\"a\":2}\n", "{\"b\":1,\"a\":2,\"insecure-registries\":[\"r:5000\"]}\n"),
            (
                "{\n\t\"b\": 1.50,\n\t\"a\": {\"x\" : [1 ,2]}\n}\n",
                "{\n\t\"b\": 1.50,\n\t\"a\": {\"x\" : [1 ,2]},\n\t\"insecure-registries\": [\"r:5000\"]\n}\n",
            ),
            (
                "{\r\n    \"a\": 1\r\n}",
                "{\r\n    \"a\": 1,\r\n    \"insecure-registries\": [\"r:5000\"]\r\n}",
            ),
            ("{\"insecure-registries\": [ ], \"a\": 1}", "{\"insecure-registries\": [\"r:5000\"], \"a\": 1}"),
            ("{\"insecure-registries\":[\"x,]\"]}", "{\"insecure-registries\":[\"x,]\", \"r:5000\"]}"),
            (
                "{\"insecure-registries\": [\n    \"a\",\n    \"b\"\n  ]}",
                "{\"insecure-registries\": [\n    \"a\",\n    \"b\",\n    \"r:5000\"\n  ]}",
            ),
            (
                "{\"insecure-registries\": [\n    \"a\"\n  ]}",
                "{\"insecure-registries\": [\n    \"a\",\n    \"r:5000\"\n  ]}",
            ),
        ] {
            assert_eq!(added(before), after, "{before}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_told_with_its_place() {
        for (text, why) in [
            ("{\"a\": 1,}", "line 1 column 9"),
            ("{\n  // so\n  \"a\": 1\n}", "line 2 column 3"),
            ("\u{feff}{}", "byte order mark"),
            ("{\"a\": 1, \"b\": 2, \"\\u0061\": 3}", "a is there twice"),
            ("[]", "no JSON object"),
            ("{\"a\": \u{201c}b\u{201d}}", "line 1 column 7"),
            ("{} {}", "trailing characters"),
        ] {
            let error = DaemonJson::parse(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
        for text in [
            "{\"insecure-registries\": \"a\"}",
            "{\"insecure-registries\": [1]}",
            "{\"insecure-registries\": null}",
        ] {
            let file = DaemonJson::parse(text).expect("is sound");
            assert!(file.list(KEY).is_err_and(|why| why.contains("no list of texts")), "{text}");
        }
    }

    #[test]
    fn what_was_added_goes_again_and_nothing_else() {
        let gone = |text: &str, entries: &[&str]| {
            let entries: Vec<_> = entries.iter().map(|entry| (*entry).to_owned()).collect();
            DaemonJson::parse(text).expect("is sound").removing(KEY, &entries).text().to_owned()
        };
        let three = "{\"insecure-registries\": [\"a\", \"b\", \"c\"], \"x\": 1}";
        assert_eq!(gone(three, &["b"]), "{\"insecure-registries\": [\"a\", \"c\"], \"x\": 1}");
        assert_eq!(gone(three, &["c", "a"]), "{\"insecure-registries\": [\"b\"], \"x\": 1}");
        assert_eq!(gone(three, &["a", "b", "c"]), "{\"insecure-registries\": [], \"x\": 1}");
        assert_eq!(gone(three, &["d"]), three);
        for before in ["{\"debug\":true}", "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n", "{\"a\":1,\"b\":2}"]
        {
            let after = DaemonJson::parse(&added(before)).expect("is sound");
            assert_eq!(after.without(KEY).text(), before);
        }
        let file = DaemonJson::parse("{\"insecure-registries\": [], \"x\": 1}").expect("is sound");
        assert_eq!(file.without(KEY).text(), "{\"x\": 1}");
        assert!(DaemonJson::parse("{ \"a\": 1 }").is_ok_and(|file| file.without("a").is_empty()));
    }

    #[test]
    fn no_text_makes_it_panic_and_what_it_writes_is_sound() {
        // A small generator of its own: the same texts every time.
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed >> 33).unwrap_or(0) % below
        };
        const PIECES: [&str; 18] = [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\"a\"",
            "\"insecure-registries\"",
            " ",
            "\n\t",
            "1",
            "null",
            "ü",
            "\"insecure-registries\":[\"b\"]",
            "\u{0}",
            "\"\\\"\"",
        ];
        let mut sound = 0;
        for round in 0..60_000 {
            let body: String = (0..next(9)).map(|_| PIECES[next(PIECES.len())]).collect();
            let text = if round % 2 == 0 { format!("{{{body}}}") } else { body };
            let Ok(file) = DaemonJson::parse(&text) else { continue };
            let Ok(before) = file.list(KEY) else { continue };
            sound += 1;
            let entry = ["new".to_owned()];
            let after = DaemonJson::parse(file.adding(KEY, &entry).text()).expect("stays sound");
            assert_eq!(after.list(KEY), Ok([&before[..], &entry[..]].concat()), "{text}");
            let back = DaemonJson::parse(after.removing(KEY, &entry).text()).expect("stays sound");
            assert_eq!(back.list(KEY), Ok(before), "{text}");
            assert!(DaemonJson::parse(after.without(KEY).text()).is_ok_and(|file| !file.has(KEY)), "{text}");
        }
        assert!(sound > 100, "{sound} texts were sound");
    }
}
