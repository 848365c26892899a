//! Answers that no sound master gives.

use serde_json::Value;

use super::answer::Answer;
use super::scenario::Scenario;

/// How large the huge document is, in bytes.
const HUGE: usize = 50_000_000;

/// The answer instead of the listing, where the scenario spoils it.
pub(super) fn spoilt(scenario: &Scenario, listing: &Value) -> Option<Answer> {
    match scenario {
        Scenario::Html => Some(html()),
        Scenario::Truncated => {
            let mut body = listing.to_string().into_bytes();
            body.truncate(body.len() / 2);
            Some(Answer::raw_json(body))
        }
        Scenario::CutOff => Some(Answer::CutOff { body: listing.to_string().into_bytes() }),
        Scenario::Huge => Some(Answer::raw_json(huge(listing))),
        Scenario::Silent => Some(Answer::Never),
        Scenario::Body { file } => Some(match std::fs::read(file) {
            Ok(body) => Answer::raw_json(body),
            Err(error) => Answer::raw_json(format!("{}: {error}", file.display()).into_bytes()),
        }),
        _ => None,
    }
}

fn html() -> Answer {
    let body =
        "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n";
    Answer::Whole {
        status: 200,
        headers: vec![("content-type", "text/html; charset=utf-8".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

/// A valid document: the first agent over and over.
fn huge(listing: &Value) -> Vec<u8> {
    let agent = listing["slaves"].get(0).map_or_else(|| "{}".to_owned(), Value::to_string);
    let count = HUGE / (agent.len() + 1);
    let agents = vec![agent; count.max(1)].join(",");
    format!("{{\"slaves\":[{agents}],\"recovered_slaves\":[]}}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_huge_document_is_huge_and_valid() {
        let listing =
            serde_json::json!({"slaves": [{"id": "S0", "hostname": "192.168.1.11"}], "recovered_slaves": []});
        let body = huge(&listing);
        assert!((HUGE - 1000..HUGE + 1000).contains(&body.len()), "{}", body.len());
        assert!(
            body.starts_with(br#"{"slaves":[{"id":"S0","#) && body.ends_with(br#"],"recovered_slaves":[]}"#)
        );
    }
}
