//! What the documents quote and point at is there: an example that has gone stale fails here and not at its reader's.

use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 3] = ["CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A block of a document that says which file it quotes: ```` ```rust src/cli.rs ````.
struct Quote {
    file: String,
    lines: Vec<String>,
}

fn quotes(text: &str) -> Vec<Quote> {
    let mut quotes = Vec::new();
    let mut open: Option<Quote> = None;
    for line in text.lines() {
        let fence = line.trim_start().strip_prefix("```");
        match (fence, &mut open) {
            (Some(_), Some(_)) => quotes.extend(open.take()),
            (Some(info), None) => {
                let file = info.split_whitespace().nth(1).unwrap_or_default().to_owned();
                open = Some(Quote { file, lines: Vec::new() });
            }
            (None, Some(quote)) => quote.lines.push(line.trim().to_owned()),
            (None, None) => {}
        }
    }
    quotes.into_iter().filter(|quote| !quote.file.is_empty()).collect()
}

/// Lines of the quote that its file does not have, each in full; `…` stands for what is left out.
fn missing(quote: &Quote, file: &str) -> Vec<String> {
    let there: Vec<&str> = file.lines().map(str::trim).collect();
    let wanted = quote.lines.iter().filter(|line| !line.is_empty() && *line != "…");
    wanted.filter(|line| !there.contains(&line.as_str())).cloned().collect()
}

#[test]
fn worked_examples_quote_what_is_there() {
    let quotes = quotes(&read("CONTRIBUTING.md"));
    assert!(quotes.len() >= 10, "only {} blocks of CONTRIBUTING.md name a file", quotes.len());
    let mut stale = Vec::new();
    for quote in &quotes {
        let gone = missing(quote, &read(&quote.file));
        stale.extend(gone.into_iter().map(|line| format!("{}: {line}", quote.file)));
    }
    assert!(stale.is_empty(), "CONTRIBUTING.md quotes what is not there:\n{}", stale.join("\n"));
}

/// The paths that a document names: in backticks below a folder of ours, and behind links.
fn paths(text: &str) -> Vec<String> {
    let folders = ["src/", "tests/", "templates/", "scripts/", "docs/", "fixtures/"];
    let quoted = text.split('`').skip(1).step_by(2).map(str::to_owned);
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let linked = linked.map(|path| path.trim_start_matches("../").to_owned());
    let named = quoted.chain(linked).filter(|path| folders.iter().any(|folder| path.starts_with(folder)));
    // A capital word stands for any, and what is built is not there yet.
    let stands_for_others =
        |path: &str| path.contains(['*', ' ']) || path.ends_with("TARGET") || path.contains("/target/");
    named.filter(|path| !stands_for_others(path)).collect()
}

#[test]
fn every_file_that_is_named_is_there() {
    let mut gone = Vec::new();
    for document in DOCUMENTS {
        let text = read(document);
        // What is between fences is code, and has backticks of its own.
        let prose: String = text.split("```").step_by(2).collect();
        let missing = paths(&prose).into_iter().filter(|path| !root().join(path).exists());
        gone.extend(missing.map(|path| format!("{document}: {path}")));
    }
    assert!(gone.is_empty(), "named and not there:\n{}", gone.join("\n"));
}

/// The headings of a document's parts, and how many blocks are between fences.
fn outline(text: &str) -> (usize, usize) {
    let fences = text.lines().filter(|line| line.trim_start().starts_with("```")).count();
    let prose: String = text.split("```").step_by(2).collect();
    (prose.lines().filter(|line| line.starts_with("## ")).count(), fences / 2)
}

#[test]
fn the_chinese_readme_has_the_parts_of_the_english_one() {
    // Without a Chinese one there is nothing to hold to the other.
    let Ok(chinese) = fs::read_to_string(root().join("README.zh.md")) else { return };
    assert_eq!(outline(&read("README.md")), outline(&chinese), "headings and blocks of code");
}

#[test]
fn the_tests_themselves_can_fail() {
    let found = quotes("```rust src/lib.rs\npub mod cli;\n…\npub mod nowhere;\n```\n```sh\nls\n```\n");
    assert_eq!(found.len(), 1);
    assert_eq!(missing(&found[0], "pub mod cli;\n"), ["pub mod nowhere;"]);
    assert_eq!(outline("# A\n## B\n```sh\n## no\n```\n### C\n## D\n"), (2, 1));
    assert_eq!(paths("see `src/cli.rs`, [x](../docs/y.md) and `cargo test`"), ["src/cli.rs", "docs/y.md"]);
}
