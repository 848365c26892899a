//! Agents as the leading master or a file names them.

use serde::Serialize;

use super::host::Host;

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
