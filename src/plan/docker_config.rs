//! Docker's own config.json, where its clients keep who they are at each registry: read, and changed in that alone.

use serde_json::{Map, Value, json};

use super::json_text;
use crate::domain::host::printable;
use crate::domain::registry::RegistryAddress;
use crate::domain::secret::Secret;

/// The key that the logins are under.
const AUTHS: &str = "auths";
/// Quotes and brackets of word processors and web pages, none of which is JSON.
const TYPESET: [char; 12] = ['“', '”', '„', '‟', '«', '»', '‘', '’', '｛', '｝', '：', '，'];

/// The file, as it was read.
#[derive(Clone)]
pub struct DockerConfig {
    text: String,
    fields: Map<String, Value>,
}

/// Why a file is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// What is wrong; nothing of its content is quoted.
    pub why: String,
    /// How to mend it.
    pub hint: String,
}

/// A login, as it is to be kept for one registry.
#[derive(Debug, Clone)]
pub struct Login {
    /// The registry.
    pub address: RegistryAddress,
    /// User and password in base64; none where a helper program keeps them.
    pub auth: Option<Secret>,
}

impl DockerConfig {
    /// Reads it; an empty one has no keys. What is wrong with it is told with its repair.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        if text.trim().is_empty() {
            return Ok(Self { text: String::new(), fields: Map::new() });
        }
        let fields = match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(unusable(say!("it is JSON, but no object"), &repair())),
            Err(error) => return Err(broken(text, &error)),
        };
        for key in [AUTHS, "credHelpers"] {
            if fields.get(key).is_some_and(|value| !value.is_object() && !value.is_null()) {
                return Err(unusable(&say!("its `{key}` is no object"), &repair()));
            }
        }
        Ok(Self { text: text.to_owned(), fields })
    }

    /// What the operator should know of it: logins under a key that Docker never reads.
    pub fn warning(&self) -> Option<String> {
        self.fields.get("auth").filter(|value| value.is_object()).map(|_| {
            say!(
                "its key `auth` is none of Docker's, so the logins below it are not used: they \
                 belong under `auths`"
            )
            .to_owned()
        })
    }

    /// The program that keeps the login for this registry, where one does: `docker-credential-NAME`, by `credHelpers`
    /// for this registry or by `credsStore` for all. Errors: the name is none of a program.
    pub fn helper(&self, address: &RegistryAddress) -> Result<Option<String>, Unusable> {
        let own = self.fields.get("credHelpers").and_then(|helpers| helpers.get(address.to_string()));
        let mut named = [own, self.fields.get("credsStore")].into_iter().flatten().filter_map(Value::as_str);
        let Some(name) = named.find(|name| !name.is_empty()) else { return Ok(None) };
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
            return Ok(Some(format!("docker-credential-{name}")));
        }
        let why = say!("its credential helper `{}` is no name of a program", printable(name));
        Err(unusable(&why, say!("It names docker-credential-NAME, such as credsStore: pass.")))
    }

    /// The text with these logins. Every other key and entry stays, and so does the order; where nothing changes, every
    /// byte does.
    pub fn with(&self, logins: &[Login]) -> Secret {
        let mut fields = self.fields.clone();
        let auths = fields.entry(AUTHS).or_insert_with(|| json!({}));
        if auths.is_null() {
            *auths = json!({});
        }
        for Login { address, auth } in logins {
            let entry = match auth {
                Some(auth) => json!({ "auth": auth.expose() }),
                // As docker login does: the entry tells that there is a login, the helper has it.
                None => json!({}),
            };
            let kept = &auths[address.to_string()];
            if !is_login(kept, &entry) {
                auths[address.to_string()] = entry;
            }
        }
        self.becomes(fields)
    }

    /// The text without logins at these registries.
    pub fn without<'a>(&self, addresses: impl IntoIterator<Item = &'a RegistryAddress>) -> Secret {
        let mut fields = self.fields.clone();
        if let Some(Value::Object(auths)) = fields.get_mut(AUTHS) {
            for address in addresses {
                auths.shift_remove(&address.to_string());
            }
        }
        self.becomes(fields)
    }

    /// Whether there is nothing in it that anybody would miss.
    pub fn is_blank(&self) -> bool {
        let empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
        self.fields.iter().all(|(key, value)| key == AUTHS && empty(value))
    }

    /// The text as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn becomes(&self, fields: Map<String, Value>) -> Secret {
        if fields == self.fields && !self.text.is_empty() {
            return Secret::new(self.text.as_str());
        }
        Secret::new(json_text::like(&Value::Object(fields), &self.text))
    }
}

/// Whether what is kept does the same as this entry. A token beside it would be used in its place.
fn is_login(kept: &Value, entry: &Value) -> bool {
    let same = |key: &str| kept.get(key).and_then(Value::as_str) == entry.get(key).and_then(Value::as_str);
    kept.is_object()
        && ["auth", "identitytoken", "registrytoken", "username", "password"].into_iter().all(same)
}

/// Why it is no JSON: by far most often, it was copied from a web page.
fn broken(text: &str, error: &serde_json::Error) -> Unusable {
    let at = say!("it is no valid JSON (line {}, column {})", error.line(), error.column());
    match text.chars().find(|c| TYPESET.contains(c)) {
        Some(sign) => {
            unusable(&say!("{at}: it has typographic signs such as {sign} in place of plain ones"), &repair())
        }
        None => unusable(&at, &repair()),
    }
}

fn repair() -> String {
    say!(
        "Docker reads {{\"auths\": {{\"HOST:PORT\": {{\"auth\": \"BASE64\"}}}}}}: straight \
         quotes, and `auths`, not `auth`. Mend the file, or move it away and run the command \
         again, which makes a new one."
    )
    .to_owned()
}

fn unusable(why: &str, hint: &str) -> Unusable {
    Unusable { why: why.to_owned(), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> DockerConfig {
        DockerConfig::parse(text).expect("is read")
    }

    fn address() -> RegistryAddress {
        "lb:5000".parse().expect("is an address")
    }

    fn login(auth: Option<&str>) -> [Login; 1] {
        [Login { address: address(), auth: auth.map(Secret::new) }]
    }

    #[test]
    fn every_other_key_and_the_order_stay() {
        let text = "{\n  \"psFormat\": \"table\",\n  \"auths\": {\n    \"z\": {\n      \"auth\": \"eg==\"\n    },\n    \"lb:5000\": {\n      \"auth\": \"old\",\n      \"identitytoken\": \"t\"\n    },\n    \"a\": {}\n  },\n  \"HttpHeaders\": {}\n}\n";
        let new = config(text).with(&login(Some("bmV3")));
        let expected = text.replace("\"old\",\n      \"identitytoken\": \"t\"", "\"bmV3\"");
        assert_eq!(new.expose(), expected);
        let same = expected.replace("  ", " ").replace("\": ", "\":");
        assert_eq!(config(&same).with(&login(Some("bmV3"))).expose(), same, "not a byte");
        let gone = config(&expected).without(&[address()]);
        assert!(!gone.expose().contains("lb:5000") && gone.expose().contains("\"z\""));
    }

    #[test]
    fn a_new_file_looks_as_dockers_own() {
        let new = config("").with(&login(Some("eA==")));
        assert_eq!(
            new.expose(),
            "{\n\t\"auths\": {\n\t\t\"lb:5000\": {\n\t\t\t\"auth\": \"eA==\"\n\t\t}\n\t}\n}"
        );
        assert!(config(config(new.expose()).without(&[address()]).expose()).is_blank());
        assert_eq!(config("{\"auths\": null}").with(&login(None)).expose().matches("lb:5000").count(), 1);
    }

    #[test]
    fn a_helper_is_named_for_one_registry_or_for_all() {
        let of = |text: &str| config(text).helper(&address());
        assert_eq!(of("{}"), Ok(None));
        assert_eq!(of(r#"{"credsStore": "pass"}"#), Ok(Some("docker-credential-pass".to_owned())));
        let both = r#"{"credsStore": "pass", "credHelpers": {"lb:5000": "ecr-login", "x": "y"}}"#;
        assert_eq!(of(both), Ok(Some("docker-credential-ecr-login".to_owned())));
        assert!(of(r#"{"credsStore": "../../tmp/x"}"#).is_err());
        let kept = config(r#"{"auths":{"lb:5000":{"auth":"plain"}}}"#).with(&login(None));
        assert!(!kept.expose().contains("plain"), "the helper has it now");
    }

    #[test]
    fn what_was_copied_from_a_web_page_is_named_with_its_repair() {
        let document =
            "{\n    “auth”:{\n        \"vernlium.com:5005\":{ \"auth\":\"dGVzdDphbmFu\" ｝\n    }\n}";
        let unusable = DockerConfig::parse(document).err().expect("is no JSON");
        assert!(unusable.why.contains("line 2") && unusable.why.contains('“'), "{}", unusable.why);
        assert!(unusable.hint.contains("`auths`, not `auth`") && !unusable.why.contains("dGVz"));
        let straight = config(r#"{"auth": {"a": {"auth": "x"}}}"#);
        assert!(straight.warning().is_some_and(|warning| warning.contains("`auths`")));
        for text in ["[]", "{", "{\"auths\": 1}", "{} x"] {
            assert!(DockerConfig::parse(text).is_err(), "{text}");
        }
    }
}
