//! What is in the registry.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What is in the registry.
pub(super) const JOB: Job = Job { title: "Contents", commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["repo", "tag", "image", "gc"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "repo ls",
        examples: &[
            Example::new("every repository, one a line", "regctl repo ls"),
            Example::new("those that match: * is any text, ? one character", "regctl repo ls 'team/*'"),
            Example::new("every tag, as REPOSITORY:TAG", "regctl repo ls --tags"),
            Example::new(
                "with the registry down, from the folder on its host",
                "regctl repo ls --tags --from-host",
            ),
            Example::new(
                "with a login",
                "regctl repo ls --registry lb.example.com:5000 --user op --password-file pw -o json",
            ),
        ],
        exits: &[(Exit::Done, "the list is whole"), (Exit::NotAsAsked, "it is not")],
    },
    Guide {
        command: "tag ls",
        examples: &[
            Example::new("with digest, size, date and type", "regctl tag ls team/app"),
            Example::new("several, for a program", "regctl tag ls team/app team/base -o json"),
            Example::new("all of a team", "regctl repo ls 'team/*' | xargs regctl tag ls"),
        ],
        exits: &[(Exit::Done, "listed"), (Exit::NotAsAsked, "a repository is not there")],
    },
    Guide {
        command: "tag delete",
        examples: &[
            Example::new("by name; asks first", "regctl tag delete team/app:1.0 team/app:1.1"),
            Example::new(
                "which builds would go if the newest 20 stay?",
                "regctl tag delete team/app --pattern 'ci-*' --keep 20 --dry-run",
            ),
            Example::new("by age, for cron", "regctl tag delete team/app team/base --older-than 90d --yes"),
        ],
        exits: &[
            (Exit::Done, "deleted, or nothing to delete"),
            (Exit::NotAsAsked, "something that was named has to stay, or could not be deleted"),
            (Exit::Usage, "something given is wrong, or nobody to ask"),
            (Exit::WouldChange, "--check found something to delete"),
        ],
    },
    Guide {
        command: "tag restore",
        examples: &[
            Example::new(
                "what a run of tag delete has deleted",
                "regctl tag restore ~/.local/state/regctl/master.mesos/undo/tags-20240601T120000Z-0a1b2c3d.json",
            ),
            Example::new("what it would bring back", "regctl tag restore tags.json --dry-run"),
        ],
        exits: &[
            (Exit::Done, "all tags are back"),
            (Exit::NotAsAsked, "a tag is not: its layers were collected, or it is on another image by now"),
            (Exit::WouldChange, "--check found something to bring back"),
        ],
    },
    Guide {
        command: "image",
        examples: &[
            Example::new("every repository, the largest first", "regctl image"),
            Example::new("these two, and what they share with each other", "regctl image team/app team/base"),
        ],
        exits: &[
            (Exit::Done, "counted"),
            (Exit::NotAsAsked, "a repository that is named is not there, or the registry did not answer"),
        ],
    },
    Guide {
        command: "gc",
        examples: &[
            Example::new("how much would be freed", "regctl gc --dry-run"),
            Example::new("asks, since the registry stands still meanwhile", "regctl gc"),
            Example::new("pulls go on but for two restarts", "regctl gc --read-only --yes"),
            Example::new("for clients that pull by digest", "regctl gc --keep-untagged"),
        ],
        exits: &[
            (Exit::Done, "collected, or no garbage"),
            (Exit::NotAsAsked, "it could not be done, and the registry is as it was"),
            (Exit::Usage, "something given is wrong, or nobody to ask"),
            (Exit::WouldChange, "--check found garbage"),
            (Exit::Interrupted, "interrupted; what was done so far is reported"),
        ],
    },
];
