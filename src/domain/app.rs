//! A Marathon app as regctl handles it: its id, the form it is written in, and its definition as JSON.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// An app's absolute id, such as `/registry` or `/infra/registry`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct AppId(String);

impl AppId {
    /// The id as Marathon spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppId {
    type Err = String;

    /// Accepts what Marathon does: segments of lower-case letters, digits, `-` and `.`; the first slash may be left out.
    fn from_str(text: &str) -> Result<Self, String> {
        let segments = text.strip_prefix('/').unwrap_or(text);
        if segments.len() <= 200 && segments.split('/').all(|segment| segment.split('.').all(is_id_part)) {
            return Ok(Self(format!("/{segments}")));
        }
        Err(say!(
            "`{}` is not an app id: write /registry or /infra/registry, in lower-case letters, digits and -",
            super::host::printable(text)
        ))
    }
}

fn is_id_part(part: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !part.is_empty() && part.bytes().all(legal) && !part.starts_with('-') && !part.ends_with('-')
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<AppId> for String {
    fn from(id: AppId) -> Self {
        id.0
    }
}

/// How an app names its network and its ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `container.docker.network` and `container.docker.portMappings`: the only form that Marathon 1.4 reads.
    Legacy,
    /// `networks` and `container.portMappings`, since Marathon 1.5.
    Modern,
}

/// Marathon's version, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarathonVersion {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

impl MarathonVersion {
    /// The form that this version reads without losing ports.
    pub fn form(self) -> Form {
        if self >= (Self { major: 1, minor: 5 }) { Form::Modern } else { Form::Legacy }
    }
}

impl FromStr for MarathonVersion {
    type Err = String;

    /// Reads `1.4`, `1.11.24` and `1.5.0-SNAPSHOT-631-g1c6dfbd` alike.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = text.trim_start_matches('v').splitn(3, '.').map(|part| {
            let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part[..end].parse::<u32>()
        });
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err(say!(
                "`{}` is not a version of Marathon such as 1.4 or 1.11",
                super::host::printable(text)
            )),
        }
    }
}

impl fmt::Display for MarathonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// An app definition as JSON. It holds the registry's HTTP secret, so `Debug` and `Serialize` show `(secret)` for
/// every variable that is one; only [`AppDocument::expose`] gives the document as it is sent.
#[derive(Clone, PartialEq)]
pub struct AppDocument(Value);

impl AppDocument {
    /// Wraps a definition.
    pub const fn new(definition: Value) -> Self {
        Self(definition)
    }

    /// The definition itself, for the one place that sends or prints it on purpose.
    pub const fn expose(&self) -> &Value {
        &self.0
    }

    /// The definition, fit to be shown.
    pub fn masked(&self) -> Value {
        let mut shown = self.0.clone();
        if let Some(env) = shown.get_mut("env").and_then(Value::as_object_mut) {
            for (_, value) in env.iter_mut().filter(|(name, _)| is_secret(name)) {
                *value = SHOWN_SECRET.into();
            }
        }
        shown
    }
}

/// What is shown in place of a secret.
pub const SHOWN_SECRET: &str = "(secret)";

/// Whether an environment variable's value must not be shown: `REGISTRY_HTTP_SECRET`, `…_SECRETKEY`, `…_PASSWORD` and
/// their like. `REGISTRY_HTTP_TLS_KEY` is a path.
pub fn is_secret(variable: &str) -> bool {
    let name = variable.to_ascii_uppercase();
    ["SECRET", "PASSWORD", "PASSWD", "TOKEN", "ACCESSKEY", "ACCESS_KEY", "ACCOUNTKEY"]
        .iter()
        .any(|word| name.contains(word))
}

impl fmt::Debug for AppDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.masked())
    }
}

impl Serialize for AppDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.masked().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_held_to_marathons_rule() {
        assert_eq!("registry".parse::<AppId>().map(String::from), Ok("/registry".to_owned()));
        assert_eq!("/infra/reg-2.v1".parse::<AppId>().map(String::from), Ok("/infra/reg-2.v1".to_owned()));
        for text in ["", "/", "//a", "/a/", "/A", "/a_b", "/-a", "/a-", "/a..b", "/../a", "/a b", "/ä"] {
            assert!(text.parse::<AppId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_form_follows_the_version() {
        let form = |text: &str| text.parse::<MarathonVersion>().map(MarathonVersion::form);
        assert_eq!(form("1.4.13"), Ok(Form::Legacy));
        assert_eq!(form("0.15"), Ok(Form::Legacy));
        assert_eq!(form("1.5.0-SNAPSHOT-631-g1c6dfbd"), Ok(Form::Modern));
        assert_eq!(form("1.11.24"), Ok(Form::Modern));
        for text in ["", "1", "x.y", "one", "1."] {
            assert!(text.parse::<MarathonVersion>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_document_never_shows_its_secrets() {
        let document = AppDocument::new(json!({"env": {"REGISTRY_HTTP_SECRET": "abc", "A": "b"}}));
        let shown = serde_json::to_string(&document).expect("serializes");
        assert_eq!(shown, r#"{"env":{"REGISTRY_HTTP_SECRET":"(secret)","A":"b"}}"#);
        assert!(!format!("{document:?}").contains("abc"));
        assert_eq!(document.expose()["env"]["REGISTRY_HTTP_SECRET"], "abc");
        assert!(!is_secret("REGISTRY_HTTP_TLS_KEY"));
    }
}
