//! What holds of the help of every command.

use super::shell::calls;
use super::table::{JOBS, START};
use super::{all, help};
use crate::cli::Cli;
use crate::domain::help::{Flag, Help, Length};
use crate::golden;
use crate::report::help::{page, text};

/// Columns of the golden files.
const COLUMNS: usize = 100;
/// Lines of a usual screen.
const SCREEN: usize = 50;

fn helps() -> Vec<Help> {
    all(&Cli::definition())
}

fn flags(help: &Help) -> impl Iterator<Item = &Flag> {
    help.flags.iter().flat_map(|group| &group.entries)
}

/// `--host` of `    --host <AGENT>`; nothing for an argument.
fn long(flag: &Flag) -> Option<&str> {
    flag.spelled.split([' ', '=', '[']).find(|word| word.starts_with("--"))
}

#[test]
fn the_help_of_every_command_is_as_it_was_read_last() {
    for help in helps() {
        golden::check(
            &format!("help/{}.txt", help.command.replace(' ', "-")),
            &text(&help, Length::Long, COLUMNS),
        );
    }
    let root = help(&Cli::definition(), "").expect("is there");
    golden::check("help/regctl.short.txt", &text(&root, Length::Short, COLUMNS));
}

#[test]
fn every_example_is_a_command_line_that_parses() {
    use clap::Parser as _;
    for help in helps() {
        for example in &help.examples {
            let calls = calls(&example.line, "regctl");
            assert!(!calls.is_empty(), "{}: {}", help.command, example.line);
            for call in calls {
                if let Err(error) = Cli::try_parse_from(&call) {
                    panic!("{}\n{error}", example.line);
                }
            }
        }
    }
}

#[test]
fn every_command_has_examples_of_its_own_and_says_how_it_ends() {
    for help in helps() {
        let is_leaf = help.commands.is_empty();
        let fits = if is_leaf { 1..=6 } else { 1..=7 };
        assert!(fits.contains(&help.examples.len()), "{} has {} examples", help.command, help.examples.len());
        for example in &help.examples {
            let words = help.command.trim_start_matches("regctl").trim();
            assert!(example.line.contains(words), "{} in the help of {}", example.line, help.command);
        }
        assert!(
            !is_leaf || help.exits.iter().any(|(code, _)| *code == 0),
            "{} has no exit codes",
            help.command
        );
    }
}

#[test]
fn what_can_check_says_so_among_its_exit_codes() {
    for help in helps().iter().filter(|help| help.commands.is_empty()) {
        let checks =
            flags(help).any(|flag| long(flag) == Some("--check")) || help.command == "regctl cert status";
        let told = help.exits.iter().any(|(code, _)| *code == 4);
        assert_eq!(checks, told, "{}", help.command);
    }
}

#[test]
fn every_command_is_under_one_title_and_every_guide_is_a_commands() {
    let root = Cli::definition();
    let listed: Vec<&str> = JOBS.iter().flat_map(|job| job.commands).copied().collect();
    for below in root.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help") {
        assert_eq!(listed.iter().filter(|name| **name == below).count(), 1, "{below}");
    }
    for guide in JOBS.iter().flat_map(|job| job.guides).chain([&START]) {
        assert!(help(&root, guide.command).is_some(), "there is no {}", guide.command);
    }
}

#[test]
fn the_short_form_is_a_screen_and_no_line_is_longer_than_the_terminal() {
    for help in helps() {
        let short = text(&help, Length::Short, COLUMNS);
        for group in &help.commands {
            let longest = group.entries.iter().map(|entry| entry.name.len()).max().unwrap_or_default();
            for entry in &group.entries {
                assert!(
                    longest + entry.about.len() + 4 <= 80,
                    "{} takes two lines of 80 columns",
                    entry.name
                );
            }
        }
        assert!(short.lines().count() <= SCREEN, "{} lines:\n{short}", short.lines().count());
        for width in [60, 80, COLUMNS] {
            let long = text(&help, Length::Long, width);
            let is_example = |line: &str| help.examples.iter().any(|example| line.trim() == example.line);
            for line in long.lines().filter(|line| !is_example(line)) {
                let whole = line.trim().split(' ').count() == 1 || line.starts_with("Usage:");
                assert!(whole || line.chars().count() <= width, "{}: {line}", help.command);
            }
        }
    }
}

#[test]
fn the_manual_has_every_flag_and_every_command() {
    for help in helps() {
        let roff = page(&help, "1.2.3").replace("\\-", "-");
        for flag in flags(&help).filter_map(long) {
            assert!(roff.contains(flag), "{flag} of {}", help.command);
        }
        for entry in help.commands.iter().flat_map(|group| &group.entries) {
            assert!(roff.contains(&entry.name), "{} of {}", entry.name, help.command);
        }
        assert!(roff.contains(".SH \"EXAMPLES\""), "{}", help.command);
    }
}

#[test]
fn a_variable_is_named_after_its_flag_or_told_with_it() {
    let root = help(&Cli::definition(), "").expect("is there");
    let host = root.environment.iter().find(|entry| entry.name == "REGCTL_HOST").expect("is there");
    assert_eq!(host.about, "--host");
}
