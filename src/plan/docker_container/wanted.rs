//! The container that an app's definition describes, for a host that has no Marathon to send it to.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Engine;
use crate::domain::app::AppId;
use crate::domain::container::{Container, HealthProbe, ID_LABEL, name_of};
use crate::domain::json::or_default;

/// What Marathon and Marathon-LB read, and nobody on a Docker host does.
const OF_A_CLUSTER: [&str; 2] = ["HAPROXY_", "MARATHON_"];
/// The driver whose limits these are: that of an engine which says nothing, but not that of CentOS (journald).
const LOG_DRIVER: &str = "json-file";
/// The parameter that limits the processes of a container.
const ULIMIT: &str = "ulimit";
/// How many files of a log are kept.
const LOG_FILES: &str = "3";
/// An operator's `docker stop` holds over a restart of the engine; so does the stop of a container that an update
/// puts aside, which would otherwise come back beside its successor.
const RESTART: &str = "unless-stopped";

/// A container, and how to ask whether it is well.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The container.
    pub container: Container,
    /// Its health check; none where the app has none.
    pub probe: Option<HealthProbe>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct App {
    id: String,
    cpus: f64,
    mem: f64,
    cmd: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    args: Vec<String>,
    container: AppContainer,
    #[serde(default, deserialize_with = "or_default")]
    env: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "or_default")]
    labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "or_default")]
    health_checks: Vec<HealthCheck>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppContainer {
    docker: Docker,
    #[serde(default, deserialize_with = "or_default")]
    port_mappings: Vec<PortMapping>,
    #[serde(default, deserialize_with = "or_default")]
    volumes: Vec<Volume>,
}

#[derive(Deserialize)]
struct Docker {
    image: String,
    #[serde(default, deserialize_with = "or_default")]
    privileged: bool,
    #[serde(default, deserialize_with = "or_default")]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PortMapping {
    container_port: u16,
    #[serde(default, deserialize_with = "or_default")]
    host_port: u16,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Volume {
    container_path: String,
    host_path: Option<String>,
    mode: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HealthCheck {
    protocol: String,
    path: String,
    port_index: usize,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self { protocol: "MESOS_HTTP".to_owned(), path: "/".to_owned(), port_index: 0 }
    }
}

/// The container of this app, its first port published on `port`. Errors: something that only a cluster has, or that
/// a container could not be given.
pub fn wanted(app: &Value, port: u16, engine: Engine) -> Result<Wanted, String> {
    let app: App = serde_json::from_value(app.clone()).map_err(|error| error.to_string())?;
    let id: AppId = app.id.parse()?;
    if app.cmd.is_some() || app.container.docker.privileged {
        return Err(say!("cmd and privileged are not for a registry on a Docker host").to_owned());
    }
    let published = published(&app.container.port_mappings, port)?;
    let mut ports: Vec<String> =
        published.iter().map(|(host, container)| format!("{host}:{container}/tcp")).collect();
    ports.sort();
    let probe = app.health_checks.first().and_then(|check| probe(check, &published));
    let mut labels: BTreeMap<_, _> = app.labels.into_iter().filter(|(name, _)| !of_a_cluster(name)).collect();
    labels.insert(ID_LABEL.to_owned(), id.to_string());
    let container = Container {
        name: name_of(&id),
        image: app.container.docker.image,
        args: app.args,
        restart: RESTART.to_owned(),
        cpu_shares: if engine.limits_cpu { (app.cpus * 1024.0).round().max(2.0) as u64 } else { 0 },
        memory: if engine.limits_memory { (app.mem * 1024.0 * 1024.0) as u64 } else { 0 },
        ports,
        volumes: volumes(&app.container.volumes, engine)?,
        log: log(&app.container.docker.parameters)?,
        ulimits: ulimits(&app.container.docker.parameters),
        env: app.env.iter().map(|(name, value)| variable(name, value)).collect::<Result<_, _>>()?,
        labels,
    };
    Ok(Wanted { container, probe })
}

fn of_a_cluster(label: &str) -> bool {
    OF_A_CLUSTER.iter().any(|prefix| label.starts_with(prefix))
}

/// Pairs of a port of the host and one of the container. Only the first may be left to whoever publishes it.
fn published(mappings: &[PortMapping], port: u16) -> Result<Vec<(u16, u16)>, String> {
    let pair = |(index, mapping): (usize, &PortMapping)| match (index, mapping.host_port) {
        (0, _) => Ok((port, mapping.container_port)),
        (_, 0) => Err(say!("container.portMappings[{index}] names no hostPort to publish it on")),
        (_, further) => Ok((further, mapping.container_port)),
    };
    mappings.iter().enumerate().map(pair).collect()
}

fn probe(check: &HealthCheck, published: &[(u16, u16)]) -> Option<HealthProbe> {
    let (port, container_port) = *published.get(check.port_index)?;
    Some(HealthProbe {
        tls: check.protocol.ends_with("HTTPS"),
        path: check.path.clone(),
        port,
        container_port,
    })
}

/// Where SELinux is on, a container may read a folder of the host only once that is labelled for it.
fn volumes(volumes: &[Volume], engine: Engine) -> Result<Vec<String>, String> {
    let shared = if engine.selinux { ",z" } else { "" };
    let spelled = |volume: &Volume| {
        let folder = volume.host_path.as_ref().filter(|path| path.starts_with('/') && !path.contains(':'));
        let folder =
            folder.ok_or_else(|| say!("the volume at {} is no folder of the host", volume.container_path))?;
        let mode = volume.mode.as_deref().unwrap_or("RW").to_ascii_lowercase();
        Ok(format!("{folder}:{}:{mode}{shared}", volume.container_path))
    };
    let mut all: Vec<String> = volumes.iter().map(spelled).collect::<Result<_, String>>()?;
    all.sort();
    Ok(all)
}

fn log(parameters: &[Parameter]) -> Result<BTreeMap<String, String>, String> {
    let mut log = BTreeMap::from([
        ("driver".to_owned(), LOG_DRIVER.to_owned()),
        ("max-file".to_owned(), LOG_FILES.to_owned()),
    ]);
    for Parameter { key, value } in parameters.iter().filter(|it| it.key != ULIMIT) {
        let (option, value) = value.split_once('=').filter(|_| key == "log-opt").ok_or_else(|| {
            say!("container.docker.parameters: --{key} {value} is not understood on a Docker host")
        })?;
        log.insert(option.to_owned(), value.to_owned());
    }
    Ok(log)
}

/// One number stands for both limits.
fn ulimits(parameters: &[Parameter]) -> Vec<String> {
    let whole = |value: &String| match value.split_once('=') {
        Some((name, limit)) if !limit.contains(':') => format!("{name}={limit}:{limit}"),
        _ => value.clone(),
    };
    let mut all: Vec<String> =
        parameters.iter().filter(|it| it.key == ULIMIT).map(|it| whole(&it.value)).collect();
    all.sort();
    all
}

/// As a file of variables holds it: a line each.
fn variable(name: &str, value: &Value) -> Result<(String, String), String> {
    let value = value.as_str().ok_or_else(|| say!("env.{name} is a secret of Marathon's, or no text"))?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
    if name.is_empty() || !plain {
        return Err(
            say!("a variable's name has other characters than letters, digits, _, . and -").to_owned()
        );
    }
    if value.contains(['\n', '\r', '\0']) {
        return Err(say!("env.{name} has more than one line, which Docker's files of variables cannot hold"));
    }
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::app::Form;
    use crate::domain::deploy::RegistrySpec;
    use crate::domain::transport::Transport;
    use crate::golden;
    use crate::plan::registry_app::{built_in, render, tests};

    pub(in crate::plan::docker_container) const ENGINE: Engine =
        Engine { limits_cpu: true, limits_memory: true, selinux: false };

    fn app(spec: &RegistrySpec) -> Value {
        render(built_in(Form::Modern), spec, &tests::ingredients()).expect("renders")
    }

    pub(in crate::plan::docker_container) fn registry() -> Wanted {
        wanted(&app(&tests::spec()), 5000, ENGINE).expect("is one")
    }

    #[test]
    fn the_registry_is_the_golden_container() {
        let document = registry().container.document();
        golden::check("registry-container.json", &format!("{:#}\n", document.expose()));
    }

    #[test]
    fn a_plain_registry_is_asked_without_tls_and_needs_no_certificates() {
        assert!(registry().probe.expect("has one").tls);
        let plain = RegistrySpec { transport: Transport::Plain, ..tests::spec() };
        let Wanted { container, probe } = wanted(&app(&plain), 5005, ENGINE).expect("is one");
        let probe = probe.expect("has one");
        assert_eq!((probe.tls, probe.port, probe.container_port), (false, 5005, 5000));
        assert!(container.volumes.iter().all(|it| !it.contains("/certs")), "{container:?}");
        assert_eq!(container.ports, ["5005:5000/tcp"]);
    }

    #[test]
    fn what_the_engine_cannot_limit_is_not_asked_of_it_and_selinux_wants_its_label() {
        let engine = Engine { limits_cpu: false, limits_memory: false, selinux: true };
        let container = wanted(&app(&tests::spec()), 5000, engine).expect("is one").container;
        assert_eq!((container.cpu_shares, container.memory), (0, 0));
        assert!(container.volumes.iter().all(|it| it.ends_with(",z")), "{container:?}");
    }

    #[test]
    fn what_a_container_cannot_have_is_refused() {
        let cases = [
            ("/env/A", json!("two\nlines"), "more than one line"),
            ("/env/A", json!({"secret": "x"}), "secret of Marathon's"),
            ("/cmd", json!("registry serve"), "cmd and privileged"),
            ("/container/docker/privileged", json!(true), "cmd and privileged"),
            ("/container/docker/parameters/0/key", json!("cap-add"), "--cap-add"),
            ("/container/volumes/0/hostPath", json!("named"), "no folder of the host"),
        ];
        for (place, value, why) in cases {
            let mut app = app(&tests::spec());
            app["env"]["A"] = "a".into();
            app["cmd"] = Value::Null;
            *app.pointer_mut(place).expect("is there") = value;
            let error = wanted(&app, 5000, ENGINE).expect_err(place);
            assert!(error.contains(why), "{place}: {error}");
        }
    }

    #[test]
    fn further_ports_are_published_where_they_say() {
        let mut app = app(&tests::spec());
        let further = json!({"containerPort": 8081, "hostPort": 8081});
        app["container"]["portMappings"].as_array_mut().expect("a list").push(further);
        let ports = |app: &Value| wanted(app, 443, ENGINE).map(|it| it.container.ports);
        assert_eq!(ports(&app), Ok(vec!["443:5000/tcp".to_owned(), "8081:8081/tcp".to_owned()]));
        app["container"]["portMappings"][1]["hostPort"] = 0.into();
        assert!(ports(&app).is_err());
    }
}
