//! What Docker Engine on the agents is told, and when it may be restarted.

use anyhow::Result;
use clap::Args;

use super::words::in_config;
use crate::commands::Context;
use crate::domain::mirror::MirrorUrl;
use crate::plan::engine::{Flags, Restart, Terms};

/// What Docker Engine is told beside the registry.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Docker Engine")]
pub struct EngineArgs {
    /// Have every agent's Docker Engine ask this registry before Docker Hub (registry-mirrors); may be repeated.
    #[arg(long, value_name = "URL", env = "REGCTL_MIRROR", value_delimiter = ',')]
    pub mirror: Vec<MirrorUrl>,
    /// Where a unit, a drop-in or a file of variables gives --insecure-registry or --registry-mirror, move it into
    /// daemon.json; the engine restarts once. Without this such an agent is left as it is.
    #[arg(long)]
    pub move_flags: bool,
    /// When it may be restarted.
    #[command(flatten)]
    pub restarts: RestartArgs,
}

/// When Docker Engine may be restarted.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Docker Engine")]
pub struct RestartArgs {
    /// Restart engines that do not take new settings otherwise; without this they are left to be restarted, and the exit
    /// code is 3.
    #[arg(long)]
    pub restart_engines: bool,
    /// So many engines restart at the same time, and all of them must be back before the next ones [default: a tenth of
    /// them].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub restart_batch: Option<u16>,
}

impl EngineArgs {
    /// The mirrors: those of the flags, or those of regctl.toml. Errors: a bad one there.
    pub fn mirrors(&self, context: &Context) -> Result<Vec<MirrorUrl>> {
        if !self.mirror.is_empty() {
            return Ok(self.mirror.clone());
        }
        let parse = |text: &String| text.parse().map_err(|why: String| in_config(&why).into());
        context.config.trust.mirrors.iter().map(parse).collect()
    }

    /// How far a first look may go: everything but a restart.
    pub const fn terms(&self) -> Terms {
        let flags = if self.move_flags { Flags::Move } else { Flags::Leave };
        Terms { flags, restart: Restart::Later }
    }
}
