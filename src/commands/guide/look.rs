//! What only looks.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What only looks.
pub(super) const JOB: Job = Job { title: "Look", commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["verify", "agents", "render"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "verify",
        examples: &[
            Example::new("from this machine, reading only", "regctl verify"),
            Example::new("and push a tiny image and read it back", "regctl verify --push"),
            Example::new("and pull it on every agent, timed", "regctl verify --from-agents --pull"),
            Example::new(
                "another registry, with a login",
                "regctl verify --registry harbor.example.com --user ann --password-file token --push --probe-repository ann/regctl-verify",
            ),
            Example::new("until Ctrl-C: a line for each change", "regctl verify --from-agents --watch 30s"),
        ],
        exits: &[
            (Exit::Done, "every check passes"),
            (Exit::NotAsAsked, "a check fails"),
            (Exit::Partial, "only some agents' checks fail"),
            (Exit::Interrupted, "interrupted before the first round was over"),
        ],
    },
    Guide {
        command: "agents",
        examples: &[
            Example::new("those of http://master.mesos:5050", "regctl agents"),
            Example::new(
                "through Admin Router",
                "regctl agents --mesos https://dcos.example.com/mesos --token-file token",
            ),
            Example::new("the public ones, for a program", "regctl agents --role public -o json"),
        ],
        exits: &[
            (Exit::Done, "listed"),
            (Exit::NotAsAsked, "the leading master did not answer, or lists no agent"),
        ],
    },
    Guide {
        command: "cert show",
        examples: &[
            Example::new("what it says, and who would refuse it", "regctl cert show certs/domain.crt"),
            Example::new("judged with its CA", "regctl cert show certs/domain.crt --ca certs/ca.crt"),
            Example::new("what the registry really serves", "regctl cert show 192.168.0.1"),
            Example::new(
                "what another program was served",
                "openssl s_client -showcerts -connect lb.example.com:5000 </dev/null | regctl cert show -",
            ),
        ],
        exits: &[
            (Exit::Done, "none of Docker, curl and rustls refuses it"),
            (Exit::NotAsAsked, "one of them does, or nothing answers"),
            (Exit::Usage, "something given is wrong or cannot be read"),
        ],
    },
    Guide {
        command: "cert status",
        examples: &[
            Example::new(
                "ca.crt, domain.crt, and what the registry serves where it can be reached",
                "regctl cert status",
            ),
            Example::new(
                "90 days ahead, and the registry must answer",
                "regctl cert status --warn 90d --live",
            ),
            Example::new(
                "another file, another server",
                "regctl cert status certs/ca.crt lb.example.com:5000",
            ),
            Example::new(
                "for cron: silent as long as all is well",
                "regctl cert status -q || mail -s 'registry certificate' ops@example.com",
            ),
        ],
        exits: &[
            (Exit::Done, "all are good"),
            (Exit::NotAsAsked, "one has ended or cannot be read"),
            (Exit::WouldChange, "one ends within --warn"),
        ],
    },
    Guide {
        command: "cert doctor",
        examples: &[
            Example::new("the registry of regctl.toml, from here", "regctl cert doctor"),
            Example::new(
                "and from an agent, over one login",
                "regctl cert doctor 192.168.0.1 --agent 10.0.0.7",
            ),
            Example::new(
                "a folder of this machine, too",
                "regctl cert doctor lb.example.com:5000 --certs-d /etc/docker/certs.d",
            ),
            Example::new(
                "what does this error mean?",
                "docker pull 192.168.0.1/app 2>&1 | regctl cert doctor --error -",
            ),
        ],
        exits: &[(Exit::Done, "nothing is wrong"), (Exit::NotAsAsked, "a cause was found")],
    },
    Guide {
        command: "render",
        examples: &[
            Example::new(
                "the document that deploy would POST",
                "regctl render --host 192.168.1.80 > app.json",
            ),
            Example::new("for an old Marathon", "regctl render --host 192.168.1.80 --marathon-version 1.4"),
            Example::new(
                "the volumes of a build container",
                "regctl render --for jenkins-agent | jq .containerInfo.volumes",
            ),
        ],
        exits: &[(Exit::Done, "printed")],
    },
];
