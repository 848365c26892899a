//! The scripts that look at a registry's container, bring one up and take it away.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::domain::container::{Container, HealthProbe};
use crate::domain::script::RemoteScript;
use crate::plan::script::{self, Mode};

const LOOK: &str = include_str!("../../../templates/container-look.sh.hbs");
const RUN: &str = include_str!("../../../templates/container-run.sh.hbs");
const REMOVE: &str = include_str!("../../../templates/container-remove.sh.hbs");

/// What is done to a registry's container.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// Its name.
    pub name: &'a str,
    /// The id that the container of that name has; if it has another one by then, nothing is done.
    pub seen: Option<&'a str>,
    /// The container that takes its place; none where it is only waited for.
    pub replacement: Option<&'a Container>,
    /// How to ask whether it is well; without it, that it runs must do.
    pub probe: Option<&'a HealthProbe>,
    /// How long it may take to become healthy; not waited for at all without it.
    pub patience: Option<Duration>,
}

/// The script that looks at a host: at the container of that name, at all others and, where one is given, at the
/// `image` and at who listens on `port`. [`super::Sight::read`] reads its answer. `holder` is who runs it, as of
/// [`script::render`].
pub fn look(name: &str, image: Option<&str>, port: u16, holder: &str) -> Result<RemoteScript> {
    script::render(LOOK, Mode::Check, holder, &json!({ "name": name, "image": image, "port": port }))
}

/// The script that brings a container up, or only waits for it. Its facts: `id`, `created`, `unhealthy` (why it is not
/// healthy), `back` (the old container runs again) and, carried, `log` (what the one that failed wrote last).
pub fn act(act: &Act<'_>, holder: &str) -> Result<RemoteScript> {
    let values = json!({
        "name": act.name,
        "seen": act.seen.unwrap_or_default(),
        "patience": act.patience.unwrap_or_default().as_secs(),
        "wait": act.patience.is_some(),
        "replace": act.replacement.is_some(),
        "image": act.replacement.map(|it| &it.image),
        "words": act.replacement.map(words).unwrap_or_default(),
        "args": act.replacement.map(|it| it.args.as_slice()).unwrap_or_default(),
        "env": act.replacement.map(variables).unwrap_or_default(),
        "probe": act.probe.map(probe),
        "health": act.probe.map(health),
    });
    script::render(RUN, Mode::Apply, holder, &values)
}

/// The script that stops and removes the container of that name, if it has still this id.
pub fn remove(name: &str, seen: &str, holder: &str) -> Result<RemoteScript> {
    script::render(REMOVE, Mode::Apply, holder, &json!({ "name": name, "seen": seen }))
}

/// The words of `docker create` but for the name, the variables, the image and what follows it.
fn words(container: &Container) -> Vec<String> {
    let mut words = vec!["--restart".to_owned(), container.restart.clone()];
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    if container.cpu_shares > 0 {
        option("--cpu-shares", container.cpu_shares.to_string());
    }
    if container.memory > 0 {
        option("--memory", container.memory.to_string());
    }
    container.ports.iter().for_each(|port| option("-p", port.clone()));
    container.volumes.iter().for_each(|volume| option("-v", volume.clone()));
    container.ulimits.iter().for_each(|limit| option("--ulimit", limit.clone()));
    for (name, value) in &container.log {
        match name.as_str() {
            "driver" => option("--log-driver", value.clone()),
            _ => option("--log-opt", format!("{name}={value}")),
        }
    }
    container.labels.iter().for_each(|(name, value)| option("--label", format!("{name}={value}")));
    words
}

/// The file of variables: a line each. A secret among them is never a word of a command.
fn variables(container: &Container) -> String {
    container.env.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
}

fn probe(probe: &HealthProbe) -> Value {
    json!({ "url": url(probe, probe.port), "hex": format!("{:04X}", probe.container_port) })
}

/// Docker's own health check runs inside of the container. The wget of busybox leaves TLS to a program of its own.
fn health(probe: &HealthProbe) -> Value {
    let needs = if probe.tls {
        "command -v wget && { command -v ssl_client || wget --version; }"
    } else {
        "command -v wget"
    };
    let unchecked = if probe.tls { " --no-check-certificate" } else { "" };
    let url = script::quote(&url(probe, probe.container_port));
    json!({ "needs": needs, "command": format!("wget -q -O /dev/null{unchecked} {url} || exit 1") })
}

fn url(probe: &HealthProbe, port: u16) -> String {
    let scheme = if probe.tls { "https" } else { "http" };
    format!("{scheme}://127.0.0.1:{port}{}", probe.path)
}

#[cfg(test)]
mod tests {
    use super::super::wanted::tests::registry;
    use super::*;

    fn text(act: &Act<'_>) -> String {
        super::act(act, "ann@here").expect("renders").text().to_owned()
    }

    #[test]
    fn formats_reach_docker_as_they_are_and_every_value_is_quoted() {
        let wanted = registry();
        let mut container = wanted.container.clone();
        container.labels.insert("team".to_owned(), "it's $(id)".to_owned());
        let act = Act {
            name: "registry",
            seen: Some("8f3c"),
            replacement: Some(&container),
            probe: wanted.probe.as_ref(),
            patience: Some(Duration::from_secs(600)),
        };
        let script = text(&act);
        assert!(script.contains("'{{.State.Status}}, exit code {{.State.ExitCode}}'"), "{script}");
        assert!(script.contains(r"'team=it'\''s $(id)'"), "{script}");
        assert!(script.contains("'https://127.0.0.1:5000/'") && script.contains(":1388 "), "{script}");
        let look = look("registry", Some("registry:2.8.3"), 5000, "ann@here").expect("renders");
        assert!(look.text().contains(r#"{"id":{{json .Id}},"#), "{}", look.text());
        assert!(remove("registry", "8f3c", "ann@here").expect("renders").text().contains("seen='8f3c'"));
    }

    #[test]
    fn a_secret_is_in_the_file_of_variables_and_nowhere_else() {
        let wanted = registry();
        let act = Act {
            name: "registry",
            seen: None,
            replacement: Some(&wanted.container),
            probe: None,
            patience: None,
        };
        let script = text(&act);
        let with: Vec<_> = script.lines().filter(|line| line.contains("5ec4e7")).collect();
        assert_eq!(script.matches("5ec4e7").count(), 1);
        assert!(with[0].contains("REGISTRY_HTTP_SECRET=5ec4e7") && !with[0].contains("docker"), "{with:?}");
        assert!(!words(&wanted.container).join(" ").contains("5ec4e7"));
    }

    #[test]
    fn whatever_is_replaced_taken_back_or_removed_has_two_minutes_to_end() {
        let wanted = registry();
        let replacement = Some(&wanted.container);
        let act = Act { name: "registry", seen: Some("8f3c"), replacement, probe: None, patience: None };
        let remove = remove("registry", "8f3c", "ann@here").expect("renders");
        for (script, halts) in [(text(&act).as_str(), 2), (remove.text(), 1)] {
            assert!(script.contains("halt() { engine stop -t 120 "), "{script}");
            assert_eq!(script.matches("halt \"$").count(), halts, "{script}");
            assert_eq!(script.matches("engine stop").count(), 1, "{script}");
        }
    }

    #[test]
    fn a_mere_wait_changes_nothing() {
        let act = Act {
            name: "registry",
            seen: Some("8f3c"),
            replacement: None,
            probe: None,
            patience: Some(Duration::from_secs(1)),
        };
        let script = text(&act);
        for word in ["docker rm", "docker create", "engine "] {
            let calls = script.lines().filter(|line| line.trim_start().starts_with(word));
            assert_eq!(calls.count(), 0, "{word}: {script}");
        }
    }
}
