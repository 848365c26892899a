//! How Docker Engine on an agent is set up: its command line, its files, and what it says of itself.

use serde_json::{Map, Value};

use super::flags::{Flag, arguments, flags};
use crate::plan::facts::Facts;

/// What an engine is told, and by whom.
pub(in crate::plan) struct EngineSettings {
    /// What `docker info` says; empty where it says nothing.
    pub(in crate::plan) info: String,
    /// The flags of the process that runs.
    pub(in crate::plan) running: Vec<Flag>,
    /// Flags that a unit or a file gives at the next start, with its path.
    pub(in crate::plan) next: Vec<(String, Vec<Flag>)>,
    /// daemon.json, where there is one.
    pub(in crate::plan) file: Option<Result<Map<String, Value>, String>>,
    /// What systemd knows of its environment.
    pub(in crate::plan) unit: String,
}

impl EngineSettings {
    /// Reads what the agent told.
    pub(in crate::plan) fn read(facts: &Facts<'_>) -> Self {
        let mut next = Vec::new();
        let mut file = None;
        let config = facts.get("config").unwrap_or("/etc/docker/daemon.json");
        for (path, text) in facts.files() {
            if path == config {
                file = Some(serde_json::from_str(&text).map_err(|error| error.to_string()));
            } else if path.starts_with("/etc/") || !path.ends_with("/docker.service") {
                // What a package's own unit says may be overridden; systemd has told what counts.
                next.push((path.to_owned(), flags(&text)));
            }
        }
        let unit = facts.carried("unit").unwrap_or_default();
        let started = unit.lines().filter(|line| line.starts_with("ExecStart")).collect::<Vec<_>>().join(" ");
        next.insert(0, ("docker.service".to_owned(), flags(&started)));
        let running = arguments(&facts.carried("arguments").unwrap_or_default());
        Self { info: facts.carried("info").unwrap_or_default(), running, next, file, unit }
    }

    /// A line of `docker info`: `Server Version: 20.10.24`.
    pub(in crate::plan) fn told(&self, key: &str) -> Option<&str> {
        let mut values =
            self.info.lines().filter_map(|line| line.trim().strip_prefix(key)?.strip_prefix(':'));
        values.next().map(str::trim).filter(|value| !value.is_empty())
    }

    /// The lines below a line of `docker info` that has no value of its own.
    pub(in crate::plan) fn listed(&self, key: &str) -> Vec<&str> {
        let depth = |line: &str| line.len() - line.trim_start().len();
        let heading = format!("{key}:");
        let mut lines = self.info.lines().skip_while(|line| line.trim() != heading);
        let Some(first) = lines.next() else { return Vec::new() };
        lines.take_while(|line| depth(line) > depth(first)).map(str::trim).collect()
    }

    /// Every value of a list, wherever it is set: flags of the running process, daemon.json, and what the engine says.
    pub(in crate::plan) fn list(&self, flag: &str, key: &str, heading: &str) -> Vec<String> {
        let flags = self.running.iter().filter(|it| it.name == flag);
        let flags = flags.flat_map(|it| it.value.split(',').map(str::to_owned));
        let file = self.file_value(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let file = file.into_iter().filter_map(|value| value.as_str().map(str::to_owned));
        let told = self.listed(heading).into_iter().map(str::to_owned);
        flags.chain(file).chain(told).collect()
    }

    /// Whether a switch is turned that way, by a flag of the running process or in daemon.json.
    pub(in crate::plan) fn is(&self, name: &str, value: bool) -> bool {
        let text = value.to_string();
        self.running.iter().any(|flag| flag.name == name && flag.value == text)
            || self.file_value(name).and_then(Value::as_bool) == Some(value)
    }

    /// A key of daemon.json.
    pub(in crate::plan) fn file_value(&self, key: &str) -> Option<&Value> {
        self.file.as_ref()?.as_ref().ok()?.get(key)
    }

    /// Whether the engine is started with what a file says. A unit without variables reads no file of variables, whatever
    /// is in it.
    pub(in crate::plan) fn is_read(&self, path: &str) -> bool {
        let of_variables = ["/etc/sysconfig/docker", "/etc/default/docker"].contains(&path);
        !of_variables || self.unit.contains('$') || !self.unit.contains("ExecStart")
    }

    /// The keys that are set in daemon.json and by a flag as well, with where the flag is from: such an engine does not
    /// start again.
    pub(in crate::plan) fn set_twice(&self) -> Vec<(String, String)> {
        let Some(Ok(file)) = &self.file else { return Vec::new() };
        let running = (say!("the running process").to_owned(), self.running.clone());
        let sources: Vec<_> = std::iter::once(running).chain(self.next.iter().cloned()).collect();
        let by = |key: &str| {
            let has = |flags: &[Flag]| flags.iter().any(|flag| names(key).contains(&flag.name));
            sources.iter().find(|(_, flags)| has(flags)).map(|(whose, _)| whose.clone())
        };
        file.keys().filter_map(|key| Some((key.clone(), by(key)?))).collect()
    }
}

/// The flags that set a key of daemon.json: `insecure-registries` is `--insecure-registry` on the command line.
fn names(key: &str) -> Vec<String> {
    let singular = key.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let singular = singular.or_else(|| key.strip_suffix('s').map(str::to_owned));
    let short = match key {
        "hosts" => Some("H"),
        "debug" => Some("D"),
        "group" => Some("G"),
        "storage-driver" => Some("s"),
        "bridge" => Some("b"),
        "data-root" | "graph" => Some("g"),
        "pidfile" => Some("p"),
        "log-level" => Some("l"),
        _ => None,
    };
    [Some(key.to_owned()), singular, short.map(str::to_owned)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::facts::tests::answer;

    fn read(facts: &[(&str, &str)]) -> EngineSettings {
        EngineSettings::read(&Facts::of(&answer(facts)))
    }

    #[test]
    fn what_the_engine_says_of_itself_is_found() {
        let info = "Client:\n Version: 1\nServer:\n Server Version: 20.10.24\n Insecure Registries:\n  10.0.0.1:5000\n  127.0.0.0/8\n Live Restore Enabled: false\n";
        let settings = read(&[("info#", info)]);
        assert_eq!(settings.told("Server Version"), Some("20.10.24"));
        assert_eq!(settings.listed("Insecure Registries"), ["10.0.0.1:5000", "127.0.0.0/8"]);
        assert!(settings.listed("Plugins").is_empty() && settings.told("Nothing").is_none());
    }

    #[test]
    fn a_key_that_is_set_twice_is_found_with_the_flags_place() {
        let file = r#"{"insecure-registries": ["a"], "hosts": ["fd://"], "log-driver": "journald"}"#;
        let settings = read(&[
            ("file.1", "/etc/docker/daemon.json"),
            ("text.1#", file),
            ("file.2", "/etc/sysconfig/docker"),
            ("text.2#", "OPTIONS='--insecure-registry a'\n"),
            ("arguments#", "dockerd\n-H\nfd://\n"),
        ]);
        let twice = settings.set_twice();
        let expected = [("insecure-registries", "/etc/sysconfig/docker"), ("hosts", "the running process")];
        assert_eq!(twice, expected.map(|(key, whose)| (key.to_owned(), whose.to_owned())));
        assert_eq!(settings.list("insecure-registry", "insecure-registries", "Insecure Registries"), ["a"]);
    }
}
