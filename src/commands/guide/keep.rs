//! What keeps a registry going: certificates, users, logins.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What keeps a registry going: certificates, users, logins.
pub(super) const JOB: Job = Job { title: "Keep", commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["cert", "user", "login"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "cert renew",
        examples: &[
            Example::new("asks, since the registry restarts", "regctl cert renew"),
            Example::new(
                "for cron: does nothing until then",
                "regctl cert renew --if-expires-within 60d --yes",
            ),
            Example::new("with the names of regctl.toml", "regctl cert renew --configured-names"),
            Example::new("take back one that was cut short", "regctl cert renew --abort"),
        ],
        exits: &[
            (Exit::Done, "renewed, or not due"),
            (Exit::NotAsAsked, "the registry does not serve the new certificate"),
            (Exit::Usage, "something given is wrong, or nobody to ask"),
            (Exit::WouldChange, "--check: it would be renewed"),
            (Exit::Interrupted, "interrupted; what was done so far is reported"),
        ],
    },
    Guide {
        command: "cert rotate-ca",
        examples: &[
            Example::new("the stages, and who holds them up", "regctl cert rotate-ca --dry-run"),
            Example::new("begins, or goes on after the last run", "regctl cert rotate-ca"),
            Example::new("without an agent that is being mended", "regctl cert rotate-ca --except 10.0.0.9"),
            Example::new("until the swap: back to the old CA", "regctl cert rotate-ca --abort"),
        ],
        exits: &[
            (Exit::Done, "rotated"),
            (Exit::NotAsAsked, "all agents hold it up, or the registry does not serve the new leaf"),
            (Exit::Usage, "something given is wrong, or nobody to ask"),
            (Exit::Partial, "some agents hold it up"),
            (Exit::WouldChange, "--check: there is something to do"),
            (Exit::Interrupted, "interrupted; the next run goes on"),
        ],
    },
    Guide {
        command: "user add",
        examples: &[
            Example::new("asks for the password twice", "regctl user add ann"),
            Example::new("without a terminal", "regctl user add ci --password-file ci.password"),
            Example::new(
                "a password that nobody has typed",
                "pwgen 20 1 | tee ci.password | regctl user add ci --password-file -",
            ),
            Example::new("only the file here; deploy brings it", "regctl user add ann --no-stage"),
        ],
        exits: &[
            (Exit::Done, "done, or nothing to do"),
            (Exit::NotAsAsked, "a host or Marathon could not be reached, and nothing was written"),
            (Exit::WouldChange, "--check found something to change"),
        ],
    },
    Guide {
        command: "user rm",
        examples: &[
            Example::new("asks first", "regctl user rm ann"),
            Example::new("without a terminal", "regctl user rm ann --yes -o json"),
        ],
        exits: &[
            (Exit::Done, "done, or there is no such user"),
            (Exit::NotAsAsked, "a host or Marathon could not be reached, and nothing was written"),
            (Exit::Usage, "something given is wrong, or nobody to ask"),
            (Exit::WouldChange, "--check found something to change"),
        ],
    },
    Guide {
        command: "user ls",
        examples: &[
            Example::new("of the file that deploy brings to the registry", "regctl user ls"),
            Example::new("of another file", "regctl user ls --htpasswd auth/htpasswd -o json"),
        ],
        exits: &[(Exit::Done, "listed")],
    },
    Guide {
        command: "login",
        examples: &[
            Example::new("this machine; asks for the password", "regctl login --user ann"),
            Example::new(
                "another address",
                "regctl login --user ann --password-file pw --registry lb.example.com:5000",
            ),
            Example::new("and root of every agent", "regctl login --user ci --password-file pw --agents"),
            Example::new(
                "and the archive that Marathon apps fetch",
                "regctl login --user ci --password-file pw --archive docker.tar.gz --agents",
            ),
        ],
        exits: &[
            (Exit::Done, "logged in"),
            (Exit::NotAsAsked, "a registry refuses the user or cannot be asked, or every agent failed"),
            (Exit::Usage, "something given is wrong, or config.json is not what Docker reads"),
            (Exit::Partial, "some agents failed, the rest are done"),
            (Exit::WouldChange, "--check found something to change"),
            (Exit::Interrupted, "interrupted; what was done so far is reported"),
        ],
    },
];
