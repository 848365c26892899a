//! What differs between two values, key by key, with secrets masked.

use serde_json::Value;

use crate::domain::app::{SHOWN_SECRET, is_secret};
use crate::domain::deploy::Difference;

/// The differences between two normalised apps: those of `to` in its order, then what only `from` has.
pub(in crate::plan) fn diff(from: &Value, to: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(from, to, "", &mut found);
    found
}

fn compare(from: &Value, to: &Value, path: &str, found: &mut Vec<Difference>) {
    if from == to {
        return;
    }
    match (from, to) {
        (Value::Object(had), Value::Object(wanted)) => {
            let inside = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            for (key, value) in wanted {
                compare(had.get(key).unwrap_or(&Value::Null), value, &inside(key), found);
            }
            for (key, value) in had.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
                compare(value, &Value::Null, &inside(key), found);
            }
        }
        (Value::Array(had), Value::Array(wanted)) if had.len() == wanted.len() && holds_objects(wanted) => {
            for (index, (had, wanted)) in had.iter().zip(wanted).enumerate() {
                compare(had, wanted, &format!("{path}[{index}]"), found);
            }
        }
        // Spelled out key by key, so that every variable and label has a line of its own.
        (Value::Null, Value::Object(wanted)) if !wanted.is_empty() => {
            compare(&Value::Object(Default::default()), to, path, found);
        }
        (Value::Object(had), Value::Null) if !had.is_empty() => {
            compare(from, &Value::Object(Default::default()), path, found);
        }
        _ => found.push(Difference { key: path.to_owned(), from: shown(path, from), to: shown(path, to) }),
    }
}

fn holds_objects(items: &[Value]) -> bool {
    items.iter().all(Value::is_object)
}

fn shown(path: &str, value: &Value) -> Value {
    match path.strip_prefix("env.") {
        Some(variable) if is_secret(variable) && !value.is_null() => SHOWN_SECRET.into(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(from: &Value, to: &Value) -> Vec<String> {
        let line = |it: &Difference| format!("{}: {} -> {}", it.key, it.from, it.to);
        diff(from, to).iter().map(line).collect()
    }

    #[test]
    fn every_key_has_its_own_line() {
        let from = json!({"mem": 128, "labels": {"A": "1"}, "args": ["x"], "ports": [{"a": 1}, {"a": 2}]});
        let to = json!({"mem": 1024, "env": {"B": "2"}, "args": ["x", "y"], "ports": [{"a": 1}, {"a": 3}]});
        assert_eq!(
            lines(&from, &to),
            [
                "mem: 128 -> 1024",
                r#"env.B: null -> "2""#,
                r#"args: ["x"] -> ["x","y"]"#,
                "ports[1].a: 2 -> 3",
                r#"labels.A: "1" -> null"#,
            ]
        );
        assert!(lines(&to, &to).is_empty());
    }

    #[test]
    fn secrets_are_told_apart_but_not_shown() {
        let env = |secret: &str| json!({"env": {"REGISTRY_HTTP_SECRET": secret}});
        assert_eq!(
            lines(&env("one"), &env("two")),
            [r#"env.REGISTRY_HTTP_SECRET: "(secret)" -> "(secret)""#]
        );
        assert_eq!(lines(&json!({}), &env("two")), [r#"env.REGISTRY_HTTP_SECRET: null -> "(secret)""#]);
    }
}
