//! What undoes what the others did.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What undoes what the others did.
pub(super) const JOB: Job = Job { title: later!("Take back"), commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["rollback", "logout", "untrust-agents", "undeploy", "down"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "rollback",
        examples: &[
            Example::new(later!("what would change"), "regctl rollback --dry-run"),
            Example::new(later!("to the version before; asks"), "regctl rollback"),
            Example::new(later!("to this version"), "regctl rollback --to 2026-11-22T08:15:30.123Z --yes"),
        ],
        exits: &[
            (Exit::Done, later!("it is healthy as it was before")),
            (Exit::NotAsAsked, later!("it is not, or there is no version before")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::WouldChange, later!("--check found a version to go back to")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "logout",
        examples: &[
            Example::new(later!("this machine"), "regctl logout"),
            Example::new(
                later!("and root of every agent"),
                "regctl logout --registry old.example.com:5000 --agents --yes",
            ),
        ],
        exits: &[
            (Exit::Done, later!("done, or nothing to do")),
            (Exit::NotAsAsked, later!("every agent failed")),
            (Exit::Partial, later!("some agents failed, the rest are done")),
            (Exit::WouldChange, later!("--check found something to change")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "untrust-agents",
        examples: &[
            Example::new(later!("what would be taken back"), "regctl untrust-agents --check"),
            Example::new(later!("from every agent; asks"), "regctl untrust-agents"),
            Example::new(later!("from one agent"), "regctl untrust-agents --only 10.0.0.7 --yes"),
            Example::new(later!("of one address"), "regctl untrust-agents --registry old.example.com:5000"),
        ],
        exits: &[
            (Exit::Done, later!("no agent has anything of it left")),
            (Exit::NotAsAsked, later!("every agent failed")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::Partial, later!("some agents failed, the rest are done")),
            (Exit::WouldChange, later!("--check found something to take back")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "undeploy",
        examples: &[
            Example::new(later!("what would be deleted, and what stays"), "regctl undeploy --dry-run"),
            Example::new(later!("asks; images and certificates stay"), "regctl undeploy"),
            Example::new(
                later!("images, certificates and configuration too"),
                "regctl undeploy --purge --yes",
            ),
        ],
        exits: &[
            (Exit::Done, later!("it is gone")),
            (Exit::NotAsAsked, later!("it is not")),
            (Exit::Usage, later!("nobody to ask, or a folder that is not to be removed")),
            (Exit::WouldChange, later!("--check found an app")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "down",
        examples: &[
            Example::new(later!("what each stage would do"), "regctl down --dry-run"),
            Example::new(later!("asks once; images and certificates stay"), "regctl down"),
            Example::new(later!("and nothing stays on the hosts"), "regctl down --purge --yes"),
        ],
        exits: &[
            (Exit::Done, later!("no agent trusts the registry, and no app runs it")),
            (Exit::NotAsAsked, later!("a stage failed")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::Partial, later!("some agents failed, the rest are done")),
            (Exit::WouldChange, later!("--check found something to take back")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
];
