//! Reads what a registry of API version 1 answers. Nothing here does anything, so that it can be given whatever a server
//! might send.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::answers::bad_answer;
use crate::domain::fault::Fault;

/// A page of what `/v1/search` finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The names, whatever text the registry gives for them.
    pub names: Vec<String>,
    /// How many pages there are: one where it gives all at once, as docker-registry does.
    pub pages: usize,
}

/// Whether this is what `/v1/_ping` says: `true`, or an object from 0.9 on.
pub fn is_ping(body: &[u8]) -> bool {
    let value = serde_json::from_slice::<serde_json::Value>(body);
    value.is_ok_and(|value| value == true || value.is_object())
}

/// The repositories on a page of search results.
pub fn search(what: &str, body: &[u8]) -> Result<Found, Fault> {
    #[derive(Deserialize)]
    struct Page {
        results: Vec<Entry>,
        num_pages: Option<usize>,
    }
    #[derive(Deserialize)]
    struct Entry {
        name: String,
    }
    let page: Page = serde_json::from_slice(body).map_err(|error| bad_answer(format!("{what}: {error}")))?;
    let names = page.results.into_iter().map(|entry| entry.name).collect();
    Ok(Found { names, pages: page.num_pages.unwrap_or(1) })
}

/// The tags of a repository, each with the id of its image: whatever texts the registry gives for them.
pub fn tags(what: &str, body: &[u8]) -> Result<BTreeMap<String, String>, Fault> {
    serde_json::from_slice(body).map_err(|error| bad_answer(format!("{what}: {error}")))
}

/// The registry's own words for a refusal: ` Tag not found`, or nothing where it has none.
pub fn words(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Told {
        error: String,
    }
    let told = serde_json::from_slice::<Told>(body).ok();
    told.map(|told| format!(" {}", crate::domain::host::printable(&told.error))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_002s_search_result_is_read() {
        let body = br#"{"num_results": 1, "query": "", "results": [{"description": "", "name": "library/centos6"}]}"#;
        assert_eq!(search("x", body), Ok(Found { names: vec!["library/centos6".to_owned()], pages: 1 }));
        let none = br#"{"num_results": 0, "query": "", "results": []}"#;
        assert_eq!(search("x", none), Ok(Found { names: vec![], pages: 1 }));
        assert!(search("x", b"<html>").is_err());
    }

    #[test]
    fn a_ping_is_told_from_a_web_page() {
        assert!(is_ping(b"true") && is_ping(b"{}") && is_ping(b"{\"versions\": {}}"));
        for other in ["", "false", "<html>", "\"true\"", "1"] {
            assert!(!is_ping(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn tags_and_refusals_are_read() {
        let read = tags("x", br#"{"base": "2aeb"}"#).expect("is read");
        assert_eq!(read.get("base").map(String::as_str), Some("2aeb"));
        assert!(tags("x", b"[]").is_err());
        assert_eq!(words(br#"{"error": "Tag not found\u001b"}"#), " Tag not found\\u{1b}");
        assert_eq!(words(b""), "");
    }
}
