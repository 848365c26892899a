//! A lab with a CA made on its master, and regctl run there as an operator would.

use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use regctl_lab::{Builder, Host, Lab, Tier, require};
use serde_json::Value;

/// Everything that trust-agents writes on an agent.
pub(crate) const FILES: [&str; 3] = [
    "/etc/sysctl.d/90-regctl.conf",
    "/etc/modules-load.d/regctl.conf",
    "/etc/docker/certs.d/192.168.0.1/ca.crt",
];
pub(crate) const CA: &str = FILES[2];
pub(crate) const KEY: &str = "/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal";

/// A lab with a CA in `/certs` of its master.
pub(crate) struct Fleet {
    pub(crate) lab: Lab,
}

/// How a run of regctl ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: Option<i32>,
    pub(crate) json: Value,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Fleet {
    /// `None`, with a word why, where the machine cannot host a lab.
    pub(crate) fn start(agents: u8) -> Option<Self> {
        require(Tier::T1)?;
        Some(Self::of(&Lab::builder().agents(agents)))
    }

    /// The same with a Docker Engine in the first agent.
    pub(crate) fn with_engine(agents: u8) -> Option<Self> {
        require(Tier::T2)?;
        Some(Self::of(&Lab::builder().agents(agents).engines(1)))
    }

    fn of(builder: &Builder) -> Self {
        let binary = env!("CARGO_BIN_EXE_regctl");
        let fleet = Self { lab: builder.clone().binary(binary).start().expect("a lab starts") };
        let made = fleet.regctl(&["cert", "gen"]);
        assert_eq!(made.exit, Some(0), "{}", made.stderr);
        fleet
    }

    pub(crate) fn master(&self) -> &Host {
        self.lab.host("master")
    }

    pub(crate) fn agent(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    /// Runs regctl on the master, with JSON on stdout where it can.
    pub(crate) fn regctl(&self, words: &[&str]) -> Run {
        let words = [&["regctl", "-o", "json"], words].concat();
        Run::of(self.master(), &words)
    }

    pub(crate) fn trust(&self, words: &[&str]) -> Run {
        self.regctl(&[&["trust-agents"], words].concat())
    }

    /// The records of the audit trail; that of `cert gen` is the first.
    pub(crate) fn records(&self) -> Vec<Value> {
        let log = self.regctl(&["log"]);
        log.assert_exit(0);
        log.json["records"].as_array().expect("records").clone()
    }

    /// What trust-agents writes is there, and the kernel's setting is made.
    pub(crate) fn assert_trusts(&self, name: &str) {
        let agent = self.agent(name);
        let ca = self.master().read("/certs/ca.crt").expect("the CA is there");
        assert_eq!(agent.read(CA).expect("the CA was copied"), ca);
        assert_eq!(agent.read(FILES[1]).expect("written"), "nf_conntrack\n");
        assert!(agent.read(FILES[0]).expect("written").contains("nf_conntrack_tcp_be_liberal = 1\n"));
        assert_eq!(liberal(agent), "1");
    }

    /// No ssh, no socket and no folder of a run is left on the master.
    pub(crate) fn assert_nothing_is_left(&self) {
        let left = self
            .master()
            .shell("ls -d /tmp/regctl-* /run/user/*/regctl-* 2>/dev/null; ps -eo args | grep '^ssh[: ]'");
        assert_eq!(left.expect("looks").stdout, "", "something is left");
    }
}

/// The kernel's setting of that host, in its own network namespace.
pub(crate) fn liberal(host: &Host) -> String {
    host.exec(&["cat", KEY]).expect("cat runs").stdout.trim().to_owned()
}

/// Inode and time of the last change of each file: what rewriting it would change.
pub(crate) fn identities(host: &Host) -> Vec<(u64, i64, i64)> {
    let identity = |path: &&str| {
        let meta = std::fs::metadata(host.root().join(path.trim_start_matches('/'))).expect("is there");
        (meta.ino(), meta.mtime(), meta.mtime_nsec())
    };
    FILES.iter().map(identity).collect()
}

impl Run {
    /// Runs regctl on that host.
    pub(crate) fn of(host: &Host, words: &[&str]) -> Self {
        let started = Instant::now();
        let output = host.exec_with(words, b"", Duration::from_secs(120)).expect("regctl runs");
        Self {
            exit: output.status.code(),
            json: serde_json::from_str(&output.stdout).unwrap_or(Value::Null),
            stdout: output.stdout,
            stderr: output.stderr,
            took: started.elapsed(),
        }
    }

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
