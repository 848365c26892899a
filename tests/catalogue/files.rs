//! The files of the catalogue as they lie on the disk, and how they are brought up to date with what the source says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use super::{po, source};

/// So many files that say a text are named beside it.
const NAMED: usize = 3;

/// A text, and the files that say it; none for a text of the help.
type Entry = (String, BTreeSet<String>);

/// Every text that is listed, with its Chinese one, which is empty where nobody has translated it yet. With UPDATE_GOLDEN
/// the files are brought up to date first.
static LISTED: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        update(&listed());
    }
    listed()
});

/// The Chinese of a text.
pub(crate) fn in_chinese(english: &str) -> Option<&'static str> {
    LISTED.get(english).map(String::as_str).filter(|chinese| !chinese.is_empty())
}

/// The texts that are listed.
pub(crate) fn texts() -> impl Iterator<Item = &'static str> {
    LISTED.keys().map(String::as_str)
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/zh")
}

fn listed() -> BTreeMap<String, String> {
    let files = fs::read_dir(folder()).expect("can be listed").map(|entry| entry.expect("an entry").path());
    let entries = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("is text");
        po::parse(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    };
    files.flat_map(entries).collect()
}

/// Writes all files but scripts.po, whose patterns only people can find.
fn update(chinese: &BTreeMap<String, String>) {
    for (file, entries) in wanted() {
        let path = folder().join(format!("{file}.po"));
        let old = fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!(
                "src/catalogue/zh/{file}.po: {error}; src/catalogue/lib.rs lists the files of the catalogue"
            )
        });
        let header = old.split("\n\n").next().unwrap_or_default();
        fs::write(&path, written(header, &entries, chinese)).expect("can be written to");
    }
}

/// The texts that each file is to have. A text that several rooms of the code say is in the file of the first.
fn wanted() -> BTreeMap<String, Vec<Entry>> {
    let (said, comments) = (source::said(), source::comments());
    let help = source::helped().into_iter().filter(|text| !said.contains_key(text));
    let mut wanted = BTreeMap::from([("help".to_owned(), help.map(unplaced).collect::<Vec<_>>())]);
    // In their own order: a sentence may go on in the next line.
    wanted.insert("configuration".to_owned(), comments.into_iter().map(unplaced).collect());
    for (text, files) in said {
        let room = room(files.first().expect("is said somewhere"));
        wanted.entry(room).or_default().push((text, files));
    }
    wanted
}

fn unplaced(text: String) -> Entry {
    (text, BTreeSet::new())
}

/// `plan` for `src/plan/rotation.rs`; the command line itself belongs to the commands.
fn room(path: &str) -> String {
    match path.split('/').nth(1).unwrap_or_default() {
        "cli" | "cli.rs" | "main.rs" => "commands".to_owned(),
        room => room.to_owned(),
    }
}

fn written(header: &str, entries: &[Entry], chinese: &BTreeMap<String, String>) -> String {
    let mut text = format!("{}\n", header.trim_end());
    for (english, files) in entries {
        let named: Vec<_> = files.iter().take(NAMED).map(String::as_str).collect();
        let comment = if named.is_empty() { String::new() } else { format!("#: {}\n", named.join(" ")) };
        let translation = chinese.get(english).map(String::as_str).unwrap_or_default();
        text.push_str(&format!("\n{comment}msgid {}\nmsgstr {}\n", quoted(english), quoted(translation)));
    }
    text
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n").replace('\t', r"\t");
    format!("\"{escaped}\"")
}

#[test]
fn a_new_text_comes_without_chinese_and_one_that_nobody_says_goes() {
    let there = "# Texts.\nmsgid \"\"\nmsgstr \"\"\n\"Language: zh_CN\\n\"";
    let chinese = BTreeMap::from([("gone", "没有"), ("say \"{x}\"\n", "说 \"{x}\"\n")]);
    let chinese = chinese.into_iter().map(|(english, it)| (english.to_owned(), it.to_owned())).collect();
    let files = ["src/plan/b.rs", "src/plan/a.rs"].map(str::to_owned);
    let entries = [unplaced("new".to_owned()), ("say \"{x}\"\n".to_owned(), files.into())];
    let text = written(there, &entries, &chinese);
    assert_eq!(
        text,
        format!(
            "{there}\n\nmsgid \"new\"\nmsgstr \"\"\n\n#: src/plan/a.rs src/plan/b.rs\n\
             msgid \"say \\\"{{x}}\\\"\\n\"\nmsgstr \"说 \\\"{{x}}\\\"\\n\"\n"
        )
    );
    let read = po::parse(&text).expect("is a catalogue");
    assert_eq!(read[1], ("say \"{x}\"\n".to_owned(), "说 \"{x}\"\n".to_owned()));
    assert_eq!(room("src/cli/complaint.rs"), "commands");
}
