//! What `docker inspect` says of one container, as the same nouns that one is wanted in.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::answer::shown;
use crate::domain::container::{Container, ID_LABEL};
use crate::domain::json::or_default;

/// A container that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The engine's id for it.
    pub id: String,
    /// When it was made, RFC 3339.
    pub created: String,
    /// The id of its image.
    pub image_id: String,
    /// `running`, `exited`, `restarting` …
    pub status: String,
    /// How it is. What its image adds to the environment and the labels is among them.
    pub container: Container,
}

impl Found {
    /// The registry that it is, where regctl made it.
    pub fn registry(&self) -> Option<&str> {
        self.container.labels.get(ID_LABEL).map(String::as_str)
    }

    /// Whether it runs.
    pub fn runs(&self) -> bool {
        self.status == "running"
    }
}

#[derive(Deserialize)]
struct Inspected {
    id: String,
    name: String,
    created: String,
    image: String,
    status: String,
    config: Config,
    host: HostConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    image: String,
    #[serde(default, deserialize_with = "or_default")]
    cmd: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    env: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HostConfig {
    #[serde(default, deserialize_with = "or_default")]
    binds: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    cpu_shares: u64,
    #[serde(default, deserialize_with = "or_default")]
    memory: u64,
    #[serde(default, deserialize_with = "or_default")]
    port_bindings: PortBindings,
    #[serde(default, deserialize_with = "or_default")]
    restart_policy: RestartPolicy,
    #[serde(default, deserialize_with = "or_default")]
    log_config: LogConfig,
    #[serde(default, deserialize_with = "or_default")]
    ulimits: Vec<Ulimit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ulimit {
    name: String,
    soft: i64,
    hard: i64,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RestartPolicy {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct LogConfig {
    r#type: String,
    #[serde(deserialize_with = "or_default")]
    config: BTreeMap<String, String>,
}

/// For each port of a container, such as `5000/tcp`, where it is published; nothing where it is not.
pub(super) type PortBindings = BTreeMap<String, Option<Vec<Binding>>>;

/// One place where a port is published.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
pub(super) struct Binding {
    /// The address, where it is one alone.
    #[serde(deserialize_with = "or_default")]
    pub(super) host_ip: String,
    /// The port.
    #[serde(deserialize_with = "or_default")]
    pub(super) host_port: String,
}

/// Reads what the script that looks has made of `docker inspect`. The host is not trusted: what makes no sense is an
/// error in words.
pub(super) fn read(text: &str) -> Result<Found, String> {
    let it: Inspected = serde_json::from_str(text).map_err(|error| shown(&error.to_string()))?;
    let Inspected { config, host, .. } = it;
    let sorted = |mut all: Vec<String>| {
        all.sort();
        all
    };
    let mut log = host.log_config.config;
    log.insert("driver".to_owned(), host.log_config.r#type);
    let container = Container {
        name: it.name.trim_start_matches('/').to_owned(),
        image: config.image,
        args: config.cmd,
        restart: host.restart_policy.name,
        cpu_shares: host.cpu_shares,
        memory: host.memory,
        ports: sorted(ports(&host.port_bindings)),
        volumes: sorted(host.binds.iter().map(|bind| with_mode(bind)).collect()),
        log,
        ulimits: sorted(
            host.ulimits.iter().map(|it| format!("{}={}:{}", it.name, it.soft, it.hard)).collect(),
        ),
        env: config.env.iter().map(|line| variable(line)).collect(),
        labels: config.labels,
    };
    Ok(Found {
        id: shown(&it.id),
        created: shown(&it.created),
        image_id: it.image,
        status: shown(&it.status),
        container,
    })
}

fn ports(bindings: &PortBindings) -> Vec<String> {
    let spelled = |port: &String, binding: &Binding| match binding.host_ip.as_str() {
        "" | "0.0.0.0" | "::" => format!("{}:{port}", binding.host_port),
        address => format!("{address}:{}:{port}", binding.host_port),
    };
    let each = bindings.iter().flat_map(|(port, at)| at.iter().flatten().map(move |it| spelled(port, it)));
    each.collect()
}

/// A bind without a mode is writable.
fn with_mode(bind: &str) -> String {
    if bind.matches(':').count() < 2 { format!("{bind}:rw") } else { bind.to_owned() }
}

pub(super) fn variable(line: &str) -> (String, String) {
    let (name, value) = line.split_once('=').unwrap_or((line, ""));
    (name.to_owned(), value.to_owned())
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::super::wanted::tests::registry;
    use super::*;

    /// What the engine says of the wanted registry, with what its image adds.
    pub(in crate::plan::docker_container) fn inspected() -> Value {
        let it = registry().container;
        let mut env = vec!["PATH=/bin".to_owned()];
        env.extend(it.env.iter().map(|(name, value)| format!("{name}={value}")));
        let log: BTreeMap<_, _> = it.log.iter().filter(|(name, _)| *name != "driver").collect();
        json!({
            "id": "8f3c", "name": "/registry", "created": "2026-11-22T00:00:00Z", "image": "sha256:00aa",
            "status": "running",
            "config": {
                "Image": it.image, "Cmd": it.args, "Labels": it.labels,
                "Env": env,
            },
            "host": {
                "Binds": it.volumes.iter().rev().collect::<Vec<_>>(),
                "CpuShares": it.cpu_shares, "Memory": it.memory,
                "PortBindings": {"5000/tcp": [{"HostIp": "", "HostPort": "5000"}]},
                "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
                "LogConfig": {"Type": "json-file", "Config": log},
            },
        })
    }

    pub(in crate::plan::docker_container) fn found() -> Found {
        read(&inspected().to_string()).expect("is read")
    }

    #[test]
    fn what_was_wanted_is_read_back() {
        let mut found = found();
        assert_eq!((found.registry(), found.runs()), (Some("/registry"), true));
        assert_eq!(found.container.env.remove("PATH").as_deref(), Some("/bin"));
        assert_eq!(found.container, registry().container);
    }

    #[test]
    fn a_container_made_by_hand_is_read_too() {
        let mut by_hand = inspected();
        by_hand["config"]["Labels"] = Value::Null;
        by_hand["config"]["Cmd"] = Value::Null;
        by_hand["host"]["Binds"] = json!(["/var/lib/docker/registry:/var/lib/registry"]);
        by_hand["host"]["PortBindings"] =
            json!({"5000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "5005"}], "9/udp": null});
        let found = read(&by_hand.to_string()).expect("is read");
        assert_eq!(found.registry(), None);
        assert_eq!(found.container.ports, ["127.0.0.1:5005:5000/tcp"]);
        assert_eq!(found.container.volumes, ["/var/lib/docker/registry:/var/lib/registry:rw"]);
        assert!(read("{}").is_err());
        assert!(read("no JSON").is_err());
    }
}
