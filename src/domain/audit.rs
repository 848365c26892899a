//! The audit trail: what each run that set out to change something leaves behind.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::fault::Exit;

/// The schema of one line of the trail.
pub const SCHEMA: &str = "regctl.audit/v1";

/// The command line of a run, as far as it may be kept: no value that could be a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// The command's words: `cert gen`.
    pub command: String,
    /// Flags and values, as `--ca=certs/ca.crt`; those that came by the environment too.
    pub arguments: Vec<String>,
}

/// Who ran it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Actor {
    /// `$USER`, which anybody can set to anything.
    pub user: String,
    /// The user id that the run had.
    pub uid: u32,
    /// `$SUDO_USER`, where sudo set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sudo_user: Option<String>,
    /// The user id of the login, which the kernel keeps through sudo and su; none where it keeps none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_uid: Option<u32>,
    /// The machine that it ran on.
    pub host: String,
    /// Its process id there.
    pub pid: u32,
}

/// One line of the trail. A run writes one before its first change and the same once more, completed, at its end; the
/// later one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// [`SCHEMA`].
    pub schema: String,
    /// Tells the lines of one run from those of others; sorts by time.
    pub id: String,
    /// When it set out to change something.
    #[serde(with = "time::serde::rfc3339")]
    pub begun: OffsetDateTime,
    /// When it ended; `null` in its first line.
    #[serde(with = "time::serde::rfc3339::option", default)]
    pub ended: Option<OffsetDateTime>,
    /// Who ran it.
    #[serde(default)]
    pub by: Actor,
    /// The version of regctl.
    #[serde(default)]
    pub version: String,
    /// The command's words.
    pub command: String,
    /// Its flags and values, without secrets.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The working directory, which relative paths of the arguments start at.
    #[serde(default)]
    pub directory: String,
    /// The cluster, as its state directory is named after it.
    #[serde(default)]
    pub cluster: String,
    /// What came of it.
    #[serde(flatten, default)]
    pub result: AuditResult,
}

/// What came of a run; empty as long as it has not ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditResult {
    /// The addresses of the registry that it was about, where the report names them.
    pub registry: Vec<String>,
    /// What was changed, agents aside; at most [`AuditResult::MOST`] of them.
    pub changes: Vec<AuditChange>,
    /// How many further changes there were.
    pub more_changes: usize,
    /// The agents, where some were visited.
    pub agents: Option<AuditAgents>,
    /// The exit code; `null` as long as it has not ended.
    pub exit: Option<u8>,
    /// Why it ended before its time, where it did.
    pub error: Option<AuditError>,
}

impl AuditResult {
    /// A list in a record is no longer than this: a run over ten thousand agents must not fill the trail.
    pub const MOST: usize = 200;
}

/// One thing that was changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditChange {
    /// What kind of thing: `app`, `file`, `tag`, `user`…
    pub what: String,
    /// Which one.
    pub name: String,
    /// What became of it: `created`, `updated`, `removed`…
    pub change: String,
}

/// How the agents of a run came out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditAgents {
    /// All of them.
    pub total: usize,
    /// Changed.
    pub changed: usize,
    /// As they should be already.
    pub unchanged: usize,
    /// Failed.
    pub failed: usize,
    /// Not reached before the run ended.
    pub skipped: usize,
    /// The changed ones by name; at most [`AuditResult::MOST`].
    pub changed_names: Vec<String>,
    /// The failed ones; at most [`AuditResult::MOST`].
    pub failures: Vec<AgentFailure>,
}

/// An agent that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgentFailure {
    /// Its name.
    pub agent: String,
    /// The stable word for the cause.
    pub kind: String,
}

/// Why a run ended without a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditError {
    /// The stable word.
    pub kind: String,
    /// What was being done, to what, and why it failed.
    pub message: String,
}

/// The records of one trail or of several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    /// One for each run, the oldest first.
    pub records: Vec<AuditRecord>,
    /// Lines that make no sense: half-written ones of a crash, or somebody's edits.
    pub broken: usize,
}

/// What `log` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogReport {
    /// The clusters whose trails were read.
    pub clusters: Vec<String>,
    /// The records that were asked for, the newest last.
    pub records: Vec<AuditRecord>,
    /// Records that were asked for and left out by `--last`.
    pub left_out: usize,
    /// Lines that could not be read.
    pub broken_lines: usize,
    /// Whether one record was asked for, and is to be told whole.
    #[serde(skip)]
    pub whole: bool,
    /// What it ends with.
    #[serde(skip)]
    pub exit: Exit,
}

impl LogReport {
    /// How many records were asked for, those that are left out too.
    pub const fn matching(&self) -> usize {
        self.records.len() + self.left_out
    }
}
