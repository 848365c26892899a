//! Agents as the leading master or a file names them.

use std::str::FromStr;

use serde::Serialize;
use serde_json::{Map, Value};

pub use super::agent_error::{AgentError, AgentErrorKind};
use super::fault::Exit;
use super::host::{Host, printable};

/// The agent's id, as Mesos gave it; only ever shown and compared.
pub type AgentId = String;

/// Whether an agent is reserved for public services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An ordinary agent.
    Private,
    /// One that has resources reserved for `slave_public` or the attribute `public_ip: true`.
    Public,
}

impl Role {
    /// The words of flags and reports.
    pub const WORDS: [&str; 2] = ["private", "public"];

    /// The word, as in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "private" => Ok(Self::Private),
            "public" => Ok(Self::Public),
            _ => Err(say!("`{text}` is no role of an agent: use private or public")),
        }
    }
}

/// What the leading master thinks of an agent. All of these are usually up and reachable by SSH.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentState {
    /// Registered and offering resources.
    Active,
    /// Disconnected; dropped from the list after some 75 s of missed pings.
    Inactive,
    /// Deactivated by an operator.
    Deactivated,
    /// Its tasks are being moved away.
    Draining,
    /// Its tasks have been moved away.
    Drained,
}

impl AgentState {
    /// The word, as in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Deactivated => "deactivated",
            Self::Draining => "draining",
            Self::Drained => "drained",
        }
    }
}

/// An agent as the leading master lists it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agent {
    /// Its id.
    pub agent_id: AgentId,
    /// Its hostname as it was sent: any text at all.
    pub hostname: String,
    /// Where to log in to, by `--address`. None where hostname or pid is not a plain host: then nothing connects.
    pub address: Option<Host>,
    /// The port that Mesos uses, not ssh.
    pub port: Option<u16>,
    /// Public or private.
    pub role: Role,
    /// What the leading master thinks of it.
    pub state: AgentState,
    /// Its version of Mesos.
    pub version: Option<String>,
    /// Its attributes: numbers, and everything else as text.
    pub attributes: Map<String, Value>,
    /// What of it no task uses; none where Mesos does not tell.
    #[serde(skip)]
    pub free: Option<FreeResources>,
}

/// What of an agent no task uses: of a private one, and what is reserved for nobody; of a public one, all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FreeResources {
    /// CPU shares.
    pub cpus: f64,
    /// Memory, MiB.
    pub mem: f64,
    /// Disk that Mesos hands out, MiB; it says nothing of what files take without Mesos.
    pub disk: f64,
}

impl Agent {
    /// The name that reports use: the address, or what can be shown of the hostname or the id.
    pub fn name(&self) -> String {
        match &self.address {
            Some(address) => address.to_string(),
            None if self.hostname.is_empty() => printable(&self.agent_id),
            None => printable(&self.hostname),
        }
    }
}

/// An agent that was registered before a failover and has not come back yet. Nothing says how to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecoveredAgent {
    /// Its id.
    pub agent_id: AgentId,
    /// Its hostname as it was sent.
    pub hostname: String,
}

/// What `agents` found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgentsReport {
    /// Agents that are registered.
    pub agents: Vec<Agent>,
    /// Agents that have not come back since the last failover.
    pub recovered: Vec<RecoveredAgent>,
    /// What the run ends with: 1 where no agent is registered.
    #[serde(skip)]
    pub exit: Exit,
}

/// What the leading master lists.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Listing {
    /// Agents that are registered.
    pub agents: Vec<Agent>,
    /// Agents that have not come back since the last failover.
    pub recovered: Vec<RecoveredAgent>,
    /// The leading master's URL, fit to be shown; empty where nobody was asked.
    #[serde(skip)]
    pub leader: String,
}

/// Where to reach one agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name that reports use: the address, or the line of the agents file.
    pub name: String,
    /// The id, where Mesos named the agent.
    pub agent_id: Option<AgentId>,
    /// The host to log in to.
    pub host: Host,
    /// The port of its sshd, where it is not the one of the run.
    pub port: Option<u16>,
}

/// How many agents: `1 agent`, `3 agents`.
pub fn counted(agents: usize) -> String {
    if agents == 1 { say!("1 agent").to_owned() } else { say!("{agents} agents") }
}
