//! Agents as the leading master or a file names them.

use super::language;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::{Map, Value};

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

/// Why nothing, or not everything, could be done on an agent. The words are part of the JSON contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgentErrorKind {
    /// Its hostname or pid is not a plain host name or IP address; nothing connected to it.
    InvalidName,
    /// Its name does not resolve.
    Resolve,
    /// There is no way to it: no route, network down.
    Unreachable,
    /// It did not answer in time.
    ConnectTimeout,
    /// Nothing listens on its ssh port.
    ConnectRefused,
    /// Its host key is not the known one, or not known where it has to be.
    HostKey,
    /// It does not accept the key that was offered.
    Auth,
    /// sudo said no.
    Sudo,
    /// It was not done within the time for one agent.
    Timeout,
    /// A step failed on the agent for a reason without a word of its own.
    Script,
    /// A file system is full.
    DiskFull,
    /// A file system is mounted read-only.
    ReadOnly,
    /// Docker Engine's daemon.json cannot be understood, so it was not touched.
    DaemonJson,
    /// Docker Engine has by a flag what is to go into its daemon.json; with both it would not start again.
    SetByFlag,
    /// Docker Engine did not come back.
    EngineDown,
    /// The answer broke off or makes no sense; what was done there is unknown.
    Protocol,
    /// The run was interrupted before the agent was done.
    Interrupted,
}

impl AgentErrorKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 17] = [
        Self::InvalidName,
        Self::Resolve,
        Self::Unreachable,
        Self::ConnectTimeout,
        Self::ConnectRefused,
        Self::HostKey,
        Self::Auth,
        Self::Sudo,
        Self::Timeout,
        Self::Script,
        Self::DiskFull,
        Self::ReadOnly,
        Self::DaemonJson,
        Self::SetByFlag,
        Self::EngineDown,
        Self::Protocol,
        Self::Interrupted,
    ];

    /// The stable word, as in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InvalidName => "invalid-name",
            Self::Resolve => "resolve",
            Self::Unreachable => "unreachable",
            Self::ConnectTimeout => "connect-timeout",
            Self::ConnectRefused => "connect-refused",
            Self::HostKey => "host-key",
            Self::Auth => "auth",
            Self::Sudo => "sudo",
            Self::Timeout => "timeout",
            Self::Script => "script",
            Self::DiskFull => "disk-full",
            Self::ReadOnly => "read-only",
            Self::DaemonJson => "daemon-json",
            Self::SetByFlag => "set-by-flag",
            Self::EngineDown => "engine-down",
            Self::Protocol => "protocol",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What went wrong on one agent. Data, not a fault: the other agents are still done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgentError {
    /// The stable word for it.
    pub kind: AgentErrorKind,
    /// Lower-case, without a full stop; fit to be shown on a terminal.
    pub message: String,
    /// What to do next, as a sentence.
    pub hint: Option<String>,
}

impl AgentError {
    /// An error without a hint.
    pub fn new(kind: AgentErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// The same error with the next thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(language::told(hint));
        self
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.word(), self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_one_in_json() {
        for kind in AgentErrorKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("serializes"), kind.word());
        }
    }
}
