//! A lab whose operator has no key yet, and regctl run there.

use std::time::Duration;

use regctl_lab::faults::{Fault, PASSWORD};
use regctl_lab::{Host, Lab, Tier, require};
use serde_json::Value;

/// Where ssh-setup makes the key when nothing else is said.
pub(crate) const KEY: &str = "/root/.ssh/id_ed25519";
/// Where it goes.
pub(crate) const KEYS: &str = "/home/core/.ssh/authorized_keys";

/// A lab whose agents take the password of the user core, which is in `/password`, and a wrong one in `/wrong`.
pub(crate) struct Bastion {
    pub(crate) lab: Lab,
}

/// How a run of regctl ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: Option<i32>,
    pub(crate) json: Value,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Bastion {
    /// `None`, with a word why, where the machine cannot host a lab.
    pub(crate) fn start(agents: u8) -> Option<Self> {
        require(Tier::T1)?;
        let binary = env!("CARGO_BIN_EXE_regctl");
        let lab = Lab::builder().agents(agents).binary(binary).start().expect("a lab starts");
        for agent in lab.agents() {
            agent.fault(&Fault::PasswordLogin).expect("takes a password");
        }
        let master = lab.host("master");
        master.shell("mkdir /old && mv /root/.ssh/id_ed25519* /old/ && rmdir /root/.ssh").expect("moves");
        master.write("/password", format!("{PASSWORD}\n")).expect("writes");
        master.write("/wrong", "not-the-password\n").expect("writes");
        Some(Self { lab })
    }

    pub(crate) fn master(&self) -> &Host {
        self.lab.host("master")
    }

    pub(crate) fn agent(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    /// Runs regctl on the master as an operator would who is core on the agents, with JSON on stdout.
    pub(crate) fn regctl(&self, words: &[&str]) -> Run {
        let words = [&["regctl", "-o", "json"], words, &["--ssh-user", "core"]].concat();
        let output = self.master().exec_with(&words, b"", Duration::from_secs(120)).expect("regctl runs");
        Run {
            exit: output.status.code(),
            json: serde_json::from_str(&output.stdout).unwrap_or(Value::Null),
            stdout: output.stdout,
            stderr: output.stderr,
        }
    }

    pub(crate) fn set_up(&self, words: &[&str]) -> Run {
        self.regctl(&[&["ssh-setup"], words].concat())
    }

    pub(crate) fn by_password(&self, words: &[&str]) -> Run {
        self.set_up(&[&["--login-password-file", "/password"], words].concat())
    }

    /// Whether a plain ssh gets into that agent with the key.
    pub(crate) fn key_works(&self, name: &str, key: &str) -> bool {
        let to = format!("core@{name}");
        let options = ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-i", key];
        let words = [&["ssh"], &options[..], &[to.as_str(), "id", "-un"]].concat();
        self.master().exec(&words).expect("ssh runs").stdout.trim() == "core"
    }

    /// No ssh, no socket and no folder of a run is left on the master.
    pub(crate) fn assert_nothing_is_left(&self) {
        let left = self
            .master()
            .shell("ls -d /tmp/regctl-* /run/user/*/regctl-* 2>/dev/null; ps -eo args | grep '^ssh[: ]'");
        assert_eq!(left.expect("looks").stdout, "", "something is left");
    }
}

/// How often that host was told a password, right or wrong.
pub(crate) fn tries(host: &Host) -> (usize, usize) {
    let log = host.sshd_log().expect("is there");
    let count = |words: &str| log.lines().filter(|line| line.contains(words)).count();
    (count("Accepted password"), count("Failed password"))
}

impl Run {
    /// The entry of the agent with that address in JSON.
    pub(crate) fn agent(&self, host: &Host) -> &Value {
        let address = host.address().to_string();
        let agents = self.json["agents"].as_array();
        let found = agents.and_then(|agents| agents.iter().find(|agent| agent["address"] == *address));
        found.unwrap_or_else(|| panic!("{address} is not in {}{}", self.stdout, self.stderr))
    }

    pub(crate) fn status(&self, host: &Host) -> &str {
        self.agent(host)["status"].as_str().expect("a word")
    }

    pub(crate) fn assert_exit(&self, exit: i32) {
        assert_eq!(self.exit, Some(exit), "{}{}", self.stdout, self.stderr);
    }
}
