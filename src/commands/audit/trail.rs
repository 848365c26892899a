//! The record of this run: begun with the first thing that may change something, completed at the end.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use time::OffsetDateTime;
use time::macros::format_description;

use super::actor::actor;
use crate::domain::audit::{AuditRecord, AuditResult, Invocation, SCHEMA};
use crate::effects::audit_log::AuditLog;
use crate::effects::random;
use crate::report::{Report, traces};

/// The record of this run, or what will be in it once it begins.
#[derive(Debug, Default)]
pub struct Trail {
    invocation: Invocation,
    begun: Mutex<Option<(AuditLog, AuditRecord)>>,
}

impl Trail {
    /// Of a run with this command line. Nothing is written yet.
    pub fn new(invocation: Invocation) -> Self {
        Self { invocation, begun: Mutex::new(None) }
    }

    /// The command line, as far as it may be kept.
    pub const fn invocation(&self) -> &Invocation {
        &self.invocation
    }

    /// Writes that this run sets out to change something of the cluster; does nothing where it has been written. Errors:
    /// it cannot be written, which is to hinder nobody.
    pub fn begin(&self, state_dir: &Path, cluster: &str) -> Result<()> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.is_some() {
            return Ok(());
        }
        let record = self.record(cluster)?;
        let log = AuditLog::in_folder(state_dir);
        let (log, record) = begun.insert((log, record));
        write(log, record)
    }

    /// Writes how it ended, where it has begun. Errors: as of [`Trail::begin`].
    pub fn end(&self, outcome: &Result<Report>) -> Result<()> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((log, record)) = begun else { return Ok(()) };
        let ended = Some(OffsetDateTime::now_utc());
        write(&log, &AuditRecord { ended, result: traces(outcome), ..record })
    }

    /// What the logs of hosts are told of this run: its command, what it is about, who runs it, and its id.
    pub fn words_for_hosts(&self, about: &str) -> String {
        let (command, actor) = (&self.invocation.command, actor());
        let of = if about.is_empty() { String::new() } else { format!(" for {about}") };
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let id = begun.as_ref().map(|(_, record)| format!(", run {}", record.id)).unwrap_or_default();
        format!("{command}{of} by {}@{} (uid {}){id}", actor.user, actor.host, actor.uid)
    }

    fn record(&self, cluster: &str) -> Result<AuditRecord> {
        let begun = OffsetDateTime::now_utc();
        let Invocation { command, arguments } = self.invocation.clone();
        Ok(AuditRecord {
            schema: SCHEMA.to_owned(),
            id: id(begun)?,
            begun,
            ended: None,
            by: actor(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command,
            arguments,
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::new()).display().to_string(),
            cluster: cluster.to_owned(),
            result: AuditResult::default(),
        })
    }
}

/// `20261122-114551-3f9a2c`: sorts by time, and no two runs have the same.
fn id(begun: OffsetDateTime) -> Result<String> {
    let format = format_description!("[year][month][day]-[hour][minute][second]");
    let random = random::name().context(say!("making an id for the audit trail"))?;
    Ok(format!("{}-{}", begun.format(format)?, &random[..6]))
}

fn write(log: &AuditLog, record: &AuditRecord) -> Result<()> {
    log.append(&serde_json::to_string(record)?)
}
