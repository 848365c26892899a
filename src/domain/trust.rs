//! What `trust-agents` found and did.

use serde::Serialize;

use super::agent::{AgentError, AgentId};
use super::fault::Exit;
use super::host::Host;
use super::registry::RegistryAddress;
use super::script::StepLine;

/// How one agent came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Something was changed, and all is as wanted now.
    Changed,
    /// All was as wanted; nothing was touched.
    Unchanged,
    /// Something differs, and this run only looks.
    Drifted,
    /// Not everything could be done.
    Failed,
    /// The run ended before this agent's turn.
    Skipped,
}

impl Status {
    /// Every status, in the order that reports name them.
    pub const ALL: [Self; 5] = [Self::Changed, Self::Unchanged, Self::Drifted, Self::Failed, Self::Skipped];

    /// The word, as in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Drifted => "drifted",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One agent of the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgentReport {
    /// Its name: the address, the line of the agents file, or what can be shown of a bad hostname.
    pub agent: String,
    /// Its id, where Mesos named it.
    pub agent_id: Option<AgentId>,
    /// Where it was logged in to.
    pub address: Option<Host>,
    /// How it came out.
    pub status: Status,
    /// What it said of each step.
    pub steps: Vec<StepLine>,
    /// Why it failed, where it did.
    pub error: Option<AgentError>,
    /// How often a connection was tried.
    pub attempts: u32,
    /// Time spent on it, without waiting for its turn.
    pub elapsed_ms: u64,
}

/// How many agents came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All of them.
    pub total: usize,
    /// Changed.
    pub changed: usize,
    /// Unchanged.
    pub unchanged: usize,
    /// Drifted.
    pub drifted: usize,
    /// Failed.
    pub failed: usize,
    /// Skipped.
    pub skipped: usize,
    /// Time of the whole run.
    pub elapsed_ms: u64,
}

/// What was to be done on the agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Make them trust the registry.
    Trust,
    /// Take that back.
    Untrust,
    /// Only look what either would change.
    Look,
}

/// What `trust-agents` or `untrust-agents` found and did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrustReport {
    /// The addresses that the agents are to trust.
    pub registry: Vec<RegistryAddress>,
    /// Every agent.
    pub agents: Vec<AgentReport>,
    /// How many came out how.
    pub summary: Summary,
    /// What was to be done.
    #[serde(skip)]
    pub work: Work,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}
