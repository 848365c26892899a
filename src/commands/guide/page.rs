//! Makes the help of a command from its definition and the table.

use clap::{Arg, Command};

use super::environment::environment;
use super::flag::{flag, in_short, is_shared, rank, title};
use super::table::{self, Guide, JOBS};
use crate::domain::fault::Exit;
use crate::domain::help::{Entry, Example, Flag, Group, Help};
use crate::domain::language::spoken;

/// What exit 2 means where a command says nothing else of it.
pub(super) const USAGE: &str = later!("something given is wrong; nothing was tried");

/// The heading of shared flags in the short form.
pub(super) const COMMON: &str = later!("Common");

/// The help of the command with these words after `regctl`; none where there is no such command. The definition is one
/// that is built.
pub fn help(root: &Command, words: &str) -> Option<Help> {
    let mut command = root;
    for word in words.split_whitespace() {
        command = command.find_subcommand(word).filter(|found| is_told(found))?;
    }
    Some(of(root, command, words))
}

/// The helps of all commands, each before those below it.
pub fn all(root: &Command) -> Vec<Help> {
    let mut helps = Vec::new();
    walk(root, root, "", &mut helps);
    helps
}

fn walk(root: &Command, command: &Command, words: &str, helps: &mut Vec<Help>) {
    helps.push(of(root, command, words));
    for below in command.get_subcommands().filter(|below| is_told(below)) {
        walk(root, below, format!("{words} {}", below.get_name()).trim_start(), helps);
    }
}

/// clap's own `help` has no page: it prints what the others say.
pub(super) fn is_told(command: &Command) -> bool {
    command.get_name() != "help" && !command.is_hide_set()
}

fn of(root: &Command, command: &Command, words: &str) -> Help {
    let guides = guides(command, words);
    Help {
        command: format!("regctl {words}").trim_end().to_owned(),
        about: text(command.get_about()),
        preface: preface(command),
        examples: examples(&guides),
        usage: usage(command),
        commands: if words.is_empty() { jobs(command) } else { below(command) },
        flags: flags(command),
        // With its many commands there is no room for flags.
        short_flags: if words.is_empty() { Vec::new() } else { short_flags(command) },
        notes: text(command.get_after_long_help().or_else(|| command.get_after_help())),
        exits: table::guide(words).map(exits).unwrap_or_default(),
        environment: if words.is_empty() { environment(root) } else { Vec::new() },
    }
}

fn text(styled: Option<&clap::builder::StyledStr>) -> String {
    spoken(&styled.map(ToString::to_string).unwrap_or_default()).to_owned()
}

/// What the long description says beyond the sentence that it begins with.
fn preface(command: &Command) -> String {
    let long = text(command.get_long_about());
    long.split_once("\n\n").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
}

fn usage(command: &Command) -> String {
    let told = command.clone().render_usage().to_string();
    told.trim_start_matches("Usage:").trim().to_owned()
}

/// What the table has for a command; for one that only has others below it, what it has for those.
fn guides(command: &Command, words: &str) -> Vec<&'static Guide> {
    if let Some(guide) = table::guide(words) {
        return vec![guide];
    }
    let below = command.get_subcommands().filter(|below| is_told(below));
    below.filter_map(|below| table::guide(&format!("{words} {}", below.get_name()))).collect()
}

/// All examples of the one command, or the first of each.
fn examples(guides: &[&Guide]) -> Vec<Example> {
    let examples: Vec<&table::Example> = match guides {
        [guide] => guide.examples.iter().collect(),
        several => several.iter().filter_map(|guide| guide.examples.first()).collect(),
    };
    examples.iter().map(|it| Example { does: spoken(it.does).to_owned(), line: it.line.to_owned() }).collect()
}

fn exits(guide: &Guide) -> Vec<(u8, String)> {
    let mut exits: Vec<_> =
        guide.exits.iter().map(|(exit, text)| (exit.code(), spoken(text).to_owned())).collect();
    if !exits.iter().any(|(code, _)| *code == Exit::Usage.code()) {
        exits.push((Exit::Usage.code(), spoken(USAGE).to_owned()));
    }
    exits.sort_by_key(|(code, _)| *code);
    exits
}

/// regctl's own commands, by what they are for.
fn jobs(root: &Command) -> Vec<Group<Entry>> {
    let group = |job: &table::Job| {
        let known = job.commands.iter().filter_map(|name| root.find_subcommand(name));
        Group { title: spoken(job.title).to_owned(), entries: known.map(entry).collect() }
    };
    JOBS.iter().map(group).collect()
}

fn below(command: &Command) -> Vec<Group<Entry>> {
    let entries: Vec<_> = command.get_subcommands().filter(|below| is_told(below)).map(entry).collect();
    if entries.is_empty() { Vec::new() } else { vec![Group { title: String::new(), entries }] }
}

fn entry(command: &Command) -> Entry {
    Entry { name: command.get_name().to_owned(), about: text(command.get_about()) }
}

/// The flags under their headings, what the command shares with others last.
fn flags(command: &Command) -> Vec<Group<Flag>> {
    let mut args: Vec<&Arg> = command.get_arguments().filter(|arg| !arg.is_hide_set()).collect();
    args.sort_by_key(|arg| rank(title(arg)));
    grouped(args.into_iter().map(|arg| (title(arg), flag(arg))))
}

/// Those of the short form; what is shared is under one heading there.
fn short_flags(command: &Command) -> Vec<Group<Flag>> {
    let mut args: Vec<&Arg> =
        command.get_arguments().filter(|arg| !arg.is_hide_set() && in_short(arg)).collect();
    args.sort_by_key(|arg| rank(title(arg)));
    grouped(args.into_iter().map(|arg| (if is_shared(title(arg)) { COMMON } else { title(arg) }, flag(arg))))
}

fn grouped<'a>(flags: impl Iterator<Item = (&'a str, Flag)>) -> Vec<Group<Flag>> {
    let mut groups: Vec<Group<Flag>> = Vec::new();
    for (title, flag) in flags {
        match groups.iter_mut().find(|group| group.title == spoken(title)) {
            Some(group) => group.entries.push(flag),
            None => groups.push(Group { title: spoken(title).to_owned(), entries: vec![flag] }),
        }
    }
    groups
}
