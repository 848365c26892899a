//! What a fan-out needs to know about the work, and what it hands back.

use std::time::Duration;

use crate::domain::agent::{AgentError, Target};
use crate::domain::script::{Answer, RemoteScript};

/// How a script gets onto a host.
pub trait Transport: Send + Sync + 'static {
    /// Whether the host can be reached at all; cheap, and run for many hosts at once.
    fn probe(&self, target: &Target) -> impl Future<Output = Result<(), AgentError>> + Send;

    /// Runs the script there, within the deadline. Dropping the future ends what it has started.
    fn run(
        &self,
        target: &Target,
        script: &RemoteScript,
        deadline: Duration,
    ) -> impl Future<Output = Result<Answer, AgentError>> + Send;
}

/// How many at a time, for how long, how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Hosts that the script runs on at the same time.
    pub width: usize,
    /// Hosts that are probed or waited for at the same time; at least `width`.
    pub probes: usize,
    /// Time for one host, from login to answer.
    pub deadline: Duration,
    /// Further tries for hosts that refused, or answered the probe but could not be logged in to, after all others are
    /// done.
    pub retries: u32,
}
