//! What only looks.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What only looks.
pub(super) const JOB: Job = Job { title: later!("Look"), commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["verify", "log", "agents", "render"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "verify",
        examples: &[
            Example::new(later!("from this machine, reading only"), "regctl verify"),
            Example::new(later!("and push a tiny image and read it back"), "regctl verify --push"),
            Example::new(later!("and pull it on every agent, timed"), "regctl verify --from-agents --pull"),
            Example::new(
                later!("another registry, with a login"),
                "regctl verify --registry harbor.example.com --user ann --password-file token --push --probe-repository ann/regctl-verify",
            ),
            Example::new(
                later!("until Ctrl-C: a line for each change"),
                "regctl verify --from-agents --watch 30s",
            ),
        ],
        exits: &[
            (Exit::Done, later!("every check passes")),
            (Exit::NotAsAsked, later!("a check fails")),
            (Exit::Partial, later!("only some agents' checks fail")),
            (Exit::Interrupted, later!("interrupted before the first round was over")),
        ],
    },
    Guide {
        command: "log",
        examples: &[
            Example::new(
                later!("the last 20 runs that changed something, the newest at the end"),
                "regctl log",
            ),
            Example::new(later!("what went wrong this week"), "regctl log --failed --since 7d"),
            Example::new(
                later!("everything about certificates"),
                "regctl log --command cert --since 2026-11-01",
            ),
            Example::new(later!("all that is known of one run"), "regctl log --id 20261122-1145"),
            Example::new(
                later!("every cluster, for a program"),
                "regctl log --all-clusters --last 1000 -o json",
            ),
        ],
        exits: &[
            (Exit::Done, later!("shown")),
            (Exit::NotAsAsked, later!("the audit trail cannot be read, or has no such run")),
        ],
    },
    Guide {
        command: "agents",
        examples: &[
            Example::new(later!("those of http://master.mesos:5050"), "regctl agents"),
            Example::new(
                later!("through Admin Router"),
                "regctl agents --mesos https://dcos.example.com/mesos --token-file token",
            ),
            Example::new(later!("the public ones, for a program"), "regctl agents --role public -o json"),
        ],
        exits: &[
            (Exit::Done, later!("listed")),
            (Exit::NotAsAsked, later!("the leading master did not answer, or lists no agent")),
        ],
    },
    Guide {
        command: "cert show",
        examples: &[
            Example::new(
                later!("what it says, and who would refuse it"),
                "regctl cert show certs/domain.crt",
            ),
            Example::new(later!("judged with its CA"), "regctl cert show certs/domain.crt --ca certs/ca.crt"),
            Example::new(later!("what the registry really serves"), "regctl cert show 192.168.0.1"),
            Example::new(
                later!("what another program was served"),
                "openssl s_client -showcerts -connect lb.example.com:5000 </dev/null | regctl cert show -",
            ),
        ],
        exits: &[
            (Exit::Done, later!("none of Docker, curl and rustls refuses it")),
            (Exit::NotAsAsked, later!("one of them does, or nothing answers")),
            (Exit::Usage, later!("something given is wrong or cannot be read")),
        ],
    },
    Guide {
        command: "cert status",
        examples: &[
            Example::new(
                later!("ca.crt, domain.crt, and what the registry serves where it can be reached"),
                "regctl cert status",
            ),
            Example::new(
                later!("90 days ahead, and the registry must answer"),
                "regctl cert status --warn 90d --live",
            ),
            Example::new(
                later!("another file, another server"),
                "regctl cert status certs/ca.crt lb.example.com:5000",
            ),
            Example::new(
                later!("for cron: silent as long as all is well"),
                "regctl cert status -q || mail -s 'registry certificate' ops@example.com",
            ),
        ],
        exits: &[
            (Exit::Done, later!("all are good")),
            (Exit::NotAsAsked, later!("one has ended or cannot be read")),
            (Exit::WouldChange, later!("one ends within --warn")),
        ],
    },
    Guide {
        command: "cert doctor",
        examples: &[
            Example::new(later!("the registry of regctl.toml, from here"), "regctl cert doctor"),
            Example::new(
                later!("and from an agent, over one login"),
                "regctl cert doctor 192.168.0.1 --agent 10.0.0.7",
            ),
            Example::new(
                later!("a folder of this machine, too"),
                "regctl cert doctor lb.example.com:5000 --certs-d /etc/docker/certs.d",
            ),
            Example::new(
                later!("what does this error mean?"),
                "docker pull 192.168.0.1/app 2>&1 | regctl cert doctor --error -",
            ),
        ],
        exits: &[(Exit::Done, later!("nothing is wrong")), (Exit::NotAsAsked, later!("a cause was found"))],
    },
    Guide {
        command: "render",
        examples: &[
            Example::new(
                later!("the document that deploy would POST"),
                "regctl render --host 192.168.1.80 > app.json",
            ),
            Example::new(
                later!("for an old Marathon"),
                "regctl render --host 192.168.1.80 --marathon-version 1.4",
            ),
            Example::new(
                later!("the volumes of a build container"),
                "regctl render --for jenkins-agent | jq .containerInfo.volumes",
            ),
        ],
        exits: &[(Exit::Done, later!("printed"))],
    },
];
