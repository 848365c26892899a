//! What commands that run one script on every agent have in common.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::engine_restarts::Restarts;
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
use crate::plan::syslog;
use crate::plan::trust::{self, Drift};

/// Which agents, how to log in to them, and how far to go.
#[derive(Debug, Clone, clap::Args)]
pub struct FleetArgs {
    #[command(flatten)]
    pub(super) reach: ReachArgs,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
    /// Tell each agent's own log (logger, authpriv.notice) what was changed there, by whom, and how it came out.
    #[arg(long, help_heading = "Agents")]
    pub(super) syslog: bool,
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
    /// What becomes of those whose Docker Engine needs a restart; they are left so where nothing is said.
    pub(super) restarts: Option<Restarts>,
}

impl FleetArgs {
    /// Whether to change the agents or only to look at them.
    pub(super) const fn mode(&self) -> Mode {
        self.change.mode()
    }

    /// What an agent that differs in the end means for the run.
    pub(super) const fn drift(&self) -> Drift {
        match (self.mode(), self.change.exit_by_difference()) {
            (Mode::Apply, _) => Drift::Undone,
            (Mode::Check, true) => Drift::WouldChange,
            (Mode::Check, false) => Drift::Told,
        }
    }

    /// The script as it is sent: one that tells the agent's own log, where that is wanted.
    pub(super) fn as_sent(
        &self,
        script: RemoteScript,
        registry: &[RegistryAddress],
        context: &Context,
    ) -> RemoteScript {
        let wanted = self.syslog || context.config.trust.syslog == Some(true);
        if wanted && self.mode() == Mode::Apply {
            let names: Vec<_> = registry.iter().map(ToString::to_string).collect();
            return syslog::told(script, &context.trail.words_for_hosts(&names.join(" ")));
        }
        script
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
        let Job { registry, selection, script, work, stream, restarts } = job;
        let script = self.as_sent(script, &registry, context);
        let restarts =
            restarts.map(|it| Restarts { script: self.as_sent(it.script, &registry, context), ..it });
        let watcher = stream.clone().map(|stream| stream as _);
        let outcomes = if selection.targets.is_empty() {
            Vec::new()
        } else {
            let doing = |agents| match self.mode() {
                Mode::Check => say!("Looking at {agents}"),
                Mode::Apply => say!("Logging in to {agents}"),
            };
            let logins = Logins { watcher, ..self.reach.logins(context) };
            let mut outcomes = logins.run(script, &selection.targets, doing).await?;
            if let Some(restarts) = restarts.filter(|_| self.mode() == Mode::Apply) {
                restarts.carry_out(&logins, &selection.targets, &mut outcomes).await?;
            }
            outcomes
        };
        let now = OffsetDateTime::now_utc();
        for warning in trust::warnings(selection, &outcomes, now) {
            context.tell(Event::Warning(warning));
        }
        let agents = trust::agents(selection, &outcomes, now);
        let summary = trust::summary(&agents, started.elapsed());
        let exit = trust::exit(&agents, &summary, self.drift());
        if let Some(stream) = stream {
            stream.finish(&agents);
        }
        let work = if self.mode() == Mode::Check { Work::Look } else { work };
        Ok(TrustReport { registry, agents, summary, certificates: Vec::new(), work, exit })
    }
}
