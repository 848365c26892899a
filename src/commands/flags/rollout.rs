//! Flags of commands that change an app on Marathon and wait for it.

use std::time::Duration;

use clap::Args;

use crate::domain::duration;
use crate::effects::marathon::Force;

/// How long to wait where nothing is said.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// The deployment group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Deployment")]
pub struct RolloutArgs {
    /// How long to wait until Marathon is done [default: 10m].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// Do not wait until Marathon is done.
    #[arg(long, conflicts_with = "timeout")]
    pub no_wait: bool,
    /// Cancel a deployment that holds the app.
    #[arg(long)]
    pub force: bool,
}

/// How to send a change, and how long to wait for it.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// How long to wait; `None` not to wait at all.
    pub patience: Option<Duration>,
    /// Whether to cancel a deployment that holds the app.
    pub force: Force,
}

impl RolloutArgs {
    /// What the flags say, or their defaults.
    pub fn terms(&self) -> Terms {
        self.terms_within(PATIENCE)
    }

    /// The same where it usually takes another time.
    pub fn terms_within(&self, usual: Duration) -> Terms {
        let patience = (!self.no_wait).then(|| self.timeout.unwrap_or(usual));
        Terms { patience, force: if self.force { Force::Yes } else { Force::No } }
    }
}
