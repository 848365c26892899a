//! Which app is meant, for commands that need to know nothing else of the registry.

use anyhow::Result;
use clap::Args;

use super::DockerHostArgs;
use super::words::pick_or;
use crate::commands::Context;
use crate::domain::app::AppId;
use crate::domain::config::RegistryConfig;
use crate::domain::docker_host::DockerHost;

/// The id of the registry's app.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Registry")]
pub struct AppIdArgs {
    /// Marathon's id for the registry [default: /registry].
    #[arg(long, value_name = "ID", env = "REGCTL_ID")]
    pub id: Option<AppId>,
    #[command(flatten)]
    pub(in crate::commands) docker: DockerHostArgs,
}

impl AppIdArgs {
    /// The flag, or what regctl.toml says, or `/registry`. Errors: a bad id in regctl.toml.
    pub fn app_id(&self, context: &Context) -> Result<AppId> {
        pick_or(&self.id, &self.config(context).id, "/registry")
    }

    /// What regctl.toml says of the registry with this id, or of the first one.
    pub fn config(&self, context: &Context) -> RegistryConfig {
        context.config.registry_of(self.id.as_ref())
    }

    /// The Docker host that runs it; none where Marathon does.
    pub fn docker_host(&self, context: &Context) -> Result<Option<DockerHost>> {
        self.docker.host(&self.config(context))
    }
}
