//! A lab without anything of regctl's, as an operator meets it.

use std::time::Duration;

use regctl_lab::{Host, Lab, Tier, require};
use serde_json::Value;

use crate::run::Run;

/// What the operator has written down.
pub(crate) const TOML: &str =
    "[registry]\nhost = \"192.168.1.12\"\n[ssh]\nconnect_timeout = \"3s\"\nretries = 0\n";

/// Flags that make the registry's health show soon.
pub(crate) const QUICK: [&str; 4] =
    ["--set", "healthChecks.0.intervalSeconds=1", "--set", "healthChecks.0.delaySeconds=0"];

/// A lab of three agents and a regctl.toml on its master.
pub(crate) struct Cluster {
    lab: Lab,
}

impl Cluster {
    /// Nothing, with a word why, where the machine cannot host it.
    pub(crate) fn start() -> Option<Self> {
        require(Tier::T1)?;
        Some(Self::with_engines(0))
    }

    /// The same with a Docker Engine and room for images on a1.
    pub(crate) fn start_with_engine() -> Option<Self> {
        require(Tier::T2)?;
        let cluster = Self::with_engines(1);
        // Memory is taken only as it is written to.
        cluster.shell("a1", "mkdir -p /data && mount -t tmpfs -o size=20g data /data");
        Some(cluster)
    }

    fn with_engines(count: u8) -> Self {
        let builder = Lab::builder().agents(3).engines(count).binary(env!("CARGO_BIN_EXE_regctl"));
        let lab = builder.start().expect("a lab starts");
        lab.host("master").write("/regctl.toml", TOML).expect("writes");
        Self { lab }
    }

    pub(crate) fn host(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    /// A run of regctl on the master, with JSON on its stdout.
    pub(crate) fn regctl(&self, args: &[&str]) -> Run {
        let words = [&["regctl", "-o", "json"], args].concat();
        self.host("master").exec_with(&words, b"", Duration::from_secs(180)).expect("it runs").into()
    }

    /// What a line of shell on a host prints; it has to succeed.
    pub(crate) fn shell(&self, host: &str, line: &str) -> String {
        self.host(host).shell(line).expect("runs").good().unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    /// `regctl up`, with the registry's health looked at more often than in a cluster, so that tests are short, and without
    /// the preflight, which misses a Docker Engine on these agents.
    pub(crate) fn up(&self, args: &[&str]) -> Run {
        self.regctl(&[&["up", "--no-preflight"], &QUICK[..], args].concat())
    }

    /// Every file of an agent that is not as the machine has it, with its mode, owner and content, and the folders that
    /// regctl might make. Left out are the sandboxes of tasks, the registry's own data, and the name in a lock.
    pub(crate) fn files(&self, host: &str) -> String {
        let list = "cd /run/lab/disk/upper; find . \\( -path ./var/lib/mesos -o -path ./var/log -o -path ./data -o \
                    -path ./var/lib/regctl/lock \\) -prune -o -type d -o -type f -printf '%p %m %U ' -exec sh -c 'cksum <\"$1\"' x {} \\; -o -printf '%p %y %m %U %l\\n'; \
                    find /etc/docker /etc/privateregistry /data /var/lib/regctl -maxdepth 4 -type d -printf '%p %m\\n' 2>/dev/null || true";
        let mut lines: Vec<String> = self.shell(host, list).lines().map(str::to_owned).collect();
        lines.sort();
        lines.join("\n")
    }
}

/// `stage=status` of every stage.
pub(crate) fn stages(report: &Value) -> Vec<String> {
    let stages = report["stages"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a word").to_owned();
    stages.map(|stage| format!("{}={}", text(&stage["stage"]), text(&stage["status"]))).collect()
}
