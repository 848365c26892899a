//! What is in the registry.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What is in the registry.
pub(super) const JOB: Job = Job { title: later!("Contents"), commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["repo", "tag", "image", "gc"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "repo ls",
        examples: &[
            Example::new(later!("every repository, one a line"), "regctl repo ls"),
            Example::new(
                later!("those that match: * is any text, ? one character"),
                "regctl repo ls 'team/*'",
            ),
            Example::new(later!("every tag, as REPOSITORY:TAG"), "regctl repo ls --tags"),
            Example::new(
                later!("with the registry down, from the folder on its host"),
                "regctl repo ls --tags --from-host",
            ),
            Example::new(
                later!("with a login"),
                "regctl repo ls --registry lb.example.com:5000 --user op --password-file pw -o json",
            ),
        ],
        exits: &[(Exit::Done, later!("the list is whole")), (Exit::NotAsAsked, later!("it is not"))],
    },
    Guide {
        command: "tag ls",
        examples: &[
            Example::new(later!("with digest, size, date and type"), "regctl tag ls team/app"),
            Example::new(later!("several, for a program"), "regctl tag ls team/app team/base -o json"),
            Example::new(later!("all of a team"), "regctl repo ls 'team/*' | xargs regctl tag ls"),
        ],
        exits: &[(Exit::Done, later!("listed")), (Exit::NotAsAsked, later!("a repository is not there"))],
    },
    Guide {
        command: "tag delete",
        examples: &[
            Example::new(later!("by name; asks first"), "regctl tag delete team/app:1.0 team/app:1.1"),
            Example::new(
                later!("which builds would go if the newest 20 stay?"),
                "regctl tag delete team/app --pattern 'ci-*' --keep 20 --dry-run",
            ),
            Example::new(
                later!("by age, for cron"),
                "regctl tag delete team/app team/base --older-than 90d --yes",
            ),
        ],
        exits: &[
            (Exit::Done, later!("deleted, or nothing to delete")),
            (Exit::NotAsAsked, later!("something that was named has to stay, or could not be deleted")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::WouldChange, later!("--check found something to delete")),
        ],
    },
    Guide {
        command: "tag restore",
        examples: &[
            Example::new(
                later!("what a run of tag delete has deleted"),
                "regctl tag restore ~/.local/state/regctl/master.mesos/undo/tags-20240601T120000Z-0a1b2c3d.json",
            ),
            Example::new(later!("what it would bring back"), "regctl tag restore tags.json --dry-run"),
        ],
        exits: &[
            (Exit::Done, later!("all tags are back")),
            (
                Exit::NotAsAsked,
                later!("a tag is not: its layers were collected, or it is on another image by now"),
            ),
            (Exit::WouldChange, later!("--check found something to bring back")),
        ],
    },
    Guide {
        command: "image",
        examples: &[
            Example::new(later!("every repository, the largest first"), "regctl image"),
            Example::new(
                later!("these two, and what they share with each other"),
                "regctl image team/app team/base",
            ),
        ],
        exits: &[
            (Exit::Done, later!("counted")),
            (
                Exit::NotAsAsked,
                later!("a repository that is named is not there, or the registry did not answer"),
            ),
        ],
    },
    Guide {
        command: "gc",
        examples: &[
            Example::new(later!("how much would be freed"), "regctl gc --dry-run"),
            Example::new(later!("asks, since the registry stands still meanwhile"), "regctl gc"),
            Example::new(later!("pulls go on but for two restarts"), "regctl gc --read-only --yes"),
            Example::new(later!("for clients that pull by digest"), "regctl gc --keep-untagged"),
        ],
        exits: &[
            (Exit::Done, later!("collected, or no garbage")),
            (Exit::NotAsAsked, later!("it could not be done, and the registry is as it was")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::WouldChange, later!("--check found garbage")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
];
