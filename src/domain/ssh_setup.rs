//! What `ssh-setup` found and did.

use std::path::PathBuf;

use serde::Serialize;

use super::change::Change;
use super::fault::Exit;
use super::trust::{AgentReport, Summary};

/// The key pair on the operator's machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyReport {
    /// The file with the private key.
    pub file: PathBuf,
    /// `SHA256:…`; none where a dry run found no key.
    pub fingerprint: Option<String>,
    /// `created`, `unchanged`, or `drifted` where it is yet to be made.
    pub change: Change,
}

/// What `ssh-setup` found and did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SshSetupReport {
    /// The key pair.
    pub key: KeyReport,
    /// Every agent.
    pub agents: Vec<AgentReport>,
    /// How many came out how.
    pub summary: Summary,
    /// Whether the key was to be taken back.
    #[serde(skip)]
    pub removing: bool,
    /// Whether agents were only looked at.
    #[serde(skip)]
    pub only_looked: bool,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}
