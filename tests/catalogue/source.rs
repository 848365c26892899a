//! What the source says to people: the texts in `say!` and `later!`, the help, and what stands outside of both.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::literal;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The texts of every `say!` and `later!`, each with the files that say it.
pub(crate) fn said() -> BTreeMap<String, BTreeSet<String>> {
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, tokens) in sources() {
        let mut walk = Walk::default();
        walk.stream(tokens, "");
        for text in walk.said {
            said.entry(text).or_default().insert(path.display().to_string());
        }
    }
    said
}

/// The texts of the help that the command line has.
pub(crate) fn helped() -> BTreeSet<String> {
    regctl::commands::guide::texts(&regctl::cli::Cli::definition())
}

/// The comments of the regctl.toml that init writes, line by line, each once.
pub(crate) fn comments() -> Vec<String> {
    let lines = include_str!("../../templates/regctl.toml").lines();
    let mut seen = BTreeSet::new();
    lines
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|it| seen.insert(*it))
        .map(str::to_owned)
        .collect()
}

/// Where a text that looks like one for people is in neither macro: `src/plan/x.rs: "the text"`.
pub(crate) fn unsaid() -> Vec<String> {
    let mut found = Vec::new();
    for (path, tokens) in sources() {
        let mut walk = Walk::default();
        walk.stream(tokens, "");
        let unsaid = walk.unsaid.iter().filter(|text| !is_of_others(&path, text));
        found.extend(unsaid.map(|text| format!("{}: {text:?}", path.display())));
    }
    found
}

/// Every file of `src/` but the catalogue and files of tests, without its unit tests.
fn sources() -> Vec<(PathBuf, TokenStream)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("catalogue") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("golden.rs")
                && !path.ends_with("tests.rs")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    let tokens = |path: &Path| fs::read_to_string(path).expect("is text").parse().expect("is Rust");
    files
        .into_iter()
        .map(|path| (path.strip_prefix(root).expect("is inside").to_owned(), tokens(&path)))
        .collect()
}

/// Macros whose texts are for nobody, or are compared.
const SILENT_MACROS: [&str; 14] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "debug_assert",
    "env",
    "format_description",
    "include_bytes",
    "include_str",
    "matches",
    "panic",
    "println",
    "unreachable",
    "every_text",
];

/// Functions that compare what they are given, or name something of a machine's.
const SILENT_CALLS: [&str; 27] = [
    "arg",
    "args",
    "contains",
    "ends_with",
    "env",
    "expect",
    "expect_err",
    "find",
    "get",
    "is_some_and",
    "list",
    "replace",
    "rsplit_once",
    "split",
    "split_once",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
    "told",
    "trim_end_matches",
    "trim_start_matches",
    "var",
    "var_os",
    "with_template",
    "entry",
    "position",
    "header",
];

/// Functions and events that show people what they are given: a single word is one of theirs.
const SHOWN: [&str; 6] = ["Stage", "Warning", "Detail", "consent", "offers", "secret"];

#[derive(Default)]
struct Walk {
    said: BTreeSet<String>,
    unsaid: Vec<String>,
}

impl Walk {
    fn stream(&mut self, tokens: TokenStream, inside: &str) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += self.step(&tokens, at, inside);
        }
    }

    /// Takes one thing in, and says how many tokens it has.
    fn step(&mut self, tokens: &[TokenTree], at: usize, inside: &str) -> usize {
        match &tokens[at..] {
            // An attribute; with cfg(test), what it is about as well.
            [TokenTree::Punct(hash), TokenTree::Group(group), rest @ ..] if hash.as_char() == '#' => {
                let text = group.stream().to_string();
                if text.starts_with("cfg") && text.contains("test") { 2 + item(rest) } else { 2 }
            }
            // One about the file itself.
            [TokenTree::Punct(hash), TokenTree::Punct(_), TokenTree::Group(_), ..]
                if hash.as_char() == '#' =>
            {
                3
            }
            [TokenTree::Ident(name), TokenTree::Punct(mark), TokenTree::Group(group), ..]
                if mark.as_char() == '!' =>
            {
                self.invoked(&name.to_string(), group.stream(), inside);
                3
            }
            [TokenTree::Ident(name), TokenTree::Group(group), ..]
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                self.stream(group.stream(), &name.to_string());
                2
            }
            // A pattern: it is compared.
            [TokenTree::Literal(_), TokenTree::Punct(arm), ..] if matches!(arm.as_char(), '|') => 1,
            [TokenTree::Literal(_), TokenTree::Punct(arm), TokenTree::Punct(head), ..]
                if arm.as_char() == '=' && head.as_char() == '>' =>
            {
                1
            }
            [TokenTree::Literal(literal), ..] => {
                let text = literal::value(&literal.to_string()).unwrap_or_default();
                let shown = SHOWN.contains(&inside) && has_word(&text);
                if shown || !SILENT_CALLS.contains(&inside) && is_for_people(&text) {
                    self.unsaid.push(text);
                }
                1
            }
            [TokenTree::Group(group), ..] => {
                self.stream(group.stream(), "");
                1
            }
            _ => 1,
        }
    }

    fn invoked(&mut self, name: &str, arguments: TokenStream, inside: &str) {
        if matches!(name, "say" | "later") {
            let mut arguments = arguments.into_iter();
            let first = arguments.next().map(|literal| literal.to_string());
            self.said.extend(first.and_then(|literal| literal::value(&literal)));
            self.stream(arguments.collect(), "");
        } else if !SILENT_MACROS.contains(&name) {
            self.stream(arguments, if SHOWN.contains(&inside) { inside } else { name });
        }
    }
}

/// How many tokens the item at the beginning has: up to its body, or its semicolon.
fn item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    tokens.iter().position(ends).map_or(tokens.len(), |at| at + 1)
}

/// Two words of small letters with a blank between them.
fn is_for_people(text: &str) -> bool {
    let word = |word: &str| {
        word.len() > 1 && word.trim_end_matches([',', ':', ';', '.']).bytes().all(|b| b.is_ascii_lowercase())
    };
    let words: Vec<&str> = text.split(' ').collect();
    words.windows(2).any(|pair| word(pair[0]) && word(pair[1]))
}

/// Lines that are typed, and texts that the test of the help looks at.
const GUIDE: &str = "src/commands/guide";

/// Files with tables of other programs' words; what regctl itself says there are whole sentences.
const TABLES: [&str; 3] = ["effects/ssh/diagnose.rs", "plan/checks/engine.rs", "plan/app/keys.rs"];

/// Words of other programs, of scripts and of documents, by which they are recognised or which are written into them.
const OF_OTHERS: &[&str] = &[
    "(made when it is deployed)",
    "60 see what the tls check says",
    "IPv4 forwarding is disabled",
    "another program",
    "bridge-nf-call-iptables is disabled",
    "docker logs",
    "kernel memory",
    "not running",
    "pushed by regctl verify; safe to delete",
    "connection closed",
    "current password",
    "end of file",
    "error reading a body",
    "made file",
    "new password",
    "old password",
    "push to and pull from {}",
    "regctl cert renew",
    "regctl cert rotate-ca",
    "regctl doctor --repair",
    "reset by peer",
    "unexpected eof",
    "regctl verify",
    "a script's values have names",
];

/// A word outside of the braces.
fn has_word(text: &str) -> bool {
    let outside = text.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, rest)| rest));
    let mut words = outside.flat_map(|piece| piece.split(|c: char| !c.is_ascii_alphabetic()));
    words.any(|word| word.len() > 2)
}

fn is_of_others(path: &Path, text: &str) -> bool {
    let written = text.starts_with("# Written by") || text.starts_with("exec env LC_ALL=C sudo");
    written
        || path.starts_with(GUIDE)
        || OF_OTHERS.contains(&text)
        || TABLES.iter().any(|table| path.ends_with(table)) && !text.ends_with('.')
}
