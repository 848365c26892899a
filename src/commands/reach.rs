//! Which agents there are, and how to log in to them: what every command that visits agents takes.

use anyhow::Result;

use super::Context;
use super::flags::{AgentArgs, ClusterArgs, FanOutArgs, SshArgs};
use super::logins::Logins;
use crate::plan::selection::Selection;

/// Which agents, and how to log in to them.
#[derive(Debug, Clone, clap::Args)]
pub struct ReachArgs {
    #[command(flatten)]
    pub(super) agents: AgentArgs,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
    #[command(flatten)]
    pub(super) ssh: SshArgs,
    #[command(flatten)]
    pub(super) fan_out: FanOutArgs,
}

impl ReachArgs {
    /// The agents that are meant, by all sources and filters.
    pub(super) async fn select(&self, context: &Context) -> Result<Selection> {
        let sources = self.agents.sources(&self.cluster, context).await?;
        self.agents.select(&sources, context)
    }

    /// How to log in, and how many at a time.
    pub(super) const fn logins<'a>(&'a self, context: &'a Context) -> Logins<'a> {
        Logins { ssh: &self.ssh, fan_out: &self.fan_out, cluster: &self.cluster, context, watcher: None }
    }
}
