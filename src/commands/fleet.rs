//! What commands that run one script on every agent have in common.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{self, ChangeArgs};
use super::logins::Logins;
use super::reach::ReachArgs;
use super::stream::Stream;
use crate::domain::event::Event;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::RemoteScript;
use crate::domain::trust::{TrustReport, Work};
use crate::effects::lock::Lock;
use crate::plan::script::Mode;
use crate::plan::selection::Selection;
use crate::plan::trust;

/// Which agents, how to log in to them, and how far to go.
#[derive(Debug, Clone, clap::Args)]
pub struct FleetArgs {
    #[command(flatten)]
    pub(super) reach: ReachArgs,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

/// A script and the agents it is for.
pub(super) struct Job<'a> {
    /// The registry addresses that it is about, for the report.
    pub(super) registry: Vec<RegistryAddress>,
    /// The agents.
    pub(super) selection: &'a Selection,
    /// The script, the same for all of them.
    pub(super) script: RemoteScript,
    /// What it does where it may.
    pub(super) work: Work,
    /// Who is to have each result at once.
    pub(super) stream: Option<Arc<Stream>>,
}

impl FleetArgs {
    /// Whether to change the agents or only to look at them.
    pub(super) const fn mode(&self) -> Mode {
        if self.change.plan_only() { Mode::Check } else { Mode::Apply }
    }

    /// While something is changed, no other run of this cluster may.
    pub(super) fn lock(&self, context: &Context) -> Result<Option<Lock>> {
        (self.mode() == Mode::Apply).then(|| flags::lock(context, &self.reach.cluster)).transpose()
    }

    /// The same agents and logins, but only to look.
    pub(super) fn looking(&self) -> Self {
        let change = ChangeArgs { dry_run: true, ..ChangeArgs::default() };
        Self { change, ..self.clone() }
    }

    /// Runs the script on every agent and says what came of it.
    pub(super) async fn run(&self, job: Job<'_>, context: &Context) -> Result<TrustReport> {
        let _lock = if job.selection.targets.is_empty() { None } else { self.lock(context)? };
        self.run_locked(job, context).await
    }

    /// The same for a run that holds the cluster's lock already.
    pub(super) async fn run_locked(&self, job: Job<'_>, context: &Context) -> Result<TrustReport> {
        let started = Instant::now();
        let Job { registry, selection, script, work, stream } = job;
        let watcher = stream.clone().map(|stream| stream as _);
        let outcomes = if selection.targets.is_empty() {
            Vec::new()
        } else {
            let doing = if self.mode() == Mode::Check { "Looking at" } else { "Logging in to" };
            let logins = Logins { watcher, ..self.reach.logins(context) };
            logins.run(script, &selection.targets, doing).await?
        };
        let now = OffsetDateTime::now_utc();
        for warning in trust::warnings(selection, &outcomes, now) {
            context.tell(Event::Warning(warning));
        }
        let agents = trust::agents(selection, &outcomes, now);
        let summary = trust::summary(&agents, started.elapsed());
        let exit = trust::exit(&agents, &summary, self.change.exit_by_difference());
        if let Some(stream) = stream {
            stream.finish(&agents);
        }
        let work = if self.mode() == Mode::Check { Work::Look } else { work };
        Ok(TrustReport { registry, agents, summary, work, exit })
    }
}
