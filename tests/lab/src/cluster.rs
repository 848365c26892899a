//! What the stand-ins may know of a running lab: its hosts, and how a service becomes reachable on all of them.

use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{haproxy, vip};

/// The file of the state directory that lists the hosts.
const HOSTS_FILE: &str = "hosts.json";

/// The file of the state directory that lists what was published last.
const SERVICES_FILE: &str = "services.json";

/// The search path inside a host: Debian's own programs, then what the lab put into /usr/local.
pub const HOST_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// One host of a running lab, as kept in the state directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRecord {
    /// Its host name: `master`, `a1`, `a2` …
    pub name: String,
    /// Its only IPv4 address on the lab's bridge (the master answers on the standby's address too).
    pub address: Ipv4Addr,
    /// The process that is pid 1 inside, by its number outside.
    pub init_pid: u32,
    /// A Docker Engine runs there.
    pub engine: bool,
    /// A public agent (role slave_public).
    pub public: bool,
}

impl HostRecord {
    /// True for every host but the master.
    #[must_use]
    pub fn is_agent(&self) -> bool {
        self.name != "master"
    }
}

/// A command that runs in all namespaces and in the root of the host whose pid 1 is `init_pid`.
///
/// Append the program and its arguments. The environment is a host's, not the caller's.
#[must_use]
pub fn enter(init_pid: u32) -> Command {
    let mut command = Command::new("nsenter");
    command.args(["-t", &init_pid.to_string(), "-m", "-n", "-p", "-u", "-r", "-w", "--"]);
    command
        .env_clear()
        .env("PATH", HOST_PATH)
        .env("HOME", "/root")
        .env("USER", "root")
        .env("LANG", "C.UTF-8");
    command
}

/// A service to be made reachable by a virtual address, by the load balancer, or by both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The value of a VIP label: `192.168.0.1:443`, or `registry:443` for a named one.
    pub vip: Option<String>,
    /// The framework's name, for named VIPs: `registry.marathon.l4lb.thisdcos.directory`.
    pub framework: String,
    /// The port that the load balancer listens on.
    pub service_port: u16,
    /// The value of HAPROXY_GROUP; without it the load balancer leaves the service out.
    pub haproxy_group: Option<String>,
    /// Where the running tasks listen. Without any, the service is not published.
    pub backends: Vec<SocketAddrV4>,
}

/// A running lab, seen through its state directory.
#[derive(Debug, Clone)]
pub struct Cluster {
    state: PathBuf,
}

impl Cluster {
    /// The lab whose state is kept in `state`.
    #[must_use]
    pub fn open(state: &Path) -> Self {
        Self { state: state.to_path_buf() }
    }

    /// Where the lab keeps its files.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// All hosts, the master first.
    ///
    /// # Errors
    /// Where no lab runs with that state directory, or its list is not readable.
    pub fn hosts(&self) -> Result<Vec<HostRecord>> {
        let path = self.state.join(HOSTS_FILE);
        let text =
            fs::read(&path).with_context(|| format!("reading the lab's hosts from {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("understanding {}", path.display()))
    }

    /// Replaces the list of hosts, atomically.
    ///
    /// # Errors
    /// Where the state directory cannot be written.
    pub fn write_hosts(&self, hosts: &[HostRecord]) -> Result<()> {
        self.write(HOSTS_FILE, &hosts)
    }

    /// What was published last.
    ///
    /// # Errors
    /// Where the list is not readable.
    pub fn services(&self) -> Result<Vec<Service>> {
        match fs::read(self.state.join(SERVICES_FILE)) {
            Ok(text) => serde_json::from_slice(&text).context("understanding the list of services"),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Replaces a file of the state directory, atomically.
    fn write(&self, file: &str, content: &impl Serialize) -> Result<()> {
        let path = self.state.join(file);
        let next = path.with_extension("next");
        fs::write(&next, serde_json::to_vec_pretty(content)?)
            .and_then(|()| fs::rename(&next, &path))
            .with_context(|| format!("writing {}", path.display()))
    }

    /// Makes exactly these services reachable: virtual addresses on every host, the load balancer on the master.
    ///
    /// What was published before and is not in the list is gone afterwards. Each host changes in one step.
    ///
    /// # Errors
    /// Names the host that could not be programmed; the other hosts are done all the same.
    pub fn publish(&self, services: &[Service]) -> Result<()> {
        let hosts = self.hosts()?;
        self.write(SERVICES_FILE, &services)?;
        let programmed = vip::program(&hosts, services);
        let balanced = haproxy::balance(&hosts, services);
        programmed.and(balanced)
    }
}
