//! What is run on a host, and what the host says it did.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::agent::AgentError;
use super::change::Change;

/// A rendered shell script, complete but for its last line: the call that starts it, which is added with a fresh nonce
/// when it is sent. A script that breaks off on its way therefore does nothing.
///
/// It may hold a private key on its way to the registry's host, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteScript(String);

impl RemoteScript {
    /// Wraps a rendered text; `plan::script::render` is where it comes from.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text that is sent, ending with the call.
    pub fn call(&self, nonce: &str) -> String {
        format!("{}\nregctl_run {nonce}\n", self.0.trim_end())
    }

    /// The text without the call, for a test or a dry run.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RemoteScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteScript({} bytes)", self.0.len())
    }
}

/// One step as the host reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepLine {
    /// Its name: `conntrack`, `docker-ca`.
    pub step: String,
    /// What became of it.
    pub change: Change,
    /// A few words more, such as the path; may be empty.
    pub detail: String,
}

/// The whole answer of a host: every line that it said, up to its last one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The steps in the order they were done.
    pub steps: Vec<StepLine>,
    /// Further lines `key=value`; a key that comes twice keeps its last value.
    pub facts: BTreeMap<String, String>,
    /// The first step that failed, where one did.
    pub failure: Option<AgentError>,
}

/// How one host came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its answer, or why there is none.
    pub result: Result<Answer, AgentError>,
    /// How often a connection was tried; 0 where its turn never came.
    pub attempts: u32,
    /// Time spent on it, without waiting for its turn.
    pub elapsed: Duration,
}
