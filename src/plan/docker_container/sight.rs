//! What a Docker host says of its engine and of what is in the registry's way.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::inspected::{self, Found, PortBindings};
use crate::domain::answer::shown;
use crate::domain::app_definition::AppDefinition;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::json::or_default;
use crate::domain::script::Answer;
use crate::plan::facts::Facts;

/// What the engine can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engine {
    /// It can limit CPU shares; a kernel without that control group cannot.
    pub limits_cpu: bool,
    /// It can limit memory, likewise.
    pub limits_memory: bool,
    /// It runs containers under SELinux.
    pub selinux: bool,
}

/// What a host says.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// The engine.
    pub engine: Engine,
    /// The container of the registry's name, whoever made it. Of an update that was cut short, the one that ran before.
    pub current: Option<Found>,
    /// The environment and the labels of the image that it runs.
    pub image_env: BTreeMap<String, String>,
    /// Likewise.
    pub image_labels: BTreeMap<String, String>,
    /// The id of the image that is wanted, where the host has it.
    pub image_id: Option<String>,
    /// All other containers.
    pub others: Vec<Neighbour>,
    /// Who listens on the wanted port; empty where that cannot be told, none where nobody does.
    pub listener: Option<String>,
}

/// Another container of the host.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Neighbour {
    /// Its name.
    pub name: String,
    /// The registry that it is, where regctl made it.
    pub registry: Option<String>,
    /// Whether it runs.
    pub runs: bool,
    /// What it mounts of the host.
    pub mounts: Vec<Mounted>,
    /// The ports that it publishes when it runs.
    pub ports: Vec<u16>,
}

/// A folder or a volume of the host in a container.
#[derive(Debug, Clone, PartialEq)]
pub struct Mounted {
    /// The folder; that of a volume is below the engine's own.
    pub folder: String,
    /// Whether the container may write to it.
    pub writable: bool,
}

impl Neighbour {
    /// It as an app with the same volumes, for the rules about folders.
    pub fn as_app(&self) -> AppDefinition {
        let volume = |mounted: &Mounted| serde_json::json!({"hostPath": mounted.folder});
        let volumes: Vec<_> = self.mounts.iter().map(volume).collect();
        let app = serde_json::json!({"id": self.name, "container": {"volumes": volumes}});
        AppDefinition::deserialize(app).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Other {
    name: String,
    running: bool,
    #[serde(default, deserialize_with = "or_default")]
    registry: String,
    #[serde(default, deserialize_with = "or_default")]
    mounts: Vec<Mount>,
    #[serde(default, deserialize_with = "or_default")]
    ports: PortBindings,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mount {
    #[serde(default, deserialize_with = "or_default")]
    source: String,
    #[serde(default, rename = "RW")]
    writable: bool,
}

impl Sight {
    /// Reads the answer of the script that looks at `host`, and at who listens on `port`. Errors: it has no engine, or none that answers, or what it
    /// says makes no sense.
    pub fn read(answer: &Answer, host: &Host, port: u16) -> Result<Self, Fault> {
        let facts = Facts::of(answer);
        let odd = |what: &str, why: String| {
            Fault::new(FaultKind::BadAnswer, say!("reading what {host} says of {what}: {why}"))
        };
        engine_answers(&facts, host)?;
        // Of what is not there docker inspect says an empty line.
        let told = |key: &str| facts.carried(key).filter(|text| !text.trim().is_empty());
        let current = told("container").map(|text| inspected::read(&text)).transpose();
        Ok(Self {
            engine: engine(&facts),
            current: current.map_err(|why| odd(say!("the registry's container"), why))?,
            image_env: lines(told("image.env")).map_err(|why| odd(say!("its image"), why))?,
            image_labels: map(told("image.labels")).map_err(|why| odd(say!("its image"), why))?,
            image_id: facts.get("image.id").map(str::to_owned),
            others: others(&facts).map_err(|why| odd(say!("its containers"), why))?,
            listener: facts
                .get(&format!("listener.{port}"))
                .map(|it| it.trim_start_matches("yes").trim().to_owned()),
        })
    }
}

fn engine_answers(facts: &Facts<'_>, host: &Host) -> Result<(), Fault> {
    if facts.get("engine.missing").is_some() {
        return Err(Fault::new(FaultKind::NoDocker, say!("{host} has no docker command"))
            .hint(say!("Install Docker Engine there, then repeat the command.")));
    }
    match facts.carried("engine.trouble") {
        None => Ok(()),
        Some(words) => {
            let words = shown(words.lines().last().unwrap_or_default());
            Err(Fault::new(FaultKind::Engine, say!("Docker Engine on {host} does not answer: {words}")).hint(
                say!(
                    "Start it there (systemctl enable --now docker) and see that the login may use it: \
                     root, or by sudo."
                ),
            ))
        }
    }
}

/// An engine that does not say so is taken to have no limits lacking.
fn engine(facts: &Facts<'_>) -> Engine {
    let limits = facts.get("engine.limits").unwrap_or_default();
    Engine {
        limits_cpu: !limits.starts_with("false"),
        limits_memory: !limits.ends_with("false"),
        selinux: facts.carried("engine.security").is_some_and(|text| text.contains("selinux")),
    }
}

fn lines(text: Option<String>) -> Result<BTreeMap<String, String>, String> {
    let text = text.unwrap_or_else(|| "null".to_owned());
    let lines: Option<Vec<String>> =
        serde_json::from_str(&text).map_err(|error| shown(&error.to_string()))?;
    Ok(lines.unwrap_or_default().iter().map(|line| inspected::variable(line)).collect())
}

fn map(text: Option<String>) -> Result<BTreeMap<String, String>, String> {
    let text = text.unwrap_or_else(|| "null".to_owned());
    let map: Option<_> = serde_json::from_str(&text).map_err(|error| shown(&error.to_string()))?;
    Ok(map.unwrap_or_default())
}

fn others(facts: &Facts<'_>) -> Result<Vec<Neighbour>, String> {
    let count = facts.number("others").unwrap_or_default();
    let other = |number: u64| {
        let text = facts.carried(&format!("other-{number}")).ok_or_else(|| say!("one of them is missing"))?;
        let other: Other = serde_json::from_str(&text).map_err(|error| shown(&error.to_string()))?;
        Ok(neighbour(other))
    };
    (1..=count).map(other).collect()
}

fn neighbour(other: Other) -> Neighbour {
    let ports = other.ports.values().flatten().flatten().filter_map(|it| it.host_port.parse().ok());
    Neighbour {
        name: shown(other.name.trim_start_matches('/')),
        registry: Some(other.registry).filter(|id| !id.is_empty()),
        runs: other.running,
        mounts: other.mounts.into_iter().filter(|it| !it.source.is_empty()).map(mounted).collect(),
        ports: ports.collect(),
    }
}

fn mounted(mount: Mount) -> Mounted {
    Mounted { folder: mount.source, writable: mount.writable }
}

#[cfg(test)]
mod tests {
    use super::super::inspected::tests::{found, inspected};
    use super::*;
    use crate::plan::facts::tests::answer;

    fn read(facts: &[(&str, &str)]) -> Result<Sight, Fault> {
        Sight::read(&answer(facts), &"a1".parse().expect("a host"), 5000)
    }

    #[test]
    fn a_host_tells_of_its_engine_and_of_its_containers() {
        let current = inspected().to_string();
        let other = r#"{"name": "/old-registry", "running": true, "registry": "", "mounts":
            [{"Type": "bind", "Source": "/data/old", "Destination": "/x", "RW": true}], "ports": {"5000/tcp": [{"HostPort": "5001"}]}}"#;
        let sight = read(&[
            ("engine.version", "24.0.5"),
            ("engine.limits", "true false"),
            ("engine.security#", r#"["name=seccomp"]"#),
            ("container#", &current),
            ("image.env#", r#"["PATH=/bin"]"#),
            ("image.labels#", "null"),
            ("image.id", "sha256:00aa"),
            ("others", "1"),
            ("other-1#", other),
            ("listener.5000", "yes users:((\"nginx\",pid=7,fd=3))"),
        ])
        .expect("is read");
        assert_eq!(sight.engine, Engine { limits_cpu: true, limits_memory: false, selinux: false });
        assert_eq!(sight.current, Some(found()));
        assert_eq!(sight.image_env["PATH"], "/bin");
        let neighbour = &sight.others[0];
        assert_eq!(
            (neighbour.name.as_str(), &neighbour.registry, neighbour.runs),
            ("old-registry", &None, true)
        );
        assert_eq!(neighbour.mounts, [Mounted { folder: "/data/old".to_owned(), writable: true }]);
        assert_eq!(neighbour.ports, [5001]);
        assert_eq!(neighbour.as_app().host_paths().collect::<Vec<_>>(), ["/data/old"]);
        assert!(sight.listener.expect("one listens").contains("nginx"));
    }

    #[test]
    fn an_engine_that_is_missing_or_stopped_is_a_fault_of_its_own() {
        let missing = read(&[("engine.missing", "yes")]).expect_err("has none");
        assert_eq!(
            (missing.kind, missing.message.as_str()),
            (FaultKind::NoDocker, "a1 has no docker command")
        );
        let stopped = read(&[("engine.trouble#", "Cannot connect to the Docker daemon\u{1b}[0m")])
            .expect_err("stopped");
        assert!(stopped.message.contains("does not answer: Cannot connect"), "{stopped}");
        assert!(!stopped.message.contains('\u{1b}'));
    }

    #[test]
    fn an_empty_line_is_no_container() {
        let sight = read(&[("engine.version", "24.0.5"), ("container#", "\n"), ("image.env#", "\n")])
            .expect("is read");
        assert_eq!((sight.current, sight.image_env.len(), sight.others.len()), (None, 0, 0));
    }

    #[test]
    fn half_an_answer_is_not_believed() {
        for facts in [&[("others", "1")][..], &[("container#", "{}")], &[("others", "1"), ("other-1#", "[]")]]
        {
            assert_eq!(read(facts).expect_err("is refused").kind, FaultKind::BadAnswer, "{facts:?}");
        }
    }
}
