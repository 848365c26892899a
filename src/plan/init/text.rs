//! The text of regctl.toml: every key with a word on what it means, what was chosen as a setting, the rest as comments.

use std::fmt::Display;
use std::path::Path;

use crate::domain::language;

/// Every key of regctl.toml as a comment.
const TEMPLATE: &str = include_str!("../../../templates/regctl.toml");

/// One key that is to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    section: &'static str,
    key: &'static str,
    value: String,
}

impl Setting {
    /// A key whose value is a text.
    pub fn text(section: &'static str, key: &'static str, value: impl Display) -> Self {
        Self { section, key, value: quoted(&value.to_string()) }
    }

    /// A key whose value is a number or a truth.
    pub fn plain(section: &'static str, key: &'static str, value: impl Display) -> Self {
        Self { section, key, value: value.to_string() }
    }

    /// A key whose value is a list of texts.
    pub fn list(section: &'static str, key: &'static str, values: &[impl Display]) -> Self {
        let values: Vec<_> = values.iter().map(|value| quoted(&value.to_string())).collect();
        Self { section, key, value: format!("[{}]", values.join(", ")) }
    }

    /// A key whose value is a path.
    pub fn path(section: &'static str, key: &'static str, value: &Path) -> Self {
        Self::text(section, key, value.display())
    }
}

/// The file with these settings.
pub fn text(settings: &[Setting]) -> String {
    let mut section = "";
    let mut text = String::with_capacity(TEMPLATE.len() + 256);
    for line in TEMPLATE.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        }
        let is_it = |setting: &&Setting| setting.section == section && key_of(line) == Some(setting.key);
        match settings.iter().find(is_it) {
            Some(Setting { key, value, .. }) => text.push_str(&format!("{key} = {value}")),
            None => text.push_str(&in_words(line)),
        }
        text.push('\n');
    }
    text
}

/// A comment in the language of this run; any other line as it is.
fn in_words(line: &str) -> String {
    line.strip_prefix("# ")
        .map_or_else(|| line.to_owned(), |comment| format!("# {}", language::spoken(comment)))
}

/// The key of a line that is one in a comment: `#key = …`. After the `#` of other comments there is a space.
fn key_of(line: &str) -> Option<&str> {
    line.strip_prefix('#')?.split_once(" = ").map(|(key, _)| key).filter(|key| !key.contains(' '))
}

/// A basic string of TOML, whose escapes are those of JSON; but for DEL, which JSON leaves as it is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config::Config;
    use crate::domain::config_text;

    /// The keys of a table, as its parser names them when it meets one that it does not know; none for what is no table, or
    /// a table of anything.
    fn known_keys(section: &str) -> Vec<String> {
        let table = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
        let error = toml::from_str::<Config>(&format!("{table}zzz = 1\n")).err();
        let message = error.map(|error| error.message().to_owned()).unwrap_or_default();
        let Some((_, list)) = message.split_once("unknown field `zzz`, expected one of ") else {
            return Vec::new();
        };
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// Every key that regctl.toml may hold, with its section.
    fn all_keys(section: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for key in known_keys(section) {
            let inner = if section.is_empty() { key.clone() } else { format!("{section}.{key}") };
            let below = all_keys(&inner);
            if below.is_empty() {
                found.push((section.to_owned(), key));
            }
            found.extend(below);
        }
        found
    }

    /// The keys that a text mentions, with their sections.
    fn mentioned(text: &str) -> Vec<(String, String)> {
        let mut section = String::new();
        let mut found = Vec::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']').to_owned();
            }
            found.extend(key_of(line).map(|key| (section.clone(), key.to_owned())));
        }
        found
    }

    #[test]
    fn every_key_that_is_known_is_mentioned_and_no_other() {
        let mut known = all_keys("");
        let mut mentioned = mentioned(&text(&[]));
        assert!(known.len() > 80 && known.contains(&("registry.nexus".to_owned(), "ui_vip".to_owned())));
        known.sort();
        mentioned.sort();
        assert_eq!(known, mentioned);
    }

    #[test]
    fn without_settings_it_says_nothing() {
        let config = config_text::parse(&text(&[])).expect("parses");
        let registry = config.first_registry();
        assert_eq!(Config { registry: Vec::new(), ..config }, Config::default());
        assert_eq!(registry, Default::default());
    }

    #[test]
    fn every_comment_that_is_a_key_parses_when_its_mark_is_removed() {
        let live: Vec<_> = text(&[])
            .lines()
            .map(|line| if key_of(line).is_some() { line[1..].to_owned() } else { line.to_owned() })
            .collect();
        let config = config_text::parse(&live.join("\n")).expect("parses");
        assert_eq!(config.first_registry().service_port, Some(5000));
        assert_eq!(config.trust.hosts_entries.len(), 1);
    }

    #[test]
    fn what_was_chosen_is_set_in_its_own_section() {
        let odd = "it's \"C:\\x\"\n\u{7f}#]";
        let settings = [
            Setting::text("cluster", "user", "ann"),
            Setting::text("ssh", "user", odd),
            Setting::plain("registry", "service_port", 5001),
            Setting::list("registry", "accepted_resource_roles", &["slave_public"]),
            Setting::path("ssh", "key", Path::new("/keys/id")),
            Setting::plain("registry", "tls", false),
        ];
        let config = config_text::parse(&text(&settings)).expect("parses");
        assert_eq!((config.cluster.user.as_deref(), config.ssh.user.as_deref()), (Some("ann"), Some(odd)));
        let registry = config.first_registry();
        assert_eq!((registry.service_port, registry.tls, registry.user), (Some(5001), Some(false), None));
        assert_eq!(registry.accepted_resource_roles, ["slave_public"]);
        assert_eq!(config.ssh.key.as_deref(), Some(Path::new("/keys/id")));
    }
}
