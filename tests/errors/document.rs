//! docs/errors.md, written from the tables of kinds and from what the source says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use regctl::domain::agent::AgentErrorKind;
use regctl::domain::fault::FaultKind;
use regctl::plan::checks::causes::CAUSES;

use crate::sites::{Found, Said, Site};

const HEAD: &str = "\
# Errors

Every error that regctl can end with, what an agent can fail with in a report, and what the checks of `verify` and
`doctor` can find. A message carries its code, `error[app-locked]: …`, and JSON has it as `kind` (of a check: `cause`);
the words stay the same from release to release. `regctl explain CODE` says the same at the terminal.

In the messages `{…}` stands for what is known in a run only. This page is made from the source:
`UPDATE_GOLDEN=1 cargo test --test errors` writes it anew, and a test fails where it is not fresh.
";

/// The whole page.
pub(crate) fn page(said: &[Said]) -> String {
    let mut page = HEAD.to_owned();
    let sites: Vec<&Site> = said.iter().flat_map(|it| &it.sites).collect();
    page += "\n## What a run ends with\n\n| Code | Exit | Cause |\n|---|---|---|\n";
    for kind in FaultKind::ALL {
        let (word, exit, cause) = (kind.word(), kind.exit().code(), kind.cause());
        let _ = writeln!(page, "| [`{word}`](#{word}) | {exit} | {cause} |");
    }
    for kind in FaultKind::ALL {
        let _ = write!(page, "\n### {}\n\nExit {}. ", kind.word(), kind.exit().code());
        page += &entry(&kind.cause(), &kind.cure(), of(&sites, "FaultKind", kind.variant()));
    }
    page += "\n## What is wrong with a value\n\nThese stand in `bad-value`, `config`, `input-file` and where the command \
             line is parsed.\n\n";
    page += &list(said.iter().flat_map(|it| &it.reasons));
    page += "\n## What stands around another error\n\nWhere one step of several failed, its message stands in `{message}`, and \
             the code is its own.\n\n";
    page += &messages(of(&sites, "FaultKind", ""));
    page += "\n## What an agent fails with\n\nOther agents are still done: the run ends with 3, or with 1 where all failed.\n";
    for kind in AgentErrorKind::ALL {
        let _ = write!(page, "\n### {} (agent)\n\n", kind.word());
        page += &entry(&kind.cause(), &kind.cure(), of(&sites, "AgentErrorKind", kind.variant()));
    }
    page + &checks(said)
}

/// The sites of a kind; with no kind, those that keep another error's.
fn of<'a>(sites: &[&'a Site], table: &'a str, variant: &'a str) -> Vec<&'a Site> {
    let fits = |site: &&&Site| match variant {
        "" => site.kinds.is_empty(),
        variant => site.kinds.iter().any(|kind| kind == variant),
    };
    sites.iter().filter(|site| site.table == table).filter(fits).copied().collect()
}

fn entry(cause: &str, cure: &str, sites: Vec<&Site>) -> String {
    format!("{cause}\n\n**Cure:** {cure}\n\n{}", messages(sites))
}

/// The messages, each once, and below it what is to be done.
fn messages(sites: Vec<&Site>) -> String {
    let mut hints: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for site in sites {
        for text in &site.texts {
            hints.entry(text).or_default().extend(site.hints.iter().map(String::as_str));
        }
    }
    let item = |(text, hints): (&&str, &BTreeSet<&str>)| {
        let hints: String = hints.iter().map(|hint| format!("  - {}\n", one_line(hint))).collect();
        format!("- {}\n{hint}", code(text), hint = hints)
    };
    hints.iter().map(item).collect()
}

fn list<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let texts: BTreeSet<_> = texts.collect();
    texts.iter().map(|text| format!("- {}\n", code(text))).collect()
}

/// A message stands between backquotes, of which it may have some itself; what is passed on does not.
fn code(text: &str) -> String {
    let text = one_line(text);
    match text.as_bytes() {
        [b'(', .., b')'] => text,
        _ if text.contains('`') => format!("`` {text} ``"),
        _ => format!("`{text}`"),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What checks find, by cause.
fn checks(said: &[Said]) -> String {
    let mut page =
        "\n## What checks find\n\nA check is told with its name; the line below it says what to do.\n"
            .to_owned();
    let found: Vec<&Found> = said.iter().flat_map(|it| &it.found).collect();
    let mut causes: BTreeSet<&str> = CAUSES.iter().map(|(word, _)| *word).collect();
    causes.extend(found.iter().flat_map(|it| &it.causes).map(String::as_str).filter(|it| !it.contains('{')));
    for cause in causes {
        let here: Vec<_> = found.iter().filter(|it| it.causes.iter().any(|it| it == cause)).collect();
        let checks: BTreeSet<_> = here
            .iter()
            .flat_map(|it| &it.checks)
            .filter(|it| !it.contains('{'))
            .map(|it| format!("`{it}`"))
            .collect();
        let _ = write!(page, "\n### {cause} (check)\n\n");
        if let Some((_, meaning)) = CAUSES.iter().find(|(word, _)| *word == cause) {
            let _ = write!(page, "Meaning: {meaning}.\n\n");
        }
        if !checks.is_empty() {
            let _ = write!(page, "Found by {}.\n\n", checks.into_iter().collect::<Vec<_>>().join(", "));
        }
        let sites: Vec<Site> = here
            .iter()
            .map(|it| Site { table: "", kinds: Vec::new(), texts: it.texts.clone(), hints: it.hints.clone() })
            .collect();
        page += &messages(sites.iter().collect());
    }
    page
}
