//! Completions, manual, and what codes mean.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// Completions, manual, and what codes mean.
pub(super) const JOB: Job = Job { title: later!("regctl itself"), commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["explain", "completions", "man"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "explain",
        examples: &[
            Example::new(later!("what error[app-locked] means"), "regctl explain app-locked"),
            Example::new(later!("every code, of runs, agents and checks"), "regctl explain"),
        ],
        exits: &[(Exit::Done, later!("printed")), (Exit::Usage, later!("there is no such code"))],
    },
    Guide {
        command: "completions",
        examples: &[
            Example::new(later!("for bash"), "regctl completions bash > /etc/bash_completion.d/regctl"),
            Example::new(
                later!("for zsh, with ~/.zfunc in fpath"),
                "regctl completions zsh > ~/.zfunc/_regctl",
            ),
            Example::new(
                later!("for fish"),
                "regctl completions fish > ~/.config/fish/completions/regctl.fish",
            ),
        ],
        exits: &[(Exit::Done, later!("printed"))],
    },
    Guide {
        command: "man",
        examples: &[
            Example::new(later!("read the page of a command"), "regctl man trust-agents | man -l -"),
            Example::new(later!("install a page for every command"), "regctl man --out /usr/share/man/man1"),
        ],
        exits: &[(Exit::Done, later!("printed, or written"))],
    },
];
