//! How Marathon 1.4 completes an app, and how it writes one: with nulls, and with old keys beside the new.

use serde_json::{Map, Value, json};

use super::canonical::{artifact, point_checks_at_the_first_port, tidy_check};
use super::reader::Fault;
use super::view::{Fields, filled, items, object, object_mut, text};
use crate::marathon::problem::Problem;

/// What 1.4 judges while it reads; its rules never see such an app.
pub(super) fn judge_while_reading(app: &Fields) -> Result<(), Problem> {
    let types = |path: &str, error: &str| Err(Problem::Types(vec![Fault::new(path, error)]));
    if filled(app, "uris") && filled(app, "fetch") {
        return types("", "You cannot specify both uris and fetch fields");
    }
    if app.contains_key("ipAddress") && (filled(app, "ports") || filled(app, "portDefinitions")) {
        return types("", "You cannot specify both an IP address and ports");
    }
    if matches!(text(app, "id"), "" | "/") {
        return types("/id", "error.invalid");
    }
    let Some(container) = object(app, "container") else { return Ok(()) };
    let docker = object(container, "docker");
    if docker.is_none() && text(container, "type") == "DOCKER" {
        return Err(Problem::Broken("docker must not be empty".to_owned()));
    }
    let foreign = ["credential", "portMappings", "network", "parameters"];
    let mesos = text(container, "type") == "MESOS";
    match docker.and_then(|it| foreign.iter().find(|key| filled(it, key))) {
        Some(key) if mesos => {
            types(&format!("/container/{key}"), &format!("Mesos Containerizer does not support {key}"))
        }
        _ => Ok(()),
    }
}

/// The app as 1.4 keeps it: defaults filled in, ports of containers that have none of their own dropped.
pub(super) fn completed(mut app: Fields) -> Result<Fields, Problem> {
    let uris: Vec<Value> =
        items(&app, "uris").iter().map(|uri| artifact(uri.as_str().unwrap_or_default())).collect();
    if !uris.is_empty() {
        app.insert("fetch".to_owned(), Value::Array(uris));
    }
    let definitions = app.get("portDefinitions").cloned().unwrap_or_else(|| definitions(&app));
    app.insert("portDefinitions".to_owned(), definitions);
    if let Some(docker) = object_mut(&mut app, "container").and_then(|it| object_mut(it, "docker")) {
        complete_mappings(docker);
    }
    point_checks_at_the_first_port(&mut app);
    for check in app.get_mut("healthChecks").and_then(Value::as_array_mut).into_iter().flatten() {
        tidy_check(check);
        if matches!(check["protocol"].as_str(), Some("HTTP" | "HTTPS" | "TCP"))
            && let Some(check) = check.as_object_mut()
        {
            check.shift_remove("delaySeconds");
        }
    }
    app.entry("upgradeStrategy")
        .or_insert_with(|| json!({"minimumHealthCapacity": 1, "maximumOverCapacity": 1}));
    app.entry("unreachableStrategy")
        .or_insert_with(|| json!({"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0}));
    for gone in ["uris", "ports"] {
        app.shift_remove(gone);
    }
    Ok(app)
}

fn definitions(app: &Fields) -> Value {
    if app.contains_key("ipAddress") {
        return json!([]);
    }
    match app.get("ports").and_then(Value::as_array) {
        Some(ports) => {
            ports.iter().map(|port| json!({"port": port, "protocol": "tcp", "labels": {}})).collect()
        }
        None => json!([{"port": 0, "protocol": "tcp", "name": "default", "labels": {}}]),
    }
}

fn complete_mappings(docker: &mut Map<String, Value>) {
    let network = text(docker, "network").to_owned();
    let Some(mappings) = docker.get_mut("portMappings").and_then(Value::as_array_mut) else { return };
    match network.as_str() {
        "BRIDGE" => {
            for mapping in mappings {
                if mapping.get("hostPort").is_none() {
                    mapping["hostPort"] = json!(0);
                }
            }
        }
        "USER" => {}
        _ => mappings.clear(),
    }
}

/// The app in the words of 1.4, without version and tasks.
pub(super) fn written(app: &Fields, service_ports: &[u16]) -> Fields {
    const PLAIN: [&str; 34] = [
        "id",
        "cmd",
        "args",
        "user",
        "env",
        "instances",
        "cpus",
        "mem",
        "disk",
        "gpus",
        "executor",
        "constraints",
        "uris",
        "fetch",
        "storeUrls",
        "backoffSeconds",
        "backoffFactor",
        "maxLaunchDelaySeconds",
        "container",
        "healthChecks",
        "readinessChecks",
        "dependencies",
        "upgradeStrategy",
        "labels",
        "ipAddress",
        "residency",
        "secrets",
        "taskKillGracePeriodSeconds",
        "unreachableStrategy",
        "killSelection",
        "acceptedResourceRoles",
        "ports",
        "portDefinitions",
        "requirePorts",
    ];
    let mut written = Fields::new();
    for key in PLAIN {
        let value = match key {
            "args" if !filled(app, "args") => Value::Null,
            "uris" => items(app, "fetch").iter().map(|it| it["uri"].clone()).collect(),
            "ports" => json!(service_ports),
            "portDefinitions" => definitions_with(app, service_ports),
            "acceptedResourceRoles" if !filled(app, key) => continue,
            _ => app.get(key).cloned().unwrap_or(Value::Null),
        };
        written.insert(key.to_owned(), value);
    }
    written
}

/// The definitions, each with the service port of the same place, and as many as there are service ports.
fn definitions_with(app: &Fields, service_ports: &[u16]) -> Value {
    let given = items(app, "portDefinitions");
    let plain = json!({"port": 0, "protocol": "tcp", "labels": {}});
    let longest = given.len().max(service_ports.len());
    (0..longest)
        .map(|index| {
            let mut definition = given.get(index).unwrap_or(&plain).clone();
            definition["port"] = json!(service_ports.get(index).copied().unwrap_or(0));
            definition
        })
        .collect()
}
