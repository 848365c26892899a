//! The page itself.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use time::OffsetDateTime;

use super::certificates::millis;
use super::data::Heading;
use super::gather::Gathered;
use super::state::State;
use super::{escape, labels};
use crate::domain::fault::{Exit, Fault};
use crate::report::Report;

const PAGE: &str = include_str!("../../../templates/report.html");
const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// What ran: what a report does not say of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The command's words: `trust-agents`.
    pub command: String,
    /// The line as it was typed, without secrets; may be empty.
    pub line: String,
    /// When it began.
    pub began: OffsetDateTime,
    /// When it ended.
    pub ended: OffsetDateTime,
    /// The registry's addresses.
    pub registry: Vec<String>,
    /// The cluster's short name; may be empty.
    pub cluster: String,
}

/// What a run came to, or the fault that it ended with, as one HTML file that needs nothing else.
///
/// Neither the network nor a text of the run can make it do anything: its policy lets only this style and this script run,
/// known by their digests, and loads nothing.
pub fn page(run: &Run, told: Result<&Report, &Fault>) -> String {
    let exit = told.map_or_else(|fault| fault.kind.exit(), Report::exit);
    let outcome = labels::outcome(exit);
    let title = format!("regctl {}: {outcome}", run.command);
    let data = Gathered::of(&run.command, told).into_document(heading(run, exit, outcome), run.ended);
    filled(&[
        ("lang", labels::lang()),
        ("style-digest", &source(STYLE)),
        ("script-digest", &source(SCRIPT)),
        ("title", &escape::html(&title)),
        ("style", STYLE),
        ("no-script", &escape::html(labels::no_script())),
        ("data", &escape::json(&data)),
        ("script", SCRIPT),
    ])
}

fn heading<'a>(run: &'a Run, exit: Exit, outcome: &'static str) -> Heading<'a> {
    Heading {
        command: &run.command,
        line: &run.line,
        version: env!("CARGO_PKG_VERSION"),
        began: millis(run.began),
        ended: millis(run.ended),
        registry: &run.registry,
        cluster: &run.cluster,
        exit: exit.code(),
        outcome,
        state: match exit {
            Exit::Done => State::Passed,
            Exit::Partial | Exit::WouldChange => State::Warned,
            Exit::NotAsAsked | Exit::Usage | Exit::Interrupted => State::Failed,
        },
    }
}

/// A policy's word for the inline text that may run: its digest.
fn source(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

/// The template with each `{{name}}` replaced; what is put in is not looked at again.
fn filled(values: &[(&str, &str)]) -> String {
    let mut page =
        String::with_capacity(values.iter().map(|(_, value)| value.len()).sum::<usize>() + PAGE.len());
    let mut pieces = PAGE.split("{{");
    page.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").expect("every name of the template is closed");
        let (_, value) = values.iter().find(|(known, _)| *known == name).expect("every name has a value");
        let _ = write!(page, "{value}{rest}");
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use time::macros::datetime;

    use super::*;
    use crate::domain::fault::FaultKind;

    /// The words that the script takes from the labels.
    fn used() -> BTreeSet<String> {
        let word = |text: &str| text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        let by_field = SCRIPT.split("labels.").skip(1).map(word);
        let by_name = SCRIPT.split("say(\"").skip(1).map(word);
        let timed = ["previous", "next", "close"].map(str::to_owned);
        by_field.chain(by_name).chain(timed).filter(|name: &String| !name.is_empty()).collect()
    }

    #[test]
    fn the_script_has_a_label_for_every_word_and_a_use_for_every_label() {
        let states = "skipped passed unchanged changed warned drifted failed done would_change not_reached \
                      good soon expired early ca leaf";
        let looked_up = states.split(' ').map(str::to_owned);
        let used: BTreeSet<String> = used().into_iter().chain(looked_up).collect();
        let known: BTreeSet<String> = labels::all().keys().map(|name| (*name).to_owned()).collect();
        assert_eq!(used, known);
    }

    #[test]
    fn what_the_network_says_stays_in_its_string() {
        let hostile = "</script><img src=x onerror=alert(1)>{{script}}";
        let fault = Fault::new(FaultKind::BadAnswer, hostile).hint(hostile);
        let began = datetime!(2026-11-22 12:00 UTC);
        let run = Run {
            command: "verify".to_owned(),
            line: hostile.to_owned(),
            began,
            ended: began,
            registry: vec![hostile.to_owned()],
            cluster: hostile.to_owned(),
        };
        let page = page(&run, Err(&fault));
        assert_eq!(page.matches("</script>").count(), 2, "that of the data and that of the script");
        assert!(!page.contains("<img"));
        let data = page.split("type=\"application/json\">").nth(1).expect("has data");
        let data = data.split("</script>").next().expect("ends");
        let data: serde_json::Value = serde_json::from_str(data).expect("is JSON");
        assert_eq!((&data["run"]["line"], &data["run"]["cluster"]), (&hostile.into(), &hostile.into()));
        assert_eq!(data["texts"][1], hostile);
        assert_eq!(data["failures"][0]["kind"], "bad-answer");
    }

    #[test]
    fn style_and_script_end_where_their_elements_do() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
    }
}
