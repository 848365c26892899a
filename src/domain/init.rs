//! What `regctl init` found out, and what it wrote.

use std::path::PathBuf;

use serde::Serialize;

use super::agent::AgentError;
use super::app::AppId;
use super::fault::Exit;
use super::host::Host;
use super::registry::Vip;

/// How the cluster was found; the words are part of the JSON contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// By `--mesos` or `--marathon`.
    Flag,
    /// By `REGCTL_MESOS` or `REGCTL_MARATHON`.
    Environment,
    /// It is the one that the dcos CLI is attached to.
    DcosCli,
    /// By the name `master.mesos`, which a cluster's own hosts know.
    MasterMesos,
    /// The operator was asked.
    Answer,
}

impl FoundBy {
    /// In words that follow `found by`.
    pub fn told(self) -> &'static str {
        match self {
            Self::Flag => say!("flag"),
            Self::Environment => say!("the environment"),
            Self::DcosCli => say!("the dcos CLI, which is attached to it"),
            Self::MasterMesos => say!("the name master.mesos"),
            Self::Answer => say!("asking"),
        }
    }
}

/// Where the cluster is. The URLs hold no passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClusterFound {
    /// URL of a Mesos master.
    pub mesos: String,
    /// URL of Marathon.
    pub marathon: String,
    /// URL of Admin Router, where both are behind it.
    pub dcos: Option<String>,
    /// How it was found.
    pub found_by: FoundBy,
}

/// What was seen of an agent's room, on the agent itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Nobody looked.
    NotLooked,
    /// Nobody could look.
    Failed(AgentError),
    /// What was seen.
    Room(HostRoom),
}

/// The room on a host for the registry's images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRoom {
    /// KiB that are free.
    pub free: u64,
    /// Where the file system is mounted.
    pub mount: String,
    /// Whether it can be written to.
    pub is_writable: bool,
    /// Whether there is a Docker Engine, which is to run the registry.
    pub has_engine: bool,
}

/// What was done with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InitChange {
    /// It was not there.
    Created,
    /// Another one was there.
    Replaced,
    /// It would be made.
    WouldCreate,
    /// It would be made in place of the one that is there.
    WouldReplace,
}

impl InitChange {
    /// What a run does, or would do where only the plan is wanted, to a file that is there or not.
    pub const fn of(plan_only: bool, exists: bool) -> Self {
        match (plan_only, exists) {
            (false, false) => Self::Created,
            (false, true) => Self::Replaced,
            (true, false) => Self::WouldCreate,
            (true, true) => Self::WouldReplace,
        }
    }

    /// Whether the file was written.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Created | Self::Replaced)
    }
}

/// What `init` did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InitReport {
    /// The file.
    pub path: PathBuf,
    /// What was done with it.
    pub change: InitChange,
    /// The cluster.
    pub cluster: ClusterFound,
    /// The agent that is to run the registry.
    pub host: Host,
    /// Its VIP.
    pub vip: Vip,
    /// Its app's id.
    pub app_id: AppId,
    /// Its service port.
    pub service_port: u16,
    /// What could not be found out, and what is not as it usually is.
    pub notes: Vec<String>,
    /// The text of the file, where it was not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The room on that agent, in words; empty where nothing is known of it.
    #[serde(skip)]
    pub room: String,
    /// How the next commands are to be told of the file: empty where they find it by themselves.
    #[serde(skip)]
    pub config_flag: String,
    /// The exit code.
    #[serde(skip)]
    pub exit: Exit,
}
