//! One spelling for every app: whatever the form it is written in, whatever Marathon adds to it.

use serde_json::{Map, Number, Value, json};

/// What Marathon adds to a definition, and what it derives from the rest of it.
const MARATHONS_OWN: &[&str] = &[
    "version",
    "versionInfo",
    "tasksStaged",
    "tasksRunning",
    "tasksHealthy",
    "tasksUnhealthy",
    "deployments",
    "tasks",
    "taskStats",
    "lastTaskFailure",
    "readinessCheckResults",
];

/// The app with everything left out that says nothing: Marathon's own additions, nulls, empty lists and defaults.
pub(super) fn normal(app: &Value) -> Value {
    let mut app = app.clone();
    if let Some(fields) = app.as_object_mut() {
        for key in MARATHONS_OWN {
            fields.remove(*key);
        }
        if has_container(fields) {
            modernise(fields);
        }
    }
    prune(&app, "").unwrap_or_else(|| json!({}))
}

fn has_container(app: &Map<String, Value>) -> bool {
    app.get("container").is_some_and(Value::is_object)
}

/// Writes the old form as the new one. In bridge mode `ports` and `portDefinitions` only repeat the mappings.
fn modernise(app: &mut Map<String, Value>) {
    let docker = app.get_mut("container").and_then(|container| container.get_mut("docker"));
    let docker = docker.and_then(Value::as_object_mut);
    let (network, ports) =
        docker.map(|docker| (docker.remove("network"), docker.remove("portMappings"))).unwrap_or_default();
    let mode = match network.as_ref().and_then(Value::as_str) {
        Some("BRIDGE") => Some("container/bridge"),
        Some("HOST") => Some("host"),
        Some("USER") => Some("container"),
        _ => None,
    };
    if let Some(mode) = mode {
        app.insert("networks".to_owned(), json!([{ "mode": mode }]));
    }
    if let (Some(ports), Some(container)) = (ports.filter(|ports| !ports.is_null()), app.get_mut("container"))
    {
        container["portMappings"] = ports;
    }
    if mode != Some("host") {
        app.remove("ports");
        app.remove("portDefinitions");
    }
}

/// The value without what says nothing; `None` where nothing is left of it.
fn prune(value: &Value, path: &str) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(fields) => {
            let kept = fields.iter().filter_map(|(key, inner)| {
                let inside = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let inner = prune(inner, &inside)?;
                (!is_default(&inside, &inner)).then(|| (key.clone(), inner))
            });
            let kept: Map<String, Value> = kept.collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        // Elements keep their place even where nothing is left of them: lists are compared in order.
        Value::Array(items) if !items.is_empty() => {
            let inside = format!("{path}[]");
            let keep = |item| prune(item, &inside).unwrap_or_else(|| json!({}));
            Some(items.iter().map(keep).collect())
        }
        Value::Array(_) => None,
        Value::Number(number) => Some(plain_number(number)),
        other => Some(other.clone()),
    }
}

/// 1024 and 1024.0 are the same number.
fn plain_number(number: &Number) -> Value {
    let whole = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15);
    whole.map_or_else(|| Value::Number(number.clone()), |n| json!(n as i64))
}

/// Whether a value is what Marathon takes where nothing is said. Where its versions differ, any of their defaults is
/// one: an app is not restarted because Marathon was upgraded.
fn is_default(path: &str, value: &Value) -> bool {
    let number = |defaults: &[f64]| value.as_f64().is_some_and(|n| defaults.contains(&n));
    let text = |default: &str| value.as_str() == Some(default);
    match path {
        "instances" | "backoffSeconds" => number(&[1.0]),
        "backoffFactor" => number(&[1.15]),
        "maxLaunchDelaySeconds" => number(&[300.0, 3600.0]),
        "disk" | "gpus" => number(&[0.0]),
        "taskKillGracePeriodSeconds" => number(&[3.0]),
        "executor" | "executorResources" | "cmd" => text(""),
        "killSelection" => text("YOUNGEST_FIRST"),
        "acceptedResourceRoles" => value == &json!(["*"]),
        "requirePorts" | "tty" => value == &json!(false),
        "unreachableStrategy.inactiveAfterSeconds" => number(&[0.0, 300.0]),
        "unreachableStrategy.expungeAfterSeconds" => number(&[0.0, 600.0]),
        "upgradeStrategy.minimumHealthCapacity" | "upgradeStrategy.maximumOverCapacity" => number(&[1.0]),
        "container.docker.forcePullImage" | "container.docker.privileged" => value == &json!(false),
        "container.portMappings[].hostPort" | "container.portMappings[].servicePort" => number(&[0.0]),
        "container.portMappings[].protocol" => text("tcp"),
        "healthChecks[].delaySeconds" => number(&[15.0]),
        "healthChecks[].gracePeriodSeconds" => number(&[300.0]),
        "healthChecks[].intervalSeconds" => number(&[60.0]),
        "healthChecks[].timeoutSeconds" => number(&[20.0]),
        "healthChecks[].maxConsecutiveFailures" => number(&[3.0]),
        "healthChecks[].ignoreHttp1xx" => value == &json!(false),
        "healthChecks[].ipProtocol" => text("IPv4"),
        "healthChecks[].path" => text("/"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_form_and_the_new_one_are_the_same_app() {
        let old = json!({"id": "/r", "container": {"type": "DOCKER", "docker": {"image": "r:1", "network": "BRIDGE",
            "portMappings": [{"containerPort": 5000, "hostPort": 0, "protocol": "tcp", "labels": {}}]}},
            "portDefinitions": [{"port": 5000}], "ports": [5000]});
        let new = json!({"id": "/r", "networks": [{"mode": "container/bridge"}], "container": {"type": "DOCKER",
            "docker": {"image": "r:1"}, "portMappings": [{"containerPort": 5000}]}});
        assert_eq!(normal(&old), normal(&new));
    }

    #[test]
    fn nulls_empty_lists_and_defaults_say_nothing() {
        let said = json!({"id": "/r", "mem": 1024.0, "cpus": 0.5});
        let answered = json!({"id": "/r", "mem": 1024, "cpus": 0.5, "cmd": null, "fetch": [], "labels": {},
            "backoffFactor": 1.15, "unreachableStrategy": {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0},
            "version": "2026-11-22T00:00:00.000Z", "tasksRunning": 1, "deployments": [{"id": "x"}]});
        assert_eq!(normal(&answered), normal(&said));
    }

    #[test]
    fn an_element_of_a_list_keeps_its_place() {
        let app = json!({"healthChecks": [{"path": "/"}, {"path": "/v2/"}]});
        assert_eq!(normal(&app), json!({"healthChecks": [{}, {"path": "/v2/"}]}));
    }
}
