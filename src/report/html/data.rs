//! What a page holds as JSON, for its script to draw. Texts that many agents share are numbers into `texts`.

use serde::Serialize;

use super::certificates::Lifetimes;
use super::failures::Failure;
use super::labels::Labels;
use super::state::State;
use super::texts::Text;
use super::times::Series;

/// The whole of it.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    /// `regctl.report/v1`.
    pub(super) schema: &'static str,
    /// The language, as HTML's `lang` names it.
    pub(super) lang: &'static str,
    /// What ran.
    pub(super) run: Heading<'a>,
    /// Every word that the page shows and the run did not say.
    pub(super) labels: Labels,
    /// The stages, where the run had several.
    pub(super) stages: Vec<Stage>,
    /// Every agent, in the order of the report.
    pub(super) agents: Vec<Agent>,
    /// What failed, then what only warned, grouped by kind.
    pub(super) failures: Vec<Failure>,
    /// Checks of the registry, rather than of an agent.
    pub(super) checks: Vec<Check>,
    /// What took how long on the agents.
    pub(super) times: Vec<Series>,
    /// Certificates and how long they hold.
    pub(super) certificates: Lifetimes,
    /// Every text that is a number elsewhere.
    pub(super) texts: Vec<String>,
}

/// What ran, when and how it ended.
#[derive(Debug, Serialize)]
pub(super) struct Heading<'a> {
    /// The command's words.
    pub(super) command: &'a str,
    /// The line as it was typed, without secrets; may be empty.
    pub(super) line: &'a str,
    /// Version of regctl.
    pub(super) version: &'static str,
    /// When it began, in milliseconds since 1970.
    pub(super) began: i64,
    /// When it ended.
    pub(super) ended: i64,
    /// The registry's addresses.
    pub(super) registry: &'a [String],
    /// The cluster's short name; may be empty.
    pub(super) cluster: &'a str,
    /// Exit code.
    pub(super) exit: u8,
    /// What that means.
    pub(super) outcome: &'static str,
    /// `passed`, `warned` or `failed`: how the outcome is painted.
    pub(super) state: State,
}

/// One stage of `up`.
#[derive(Debug, Serialize)]
pub(super) struct Stage {
    /// Its command.
    pub(super) stage: &'static str,
    /// How it came out.
    pub(super) status: &'static str,
    /// How that is painted.
    pub(super) state: State,
    /// Why, in a line; may be empty.
    pub(super) detail: String,
}

/// One agent.
#[derive(Debug, Serialize)]
pub(super) struct Agent {
    /// Its name in the report.
    pub(super) name: String,
    /// Its id, where Mesos named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Where it was logged in to, where that is not its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
    /// The worst of what was found there.
    pub(super) state: State,
    /// How often a connection was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attempts: Option<u32>,
    /// Time spent on it, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ms: Option<u64>,
    /// What it said of each step: step, change, detail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<[Text; 3]>,
    /// Why it failed: kind, message, hint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<[Text; 3]>,
    /// What was checked there: name, state, cause, detail, hint.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) checks: Vec<[Text; 5]>,
    /// How its runtimes pulled: registry, runtime, outcome, detail, and milliseconds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) pulls: Vec<(Text, Text, Text, Text, Option<u64>)>,
}

/// One check of the registry.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    /// The command that made it.
    pub(super) from: Text,
    /// Its name.
    pub(super) name: Text,
    /// How it came out.
    pub(super) state: State,
    /// What was checked; may be empty.
    pub(super) subject: Text,
    /// What was seen.
    pub(super) detail: Text,
    /// What to do next; may be empty.
    pub(super) hint: Text,
}
