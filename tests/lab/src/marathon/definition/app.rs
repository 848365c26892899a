//! One version of an app, as Marathon keeps it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::constraint::Constraint;
use super::legacy;
use super::view::{Fields, items, number, object, text, whole};
use crate::marathon::app_id::AppId;
use crate::marathon::clock::Timestamp;
use crate::marathon::config::MarathonVersion;

/// When a definition, its scale and its configuration became what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VersionInfo {
    pub(crate) version: Timestamp,
    pub(crate) scaled_at: Timestamp,
    pub(crate) configured_at: Timestamp,
}

impl VersionInfo {
    /// All three at once.
    pub(crate) fn new(version: Timestamp) -> Self {
        Self { version, scaled_at: version, configured_at: version }
    }
}

/// How a definition differs from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    /// Only the number of instances.
    Scale,
    /// What runs: every task has to be replaced.
    Configuration,
}

/// Where a task's ports are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkMode {
    /// In the agent's own network.
    Host,
    /// In a network of its own, its ports mapped to those of the agent.
    Bridge,
}

/// One port that an app wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortSpec {
    pub(crate) name: Option<String>,
    /// Where the process listens inside; 0 is the host port. None in host mode.
    pub(crate) container_port: Option<u16>,
    /// The agent's port; 0 is any.
    pub(crate) host_port: u16,
    pub(crate) service_port: u16,
    pub(crate) labels: Vec<(String, String)>,
}

/// One health check of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    pub(crate) protocol: String,
    pub(crate) path: String,
    pub(crate) port: Option<u16>,
    pub(crate) port_index: Option<usize>,
    pub(crate) command: Option<String>,
    pub(crate) grace: Duration,
    pub(crate) interval: Duration,
    pub(crate) timeout: Duration,
    pub(crate) delay: Duration,
    pub(crate) most_failures: u32,
}

impl HealthCheck {
    /// Done by Mesos on the agent, in the task's own network; else by Marathon, over the cluster's network.
    pub(crate) fn is_mesos(&self) -> bool {
        self.protocol.starts_with("MESOS_") || self.protocol == "COMMAND"
    }

    fn of(check: &Value) -> Option<Self> {
        let check = check.as_object()?;
        let seconds = |key: &str| Duration::from_secs(whole(check, key).try_into().unwrap_or(0));
        let port = |key: &str| check.get(key).and_then(Value::as_u64);
        Some(Self {
            protocol: text(check, "protocol").to_owned(),
            path: text(check, "path").to_owned(),
            port: port("port").and_then(|it| it.try_into().ok()),
            port_index: port("portIndex").and_then(|it| it.try_into().ok()),
            command: object(check, "command").map(|it| text(it, "value").to_owned()),
            grace: seconds("gracePeriodSeconds"),
            interval: seconds("intervalSeconds").max(Duration::from_millis(100)),
            timeout: seconds("timeoutSeconds").max(Duration::from_millis(100)),
            delay: seconds("delaySeconds"),
            most_failures: whole(check, "maxConsecutiveFailures").try_into().unwrap_or(0),
        })
    }
}

/// One version of an app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct App {
    pub(crate) id: AppId,
    pub(crate) info: VersionInfo,
    fields: Fields,
}

impl App {
    pub(crate) fn new(id: AppId, fields: Fields, info: VersionInfo) -> Self {
        Self { id, info, fields }
    }

    /// The definition, without version.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// How many tasks are wanted.
    pub(crate) fn instances(&self) -> usize {
        whole(&self.fields, "instances").try_into().unwrap_or(0)
    }

    /// CPUs, memory in MiB, disk in MiB, GPUs.
    pub(crate) fn resources(&self) -> [f64; 4] {
        ["cpus", "mem", "disk", "gpus"].map(|key| number(&self.fields, key))
    }

    pub(crate) fn constraints(&self) -> Vec<Constraint> {
        items(&self.fields, "constraints").iter().filter_map(Constraint::of).collect()
    }

    /// Empty means: those not reserved for any role.
    pub(crate) fn accepted_roles(&self) -> Vec<String> {
        texts(items(&self.fields, "acceptedResourceRoles"))
    }

    pub(crate) fn health_checks(&self) -> Vec<HealthCheck> {
        items(&self.fields, "healthChecks").iter().filter_map(HealthCheck::of).collect()
    }

    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        object(&self.fields, "labels")?.get(key)?.as_str()
    }

    /// The least part of the instances that stays healthy in an update, and the greatest part that is on top.
    pub(crate) fn capacities(&self) -> (f64, f64) {
        object(&self.fields, "upgradeStrategy").map_or((1.0, 1.0), |strategy| {
            (number(strategy, "minimumHealthCapacity"), number(strategy, "maximumOverCapacity"))
        })
    }

    /// First delay, factor, longest delay of the back-off.
    pub(crate) fn backoff(&self) -> (Duration, f64, Duration) {
        let seconds = |key: &str| Duration::from_secs(whole(&self.fields, key).try_into().unwrap_or(0));
        (seconds("backoffSeconds"), number(&self.fields, "backoffFactor"), seconds("maxLaunchDelaySeconds"))
    }

    /// How long a task has between SIGTERM and SIGKILL: 3 s unless the app says otherwise.
    pub(crate) fn kill_grace(&self) -> Duration {
        self.fields
            .get("taskKillGracePeriodSeconds")
            .and_then(Value::as_u64)
            .map_or(Duration::from_secs(3), Duration::from_secs)
    }

    /// The youngest tasks go first unless the app says otherwise.
    pub(crate) fn kills_oldest_first(&self) -> bool {
        text(&self.fields, "killSelection") == "OLDEST_FIRST"
    }

    pub(crate) fn container(&self) -> Option<&Fields> {
        object(&self.fields, "container")
    }

    pub(crate) fn docker(&self) -> Option<&Fields> {
        object(self.container()?, "docker")
    }

    /// The first network decides, in either form; an app without any word about it is in host mode.
    pub(crate) fn network(&self) -> NetworkMode {
        let old = self.docker().map_or("", |it| text(it, "network"));
        let new = items(&self.fields, "networks").first().and_then(|it| it["mode"].as_str());
        match (new, old) {
            (Some("host") | None, "" | "HOST" | "NONE") => NetworkMode::Host,
            _ => NetworkMode::Bridge,
        }
    }

    /// Host ports must be those that the definitions name.
    pub(crate) fn requires_ports(&self) -> bool {
        self.fields.get("requirePorts") == Some(&Value::Bool(true))
    }

    /// The ports, in the order of their indices.
    pub(crate) fn ports(&self) -> Vec<PortSpec> {
        let mappings = self.mappings();
        if !mappings.is_empty() {
            return mappings.iter().filter_map(Value::as_object).map(mapped).collect();
        }
        items(&self.fields, "portDefinitions").iter().filter_map(Value::as_object).map(defined).collect()
    }

    fn mappings(&self) -> &[Value] {
        let new = self.container().map_or(&[][..], |it| items(it, "portMappings"));
        if new.is_empty() { self.docker().map_or(&[], |it| items(it, "portMappings")) } else { new }
    }

    /// Gives every port without a service port one from `next`.
    pub(crate) fn assign_service_ports(&mut self, mut next: impl FnMut(usize) -> u16) {
        let mapped = !self.mappings().is_empty();
        let key = if mapped { "servicePort" } else { "port" };
        let ports = if mapped { self.mappings_mut() } else { self.fields.get_mut("portDefinitions") };
        for (index, port) in ports.and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
            if port[key] == json!(0) {
                port[key] = json!(next(index));
            }
        }
    }

    fn mappings_mut(&mut self) -> Option<&mut Value> {
        let container = self.fields.get_mut("container")?;
        if container.get("portMappings").and_then(Value::as_array).is_some_and(|it| !it.is_empty()) {
            return container.get_mut("portMappings");
        }
        container.get_mut("docker")?.get_mut("portMappings")
    }

    /// How `next` differs from this.
    pub(crate) fn change_to(&self, next: &Self) -> Change {
        if comparable(&self.fields) != comparable(&next.fields) {
            Change::Configuration
        } else if self.instances() == next.instances() {
            Change::Nothing
        } else {
            Change::Scale
        }
    }

    /// The app as its generation answers it, without tasks and counts.
    pub(crate) fn answer(&self, version: MarathonVersion) -> Fields {
        let mut answer = match version {
            MarathonVersion::V1_4 => {
                let ports: Vec<u16> = self.ports().iter().map(|it| it.service_port).collect();
                legacy::written(&self.fields, &ports)
            }
            MarathonVersion::V1_11 => self.fields.clone(),
        };
        let info = self.info;
        answer.insert("version".to_owned(), json!(info.version));
        answer.insert(
            "versionInfo".to_owned(),
            json!({"lastScalingAt": info.scaled_at, "lastConfigChangeAt": info.configured_at}),
        );
        answer
    }
}

/// All but the number of instances; lists that are sets in one order.
fn comparable(fields: &Fields) -> Fields {
    let mut comparable = fields.clone();
    comparable.shift_remove("instances");
    for key in ["constraints", "healthChecks", "acceptedResourceRoles", "dependencies"] {
        if let Some(set) = comparable.get_mut(key).and_then(Value::as_array_mut) {
            set.sort_by_key(Value::to_string);
        }
    }
    comparable
}

fn mapped(mapping: &Fields) -> PortSpec {
    PortSpec {
        container_port: Some(port(mapping, "containerPort")),
        ..named(mapping, "servicePort", "hostPort")
    }
}

fn defined(definition: &Fields) -> PortSpec {
    named(definition, "port", "port")
}

fn named(fields: &Fields, service: &str, host: &str) -> PortSpec {
    let labels = object(fields, "labels").into_iter().flatten();
    PortSpec {
        name: fields.get("name").and_then(Value::as_str).map(str::to_owned),
        container_port: None,
        host_port: port(fields, host),
        service_port: port(fields, service),
        labels: labels.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect(),
    }
}

fn port(fields: &Fields, key: &str) -> u16 {
    whole(fields, key).try_into().unwrap_or(0)
}

fn texts(values: &[Value]) -> Vec<String> {
    values.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
}
