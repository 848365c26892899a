//! What `trust-agents` found and did.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::agent::{AgentError, AgentId};
use super::fault::Exit;
use super::host::Host;
use super::registry::RegistryAddress;
use super::script::StepLine;
use super::seen_certificate::SeenCertificate;

/// What makes agents take a registry for good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustMode {
    /// They get the CA that its certificate comes from.
    #[default]
    Ca,
    /// Their Docker Engine is told not to insist on TLS: `insecure-registries`.
    Insecure,
    /// They get a proxy on their loopback interface, which Docker Engine takes without TLS.
    LocalProxy,
}

impl TrustMode {
    /// The words of `--mode` and of regctl.toml.
    pub const WORDS: [&str; 3] = ["ca", "insecure", "local-proxy"];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ca => "ca",
            Self::Insecure => "insecure",
            Self::LocalProxy => "local-proxy",
        }
    }
}

impl fmt::Display for TrustMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for TrustMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = [Self::Ca, Self::Insecure, Self::LocalProxy].into_iter().find(|mode| mode.word() == text);
        known.ok_or_else(|| say!("`{text}` is no mode of trust: use {}", Self::WORDS.join(say!(" or "))))
    }
}

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
            Self::Changed => later!("changed"),
            Self::Unchanged => later!("unchanged"),
            Self::Drifted => later!("drifted"),
            Self::Failed => later!("failed"),
            Self::Skipped => later!("skipped"),
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

#[cfg(test)]
impl AgentReport {
    /// Of an agent about which nothing else is known, for tests.
    pub(crate) fn bare(agent: &str, status: Status) -> Self {
        let agent = agent.to_owned();
        Self {
            agent,
            agent_id: None,
            address: None,
            status,
            steps: Vec::new(),
            error: None,
            attempts: 1,
            elapsed_ms: 5,
        }
    }
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
    /// The CAs that were given to them, where that was the work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<SeenCertificate>,
    /// What was to be done.
    #[serde(skip)]
    pub work: Work,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}
