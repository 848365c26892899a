//! What is run on a host, and what the host says it did.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::agent::AgentError;
use super::change::Change;

/// A rendered shell script, complete but for its last line: the call that starts it, which is added with a fresh nonce
/// when it is sent. A script that breaks off on its way therefore does nothing.
///
/// It may hold a private key on its way to the registry's host, so `Debug` does not show it.
#[derive(Clone)]
pub struct RemoteScript {
    text: String,
    payload: Option<Payload>,
    sequel: Option<Arc<Decide>>,
}

/// Decides from what a first script said what a second one is to do, in the same login; `None` where there is nothing to
/// do. The error is the failure of the host: what it said cannot be worked with.
pub type Decide = dyn Fn(&Answer) -> Result<Option<RemoteScript>, AgentError> + Send + Sync;

/// What a script gets on standard input as soon as it says `ready`.
#[derive(Clone, PartialEq, Eq)]
enum Payload {
    File(PathBuf),
    /// What another host's script writes meanwhile.
    Relayed,
    /// Nothing, but it does not end either as long as somebody waits for the answer.
    Nothing,
}

impl RemoteScript {
    /// Wraps a rendered text; `plan::script::render` is where it comes from.
    pub const fn new(text: String) -> Self {
        Self { text, payload: None, sequel: None }
    }

    /// The same with a file that it gets on standard input as soon as it says `ready`.
    #[must_use]
    pub fn with_payload(self, file: PathBuf) -> Self {
        Self { payload: Some(Payload::File(file)), ..self }
    }

    /// The same for one that gets what another host's script writes.
    #[must_use]
    pub fn with_relayed_payload(self) -> Self {
        Self { payload: Some(Payload::Relayed), ..self }
    }

    /// The same for one that is to notice by the end of its standard input that nobody waits for it any more. It never says
    /// `ready`.
    #[must_use]
    pub fn on_a_leash(self) -> Self {
        Self { payload: Some(Payload::Nothing), ..self }
    }

    /// Whether its standard input stays open until it has answered, although nothing comes.
    pub fn is_on_a_leash(&self) -> bool {
        self.payload == Some(Payload::Nothing)
    }

    /// The same followed by a second script in the same login and the same shell, decided from what this one says: for
    /// what has to be read before it is known what is to be written. The second one has no payload and no sequel. None
    /// follows a script that failed, or one that has a payload.
    #[must_use]
    pub fn then(
        self,
        decide: impl Fn(&Answer) -> Result<Option<Self>, AgentError> + Send + Sync + 'static,
    ) -> Self {
        Self { sequel: Some(Arc::new(decide)), ..self }
    }

    /// What decides about a second script, where there may be one.
    pub fn sequel(&self) -> Option<&Decide> {
        self.sequel.as_deref().filter(|_| self.payload.is_none())
    }

    /// The file that it gets when it says `ready`.
    pub fn payload(&self) -> Option<&Path> {
        match &self.payload {
            Some(Payload::File(path)) => Some(path),
            _ => None,
        }
    }

    /// The text that is sent, ending with the call. Where a payload follows, the shell is told on the same line to read
    /// no further: what nobody took of it must never be run.
    pub fn call(&self, nonce: &str) -> String {
        let end = if self.payload.is_some() { "; exit" } else { "" };
        format!("{}\nregctl_run {nonce}{end}\n", self.text.trim_end())
    }

    /// The same with one more line of shell before the call: a setting for this script, and for the one that follows it.
    #[must_use]
    pub fn with_setting(self, line: &str) -> Self {
        Self { text: format!("{}\n{line}\n", self.text.trim_end()), ..self }
    }

    /// The text without the call, for a test or a dry run.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for RemoteScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteScript({} bytes)", self.text.len())
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

impl Answer {
    /// This answer and that of the script that came after it, as one.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        self.steps.extend(later.steps);
        self.facts.extend(later.facts);
        self.failure = self.failure.or(later.failure);
        self
    }
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
