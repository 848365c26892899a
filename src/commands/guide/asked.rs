//! Which help is asked for. clap knows when one is wanted; what it says is made here.

use clap::Command;

use crate::domain::help::Length;

/// Stands where clap would print its own help.
const MARK: &str = "help wanted";

/// Has clap print, in place of a help, whose it is and how long it is to be.
#[must_use]
pub fn answering(command: Command) -> Command {
    marked(command, "")
}

fn marked(command: Command, path: &str) -> Command {
    let command = command
        .help_template("{before-help}")
        .before_help(format!("{MARK}\nshort\n{path}"))
        .before_long_help(format!("{MARK}\nlong\n{path}"));
    let names: Vec<_> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let path = format!("{path} {name}");
        command.mut_subcommand(name, |below| marked(below, path.trim_start()))
    })
}

/// The words of the command whose help is meant by what clap printed, and how long it is to be.
pub fn asked(printed: &str) -> Option<(String, Length)> {
    let mut lines = printed.trim().lines();
    if lines.next() != Some(MARK) {
        return None;
    }
    let length = if lines.next() == Some("short") { Length::Short } else { Length::Long };
    Some((lines.next().unwrap_or_default().to_owned(), length))
}
