//! The line between Marathon, which decides, and the agents, which run tasks.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::process::Command;

use crate::marathon::definition::App;

/// What a launcher will have done.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An agent, and what it offers in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    /// Mesos' id of the agent.
    pub id: String,
    /// The host name that constraints see: on DC/OS an address.
    pub hostname: String,
    /// The address that clients of its tasks connect to.
    pub address: Ipv4Addr,
    /// Attributes by name.
    pub attributes: Vec<(String, String)>,
    /// Its resources are reserved for the role slave_public.
    pub public: bool,
    /// CPUs, memory in MiB, disk in MiB, GPUs.
    pub resources: [f64; 4],
    /// The first and the last port that tasks may have.
    pub ports: (u16, u16),
}

impl Agent {
    /// An agent of ordinary size: 4 CPUs, 8 GiB of memory, 32 GiB of disk, ports 31000 to 32000.
    #[must_use]
    pub fn ordinary(id: &str, address: Ipv4Addr) -> Self {
        Self {
            id: id.to_owned(),
            hostname: address.to_string(),
            address,
            attributes: Vec::new(),
            public: false,
            resources: [4.0, 8192.0, 32_768.0, 0.0],
            ports: (31_000, 32_000),
        }
    }
}

/// A task to be run.
#[derive(Debug, Clone)]
pub struct LaunchOrder {
    /// Its id, which no other task ever has.
    pub task_id: String,
    /// The agent that was chosen.
    pub agent: Agent,
    /// The agent's ports, one for each of the app's ports.
    pub host_ports: Vec<u16>,
    /// The environment: what Marathon sets, then what the app says.
    pub env: Vec<(String, String)>,
    pub(crate) app: App,
}

/// What is known of a task that runs, enough to find it again after Marathon was restarted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRecord {
    /// Which task.
    pub task_id: String,
    /// The agent's id.
    pub agent_id: String,
    /// The process to watch, by its number on the machine.
    pub pid: u32,
    /// When that process started, in clock ticks since boot: another one with its number is not it.
    pub started: u64,
    /// The files `stdout` and `stderr` are here, as seen from the machine.
    pub sandbox: PathBuf,
    /// The task's own address, where it has a network of its own.
    pub address: Option<Ipv4Addr>,
    /// The engine's name of the container, where an engine runs it.
    pub container: Option<String>,
    /// What has to be undone besides: the number of the task's network.
    pub network: Option<u16>,
}

/// A task that runs.
#[derive(Debug)]
pub struct Launched {
    /// How to find it again.
    pub record: TaskRecord,
    /// Its process, where it is a child of this one.
    pub child: Option<tokio::process::Child>,
}

/// Why a task could not be started: what Mesos reports as TASK_FAILED.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchFailure(pub String);

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
    /// It is gone, and nobody saw how.
    Unseen,
}

/// From where a health check looks at a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vantage {
    /// From the network of the Marathon leader.
    Marathon,
    /// From the task's own network.
    Task,
}

/// One port of an app, to be reachable by a virtual address or by the load balancer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublishedService {
    /// The value of a VIP label.
    pub vip: Option<String>,
    /// The port of the load balancer.
    pub service_port: u16,
    /// The value of HAPROXY_GROUP.
    pub haproxy_group: Option<String>,
    /// Where its tasks listen.
    pub backends: Vec<SocketAddrV4>,
}

/// Runs tasks on agents.
pub trait Launcher: Send + Sync {
    /// The agents there are, with all they have.
    fn agents(&self) -> Vec<Agent>;

    /// Starts a task; returns once its process runs.
    fn launch<'a>(&'a self, order: &'a LaunchOrder) -> Work<'a, Result<Launched, LaunchFailure>>;

    /// Ends a task: SIGTERM, after `grace` SIGKILL; nothing of it is left. Returns once it is gone.
    fn stop<'a>(&'a self, record: &'a TaskRecord, grace: Duration) -> Work<'a, ()>;

    /// Clears away what a task that ended by itself left behind.
    fn clear<'a>(&'a self, record: &'a TaskRecord) -> Work<'a, ()>;

    /// A command that runs where a check of this task looks from; program and arguments are to be appended.
    fn vantage(&self, record: &TaskRecord, from: Vantage) -> Command;

    /// Makes exactly these services reachable.
    fn publish<'a>(&'a self, services: &'a [PublishedService]) -> Work<'a, anyhow::Result<()>>;
}
