//! The rules that both generations share. Each is a function from an app to what is wrong with it.

use serde_json::Value;

use super::reader::Fault;
use super::view::{Fields, filled, items, number, object, text, whole};

/// Features that DC/OS switches on.
pub(crate) const FEATURES: [&str; 4] = ["vips", "task_killing", "external_volumes", "gpu_resources"];

/// Collects what is wrong.
#[derive(Default)]
pub(super) struct Verdict {
    faults: Vec<Fault>,
}

impl Verdict {
    /// Notes `error` at `path` unless it holds.
    pub(super) fn require(&mut self, holds: bool, path: &str, error: &str) {
        if holds {
            return;
        }
        match self.faults.iter_mut().find(|it| it.path == path) {
            Some(fault) => fault.errors.push(error.to_owned()),
            None => self.faults.push(Fault::new(path, error)),
        }
    }

    /// Everything noted, or nothing at all.
    pub(super) fn done(self) -> Result<(), Vec<Fault>> {
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
    }
}

/// What runs: a command, arguments, a container; never a command and arguments.
pub(super) fn something_to_run(app: &Fields, verdict: &mut Verdict) {
    let (cmd, args) = (filled(app, "cmd"), filled(app, "args"));
    // A container without an image is no reason to run anything.
    let container = object(app, "container").is_some_and(|it| it.contains_key("docker"));
    verdict.require(
        (cmd != args) || (!cmd && container),
        "/",
        "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
    );
}

/// Health checks address a port that there is, and at most one of them is Mesos' own.
pub(super) fn health_checks(app: &Fields, ports: usize, verdict: &mut Verdict) {
    let checks = items(app, "healthChecks");
    for (index, check) in checks.iter().enumerate() {
        let Some(fields) = check.as_object() else { continue };
        let addressed = match fields.get("portIndex").and_then(Value::as_u64) {
            Some(port_index) => port_index < ports as u64,
            None => fields.contains_key("port") || ports == 1,
        };
        verdict.require(
            text(fields, "protocol") == "COMMAND" || addressed,
            &format!("/healthChecks({index})"),
            "Health check port indices must address an element of the ports array or container port mappings.",
        );
    }
    let mesos = checks.iter().filter(|it| it["protocol"].as_str().is_some_and(|p| p.starts_with("MESOS_")));
    verdict.require(mesos.count() <= 1, "/", "AppDefinition can contain at most one Mesos health check");
}

/// What the label of single-instance apps demands.
pub(super) fn single_instance(app: &Fields, verdict: &mut Verdict) {
    let labelled = object(app, "labels").is_some_and(|it| text(it, "MARATHON_SINGLE_INSTANCE_APP") == "true");
    if !labelled {
        return;
    }
    verdict.require(whole(app, "instances") <= 1, "/", "Single instance app may only have one instance");
    let strategy = object(app, "upgradeStrategy");
    for key in ["minimumHealthCapacity", "maximumOverCapacity"] {
        let capacity = strategy.map_or(1.0, |it| number(it, key));
        verdict.require(
            capacity == 0.0,
            &format!("/upgradeStrategy/{key}"),
            &format!("got {capacity:?}, expected 0.0"),
        );
    }
}

/// Persistent volumes bind an app to its agent: nothing may run twice, or be given up as unreachable.
pub(super) fn residency(app: &Fields, verdict: &mut Verdict) {
    if !app.contains_key("residency") {
        return;
    }
    if let Some(strategy) = object(app, "upgradeStrategy") {
        let over = number(strategy, "maximumOverCapacity");
        verdict.require(
            over == 0.0,
            "/upgradeStrategy/maximumOverCapacity",
            &format!("got {over:?}, expected 0.0"),
        );
    }
    let disabled = app.get("unreachableStrategy").is_none_or(|it| it == "disabled");
    verdict.require(disabled, "/", "unreachableStrategy must be disabled for resident tasks");
}

/// Names of ports are unique where they are given.
pub(super) fn unique_names(ports: &[Value], path: &str, verdict: &mut Verdict) {
    let names: Vec<&str> = ports.iter().filter_map(|port| port["name"].as_str()).collect();
    verdict.require(!repeats(&names), path, "Port names must be unique.");
}

/// Numbers of ports are unique where they are given.
pub(super) fn unique_numbers(definitions: &[Value], verdict: &mut Verdict) {
    let numbers: Vec<i64> =
        definitions.iter().filter_map(|it| it["port"].as_i64()).filter(|port| *port != 0).collect();
    verdict.require(!repeats(&numbers), "/portDefinitions", "Ports must be unique.");
}

/// True where some element is there twice.
pub(super) fn repeats<T: PartialEq>(elements: &[T]) -> bool {
    elements.iter().enumerate().any(|(index, element)| elements[..index].contains(element))
}

/// GPUs need Mesos' own containerizer.
pub(super) fn gpus(app: &Fields, verdict: &mut Verdict) {
    let docker = object(app, "container").is_some_and(|it| text(it, "type") == "DOCKER");
    verdict.require(
        whole(app, "gpus") <= 0 || !docker,
        "/",
        "GPU resources only work with the Mesos containerizer",
    );
}

/// Secrets are a feature of the Enterprise edition.
pub(super) fn secrets(app: &Fields, verdict: &mut Verdict) {
    verdict.require(
        !filled(app, "secrets"),
        "/secrets",
        "Feature secrets is not enabled. Enable with --enable_features secrets)",
    );
    let env = object(app, "env");
    verdict.require(
        !env.is_some_and(|it| it.values().any(Value::is_object)),
        "/env",
        "use of secret-references in the environment requires the secrets feature to be enabled",
    );
    verdict.require(!env.is_some_and(|it| it.contains_key("")), "/env", "must not be empty");
}

/// At most one readiness check, about a port that has that name, and answered before the next one.
pub(super) fn readiness(app: &Fields, port_names: &[&str], verdict: &mut Verdict) {
    let checks = items(app, "readinessChecks");
    let count = checks.len();
    verdict.require(count <= 1, "/readinessChecks", &format!("got {count}, expected 1 or less"));
    for (index, check) in checks.iter().filter_map(Value::as_object).enumerate() {
        let name = text(check, "portName");
        verdict.require(
            port_names.contains(&name),
            &format!("/readinessChecks({index})/portName"),
            &format!("No port definition reference for portName {name}"),
        );
        let (timeout, interval) = (whole(check, "timeoutSeconds"), whole(check, "intervalSeconds"));
        verdict.require(
            timeout < interval,
            &format!("/readinessChecks({index})/timeoutSeconds"),
            &format!("got {timeout}, expected less than {interval}"),
        );
    }
}

/// The times after which a task is given up are in order.
pub(super) fn unreachable(app: &Fields, verdict: &mut Verdict) {
    let Some(strategy) = object(app, "unreachableStrategy") else { return };
    verdict.require(
        whole(strategy, "inactiveAfterSeconds") <= whole(strategy, "expungeAfterSeconds"),
        "/unreachableStrategy",
        "inactiveAfterSeconds must be less or equal to expungeAfterSeconds",
    );
}

/// The number of ports an app has, whether mapped or defined.
pub(super) fn port_count(mappings: &[Value], definitions: &[Value]) -> usize {
    if mappings.is_empty() { definitions.len() } else { mappings.len() }
}

/// The names of the ports that an app has.
pub(super) fn port_names<'a>(mappings: &'a [Value], definitions: &'a [Value]) -> Vec<&'a str> {
    let ports = if mappings.is_empty() { definitions } else { mappings };
    ports.iter().filter_map(|port| port["name"].as_str()).collect()
}
