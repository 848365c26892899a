//! Documents that others have written to as well: only what is wanted is changed in them.

use serde_json::Value;

/// The document with these keys set, at whatever depth; all others stay as they are.
pub(super) fn with(current: &Value, wanted: &Value) -> Value {
    let (Value::Object(current), Value::Object(wanted)) = (current, wanted) else { return wanted.clone() };
    let mut merged = current.clone();
    for (key, value) in wanted {
        let before = merged.get(key).cloned().unwrap_or(Value::Null);
        merged.insert(key.clone(), with(&before, value));
    }
    Value::Object(merged)
}

/// The list under this key with one more text at its end, unless it is there already.
pub(super) fn including(document: &Value, key: &str, text: &str) -> Value {
    let mut list = document.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    if !list.iter().any(|it| it == text) {
        list.push(text.into());
    }
    list.into()
}

/// The places that differ, as `docker.httpPort 5000 → 5001`.
pub(super) fn differences(from: &Value, to: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect("", from, to, &mut found);
    found
}

fn collect(path: &str, from: &Value, to: &Value, found: &mut Vec<String>) {
    match to {
        Value::Object(keys) => {
            for (key, value) in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(&path, from.get(key).unwrap_or(&Value::Null), value, found);
            }
        }
        _ if from == to => {}
        _ => found.push(format!("{path} {from} → {to}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_have_set_stays() {
        let current =
            json!({"docker": {"httpPort": 1, "httpsPort": null}, "cleanup": {"policyNames": ["old"]}});
        let wanted = json!({"docker": {"httpPort": 2}, "online": true});
        let merged = with(&current, &wanted);
        let expected = json!({
            "docker": {"httpPort": 2, "httpsPort": null}, "cleanup": {"policyNames": ["old"]}, "online": true
        });
        assert_eq!(merged, expected);
        assert_eq!(differences(&current, &merged), ["docker.httpPort 1 → 2", "online null → true"]);
        assert!(differences(&merged, &with(&merged, &wanted)).is_empty());
    }

    #[test]
    fn a_text_is_in_a_list_once() {
        assert_eq!(including(&json!({"roles": ["a"]}), "roles", "b"), json!(["a", "b"]));
        assert_eq!(including(&json!({"roles": ["a", "b"]}), "roles", "a"), json!(["a", "b"]));
        assert_eq!(including(&json!({}), "roles", "a"), json!(["a"]));
    }
}
