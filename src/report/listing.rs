//! A list that is handed out while it is read: the beginning of its document, its entries, its end.

use serde_json::json;

use super::{Format, json};
use crate::domain::repo_ls::{RepoEntry, RepoLsReport};

/// How the list of repositories begins, without the line's break; nothing for people.
pub fn head(registry: &str, format: Format) -> Option<String> {
    let name = serde_json::Value::from(registry);
    (format == Format::Json).then(|| {
        format!("{{\n  \"schema\": \"regctl.repo-ls/v1\",\n  \"registry\": {name},\n  \"repositories\": [")
    })
}

/// One repository, without a line's break at its end: for people its name, or each tag as `NAME:TAG`.
pub fn entry(entry: &RepoEntry, format: Format) -> String {
    match (format, &entry.tags) {
        (Format::Json, _) => format!("    {}", json!(entry)),
        (Format::Human, Some(tags)) if !tags.is_empty() => {
            let lines: Vec<String> = tags.iter().map(|tag| format!("{}:{tag}", entry.name)).collect();
            lines.join("\n")
        }
        (Format::Human, _) => entry.name.to_string(),
    }
}

/// What stands between two entries.
pub const fn separator(format: Format) -> &'static str {
    match format {
        Format::Json => ",\n",
        Format::Human => "\n",
    }
}

/// How the list ends.
pub(super) fn tail(report: &RepoLsReport) -> String {
    let RepoLsReport { count, left_out, error } = report;
    let error = error.as_ref().map_or(serde_json::Value::Null, json::fault_fields);
    let complete = error.is_null();
    format!(
        "  ],\n  \"count\": {count},\n  \"left_out\": {left_out},\n  \"complete\": {complete},\n  \"error\": {error}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::fault::{Fault, FaultKind};

    fn entries() -> [RepoEntry; 2] {
        let tags = ["1", "2"].map(|tag| tag.parse().expect("legal")).into();
        [
            RepoEntry { name: "a".parse().expect("legal"), tags: Some(tags) },
            RepoEntry { name: "b/c".parse().expect("legal"), tags: None },
        ]
    }

    fn document(entries: &[RepoEntry], error: Option<Fault>) -> Value {
        let lines: Vec<String> = entries.iter().map(|it| entry(it, Format::Json)).collect();
        let head = head("lb:5000", Format::Json).expect("begins");
        let report = RepoLsReport { count: entries.len(), left_out: 1, error };
        let text = format!("{head}\n{}\n{}", lines.join(separator(Format::Json)), tail(&report));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn its_pieces_are_one_document_also_where_it_breaks_off() {
        let whole = document(&entries(), None);
        assert_eq!(whole["schema"], "regctl.repo-ls/v1");
        assert_eq!(whole["repositories"][0], json!({"name": "a", "tags": ["1", "2"]}));
        assert_eq!(whole["repositories"][1], json!({"name": "b/c"}));
        assert_eq!(
            (&whole["count"], &whole["complete"], &whole["error"]),
            (&json!(2), &json!(true), &Value::Null)
        );
        let broken = document(&[], Some(Fault::new(FaultKind::Unreachable, "gone")));
        assert_eq!((&broken["complete"], &broken["error"]["kind"]), (&json!(false), &json!("unreachable")));
    }

    #[test]
    fn people_get_one_line_for_each_tag() {
        let [tagged, bare] = entries();
        assert_eq!(entry(&tagged, Format::Human), "a:1\na:2");
        assert_eq!(entry(&bare, Format::Human), "b/c");
    }
}
