//! What undoes what the others did.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What undoes what the others did.
pub(super) const JOB: Job = Job { title: "Take back", commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["rollback", "logout", "untrust-agents", "undeploy", "down"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "rollback",
        examples: &[
            Example::new("what would change", "regctl rollback --dry-run"),
            Example::new("to the version before; asks", "regctl rollback"),
            Example::new("to this version", "regctl rollback --to 2026-11-22T08:15:30.123Z --yes"),
        ],
        exits: &[
            (Exit::Done, "it is healthy as it was before"),
            (Exit::NotAsAsked, "it is not, or there is no version before"),
            (Exit::Usage, "something given is wrong, or nobody to ask"),
            (Exit::WouldChange, "--check found a version to go back to"),
            (Exit::Interrupted, "interrupted; what was done so far is reported"),
        ],
    },
    Guide {
        command: "logout",
        examples: &[
            Example::new("this machine", "regctl logout"),
            Example::new(
                "and root of every agent",
                "regctl logout --registry old.example.com:5000 --agents --yes",
            ),
        ],
        exits: &[
            (Exit::Done, "done, or nothing to do"),
            (Exit::NotAsAsked, "every agent failed"),
            (Exit::Partial, "some agents failed, the rest are done"),
            (Exit::WouldChange, "--check found something to change"),
            (Exit::Interrupted, "interrupted; what was done so far is reported"),
        ],
    },
    Guide {
        command: "untrust-agents",
        examples: &[
            Example::new("what would be taken back", "regctl untrust-agents --check"),
            Example::new("from every agent; asks", "regctl untrust-agents"),
            Example::new("from one agent", "regctl untrust-agents --only 10.0.0.7 --yes"),
            Example::new("of one address", "regctl untrust-agents --registry old.example.com:5000"),
        ],
        exits: &[
            (Exit::Done, "no agent has anything of it left"),
            (Exit::NotAsAsked, "every agent failed"),
            (Exit::Usage, "something given is wrong, or nobody to ask"),
            (Exit::Partial, "some agents failed, the rest are done"),
            (Exit::WouldChange, "--check found something to take back"),
            (Exit::Interrupted, "interrupted; what was done so far is reported"),
        ],
    },
    Guide {
        command: "undeploy",
        examples: &[
            Example::new("what would be deleted, and what stays", "regctl undeploy --dry-run"),
            Example::new("asks; images and certificates stay", "regctl undeploy"),
            Example::new("images, certificates and configuration too", "regctl undeploy --purge --yes"),
        ],
        exits: &[
            (Exit::Done, "it is gone"),
            (Exit::NotAsAsked, "it is not"),
            (Exit::Usage, "nobody to ask, or a folder that is not to be removed"),
            (Exit::WouldChange, "--check found an app"),
            (Exit::Interrupted, "interrupted; what was done so far is reported"),
        ],
    },
    Guide {
        command: "down",
        examples: &[
            Example::new("what each stage would do", "regctl down --dry-run"),
            Example::new("asks once; images and certificates stay", "regctl down"),
            Example::new("and nothing stays on the hosts", "regctl down --purge --yes"),
        ],
        exits: &[
            (Exit::Done, "no agent trusts the registry, and no app runs it"),
            (Exit::NotAsAsked, "a stage failed"),
            (Exit::Usage, "something given is wrong, or nobody to ask"),
            (Exit::Partial, "some agents failed, the rest are done"),
            (Exit::WouldChange, "--check found something to take back"),
            (Exit::Interrupted, "interrupted; what was done so far is reported"),
        ],
    },
];
