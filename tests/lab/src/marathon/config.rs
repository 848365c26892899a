//! What a Marathon stand-in is told when it starts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::launch::Launcher;

/// The generation of Marathon that is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarathonVersion {
    /// 1.4.13, as in DC/OS 1.9: ports under `container.docker`, type errors are 400, unknown routes 404.
    V1_4,
    /// 1.11.24, as in DC/OS 2.2: `networks` and `container.portMappings`, type errors are 422, unknown routes 500.
    V1_11,
}

impl MarathonVersion {
    /// The version as `/v2/info` says it.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::V1_4 => "1.4.13",
            Self::V1_11 => "1.11.24",
        }
    }
}

/// When the first health check of a task runs, and when those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckPace {
    /// As the real one: Mesos checks after `delaySeconds`, Marathon's own after the interval or 5 s, then each interval.
    Honest,
    /// Until the first success within the grace period, where failures do not count, every 300 ms; then as the real one.
    QuickStart,
}

/// A Marathon stand-in to be started.
pub struct MarathonConfig {
    /// Where state, the control file and (without hosts of their own) the agents' files are kept.
    pub state_dir: PathBuf,
    /// Where the API listens.
    pub listen: SocketAddr,
    /// Which Marathon is played.
    pub version: MarathonVersion,
    /// What runs the tasks.
    pub launcher: Arc<dyn Launcher>,
    /// How health checks are timed.
    pub check_pace: CheckPace,
    /// How long after one round of offers the next one comes.
    pub offer_interval: Duration,
}

impl MarathonConfig {
    /// A stand-in with quick first health checks and offers every 500 ms.
    #[must_use]
    pub fn new(
        state_dir: PathBuf,
        listen: SocketAddr,
        version: MarathonVersion,
        launcher: Arc<dyn Launcher>,
    ) -> Self {
        let check_pace = CheckPace::QuickStart;
        Self { state_dir, listen, version, launcher, check_pace, offer_interval: Duration::from_millis(500) }
    }
}
