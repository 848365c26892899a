//! What gives a cluster its registry.

use super::table::{Example, Guide, Job};
use crate::domain::fault::Exit;

/// What gives a cluster its registry.
pub(super) const JOB: Job = Job { title: later!("Set up"), commands: COMMANDS, guides: GUIDES };

const COMMANDS: &[&str] = &["init", "doctor", "up", "deploy", "ssh-setup", "trust-agents", "nexus"];

const GUIDES: &[Guide] = &[
    Guide {
        command: "init",
        examples: &[
            Example::new(later!("find out, ask, and write ./regctl.toml"), "regctl init"),
            Example::new(later!("ask nothing: take what is proposed"), "regctl init --no-input"),
            Example::new(
                later!("log in to no agent, and print the file instead"),
                "regctl init --no-ssh --dry-run",
            ),
            Example::new(
                later!("from outside of the cluster, with an agent that is known"),
                "regctl init --mesos https://dcos.example.com/mesos --token-file token --host 192.168.1.80",
            ),
            Example::new(
                later!("another file, in place of the one that is there"),
                "regctl init --config /etc/regctl/regctl.toml --force",
            ),
        ],
        exits: &[
            (Exit::Done, later!("the file was written")),
            (Exit::NotAsAsked, later!("the cluster did not answer, or the file could not be written")),
            (Exit::Usage, later!("it is there already, or a value is missing and there is nobody to ask")),
            (Exit::WouldChange, later!("--check: it would be written")),
            (Exit::Interrupted, later!("interrupted; nothing was written")),
        ],
    },
    Guide {
        command: "doctor",
        examples: &[
            Example::new(later!("is the cluster fit for a registry?"), "regctl doctor"),
            Example::new(
                later!("with the agent that is to run it, and does the image exist?"),
                "regctl doctor --host 192.168.1.80 --look-up-image",
            ),
            Example::new(
                later!("only some agents, for a program"),
                "regctl doctor --only '192.168.1.8*' -o json",
            ),
            Example::new(
                later!("what was set up by hand before: show what would be mended"),
                "regctl doctor --repair --dry-run",
            ),
        ],
        exits: &[
            (Exit::Done, later!("nothing is in the way; warnings are no failure")),
            (Exit::NotAsAsked, later!("something is in the way")),
            (Exit::Partial, later!("only some agents have trouble")),
        ],
    },
    Guide {
        command: "up",
        examples: &[
            Example::new(later!("everything else by default"), "regctl up --host 192.168.1.80"),
            Example::new(later!("everything from regctl.toml; once more is the repair"), "regctl up"),
            Example::new(later!("what every stage would do"), "regctl up --dry-run"),
            Example::new(
                later!("on one Docker host, without a cluster"),
                "regctl up --docker-host 192.168.1.80 --agents-file clients.txt",
            ),
            Example::new(
                later!("for a pipeline"),
                "regctl up --yes -o json | jq '.stages[] | {stage, status}'",
            ),
        ],
        exits: &[
            (Exit::Done, later!("the registry runs, and every agent trusts it")),
            (Exit::NotAsAsked, later!("a stage failed")),
            (Exit::Partial, later!("some agents failed, the rest are done")),
            (Exit::WouldChange, later!("--check found something to change")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "cert gen",
        examples: &[
            Example::new(
                later!("for the VIP 192.168.0.1, or the addresses of regctl.toml"),
                "regctl cert gen",
            ),
            Example::new(
                later!("for the VIP and the load balancer"),
                "regctl cert gen --ip 192.168.0.1 --dns lb.example.com",
            ),
            Example::new(
                later!("signed by a CA that is there"),
                "regctl cert gen --ca-cert corp.crt --ca-key corp.key",
            ),
        ],
        exits: &[
            (Exit::Done, later!("made, or there already with the same names")),
            (Exit::NotAsAsked, later!("it could not be made")),
            (Exit::WouldChange, later!("--check found something to make")),
        ],
    },
    Guide {
        command: "cert import",
        examples: &[
            Example::new(
                later!("certificate, key and the CA that agents are to trust"),
                "regctl cert import --cert registry.crt --key registry.key --ca corporate-root.crt",
            ),
            Example::new(
                later!("with intermediates"),
                "regctl cert import --cert one.crt --key one.key --chain intermediates.pem --ca root.crt",
            ),
            Example::new(
                later!("one file that holds it all"),
                "regctl cert import --cert all-in-one.pem --key all-in-one.pem",
            ),
        ],
        exits: &[
            (Exit::Done, later!("brought in, or there already")),
            (Exit::NotAsAsked, later!("it could not be written")),
            (Exit::Usage, later!("a file is wrong, or Docker would refuse the certificate")),
            (Exit::WouldChange, later!("--check found something to change")),
        ],
    },
    Guide {
        command: "deploy",
        examples: &[
            Example::new(
                later!("on this agent; everything else from regctl.toml or by default"),
                "regctl deploy --host 192.168.1.80",
            ),
            Example::new(later!("what would change"), "regctl deploy --dry-run"),
            Example::new(
                later!("through Admin Router"),
                "regctl deploy --host 192.168.1.80 --marathon https://dcos.example.com/service/marathon --token-file token",
            ),
            Example::new(
                later!("to another agent, with its images"),
                "regctl deploy --host 192.168.1.81 --move-data",
            ),
            Example::new(
                later!("only users get in from now on; asks for the password"),
                "regctl deploy --user ann",
            ),
            Example::new(
                later!("a cache of Docker Hub beside it"),
                "regctl deploy --id /mirror --vip 192.168.0.2:443 --service-port 5001 --data-dir /data/mirror --certs-dir /etc/mirror/certs --config-dir /etc/mirror --proxy https://registry-1.docker.io",
            ),
        ],
        exits: &[
            (Exit::Done, later!("it is healthy, or was as asked already")),
            (Exit::NotAsAsked, later!("it is not healthy, or could not be deployed")),
            (Exit::Usage, later!("something given is wrong, or nobody to ask")),
            (Exit::WouldChange, later!("--check found something to change")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "ssh-setup",
        examples: &[
            Example::new(
                later!("asks for the password of core on the agents, once"),
                "regctl ssh-setup --ssh-user core",
            ),
            Example::new(
                later!("another key instead of the one that lets you in now"),
                "regctl ssh-setup --ssh-user core --via-key old_key --ssh-key new_key",
            ),
            Example::new(later!("take the key back"), "regctl ssh-setup --ssh-user core --remove"),
        ],
        exits: &[
            (Exit::Done, later!("every agent has the key")),
            (Exit::NotAsAsked, later!("every agent failed")),
            (Exit::Partial, later!("some agents failed, the rest are done")),
            (Exit::WouldChange, later!("--check found something to change")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "trust-agents",
        examples: &[
            Example::new(later!("every agent that Mesos lists"), "regctl trust-agents"),
            Example::new(later!("only look; exit 4 for a difference"), "regctl trust-agents --check"),
            Example::new(later!("once more those that failed last time"), "regctl trust-agents --failed"),
            Example::new(
                later!("two addresses, hosts that Mesos does not know, by way of a bastion"),
                "regctl trust-agents --registry 192.168.0.1 --registry lb.example.com:5000 --agents-file jenkins.txt --jump bastion.example.com",
            ),
            Example::new(
                later!("whatever each agent has: Docker Engine, UCR, containerd, podman"),
                "regctl trust-agents --runtime auto",
            ),
            Example::new(
                later!("without TLS, and a restart of two engines at a time"),
                "regctl trust-agents --mode insecure --move-flags --restart-batch 2",
            ),
        ],
        exits: &[
            (Exit::Done, later!("every agent trusts the registry")),
            (Exit::NotAsAsked, later!("every agent failed")),
            (Exit::Partial, later!("some agents failed or drifted, the rest are done")),
            (Exit::WouldChange, later!("--check found an agent to change")),
            (Exit::Interrupted, later!("interrupted; what was done so far is reported")),
        ],
    },
    Guide {
        command: "nexus setup",
        examples: &[
            Example::new(
                later!("the address is in regctl.toml; only users get in"),
                "regctl nexus setup --admin-password-file admin.pw --anonymous off",
            ),
            Example::new(
                later!("with a user for the repository"),
                "regctl nexus setup --url http://192.168.1.80:8081 --admin-password-file admin.pw --user ann --password-file ann.pw",
            ),
            Example::new(
                later!("a new one, whose first password is read on its host: show what would be done"),
                "regctl nexus setup --url http://192.168.1.80:8081 --admin-password-file admin.pw --data-host 192.168.1.80 --dry-run",
            ),
        ],
        exits: &[
            (Exit::Done, later!("it is set up")),
            (Exit::NotAsAsked, later!("it is not, or could not be asked")),
            (Exit::Usage, later!("something given is wrong or missing, or the licence is not accepted")),
            (Exit::WouldChange, later!("--check found something to change")),
        ],
    },
];
