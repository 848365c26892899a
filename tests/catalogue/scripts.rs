//! What the scripts in `templates/` say to whoever started them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::po;

/// The words after which a script says something: the functions of prelude.sh.hbs and the variables that they tell.
const SPEAKING: [&str; 9] = [
    "fail",
    "unsupported",
    "note changed",
    "note drifted",
    "complain",
    "standing=",
    "todo=",
    "words=",
    "detail=",
];

/// The texts of all scripts, with `X` where the script puts something in.
pub(crate) fn said() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut said = BTreeSet::new();
    for path in files(&folder) {
        for line in fs::read_to_string(&path).expect("is text").lines() {
            said.extend(texts(line));
        }
    }
    said
}

/// The patterns of the catalogue that are for scripts.
pub(crate) fn patterns() -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/zh/scripts.po");
    let entries = po::parse(&fs::read_to_string(file).expect("is text")).expect("is a catalogue");
    entries.into_iter().map(|(english, _)| english).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("can be listed").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.to_string_lossy().ends_with(".sh.hbs"))
        .collect()
}

/// The quoted texts of a line that are said, where they are sentences.
fn texts(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in SPEAKING {
        for (at, _) in line.match_indices(word) {
            let before = line[..at].chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '"') {
                continue;
            }
            let rest = line[at + word.len()..].trim_start_matches(' ');
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let Some((quote, inner)) = quote.and_then(|quote| Some((quote, rest.get(1..)?))) else {
                continue;
            };
            found.extend(inner.split(quote).next().map(plain));
        }
    }
    found.retain(|text| is_sentence(text));
    found
}

/// A text with `X` in the place of each `$name`, `${name…}` and `$(command)`.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        plain.push_str(before);
        let end = match after.chars().next() {
            Some('{') => after.find('}').map(|at| at + 1),
            Some('(') => closing(after),
            _ => after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(|at| at.max(1)),
        };
        // What is appended to a detail is no text of its own.
        if !after.starts_with("{detail:+") {
            plain.push('X');
        }
        rest = end.map_or("", |end| &after[end..]);
    }
    plain + rest
}

/// Where the parenthesis that a text begins with is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(at + 1)
    })
}

fn is_sentence(text: &str) -> bool {
    let words = text.split(' ').filter(|word| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase()));
    let whole = text.matches('(').count() == text.matches(')').count();
    words.count() >= 2 && whole && !text.contains("{{")
}
