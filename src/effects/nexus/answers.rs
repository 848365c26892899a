//! Reads what Nexus answers. Nothing here does anything, so that it can be given whatever a server might send.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::answer::shown;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::json::at_most;
use crate::domain::nexus::{NexusIdentity, NexusName};

/// Where Nexus keeps its own users, as opposed to those of LDAP and others.
const LOCAL_SOURCE: &str = "default";

/// The header `Server: Nexus/3.76.1-03 (OSS)`; a proxy before Nexus may say something else or nothing.
pub fn identity(server: &str) -> NexusIdentity {
    let Some(rest) = server.strip_prefix("Nexus/") else { return NexusIdentity::default() };
    let (version, edition) = rest.split_once(' ').unwrap_or((rest, ""));
    let edition = edition.trim_matches(['(', ')']);
    let known =
        !edition.is_empty() && edition.len() < 30 && edition.bytes().all(|b| b.is_ascii_alphanumeric());
    NexusIdentity { version: version.parse().ok(), edition: known.then(|| edition.to_owned()) }
}

/// Any document. Errors: it is no JSON.
pub fn document<T: DeserializeOwned>(what: &str, body: &str) -> Result<T, Fault> {
    serde_json::from_str(body).map_err(|error| {
        Fault::new(FaultKind::BadAnswer, say!("{what}: the answer is not what Nexus says: {error}"))
    })
}

/// The names of `GET blobstores`.
pub fn blob_stores(what: &str, body: &str) -> Result<Vec<String>, Fault> {
    #[derive(Deserialize)]
    struct Store {
        name: String,
    }
    #[derive(Deserialize)]
    struct Wire(#[serde(deserialize_with = "at_most::<10_000, _, _>")] Vec<Store>);
    Ok(document::<Wire>(what, body)?.0.into_iter().map(|store| store.name).collect())
}

/// `GET security/realms/active`.
pub fn realms(what: &str, body: &str) -> Result<Vec<String>, Fault> {
    #[derive(Deserialize)]
    struct Wire(#[serde(deserialize_with = "at_most::<1_000, _, _>")] Vec<String>);
    Ok(document::<Wire>(what, body)?.0)
}

/// The local user of just this name out of `GET security/users?userId=NAME`, which also gives those that only begin so.
pub fn user(what: &str, body: &str, name: &NexusName) -> Result<Option<Value>, Fault> {
    #[derive(Deserialize)]
    struct Wire(#[serde(deserialize_with = "at_most::<10_000, _, _>")] Vec<Value>);
    let is_meant = |entry: &Value| {
        entry.get("userId").and_then(Value::as_str) == Some(name.as_str())
            && entry.get("source").is_none_or(|source| source == LOCAL_SOURCE)
    };
    Ok(document::<Wire>(what, body)?.0.into_iter().find(is_meant))
}

/// What Nexus says of a request that it refuses, fit to be shown: `[{"id": "PARAMETER name", "message": "may not be
/// empty"}]` of a validation, or one text in quotes. Pages of HTML say nothing that would help.
pub fn words(body: &str) -> String {
    #[derive(Deserialize)]
    struct Flaw {
        #[serde(default)]
        id: String,
        #[serde(default)]
        message: String,
    }
    #[derive(Deserialize)]
    struct Flaws(#[serde(deserialize_with = "at_most::<100, _, _>")] Vec<Flaw>);
    if let Ok(Flaws(flaws)) = serde_json::from_str(body) {
        let told = |flaw: &Flaw| match flaw.id.trim_start_matches("PARAMETER ").trim_start_matches("FIELD ") {
            "" | "*" => shown(&flaw.message),
            id => format!("{}: {}", shown(id), shown(&flaw.message)),
        };
        return flaws.iter().take(5).map(told).collect::<Vec<_>>().join("; ");
    }
    match serde_json::from_str::<String>(body) {
        Ok(text) => shown(&text),
        Err(_) if body.trim_start().starts_with('<') => String::new(),
        Err(_) => shown(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells_version_and_edition() {
        assert_eq!(identity("Nexus/3.14.0-04 (OSS)").to_string(), "Nexus 3.14.0 (OSS)");
        assert_eq!(identity("Nexus/3.77.1-01 (COMMUNITY)").to_string(), "Nexus 3.77.1 (COMMUNITY)");
        for other in ["nginx/1.24", "", "Nexus/", "Nexus/3.x (\u{1b}[31m)"] {
            assert_eq!(identity(other), NexusIdentity::default(), "{other:?}");
        }
    }

    #[test]
    fn a_refusal_is_told_in_nexus_own_words() {
        let flaws =
            r#"[ { "id" : "PARAMETER type", "message" : "may not be empty" }, {"id":"*","message":"no"} ]"#;
        assert_eq!(words(flaws), "type: may not be empty; no");
        assert_eq!(
            words(r#""Role 'x' already exists, use a unique roleId.""#),
            "Role 'x' already exists, use a unique roleId."
        );
        assert_eq!(words("<!DOCTYPE html><html>…"), "");
        assert_eq!(words("a\u{1b}[31mb"), "a?[31mb");
    }

    #[test]
    fn only_the_very_user_is_found() {
        let body = r#"[{"userId":"anna","source":"default"},{"userId":"ann","source":"LDAP"},{"userId":"ann","source":"default"}]"#;
        let name = "ann".parse().expect("a name");
        let found = user("reading", body, &name).expect("is a list").expect("is there");
        assert_eq!(found["source"], "default");
        assert_eq!(user("reading", r#"[{"userId":"anna"}]"#, &name), Ok(None));
        assert!(user("reading", "{}", &name).is_err());
    }

    #[test]
    fn lists_are_read_as_they_are_documented() {
        let stores = r#"[{"name":"default","type":"File","blobCount":0}]"#;
        assert_eq!(blob_stores("reading", stores), Ok(vec!["default".to_owned()]));
        assert_eq!(realms("reading", r#"["A","B"]"#), Ok(vec!["A".to_owned(), "B".to_owned()]));
        assert!(realms("reading", "<html>").is_err());
    }
}
