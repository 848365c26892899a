//! Docker's config.json as it was copied from a web page: typographic quotes, and `auth` where Docker reads `auths`.

use serde_json::{Map, Value};

use crate::domain::secret::Secret;
use crate::plan::docker_config::DockerConfig;
use crate::plan::json_text;

/// What is wrong with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It has typographic signs, and is JSON without them.
    Typographic,
    /// It has logins under `auth`, which Docker never reads.
    WrongKey,
    /// It is no JSON, whatever is made of its signs.
    Broken,
}

/// What is wrong with it; nothing where Docker reads it all.
pub fn flaw(text: &str) -> Option<Flaw> {
    match DockerConfig::parse(text) {
        Ok(config) => config.warning().map(|_| Flaw::WrongKey),
        Err(_) if DockerConfig::parse(&straightened(text)).is_ok() => Some(Flaw::Typographic),
        Err(_) => Some(Flaw::Broken),
    }
}

/// The text as it must have been meant; `None` where nothing is wrong with it, or where it might have been meant in more
/// than one way.
pub fn mended(text: &str) -> Option<Secret> {
    let straight =
        if serde_json::from_str::<Value>(text).is_ok() { text.to_owned() } else { straightened(text) };
    let Ok(Value::Object(fields)) = serde_json::from_str(&straight) else { return None };
    let fields = under_auths(fields)?;
    let new = json_text::like(&Value::Object(fields), text);
    let reads = DockerConfig::parse(&new).is_ok_and(|config| config.warning().is_none());
    (reads && flaw(text).is_some()).then(|| Secret::new(new))
}

/// Logins that are under `auth` go under `auths`, in its place. Not where both know one registry, or where it holds
/// something else than logins.
fn under_auths(fields: Map<String, Value>) -> Option<Map<String, Value>> {
    let Some(wrong) = fields.get("auth").filter(|value| value.is_object()).cloned() else {
        return Some(fields);
    };
    let wrong = wrong.as_object()?.clone();
    let right = match fields.get("auths") {
        None | Some(Value::Null) => Map::new(),
        Some(right) => right.as_object()?.clone(),
    };
    let is_login =
        |entry: &Value| entry.as_object().is_some_and(|entry| entry.values().all(Value::is_string));
    if !wrong.values().all(is_login) || wrong.keys().any(|registry| right.contains_key(registry)) {
        return None;
    }
    let auths: Map<String, Value> = right.into_iter().chain(wrong).collect();
    let (mut all, mut auths) = (Map::new(), Some(Value::Object(auths)));
    for (key, value) in fields {
        match key.as_str() {
            "auth" | "auths" => all.extend(auths.take().map(|auths| ("auths".to_owned(), auths))),
            _ => drop(all.insert(key, value)),
        }
    }
    Some(all)
}

/// With plain signs for those of word processors and Chinese keyboards.
fn straightened(text: &str) -> String {
    let plain = |c: char| match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '＂' => '"',
        '｛' => '{',
        '｝' => '}',
        '：' => ':',
        '，' => ',',
        '\u{a0}' | '\u{3000}' => ' ',
        c => c,
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the document prints it.
    const DOCUMENT: &str = "{\n    “auth”:{\n            \"vernlium.com:5005\":{\n                   \"auth\":\"dGVzdDphbmFu\"\n            ｝\n    }\n}\n";

    fn mend(text: &str) -> Option<String> {
        mended(text).map(|text| text.expose().to_owned())
    }

    #[test]
    fn the_file_of_the_document_becomes_what_docker_reads() {
        assert_eq!(flaw(DOCUMENT), Some(Flaw::Typographic));
        let expected = "{\n    \"auths\": {\n        \"vernlium.com:5005\": {\n            \"auth\": \"dGVzdDphbmFu\"\n        }\n    }\n}\n";
        assert_eq!(mend(DOCUMENT).as_deref(), Some(expected));
        assert_eq!((flaw(expected), mend(expected)), (None, None));
    }

    #[test]
    fn a_wrong_key_alone_is_put_right_and_everything_else_stays() {
        let text = r#"{"psFormat": "x“y", "auth": {"a": {"auth": "eA=="}}, "auths": {"b": {}}, "z": 1}"#;
        assert_eq!(flaw(text), Some(Flaw::WrongKey));
        let new: Value = serde_json::from_str(&mend(text).expect("is mended")).expect("is JSON");
        assert_eq!(
            new,
            serde_json::json!({"psFormat": "x“y", "auths": {"b": {}, "a": {"auth": "eA=="}}, "z": 1})
        );
        let keys: Vec<_> = new.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["psFormat", "auths", "z"]);
    }

    #[test]
    fn what_may_mean_two_things_is_left_alone() {
        for text in [
            r#"{"auth": {"a": {"auth": "eA=="}}, "auths": {"a": {"auth": "eQ=="}}}"#,
            r#"{"auth": {"a": {"b": {}}}}"#,
            "{“auths”: {",
            "[]",
            "",
        ] {
            assert_eq!(mend(text), None, "{text}");
        }
        assert_eq!(flaw("{“auths”: {"), Some(Flaw::Broken));
        assert_eq!(flaw(""), None);
    }
}
