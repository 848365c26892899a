//! A report as text for people or as JSON.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::reports::Report;
use super::{json, text};
use crate::domain::finding::FindingChange;
use crate::domain::trust::AgentReport;

/// What to print on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Human,
    /// Exactly one JSON document.
    Json,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub colored: bool,
    /// Columns, where the output is a terminal.
    pub width: Option<u16>,
    /// Whether everything is named that there may be thousands of.
    pub whole: bool,
}

impl Style {
    /// As it is in a file.
    pub const PLAIN: Self = Self { colored: false, width: None, whole: false };
}

/// The report as it goes to stdout.
pub fn render(report: &Report, format: Format, style: Style) -> String {
    match format {
        Format::Human => text::render(report, style),
        Format::Json => json::render(report),
    }
}

/// One agent's entry as one line of JSON, for whoever does not wait for the end.
pub fn agent_line(agent: &AgentReport) -> String {
    json::line("trust-agents.agent", agent)
}

/// One change that a watch has seen, as one line for people or of JSON; without the line's break. A hint comes on a second.
pub fn change_line(change: &FindingChange, at: OffsetDateTime, format: Format) -> String {
    let whole_seconds = at.replace_nanosecond(0).unwrap_or(at);
    let time = whole_seconds.format(&Rfc3339).unwrap_or_default();
    match format {
        Format::Human => text::change(change, &time),
        Format::Json => json::change(change, &time),
    }
}
