//! What keeps a registry going: certificates, users, logins.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What keeps a registry going: certificates, users, logins.
pub(super) const JOB: Job = Job { title: later!("Keep"), commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["cert", "user", "login"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "cert renew",
        examples: &[
            Example::new(later!("asks, since the registry restarts"), "regctl cert renew"),
            Example::new(
                later!("for cron: does nothing until then"),
                "regctl cert renew --if-expires-within 60d --yes",
            ),
            Example::new(later!("with the names of regctl.toml"), "regctl cert renew --configured-names"),
            Example::new(later!("take back one that was cut short"), "regctl cert renew --abort"),
        ],
        exits: &[
            (Exit::Done, later!("renewed, or not due")),
            (Exit::NotAsAsked, later!("the registry does not serve the new certificate")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::WouldChange, later!("--check: it would be renewed")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "cert rotate-ca",
        examples: &[
            Example::new(later!("the stages, and who holds them up"), "regctl cert rotate-ca --dry-run"),
            Example::new(later!("begins, or goes on after the last run"), "regctl cert rotate-ca"),
            Example::new(
                later!("without an agent that is being mended"),
                "regctl cert rotate-ca --except 10.0.0.9",
            ),
            Example::new(later!("until the swap: back to the old CA"), "regctl cert rotate-ca --abort"),
        ],
        exits: &[
            (Exit::Done, later!("rotated")),
            (Exit::NotAsAsked, later!("all agents hold it up, or the registry does not serve the new leaf")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::Partial, later!("some agents hold it up")),
            (Exit::WouldChange, later!("--check: there is something to do")),
            (Exit::Interrupted, later!("interrupted; the next run goes on")),
        ],
    },
    Guide {
        command: "user add",
        examples: &[
            Example::new(later!("asks for the password twice"), "regctl user add ann"),
            Example::new(later!("without a terminal"), "regctl user add ci --password-file ci.password"),
            Example::new(
                later!("a password that nobody has typed"),
                "pwgen 20 1 | tee ci.password | regctl user add ci --password-file -",
            ),
            Example::new(later!("only the file here; deploy brings it"), "regctl user add ann --no-stage"),
        ],
        exits: &[
            (Exit::Done, later!("done, or nothing to do")),
            (Exit::NotAsAsked, later!("a host or Marathon could not be reached, and nothing was written")),
            (Exit::WouldChange, later!("--check found something to change")),
        ],
    },
    Guide {
        command: "user rm",
        examples: &[
            Example::new(later!("asks first"), "regctl user rm ann"),
            Example::new(later!("without a terminal"), "regctl user rm ann --yes -o json"),
        ],
        exits: &[
            (Exit::Done, later!("done, or there is no such user")),
            (Exit::NotAsAsked, later!("a host or Marathon could not be reached, and nothing was written")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::WouldChange, later!("--check found something to change")),
        ],
    },
    Guide {
        command: "user ls",
        examples: &[
            Example::new(later!("of the file that deploy brings to the registry"), "regctl user ls"),
            Example::new(later!("of another file"), "regctl user ls --htpasswd auth/htpasswd -o json"),
        ],
        exits: &[(Exit::Done, later!("listed"))],
    },
    Guide {
        command: "login",
        examples: &[
            Example::new(later!("this machine; asks for the password"), "regctl login --user ann"),
            Example::new(
                later!("another address"),
                "regctl login --user ann --password-file pw --registry lb.example.com:5000",
            ),
            Example::new(
                later!("and root of every agent"),
                "regctl login --user ci --password-file pw --agents",
            ),
            Example::new(
                later!("and the archive that Marathon apps fetch"),
                "regctl login --user ci --password-file pw --archive docker.tar.gz --agents",
            ),
        ],
        exits: &[
            (Exit::Done, later!("logged in")),
            (
                Exit::NotAsAsked,
                later!("a registry refuses the user or cannot be asked, or every agent failed"),
            ),
            (Exit::Usage, later!("something given is wrong, or config.json is not what Docker reads")),
            (Exit::Partial, later!("some agents failed, the rest are done")),
            (Exit::WouldChange, later!("--check found something to change")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
];
