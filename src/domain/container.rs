//! A container of Docker Engine: how one is, or is to be.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::app::{AppDocument, AppId};

/// The label by which regctl knows its own containers; its value is the registry's id.
pub const ID_LABEL: &str = "dcos.regctl.id";

/// A container, as far as regctl decides about it. Its environment may hold secrets, so `Debug` masks them; so does
/// [`Container::document`] in all that it shows.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Its name, without the slash that Docker Engine puts before it.
    pub name: String,
    /// The image, as it was named when it was made.
    pub image: String,
    /// What the image's entrypoint is given.
    pub args: Vec<String>,
    /// When the engine starts it again: `unless-stopped`, `always`, `on-failure`, `no`.
    pub restart: String,
    /// CPU shares, 1024 for a core; 0 where there is no limit.
    pub cpu_shares: u64,
    /// Memory in bytes; 0 where there is no limit.
    pub memory: u64,
    /// Published ports as `PORT:CONTAINER_PORT/tcp`, sorted.
    pub ports: Vec<String>,
    /// Folders of the host as `FOLDER:MOUNT:MODE`, sorted.
    pub volumes: Vec<String>,
    /// The driver of its log (`driver`) and that driver's options.
    pub log: BTreeMap<String, String>,
    /// Limits of its processes as `nofile=SOFT:HARD`, sorted; the engine's own where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ulimits: Vec<String>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

impl Container {
    /// It as a document that masks its secrets wherever it is shown.
    pub fn document(&self) -> AppDocument {
        AppDocument::new(
            serde_json::to_value(self).expect("texts, numbers, lists and maps of texts are JSON"),
        )
    }

    /// The ports of the host that it is published on.
    pub fn host_ports(&self) -> impl Iterator<Item = u16> {
        self.ports.iter().filter_map(|port| port.rsplit(':').nth(1)?.parse().ok())
    }

    /// The folders of the host that it mounts.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.volumes.iter().filter_map(|volume| volume.split(':').next()).filter(|path| path.starts_with('/'))
    }
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.document())
    }
}

/// The name of a registry's container: `/infra/registry` runs as `infra-registry`.
pub fn name_of(id: &AppId) -> String {
    id.as_str().trim_start_matches('/').replace('/', "-")
}

/// How a container is asked whether it is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HealthProbe {
    /// Whether it answers by TLS.
    pub tls: bool,
    /// The path that must answer with less than 400.
    pub path: String,
    /// The port of the host.
    pub port: u16,
    /// The port inside of the container.
    pub container_port: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_named_after_its_registry() {
        let name = |id: &str| name_of(&id.parse().expect("an id"));
        assert_eq!([name("/registry"), name("/infra/registry")], ["registry", "infra-registry"]);
    }

    #[test]
    fn secrets_are_masked_wherever_a_container_is_shown() {
        let env = BTreeMap::from([("REGISTRY_HTTP_SECRET".to_owned(), "5ec4e7".to_owned())]);
        let container = Container {
            name: "registry".to_owned(),
            image: "registry:2.8.3".to_owned(),
            args: Vec::new(),
            restart: "no".to_owned(),
            cpu_shares: 0,
            memory: 0,
            ports: vec!["5005:5000/tcp".to_owned()],
            volumes: vec!["/data/x:/var/lib/registry:rw".to_owned(), "named:/x:rw".to_owned()],
            log: BTreeMap::new(),
            ulimits: Vec::new(),
            env,
            labels: BTreeMap::new(),
        };
        assert!(!format!("{container:?}").contains("5ec4e7"));
        assert_eq!(container.host_ports().collect::<Vec<_>>(), [5005]);
        assert_eq!(container.folders().collect::<Vec<_>>(), ["/data/x"]);
    }
}
