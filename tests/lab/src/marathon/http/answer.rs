//! An answer, before it is put on the wire.

use serde_json::Value;
use tokio::sync::broadcast;

use crate::marathon::config::MarathonVersion;
use crate::marathon::problem::Problem;
use crate::marathon::state::{Event, Receipt};

/// What is sent after the headers.
#[derive(Debug)]
pub(crate) enum Content {
    Nothing,
    Text {
        media_type: &'static str,
        text: String,
    },
    /// Events as they happen, of these kinds or of all.
    Events {
        source: broadcast::Receiver<Event>,
        kinds: Vec<String>,
        peer: String,
    },
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content: Content,
}

impl Answer {
    /// Nothing but a status.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Nothing }
    }

    /// Text of this media type.
    pub(crate) fn text(status: u16, media_type: &'static str, text: impl Into<String>) -> Self {
        let content = Content::Text { media_type, text: text.into() };
        Self { status, headers: Vec::new(), content }
    }

    /// A JSON document.
    pub(crate) fn json(status: u16, document: &Value) -> Self {
        Self::text(status, "application/json", document.to_string())
    }

    /// With one more header.
    pub(crate) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }

    /// The refusal in the words of this version.
    pub(crate) fn refusal(problem: &Problem, version: MarathonVersion) -> Self {
        let (status, body) = problem.answer(version);
        Self::json(status, &body)
    }

    /// What every change is answered with.
    pub(crate) fn receipt(status: u16, receipt: &Receipt) -> Self {
        let body = serde_json::json!({"version": receipt.version, "deploymentId": receipt.deployment_id});
        Self::json(status, &body).with("Marathon-Deployment-Id", receipt.deployment_id.clone())
    }
}
