//! JSON files that people and other programs wrote: changed in one place, they keep their looks.

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

/// The value as text that is indented as `model` is, and ends as it ends. Where the model is no help, as Docker writes its
/// own files: with tabs.
pub fn like(value: &Value, model: &str) -> String {
    let indent = indentation(model).unwrap_or("\t");
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(indent.as_bytes());
    let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter));
    let text = written.ok().and_then(|()| String::from_utf8(bytes).ok());
    let text = text.expect("a JSON value is always text");
    if model.ends_with('\n') { text + "\n" } else { text }
}

/// What the first indented line of it starts with.
fn indentation(text: &str) -> Option<&str> {
    let line = text.lines().skip(1).find(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty())?;
    Some(&line[..line.len() - line.trim_start().len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_looks() {
        for text in [
            "{\n\t\"b\": 1,\n\t\"a\": {\n\t\t\"c\": []\n\t}\n}",
            "{\n  \"b\": 1\n}\n",
            "{\n    \"b\": [\n        2\n    ]\n}\n",
        ] {
            let value = serde_json::from_str(text).expect("is JSON");
            assert_eq!(like(&value, text), text);
        }
        assert_eq!(like(&serde_json::json!({"a": 1}), "{}"), "{\n\t\"a\": 1\n}");
    }
}
