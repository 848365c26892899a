//! Holds the imports of `src/` to the rule: main -> cli -> commands -> {report, effects, terminal, plan} -> domain, and
//! report -> plan for the types that it renders. Outside crates have their rooms too.

use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms each room may import.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("plan", &["domain"]),
    ("effects", &["domain"]),
    ("terminal", &["domain"]),
    ("report", &["domain", "plan"]),
    ("commands", &["domain", "plan", "effects", "terminal", "report", "cli"]),
    ("cli", &["domain", "commands", "report", "terminal"]),
];

/// What a room must not name, and why.
const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    (
        "domain",
        &["clap::", "tokio::", "std::fs", "std::env", "reqwest::", "openssh::"],
        "domain does nothing",
    ),
    (
        "plan",
        &[
            "clap::",
            "tokio::",
            "reqwest::",
            "openssh::",
            "std::fs",
            "std::env",
            "now_utc",
            "SystemTime",
            "Instant::now",
            "rand::",
        ],
        "plan is pure: no clock, no randomness, no environment, no network",
    ),
    (
        "report",
        &["clap::", "tokio::", "std::fs", "std::env", "now_utc", "SystemTime", "Instant::now"],
        "report is pure",
    ),
    ("effects", &["clap::", "dialoguer::", "indicatif::"], "effects neither parse flags nor draw"),
    ("commands", &["indicatif::", "dialoguer::"], "only terminal draws and asks"),
];

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("src can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The room of a file (`src/plan/cert.rs` and `src/plan.rs` are both `plan`) and its text up to its unit tests.
fn rooms() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let of = |path: PathBuf| {
        let inside = path.strip_prefix(&src).expect("is inside src");
        let first =
            inside.components().next().expect("has a name").as_os_str().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("is text");
        let lines = text.split("#[cfg(test)]").next().unwrap_or_default().lines();
        let code = lines.filter(|line| !is_comment(line)).collect::<Vec<_>>().join("\n");
        (first.trim_end_matches(".rs").to_owned(), path, code)
    };
    sources(&src).into_iter().map(of).collect()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The rooms that a text names as `crate::room`, also inside `use crate::{a, b}`.
fn imported(code: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => found
                .extend(list.split('}').next().unwrap_or_default().split(',').map(|item| word(item.trim()))),
            None => found.push(word(rest)),
        }
    }
    found
}

#[test]
fn rooms_import_downwards_only() {
    let mut broken = Vec::new();
    for (room, path, code) in rooms() {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == room) else { continue };
        for import in imported(&code) {
            let known = ALLOWED.iter().any(|(name, _)| *name == import);
            if known && import != room && !allowed.contains(&import.as_str()) {
                broken.push(format!("{}: {room} must not import {import}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn outside_crates_keep_to_their_rooms() {
    let mut broken = Vec::new();
    for (room, path, code) in rooms() {
        for (_, words, why) in FORBIDDEN.iter().filter(|(name, ..)| *name == room) {
            for word in words.iter().filter(|word| code.contains(**word)) {
                broken.push(format!("{}: names {word}, but {why}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Where a value's Debug form is written, and why nobody who uses regctl meets it.
const DEBUG_FORMS: &[(&str, &str)] =
    &[("domain/container.rs", "is itself the Debug form, with the secrets left out")];

#[test]
fn no_debug_form_is_shown_to_people() {
    let shows = |line: &&str| {
        line.split('{')
            .skip(1)
            .any(|gap| gap.split('}').next().is_some_and(|gap| gap.ends_with(":?") || gap.ends_with(":#?")))
    };
    let mut broken = Vec::new();
    for (_, path, code) in rooms() {
        let allowed = DEBUG_FORMS.iter().any(|(file, _)| path.ends_with(file));
        let is_test = path.ends_with("tests.rs") || path.components().any(|it| it.as_os_str() == "catalogue");
        for line in code.lines().filter(shows).filter(|_| !allowed && !is_test) {
            broken.push(format!("{}: {}", path.display(), line.trim()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_rule_itself_can_fail() {
    assert_eq!(
        imported("use crate::effects::ssh;\nuse crate::{plan::app, report};"),
        ["effects", "plan", "report"]
    );
    assert!(rooms().len() > 10, "src was not found");
}
