//! How the runtimes of an agent pulled an image.

use serde::Serialize;

use super::runtime::Runtime;

/// One agent's pulls through one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgentPulls {
    /// The agent.
    pub agent: String,
    /// The registry's address.
    pub registry: String,
    /// One entry for each runtime, in a fixed order.
    pub runtimes: Vec<RuntimePull>,
}

/// One runtime's pull.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuntimePull {
    /// Its word.
    #[serde(serialize_with = "word")]
    pub runtime: Runtime,
    /// How it came out.
    pub outcome: PullOutcome,
    /// Whether this runtime has to be able to.
    pub wanted: bool,
    /// How long it took, in milliseconds, by the agent's own clock; to the nearest ten.
    pub ms: Option<u64>,
    /// The runtime's words, where it failed.
    pub detail: Option<String>,
}

/// How a pull came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PullOutcome {
    /// It has the image.
    Pulled,
    /// It does not.
    Failed,
    /// The agent has no such runtime.
    None,
}

fn word<S: serde::Serializer>(runtime: &Runtime, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(runtime.word())
}
