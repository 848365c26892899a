//! The parts of an app's definition that regctl's rules speak about, in either form and from any version of Marathon.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::host::Host;
use super::json::or_default;
use super::registry::Vip;
use super::storage;
use super::transport::Transport;

/// An app's definition. What is not said is `None` or empty; keys without a rule are not read.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AppDefinition {
    /// The id.
    pub id: String,
    /// How many instances; one where nothing is said.
    pub instances: Option<u32>,
    /// CPU shares of one instance.
    pub cpus: Option<f64>,
    /// Memory of one instance, MiB.
    pub mem: Option<f64>,
    /// Where instances may run, as lists of field, operator and value.
    #[serde(deserialize_with = "or_default")]
    pub constraints: Vec<Vec<String>>,
    /// The container.
    #[serde(deserialize_with = "or_default")]
    pub container: Container,
    /// Networks, in the new form.
    pub networks: Option<Vec<Network>>,
    /// Ports of an app without a container network.
    #[serde(deserialize_with = "or_default")]
    pub port_definitions: Vec<PortDefinition>,
    /// What the container is started with.
    #[serde(deserialize_with = "or_default")]
    pub args: Vec<String>,
    /// The same as a line of shell.
    pub cmd: Option<String>,
    /// Health checks.
    #[serde(deserialize_with = "or_default")]
    pub health_checks: Vec<HealthCheck>,
    /// How an update goes about.
    pub upgrade_strategy: Option<UpgradeStrategy>,
    /// Labels.
    #[serde(deserialize_with = "or_default")]
    pub labels: BTreeMap<String, String>,
}

/// The container of an app.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// The image and, in the old form, the network.
    #[serde(deserialize_with = "or_default")]
    pub docker: Docker,
    /// Ports, in the new form.
    pub port_mappings: Option<Vec<PortMapping>>,
    /// Volumes.
    #[serde(deserialize_with = "or_default")]
    pub volumes: Vec<Volume>,
}

/// The image of an app and, in the old form, its network.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Docker {
    /// The image.
    pub image: Option<String>,
    /// `BRIDGE`, `HOST` or `USER`.
    pub network: Option<String>,
    /// Ports, in the old form.
    pub port_mappings: Option<Vec<PortMapping>>,
}

/// A port of the container and how it is offered.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PortMapping {
    /// The port on the host; 0 or nothing for one that Mesos offers.
    pub host_port: Option<u16>,
    /// The port that Marathon-LB listens on.
    pub service_port: Option<u16>,
    /// Labels; those that start with `VIP` are for layer 4 load balancing.
    #[serde(deserialize_with = "or_default")]
    pub labels: BTreeMap<String, String>,
}

/// A port of an app that has the network of its host.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PortDefinition {
    /// The port that Marathon-LB listens on.
    pub port: Option<u16>,
    /// Labels; those that start with `VIP` are for layer 4 load balancing.
    #[serde(deserialize_with = "or_default")]
    pub labels: BTreeMap<String, String>,
}

/// A volume; one without `host_path` is persistent or external.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Volume {
    /// Where it appears in the container.
    pub container_path: Option<String>,
    /// The folder on the host.
    pub host_path: Option<String>,
    /// `RW` or `RO`.
    pub mode: Option<String>,
    /// The volume that a driver attaches, where it is one.
    pub external: Option<External>,
}

/// A volume that a driver attaches to the host that the app runs on.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct External {
    /// Its name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The driver, under `dvdi/driver`.
    #[serde(deserialize_with = "or_default")]
    pub options: BTreeMap<String, serde_json::Value>,
}

/// A network by its mode.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Network {
    /// `container/bridge`, `container` or `host`.
    pub mode: Option<String>,
}

/// A health check, as far as its port and its protocol go.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HealthCheck {
    /// Which port of the app is asked.
    pub port_index: Option<usize>,
    /// `MESOS_HTTPS`, `HTTP`, `TCP` and so on.
    pub protocol: Option<String>,
}

/// How many instances must and may run during an update, as parts of the whole.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpgradeStrategy {
    /// At least so much of the instances stays healthy.
    #[serde(default = "whole")]
    pub minimum_health_capacity: f64,
    /// So much may run beside them.
    #[serde(default = "whole")]
    pub maximum_over_capacity: f64,
}

const fn whole() -> f64 {
    1.0
}

impl AppDefinition {
    /// The ports, in whichever form they are written.
    pub fn port_mappings(&self) -> &[PortMapping] {
        let old = || self.container.docker.port_mappings.as_deref();
        self.container.port_mappings.as_deref().or_else(old).unwrap_or_default()
    }

    /// Where layer 4 load balancing offers its first port, where the label for it can be read.
    pub fn vip(&self) -> Option<Vip> {
        let label = self.port_mappings().first()?.labels.get("VIP_0")?;
        label.parse().ok()
    }

    /// How it is spoken to, where its health checks tell.
    pub fn transport(&self) -> Option<Transport> {
        self.health_checks.iter().find_map(|check| match check.protocol.as_deref()? {
            "HTTP" | "MESOS_HTTP" => Some(Transport::Plain),
            "HTTPS" | "MESOS_HTTPS" => Some(Transport::Tls),
            _ => None,
        })
    }

    /// The ports that Marathon-LB may offer it on, in either form.
    pub fn service_ports(&self) -> Vec<u16> {
        let mapped = self.port_mappings().iter().map(|mapping| mapping.service_port);
        mapped
            .chain(self.port_definitions.iter().map(|it| it.port))
            .flatten()
            .filter(|port| *port > 0)
            .collect()
    }

    /// The ports that it wants on its host and no others.
    pub fn fixed_ports(&self) -> Vec<u16> {
        self.port_mappings().iter().filter_map(|mapping| mapping.host_port).filter(|port| *port > 0).collect()
    }

    /// The values of its labels for layer 4 load balancing.
    pub fn vips(&self) -> impl Iterator<Item = &str> {
        let mapped = self.port_mappings().iter().map(|mapping| &mapping.labels);
        let labels = mapped.chain(self.port_definitions.iter().map(|it| &it.labels)).flatten();
        labels
            .filter(|(key, _)| key.starts_with("VIP") || key.starts_with("vip"))
            .map(|(_, value)| value.as_str())
    }

    /// The groups of load balancers that are to offer it, each once.
    pub fn balancer_groups(&self) -> Vec<&str> {
        let is_group =
            |key: &str| key == "HAPROXY_GROUP" || (key.starts_with("HAPROXY_") && key.ends_with("_GROUP"));
        let labels = self.labels.iter().filter(|(key, _)| is_group(key));
        let mut groups: Vec<&str> = labels.flat_map(|(_, value)| value.split(',').map(str::trim)).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The one hostname that the app is pinned to, where there is one.
    pub fn pinned_host(&self) -> Option<&str> {
        let exact = |it: &&Vec<String>| matches!(it.as_slice(), [field, operator, _] if field == "hostname" && (operator == "CLUSTER" || operator == "IS"));
        self.constraints.iter().find(exact).map(|constraint| constraint[2].as_str())
    }

    /// Every hostname that the app's constraints name in so many words: the one it is pinned to, or those of a regular
    /// expression that is a plain list. Empty where they name none.
    pub fn named_hosts(&self) -> Vec<Host> {
        if let Some(host) = self.pinned_host() {
            return host.parse().into_iter().collect();
        }
        let list = |it: &&Vec<String>| matches!(it.as_slice(), [field, operator, _] if field == "hostname" && operator == "LIKE");
        let listed = self.constraints.iter().find(list).map(|constraint| constraint[2].as_str());
        let names = listed.into_iter().flat_map(|text| text.split('|'));
        names.map(|name| name.replace("\\.", ".").parse().ok()).collect::<Option<_>>().unwrap_or_default()
    }

    /// The paths on the host that it mounts.
    pub fn host_paths(&self) -> impl Iterator<Item = &str> {
        self.container.volumes.iter().filter_map(|volume| volume.host_path.as_deref())
    }

    /// The folder on the host that the registry's images are in: the first that is mounted for writing.
    pub fn data_folder(&self) -> Option<&str> {
        let writable = |volume: &&Volume| volume.mode.as_deref() == Some("RW");
        self.container.volumes.iter().filter(writable).find_map(|volume| volume.host_path.as_deref())
    }

    /// That folder where its content is this host's alone, and so binds the app to it.
    pub fn bound_folder(&self) -> Option<&str> {
        self.data_folder().filter(|_| !self.labels.contains_key(storage::LABEL))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_forms_are_read() {
        let old = json!({"id": "/r", "cmd": null, "upgradeStrategy": {"minimumHealthCapacity": 0},
            "constraints": [["hostname", "UNIQUE"], ["hostname", "CLUSTER", "a1"]],
            "container": {"docker": {"network": "BRIDGE", "portMappings": [{"servicePort": 5000}]},
                "volumes": [{"hostPath": "/c", "mode": "RO"}, {"hostPath": "/d", "mode": "RW"}]}});
        let app: AppDefinition = serde_json::from_value(old).expect("is read");
        assert_eq!(app.port_mappings()[0].service_port, Some(5000));
        assert_eq!((app.pinned_host(), app.data_folder()), (Some("a1"), Some("/d")));
        assert_eq!(app.upgrade_strategy.expect("is there").maximum_over_capacity, 1.0);
        let new =
            json!({"container": {"portMappings": [{}, {}]}, "networks": [{"mode": "container/bridge"}]});
        let app: AppDefinition = serde_json::from_value(new).expect("is read");
        assert_eq!(app.port_mappings().len(), 2);
    }

    #[test]
    fn hosts_are_read_from_constraints_that_name_them() {
        let hosts = |constraint: &[&str]| {
            let app: AppDefinition =
                serde_json::from_value(json!({"constraints": [["hostname", "UNIQUE"], constraint]}))
                    .expect("is read");
            app.named_hosts().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(hosts(&["hostname", "CLUSTER", "192.168.1.80"]), ["192.168.1.80"]);
        assert_eq!(hosts(&["hostname", "LIKE", r"192\.168\.1\.80|a2"]), ["192.168.1.80", "a2"]);
        assert_eq!(hosts(&["hostname", "LIKE", "192.*|a2"]), [""; 0]);
        assert_eq!(hosts(&["rack", "CLUSTER", "r1"]), [""; 0]);
    }
}
