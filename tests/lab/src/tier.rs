//! What this machine can host, found by trying it.

use std::io::Write as _;
use std::process::Command;
use std::sync::OnceLock;

/// What a test needs of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Loopback addresses, no privileges.
    T0,
    /// Hosts in namespaces, with sshd, virtual addresses and the load balancer.
    T1,
    /// Docker Engine inside agents as well.
    T2,
}

/// What the machine can host, and what it lacks for more.
#[derive(Debug, Clone)]
pub struct Capability {
    /// The highest tier that works here.
    pub tier: Tier,
    /// What is missing for the next one; empty where nothing is.
    pub missing: Vec<String>,
}

/// Tries everything that T1 needs; each line it prints names a thing that is missing. Its namespaces are its own.
const TRY_T1: &str = include_str!("../scripts/try.sh");

/// The programs of T1, with the Debian packages that hold them.
const T1_PROGRAMS: [(&str, &str); 13] = [
    ("ip", "iproute2"),
    ("nft", "nftables"),
    ("sshd", "openssh-server"),
    ("ssh", "openssh-client"),
    ("ssh-keygen", "openssh-client"),
    ("sudo", "sudo"),
    ("nsenter", "util-linux"),
    ("unshare", "util-linux"),
    ("sysctl", "procps"),
    ("docker-registry", "docker-registry"),
    ("haproxy", "haproxy"),
    ("curl", "curl"),
    ("openssl", "openssl"),
];

/// The programs of T2; the last is what Docker Engine needs for its own network.
const T2_PROGRAMS: [(&str, &str); 4] =
    [("dockerd", "docker.io"), ("containerd", "containerd"), ("runc", "runc"), ("iptables", "iptables")];

/// What this machine can host. Tried once, in a few tenths of a second; asked again, the answer is the same.
pub fn capability() -> &'static Capability {
    static FOUND: OnceLock<Capability> = OnceLock::new();
    FOUND.get_or_init(|| {
        let missing = missing_for_t1();
        if !missing.is_empty() {
            return Capability { tier: Tier::T0, missing };
        }
        let missing = missing_for_t2();
        Capability { tier: if missing.is_empty() { Tier::T2 } else { Tier::T1 }, missing }
    })
}

/// Some where the machine can host that tier. Else it prints `skipped: reason`, past the test harness' capture.
///
/// A test begins with `let Some(()) = require(Tier::T1) else { return };`.
#[must_use]
pub fn require(tier: Tier) -> Option<()> {
    let found = capability();
    if found.tier >= tier {
        return Some(());
    }
    skip(&found.missing)
}

/// Some where these programs, given with the Debian packages that hold them, are installed. Else as [`require`].
#[must_use]
pub fn require_programs(programs: &[(&str, &str)]) -> Option<()> {
    let missing = absent(programs);
    if missing.is_empty() { Some(()) } else { skip(&missing) }
}

fn skip(missing: &[String]) -> Option<()> {
    let test = std::thread::current().name().unwrap_or("test").to_owned();
    let _ = writeln!(std::io::stderr(), "{test}: skipped: {}", missing.join("; "));
    None
}

fn missing_for_t1() -> Vec<String> {
    if !rustix::process::geteuid().is_root() {
        return vec!["needs root".to_owned()];
    }
    let absent = absent(&T1_PROGRAMS);
    if !absent.is_empty() {
        return absent;
    }
    // In namespaces of its own, so that whatever it makes is gone when it ends.
    let tried = Command::new("timeout")
        .args([
            "20",
            "unshare",
            "--mount",
            "--net",
            "--uts",
            "--pid",
            "--fork",
            "--mount-proc",
            "sh",
            "-c",
            TRY_T1,
        ])
        .output();
    match tried {
        Ok(output) if output.status.success() && output.stdout.is_empty() => Vec::new(),
        Ok(output) if !output.stdout.is_empty() => lines(&output.stdout),
        Ok(output) => vec![format!("no namespaces: {}", String::from_utf8_lossy(&output.stderr).trim())],
        Err(error) => vec![format!("unshare: {error}")],
    }
}

fn missing_for_t2() -> Vec<String> {
    let mut missing = absent(&T2_PROGRAMS);
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    if !mounts.contains(" - cgroup") {
        missing.push("no cgroups are mounted".to_owned());
    }
    missing
}

/// The programs that are not there, each with its package.
fn absent(programs: &[(&str, &str)]) -> Vec<String> {
    programs
        .iter()
        .filter(|(program, _)| {
            !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].iter().any(|at| exists(at, program))
        })
        .map(|(program, package)| format!("no {program} (apt-get install {package})"))
        .collect()
}

fn exists(folder: &str, program: &str) -> bool {
    std::path::Path::new(folder).join(program).exists()
}

fn lines(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output).lines().map(str::to_owned).collect()
}
