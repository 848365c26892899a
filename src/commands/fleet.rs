//! What commands that run one script on every agent have in common.

use std::time::Instant;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{self, AgentArgs, ChangeArgs, ClusterArgs, FanOutArgs, SshArgs};
use super::logins::Logins;
use crate::domain::event::Event;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::{Outcome, RemoteScript};
use crate::domain::trust::{TrustReport, Work};
use crate::effects::lock::Lock;
use crate::plan::script::Mode;
use crate::plan::selection::Selection;
use crate::plan::trust;

/// Which agents, how to log in to them, and how far to go.
#[derive(Debug, Clone, clap::Args)]
pub struct FleetArgs {
    #[command(flatten)]
    pub(super) agents: AgentArgs,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
    #[command(flatten)]
    ssh: SshArgs,
    #[command(flatten)]
    fan_out: FanOutArgs,
    #[command(flatten)]
    change: ChangeArgs,
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
}

impl FleetArgs {
    /// The agents that are meant, by all sources and filters.
    pub(super) async fn select(&self, context: &Context) -> Result<Selection> {
        let sources = self.agents.sources(&self.cluster, context).await?;
        self.agents.select(&sources, context)
    }

    /// Whether to change the agents or only to look at them.
    pub(super) const fn mode(&self) -> Mode {
        if self.change.plan_only() { Mode::Check } else { Mode::Apply }
    }

    /// Runs the script on every agent and says what came of it.
    pub(super) async fn run(&self, job: Job<'_>, context: &Context) -> Result<TrustReport> {
        let started = Instant::now();
        let Job { registry, selection, script, work } = job;
        let outcomes = if selection.targets.is_empty() {
            Vec::new()
        } else {
            self.log_in(selection, script, context).await?
        };
        let now = OffsetDateTime::now_utc();
        for warning in trust::warnings(selection, &outcomes, now) {
            context.tell(Event::Warning(warning));
        }
        let agents = trust::agents(selection, &outcomes, now);
        let summary = trust::summary(&agents, started.elapsed());
        let exit = trust::exit(&agents, &summary, self.change.exit_by_difference());
        let work = if self.mode() == Mode::Check { Work::Look } else { work };
        Ok(TrustReport { registry, agents, summary, work, exit })
    }

    /// One login to each address; while it changes something, no other run of this cluster may.
    async fn log_in(
        &self,
        selection: &Selection,
        script: RemoteScript,
        context: &Context,
    ) -> Result<Vec<Outcome>> {
        let logins = Logins { ssh: &self.ssh, fan_out: &self.fan_out, cluster: &self.cluster, context };
        if self.mode() == Mode::Check {
            return logins.run(script, &selection.targets, "Looking at").await;
        }
        let _lock = Lock::take(&flags::state_dir(context, &self.cluster)?, &context.holder())?;
        logins.run(script, &selection.targets, "Logging in to").await
    }
}
