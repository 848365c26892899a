//! What helps say beside the flags: groups of commands, examples, exit codes.

use crate::domain::fault::Exit;

use super::{contents, itself, keep, look, set_up, take_back};

/// Commands for one job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    /// The title in regctl's help.
    pub(super) title: &'static str,
    /// The commands that are listed under it there, in this order; each is under one title.
    pub(super) commands: &'static [&'static str],
    /// What the helps of commands for this job say; those of `cert` are for several.
    pub(super) guides: &'static [Guide],
}

/// What the help of one command says beside its flags.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guide {
    /// The words after `regctl`: `cert gen`; empty for regctl itself.
    pub(super) command: &'static str,
    /// From the simplest to the realistic.
    pub(super) examples: &'static [Example],
    /// The exit codes that it has, and what they mean here. Exit 2 is every command's.
    pub(super) exits: &'static [(Exit, &'static str)],
}

/// A line for the shell and what it does; a test parses each of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Example {
    /// What it does.
    pub(super) does: &'static str,
    /// The line, as it can be typed.
    pub(super) line: &'static str,
}

impl Example {
    /// An example; `does` has no full stop.
    pub(super) const fn new(does: &'static str, line: &'static str) -> Self {
        Self { does, line }
    }
}

/// Every command, by what it is for.
pub(super) const JOBS: &[Job] =
    &[set_up::JOB, look::JOB, keep::JOB, contents::JOB, take_back::JOB, itself::JOB];

/// regctl's own help: where to begin.
pub(super) const START: Guide = Guide {
    command: "",
    examples: &[
        Example::new(later!("find the cluster, ask for the rest, write regctl.toml"), "regctl init"),
        Example::new(later!("certificate, registry, trust on every agent, verification"), "regctl up"),
        Example::new(later!("is all well, seen from every agent?"), "regctl verify --from-agents --pull"),
    ],
    exits: &[
        (Exit::Done, later!("everything is as asked")),
        (Exit::NotAsAsked, later!("it is not, or could not be done")),
        (Exit::Usage, later!("what was given is wrong (flag, file, configuration); nothing was tried")),
        (Exit::Partial, later!("some agents failed, the rest are done")),
        (Exit::WouldChange, later!("--check or --dry-run --exit-code found something to change")),
        (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
    ],
};

/// What the table has for a command, by its words after `regctl`.
pub(super) fn guide(command: &str) -> Option<&'static Guide> {
    if command.is_empty() {
        return Some(&START);
    }
    JOBS.iter().flat_map(|job| job.guides).find(|guide| guide.command == command)
}
