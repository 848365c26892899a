//! What the scripts on agents say, in the language of the run.
//!
//! A script speaks English, as every program on the wire does: its words come from the agent's own shell, mixed with those
//! of docker or dd. They are recognised when they are read, by their patterns in the catalogue (`{}` stands for whatever
//! the script put in), and what is not recognised stays as it came.

use super::language::{self, Language};

/// The patterns, each with its translation.
static PATTERNS: &[(&str, &str)] = regctl_catalogue::every_text!("scripts.po");

/// A detail or a message of a script, in the language of this run. Several may come in one, with commas between them.
pub fn heard(text: &str) -> String {
    match language::current() {
        Language::English => text.to_owned(),
        Language::Chinese => translated(text, PATTERNS),
    }
}

/// What a script says, as its pattern in the catalogue has it in Chinese; `None` where none fits.
pub fn in_chinese(text: &str) -> Option<String> {
    matched(text, PATTERNS)
}

fn translated(text: &str, patterns: &[(&str, &str)]) -> String {
    if let Some(whole) = matched(text, patterns) {
        return whole;
    }
    let parts = text.split(", ").map(|part| matched(part, patterns).unwrap_or_else(|| part.to_owned()));
    parts.collect::<Vec<_>>().join(", ")
}

/// By the pattern that leaves the least to its places.
fn matched(text: &str, patterns: &[(&str, &str)]) -> Option<String> {
    let fitting = patterns.iter().filter_map(|(pattern, translation)| {
        let found = captured(text, pattern)?;
        Some((found.iter().map(|place| place.len()).sum::<usize>(), filled(translation, &found)))
    });
    fitting.min_by_key(|(left, _)| *left).map(|(_, translation)| translation)
}

/// What stands for each `{}` of a pattern; `None` where the text is not of that pattern. Each but the last is as short as
/// it can be.
fn captured<'a>(text: &'a str, pattern: &str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut found = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let at = match pieces.peek() {
            None => rest.len().checked_sub(piece.len()).filter(|_| rest.ends_with(piece))?,
            Some(_) => rest.find(piece)?,
        };
        found.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty().then_some(found)
}

/// A translation with what was found in the places of its `{}`, or of `{1}` and `{0}` where the order is another.
fn filled(translation: &str, found: &[&str]) -> String {
    let mut pieces = translation.split('{');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for (turn, piece) in pieces.enumerate() {
        let (number, rest) = piece.split_once('}').unwrap_or((piece, ""));
        text.push_str(found.get(number.parse().unwrap_or(turn)).copied().unwrap_or_default());
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[(&str, &str)] = &[
        ("there is no folder {}", "没有目录 {}"),
        ("port {} is taken by {}, so nothing was written", "端口被 {1} 占用（{0}），什么也没有写"),
        ("{} is no folder", "{} 不是目录"),
    ];

    #[test]
    fn what_a_script_says_is_recognised_by_its_pattern() {
        assert_eq!(translated("there is no folder /data", SAMPLE), "没有目录 /data");
        assert_eq!(
            translated("port 5001 is taken by nginx, so nothing was written", SAMPLE),
            "端口被 nginx 占用（5001），什么也没有写"
        );
        assert_eq!(translated("/a is no folder, there is no folder /b", SAMPLE), "/a 不是目录, 没有目录 /b");
        assert_eq!(translated("dd: error writing /a", SAMPLE), "dd: error writing /a");
    }

    #[test]
    fn what_stands_in_for_a_value_is_not_read_again() {
        assert_eq!(translated("there is no folder {}", SAMPLE), "没有目录 {}");
    }
}
