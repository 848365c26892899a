//! `regctl log`: what was changed, when, by whom, and how that ended.

#![expect(rustdoc::bare_urls, reason = "the flags' comments are help texts, not links")]

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{self, ClusterArgs};
use crate::domain::audit::{Journal, LogReport};
use crate::domain::fault::{Exit, Fault};
use crate::effects::audit_log::AuditLog;
use crate::plan::audit::{self, Wanted};
use crate::plan::since;
use crate::report::Report;

/// Flags of `log`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Each run that sets out to change something leaves a record in audit.jsonl of the cluster's state directory \
($XDG_STATE_HOME/regctl/CLUSTER): what was asked for, when, by whom, and what came of it; never a secret. Looking leaves \
none, and neither do --dry-run and --check. A run that was killed has a record without an end, and so has one that is \
still under way. The file grows to 8 MiB; four older ones are kept beside it.")]
pub struct Args {
    /// How many records at most, the newest ones.
    #[arg(long, value_name = "N", default_value_t = 20, help_heading = "Records")]
    last: usize,
    /// Only runs that began then or later: a date (2026-11-22), a time (2026-11-22T10:00:00Z) or how long ago (7d).
    #[arg(long, value_name = "WHEN", help_heading = "Records")]
    since: Option<String>,
    /// Only runs of this command, or of those that begin with these words: cert, or "cert gen".
    #[arg(long, value_name = "NAME", help_heading = "Records")]
    command: Option<String>,
    /// Only runs that did not end well, or did not end.
    #[arg(long, help_heading = "Records")]
    failed: bool,
    /// Only runs whose id begins like this, with all that is known of them.
    #[arg(long, value_name = "ID", help_heading = "Records")]
    id: Option<String>,
    /// The Mesos master that the cluster is known by [default: that of regctl.toml, or http://master.mesos:5050].
    #[arg(long, value_name = "URL", env = "REGCTL_MESOS", help_heading = "Cluster")]
    mesos: Option<String>,
    /// The trails of all clusters that anything is known of here.
    #[arg(long, conflicts_with = "mesos", help_heading = "Cluster")]
    all_clusters: bool,
}

/// Reads the trails and chooses.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let since = args.since.as_deref().map(|text| since::parse(text, OffsetDateTime::now_utc()));
    let wanted = Wanted {
        id: args.id.clone(),
        since: since.transpose().map_err(Fault::value)?,
        command: args.command.clone(),
        failed: args.failed,
    };
    let logs = args.logs(context)?;
    let mut texts = Vec::new();
    for log in &logs {
        texts.extend(log.read()?);
    }
    let Journal { records, broken } = audit::read(texts.iter().map(String::as_str));
    let mut records = audit::select(records, &wanted);
    let left_out = records.len().saturating_sub(args.last);
    records.drain(..left_out);
    Ok(Report::Log(LogReport {
        clusters: logs.iter().map(AuditLog::name).collect(),
        exit: if records.is_empty() && args.id.is_some() { Exit::NotAsAsked } else { Exit::Done },
        records,
        left_out,
        broken_lines: broken,
        whole: args.id.is_some(),
    }))
}

impl Args {
    fn logs(&self, context: &Context) -> Result<Vec<AuditLog>> {
        if self.all_clusters {
            return AuditLog::all(&flags::state_root()?);
        }
        let cluster = ClusterArgs { mesos: self.mesos.clone(), ..ClusterArgs::default() };
        Ok(vec![AuditLog::in_folder(&flags::state_dir(context, &cluster)?)])
    }
}
