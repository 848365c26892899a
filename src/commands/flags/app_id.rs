//! Which app is meant, for commands that need to know nothing else of the registry.

use anyhow::Result;
use clap::Args;

use super::app::pick_or;
use crate::commands::Context;
use crate::domain::app::AppId;

/// The id of the registry's app.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Registry")]
pub struct AppIdArgs {
    /// Marathon's id for the registry [default: /registry].
    #[arg(long, value_name = "ID", env = "REGCTL_ID")]
    pub id: Option<AppId>,
}

impl AppIdArgs {
    /// The flag, or what regctl.toml says, or `/registry`. Errors: a bad id in regctl.toml.
    pub fn app_id(&self, context: &Context) -> Result<AppId> {
        pick_or(&self.id, &context.config.first_registry().id, "/registry")
    }
}
