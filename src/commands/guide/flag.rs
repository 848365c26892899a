//! A flag as its help tells it.

use clap::Arg;
use clap::builder::PossibleValue;

use crate::domain::help::Flag;
use crate::domain::language::spoken;

/// Where the texts of flags say what holds without them, in each language.
const DEFAULT: [&str; 2] = ["[default: ", "[默认："];

/// Groups that many commands share: they come last, in this order. Of their flags the short form shows these.
const SHARED: &[(&str, &[&str])] = &[
    ("Nexus", &[]),
    ("Docker host", &[]),
    ("Local proxy", &[]),
    ("Docker Engine", &[]),
    ("Report", &["report"]),
    ("Plan only", &["dry-run", "check"]),
    ("Agents", &["agents", "agents-file", "only"]),
    ("Cluster", &["marathon"]),
    ("SSH", &["ssh-user"]),
    ("Global", &["config", "yes", "help"]),
];

/// Of the registry's many flags the short form shows these.
const REGISTRY: &[&str] = &["host", "vip", "image", "registry", "ca", "user"];

/// Of how a registry comes to be trusted, likewise.
const TRUST: &[&str] = &["mode", "runtime"];

/// The rank of a group that is the command's own, after its arguments and what has no heading.
const OWN: usize = 2;

/// The heading that a flag stands under.
pub(super) fn title(arg: &Arg) -> &str {
    match arg.get_help_heading() {
        Some(title) => title,
        None if arg.is_positional() => "Arguments",
        None => "Options",
    }
}

/// What groups are sorted by: what is the command's own comes before what it shares with others.
pub(super) fn rank(title: &str) -> usize {
    match title {
        "Arguments" => 0,
        "Options" => 1,
        _ => SHARED.iter().position(|(shared, _)| *shared == title).map_or(OWN, |at| at + OWN + 1),
    }
}

/// Whether the flags of a group are the same for many commands.
pub(super) fn is_shared(title: &str) -> bool {
    rank(title) > OWN
}

/// The flag as its help tells it.
pub(super) fn flag(arg: &Arg) -> Flag {
    let (text, told) = split(spoken(&arg.get_help().map(ToString::to_string).unwrap_or_default()));
    let is_switch = !arg.get_action().takes_values();
    let values = if is_switch { Vec::new() } else { values(arg) };
    Flag {
        spelled: spelled(arg),
        text,
        default: told.or_else(|| default(arg).filter(|_| !is_switch)),
        env: arg.get_env().map(|name| name.to_string_lossy().into_owned()),
        values,
    }
}

/// Whether the short form shows the flag.
pub(super) fn in_short(arg: &Arg) -> bool {
    let title = title(arg);
    let shown = match title {
        "Registry" => Some(REGISTRY),
        "Trust" => Some(TRUST),
        _ => SHARED.iter().find(|(shared, _)| *shared == title).map(|(_, shown)| *shown),
    };
    shown.is_none_or(|shown| arg.get_long().is_some_and(|long| shown.contains(&long)))
}

/// `-n, --dry-run`, `    --host <AGENT>`, `[FILE]...`
fn spelled(arg: &Arg) -> String {
    match arg.get_short() {
        _ if arg.is_positional() => arg.to_string(),
        Some(short) => format!("-{short}, {arg}"),
        None => format!("    {arg}"),
    }
}

/// A text without what it ends with, and that: the default in words.
fn split(text: &str) -> (String, Option<String>) {
    let text_of = |mark: &&str| text.strip_suffix(']').and_then(|text| text.rsplit_once(*mark));
    let parts = DEFAULT.iter().find_map(text_of);
    match parts {
        Some((text, default)) => (text.trim_end().to_owned(), Some(default.to_owned())),
        None => (text.to_owned(), None),
    }
}

fn default(arg: &Arg) -> Option<String> {
    let words: Vec<_> = arg.get_default_values().iter().map(|word| word.to_string_lossy()).collect();
    (!words.is_empty()).then(|| words.join(","))
}

fn meaning(value: &PossibleValue) -> Option<String> {
    value.get_help().map(|help| spoken(&help.to_string()).to_owned())
}

fn values(arg: &Arg) -> Vec<(String, Option<String>)> {
    let possible = arg.get_possible_values();
    let shown = possible.iter().filter(|value| !value.is_hide_set());
    shown.map(|value| (value.get_name().to_owned(), meaning(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_in_words_is_taken_from_the_end_of_a_text() {
        let (text, default) = split("Folder to write to [default: certs]");
        assert_eq!((text.as_str(), default.as_deref()), ("Folder to write to", Some("certs")));
        assert_eq!(split("Jump host, [user@]host[:port]").1, None);
    }
}
