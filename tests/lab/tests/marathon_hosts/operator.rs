//! What an operator on the master types.

use std::time::Duration;

use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Host, Lab};
use serde_json::{Value, json};

/// Starting a task takes a second, and far longer where all cores are busy.
pub const SOON: Duration = Duration::from_secs(60);

/// Sends a request to Marathon: status and body.
pub fn send(lab: &Lab, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let url = format!("http://marathon.mesos:8080{path}");
    let mut words = vec!["curl", "-sS", "-m", "20", "-X", method, "-w", "\n%{http_code}", &url];
    let text = body.to_string();
    if !body.is_null() {
        words.extend(["-H", "Content-Type: application/json", "--data-binary", "@-"]);
    }
    let output = lab.host("master").exec_with(&words, text.as_bytes(), SOON).unwrap().good().unwrap();
    let (body, status) = output.rsplit_once('\n').unwrap_or(("", &output));
    (status.parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
}

/// The app, as Marathon has it.
pub fn app(lab: &Lab, id: &str) -> Value {
    send(lab, "GET", &format!("/v2/apps{id}"), &Value::Null).1["app"].take()
}

/// Waits until `holds` of an app.
pub fn wait_for_app(lab: &Lab, id: &str, holds: impl Fn(&Value) -> bool) -> Value {
    wait_for(format_args!("{id}"), SOON, || {
        let app = app(lab, id);
        if holds(&app) { Progress::Done(app) } else { Progress::NotYet(format!("{app:#}")) }
    })
    .unwrap()
}

/// Creates an app and waits until all of it is healthy.
pub fn deploy(lab: &Lab, app: &Value) -> Value {
    let (status, body) = send(lab, "POST", "/v2/apps", app);
    assert_eq!(status, 201, "{body}");
    wait_for_app(lab, app["id"].as_str().unwrap(), is_settled)
}

/// As many tasks as wanted are healthy, all of the present version, and nothing is being done.
pub fn is_settled(app: &Value) -> bool {
    let tasks = app["tasks"].as_array().cloned().unwrap_or_default();
    app["deployments"] == json!([])
        && app["tasksHealthy"] == app["instances"]
        && tasks.len() as u64 == app["instances"]
        && tasks.iter().all(|task| task["version"] == app["version"])
}

/// Waits until `url` answers this, as seen from that host.
pub fn answers(host: &Host, url: &str, wanted: &str) {
    wait_for(format_args!("{url} from {}", host.name()), Duration::from_secs(20), || {
        let output = host.exec(&["curl", "-k", "-sS", "-m", "5", url]).unwrap();
        let seen = output.stdout + &output.stderr;
        if seen.contains(wanted) { Progress::Done(()) } else { Progress::NotYet(seen) }
    })
    .unwrap();
}

/// A registry over TLS on a1, as document and product have it.
pub fn secured() -> Value {
    json!({
        "id": "/registry", "cpus": 0.5, "mem": 256, "instances": 1,
        "constraints": [["hostname", "CLUSTER", "192.168.1.11"]],
        "args": ["serve", "/config/config.yml"],
        "networks": [{"mode": "container/bridge"}],
        "container": {
            "type": "DOCKER",
            "docker": {
                "image": "registry:2.8.3",
                "parameters": [{"key": "log-opt", "value": "max-size=50m"}],
            },
            "portMappings": [{
                "containerPort": 5000, "hostPort": 0, "servicePort": 5000,
                "labels": {"VIP_0": "192.168.0.1:443"},
            }],
            "volumes": [
                {"containerPath": "/certs", "hostPath": "/etc/privateregistry/certs", "mode": "RO"},
                {"containerPath": "/config", "hostPath": "/etc/privateregistry/config", "mode": "RO"},
                {"containerPath": "/var/lib/registry", "hostPath": "/data/docker-registry", "mode": "RW"},
            ],
        },
        "env": {"REGISTRY_HTTP_TLS_CERTIFICATE": "/certs/domain.crt", "REGISTRY_HTTP_TLS_KEY": "/certs/domain.key"},
        "healthChecks": [{
            "protocol": "MESOS_HTTPS", "path": "/", "portIndex": 0,
            "gracePeriodSeconds": 60, "intervalSeconds": 2, "maxConsecutiveFailures": 3,
        }],
        "upgradeStrategy": {"minimumHealthCapacity": 0, "maximumOverCapacity": 0},
        "labels": {"HAPROXY_GROUP": "external", "MARATHON_SINGLE_INSTANCE_APP": "true"},
    })
}

/// Certificate, key and config.yml where the app mounts them.
pub fn stage(host: &Host, port: u16) {
    let make = "mkdir -p /etc/privateregistry/certs && cd /etc/privateregistry/certs && openssl req -newkey rsa:2048 \
                -nodes -keyout domain.key -x509 -days 365 -out domain.crt -subj /CN=192.168.0.1 \
                -addext subjectAltName=IP:192.168.0.1";
    host.shell(make).unwrap().good().unwrap();
    let config = format!(
        "version: 0.1\nstorage:\n  filesystem: {{rootdirectory: /var/lib/registry}}\n  delete: {{enabled: true}}\n\
         http: {{addr: ':{port}'}}\n"
    );
    host.write("/etc/privateregistry/config/config.yml", config).unwrap();
}
