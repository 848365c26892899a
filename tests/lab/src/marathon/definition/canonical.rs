//! How Marathon 1.5 and later turn an app in the old form, or a mixture, into the new one.

use serde_json::{Value, json};

use super::view::{Fields, filled, items, object, object_mut, text};
use crate::marathon::problem::Problem;

/// Keys that are left out of answers where they hold nothing.
const OMITTED_WHEN_EMPTY: [&str; 9] = [
    "args",
    "constraints",
    "dependencies",
    "env",
    "fetch",
    "healthChecks",
    "readinessChecks",
    "secrets",
    "acceptedResourceRoles",
];

/// The app without the deprecated keys: ports, networks and fetches in their new places.
pub(crate) fn migrated(mut app: Fields) -> Result<Fields, Problem> {
    fetches(&mut app)?;
    let networks = networks(&app)?;
    let declared_definitions = filled(&app, "portDefinitions");
    let definitions = definitions(&app);
    if let Some(container) = container(&app, &networks, definitions.as_ref())? {
        app.insert("container".to_owned(), container);
    }
    let mapped = object(&app, "container").is_some_and(|it| filled(it, "portMappings"));
    if declared_definitions || mapped {
        point_checks_at_the_first_port(&mut app);
    }
    let definitions = if has_host_mode(&networks) {
        definitions.or_else(|| Some(json!([default_definition()])))
    } else {
        None
    };
    put(&mut app, "portDefinitions", definitions);
    app.insert("networks".to_owned(), Value::Array(networks));
    for gone in ["uris", "ipAddress", "ports"] {
        app.shift_remove(gone);
    }
    Ok(app)
}

/// The app as it is kept and answered once its rules hold: defaults that depend on other fields are filled in.
pub(crate) fn completed(mut app: Fields) -> Result<Fields, Problem> {
    if items(&app, "networks").is_empty() {
        app.insert("networks".to_owned(), json!([{"mode": "host"}]));
    }
    let networks = items(&app, "networks").to_vec();
    if networks.iter().any(|it| it["mode"] == "container" && it.get("name").is_none()) {
        return Err(Problem::Broken("container network name is not defined".to_owned()));
    }
    if !has_host_mode(&networks) {
        app.insert("requirePorts".to_owned(), Value::Bool(false));
        app.entry("container")
            .or_insert_with(|| json!({"type": "MESOS", "volumes": [], "portMappings": [default_mapping()]}));
    }
    let bridged = networks.iter().any(|it| it["mode"] == "container/bridge");
    if bridged && let Some(container) = object_mut(&mut app, "container") {
        for mapping in container.get_mut("portMappings").and_then(Value::as_array_mut).into_iter().flatten() {
            if mapping.get("hostPort").is_none() {
                mapping["hostPort"] = json!(0);
            }
        }
    }
    for check in app.get_mut("healthChecks").and_then(Value::as_array_mut).into_iter().flatten() {
        tidy_check(check);
    }
    let whole = json!({"maximumOverCapacity": 1.0, "minimumHealthCapacity": 1.0});
    app.entry("upgradeStrategy").or_insert(whole);
    app.entry("unreachableStrategy")
        .or_insert_with(|| json!({"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0}));
    for key in OMITTED_WHEN_EMPTY {
        if !filled(&app, key) {
            app.shift_remove(key);
        }
    }
    Ok(app)
}

fn fetches(app: &mut Fields) -> Result<(), Problem> {
    let uris = items(app, "uris").to_vec();
    if uris.is_empty() {
        return Ok(());
    }
    if filled(app, "fetch") {
        return Err(Problem::Broken("cannot specify both uris and fetch fields".to_owned()));
    }
    let fetches: Vec<Value> = uris.iter().map(|uri| artifact(uri.as_str().unwrap_or_default())).collect();
    app.insert("fetch".to_owned(), Value::Array(fetches));
    Ok(())
}

/// What an entry of the old `uris` means: archives are unpacked.
pub(super) fn artifact(uri: &str) -> Value {
    const ARCHIVES: [&str; 8] = [".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".tar", ".zip"];
    let extract = ARCHIVES.iter().any(|ending| uri.ends_with(ending));
    json!({"uri": uri, "extract": extract, "executable": false, "cache": false})
}

fn networks(app: &Fields) -> Result<Vec<Value>, Problem> {
    let given = items(app, "networks");
    let docker = object(app, "container").and_then(|it| object(it, "docker"));
    let old_mode = docker.map_or("", |it| text(it, "network"));
    let address = object(app, "ipAddress");
    if !given.is_empty() && (!old_mode.is_empty() || address.is_some()) {
        return Err(Problem::Broken("cannot mix deprecated and canonical network APIs".to_owned()));
    }
    let name = address.and_then(|it| it.get("networkName").cloned());
    let mut network = match (old_mode, address) {
        ("", None) => return Ok(given.to_vec()),
        ("HOST", _) => json!({"mode": "host"}),
        ("BRIDGE", _) => json!({"mode": "container/bridge"}),
        ("" | "USER", _) => json!({"mode": "container"}),
        (other, _) => return Err(Problem::Broken(format!("unsupported docker network type {other}"))),
    };
    if let Some(name) = name.filter(|_| network["mode"] == "container") {
        network["name"] = name;
    }
    if let Some(labels) = address.and_then(|it| it.get("labels")).filter(|_| network["mode"] != "host") {
        network["labels"] = labels.clone();
    }
    Ok(vec![network])
}

fn definitions(app: &Fields) -> Option<Value> {
    let from_ports = |ports: &Vec<Value>| {
        ports.iter().map(|port| json!({"port": port, "labels": {}, "protocol": "tcp"})).collect()
    };
    app.get("portDefinitions")
        .cloned()
        .or_else(|| Some(Value::Array(from_ports(app.get("ports")?.as_array()?))))
}

fn container(
    app: &Fields,
    networks: &[Value],
    definitions: Option<&Value>,
) -> Result<Option<Value>, Problem> {
    let Some(mut container) = object(app, "container").cloned() else {
        return Ok(app.get("ipAddress").map(|_| json!({"type": "MESOS", "volumes": []})));
    };
    if let Some(docker) = object_mut(&mut container, "docker") {
        docker.shift_remove("network");
        if let Some(old) = docker.shift_remove("portMappings") {
            move_mappings(&mut container, old)?;
        }
    }
    if has_host_mode(networks) {
        container.shift_remove("portMappings");
        return Ok(Some(Value::Object(container)));
    }
    let mappings = container.entry("portMappings").or_insert_with(|| json!([default_mapping()]));
    let wanted = definitions.and_then(Value::as_array).map_or(0, Vec::len);
    if let Some(mappings) = mappings.as_array_mut() {
        // Each port definition beyond the mappings becomes an empty mapping.
        while mappings.len() < wanted {
            mappings.push(json!({"containerPort": 0, "labels": {}, "protocol": "tcp", "servicePort": 0}));
        }
    }
    Ok(Some(Value::Object(container)))
}

fn move_mappings(container: &mut Fields, old: Value) -> Result<(), Problem> {
    let old_is_empty = old.as_array().is_none_or(Vec::is_empty);
    match (filled(container, "portMappings"), old_is_empty) {
        (true, false) => {
            Err(Problem::Broken("cannot specify both portMappings and docker.portMappings".to_owned()))
        }
        (true, true) => Ok(()),
        (false, _) => {
            container.insert("portMappings".to_owned(), old);
            Ok(())
        }
    }
}

/// No network at all means host mode, too.
fn has_host_mode(networks: &[Value]) -> bool {
    networks.is_empty() || networks.iter().any(|it| it["mode"] == "host")
}

fn default_mapping() -> Value {
    json!({"containerPort": 0, "labels": {}, "name": "default", "protocol": "tcp", "servicePort": 0})
}

fn default_definition() -> Value {
    json!({"port": 0, "labels": {}, "name": "default", "protocol": "tcp"})
}

/// A check that names no port is about the first one.
pub(super) fn point_checks_at_the_first_port(app: &mut Fields) {
    for check in app.get_mut("healthChecks").and_then(Value::as_array_mut).into_iter().flatten() {
        let portless = check.get("port").is_none() && check.get("portIndex").is_none();
        if portless && check["protocol"] != "COMMAND" {
            check["portIndex"] = json!(0);
        }
    }
}

/// Leaves out what a check of this protocol does not know.
pub(super) fn tidy_check(check: &mut Value) {
    let Some(fields) = check.as_object_mut() else { return };
    let protocol = text(fields, "protocol").to_owned();
    let foreign: &[&str] = match protocol.as_str() {
        "HTTP" | "HTTPS" => &["command"],
        "MESOS_HTTP" | "MESOS_HTTPS" => &["command", "ignoreHttp1xx"],
        "TCP" | "MESOS_TCP" => &["command", "ignoreHttp1xx", "path"],
        _ => &["ignoreHttp1xx", "path", "port", "portIndex"],
    };
    for key in foreign {
        fields.shift_remove(*key);
    }
    if matches!(protocol.as_str(), "HTTP" | "HTTPS") && fields.contains_key("ipProtocol") {
        fields.entry("ignoreHttp1xx").or_insert(Value::Bool(false));
    }
    // Marathon's own checks know no delay; 1.11 shows the default whatever was given.
    if matches!(protocol.as_str(), "HTTP" | "HTTPS" | "TCP") && fields.contains_key("ipProtocol") {
        fields.insert("delaySeconds".to_owned(), json!(15));
    }
}

fn put(app: &mut Fields, key: &str, value: Option<Value>) {
    match value {
        Some(value) => app.insert(key.to_owned(), value),
        None => app.shift_remove(key),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(app: Value) -> Value {
        let app = app.as_object().unwrap().clone();
        Value::Object(migrated(app).and_then(completed).unwrap())
    }

    #[test]
    fn the_old_form_becomes_the_new_one() {
        let mapping = json!({"containerPort": 5000, "labels": {}, "protocol": "tcp", "servicePort": 5000});
        let docker = json!({"image": "registry:2", "network": "BRIDGE", "portMappings": [mapping]});
        let app = moved(json!({"container": {"type": "DOCKER", "docker": docker}, "requirePorts": true}));
        assert_eq!(app["networks"], json!([{"mode": "container/bridge"}]));
        assert_eq!(app["container"]["docker"], json!({"image": "registry:2"}));
        assert_eq!(app["container"]["portMappings"][0]["hostPort"], 0, "bridge mode fills it in");
        assert_eq!(app["requirePorts"], false, "which is for host mode only");
        assert!(app.get("portDefinitions").is_none());
    }

    #[test]
    fn definitions_beyond_the_mappings_become_empty_mappings() {
        let mapping = json!({"containerPort": 5000, "hostPort": 0});
        let definition = json!({"port": 5000, "protocol": "tcp", "labels": {}});
        let mappings = |definitions: Value| {
            let app = moved(json!({
                "networks": [{"mode": "container/bridge"}],
                "container": {"type": "DOCKER", "portMappings": [mapping]},
                "portDefinitions": definitions,
            }));
            app["container"]["portMappings"].as_array().unwrap().len()
        };
        assert_eq!(mappings(json!([definition])), 1);
        assert_eq!(mappings(json!([definition, definition])), 2);
    }

    #[test]
    fn without_a_word_about_networks_it_is_the_host_and_one_port() {
        let app = moved(json!({"cmd": "sleep 9"}));
        assert_eq!(app["networks"], json!([{"mode": "host"}]));
        assert_eq!(app["portDefinitions"][0]["name"], "default");
        assert_eq!(app["upgradeStrategy"], json!({"maximumOverCapacity": 1.0, "minimumHealthCapacity": 1.0}));
    }
}
