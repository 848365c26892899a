//! The apps of the two documents that a registry on DC/OS is set up by, as people POST them.

use std::fs;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use regctl_lab::marathon::MarathonStandIn;
use regctl_lab::marathon::MarathonVersion::{V1_4, V1_11};
use serde_json::{Value, json};

use crate::client::{Client, is_settled};

const SOON: Duration = Duration::from_secs(20);

/// Plain HTTP, a config.yml, the new form.
pub fn plain() -> Value {
    json!({
        "labels": {"HAPROXY_GROUP": "external"},
        "id": "/registry",
        "backoffFactor": 1.15,
        "backoffSeconds": 1,
        "container": {
            "portMappings": [{
                "containerPort": 5000, "hostPort": 0, "labels": {"VIP_0": "192.168.0.1:443"},
                "protocol": "tcp", "servicePort": 5000, "name": "default",
            }],
            "type": "DOCKER",
            "volumes": [
                {"containerPath": "/var/lib/registry", "hostPath": "/data/docker-registry", "mode": "RW"},
                {
                    "containerPath": "/etc/docker/registry/config.yml",
                    "hostPath": "/data/docker-registry-config/config.yml", "mode": "RO",
                },
            ],
            "docker": {"image": "registry", "forcePullImage": false, "privileged": false, "parameters": []},
        },
        "cpus": 0.5,
        "disk": 0,
        "healthChecks": [{
            "gracePeriodSeconds": 60, "intervalSeconds": 60, "maxConsecutiveFailures": 3, "portIndex": 0,
            "timeoutSeconds": 20, "delaySeconds": 15, "protocol": "TCP", "ipProtocol": "IPv4",
        }],
        "instances": 1,
        "maxLaunchDelaySeconds": 3600,
        "mem": 1024,
        "gpus": 0,
        "networks": [{"mode": "container/bridge"}],
        "requirePorts": false,
    })
}

/// TLS, pinned to a host, the old form.
pub fn secured(host: &str) -> Value {
    json!({
        "id": "/registry", "cpus": 0.5, "mem": 128, "disk": 0, "instances": 1,
        "constraints": [["hostname", "LIKE", host]],
        "container": {
            "docker": {
                "image": "registry", "forcePullImage": false, "privileged": false,
                "portMappings": [{
                    "containerPort": 5000, "protocol": "tcp", "servicePort": 5000,
                    "labels": {"VIP_0": "192.168.0.1:443"},
                }],
                "network": "BRIDGE",
            },
            "type": "DOCKER",
            "volumes": [
                {"containerPath": "/certs/", "hostPath": "/etc/privateregistry/certs/", "mode": "RO"},
                {"containerPath": "/var/lib/registry", "hostPath": "/data/docker-registry", "mode": "RW"},
            ],
        },
        "portDefinitions": [{"port": 5000, "protocol": "tcp", "labels": {}}],
        "healthChecks": [{
            "protocol": "TCP", "portIndex": 0, "gracePeriodSeconds": 60, "intervalSeconds": 60,
            "timeoutSeconds": 20, "maxConsecutiveFailures": 3, "ignoreHttp1xx": false,
        }],
        "labels": {"HAPROXY_GROUP": "external"},
        "env": {
            "REGISTRY_HTTP_TLS_CERTIFICATE": "/certs/domain.crt",
            "REGISTRY_HTTP_TLS_KEY": "/certs/domain.key",
            "REGISTRY_HTTP_SECRET": "123456secret",
        },
    })
}

/// The first port of an app's only task.
pub fn port(app: &Value) -> u16 {
    u16::try_from(app["tasks"][0]["ports"][0].as_u64().unwrap()).unwrap()
}

/// A certificate as the document has it made: self-signed, with an IP address as its name.
pub fn self_signed(folder: &std::path::Path) {
    fs::create_dir_all(folder).unwrap();
    let made = Command::new("openssl")
        .args(["req", "-newkey", "rsa:2048", "-nodes", "-keyout", "domain.key", "-x509", "-days", "365"])
        .args(["-out", "domain.crt", "-subj", "/CN=192.168.0.1", "-addext", "subjectAltName=IP:192.168.0.1"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn curl(words: &[&str]) -> String {
    let output =
        Command::new("curl").args(["-q", "-sS", "--noproxy", "*", "-m", "10"]).args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_plain_registry_runs_and_its_config_for_v2_is_ignored_by_v3() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let created = client.send("POST", "/v2/apps", &plain().to_string());
    assert_eq!(created.status, 201, "{}", created.body);
    let app = client.wait_for_app("/registry", SOON, is_settled);
    assert_eq!(app["mem"].to_string(), "1024.0", "1.11 writes decimals");
    let catalog = curl(&[&format!("http://127.0.0.1:{}/v2/_catalog", port(&app))]);
    assert_eq!(catalog.trim(), r#"{"repositories":[]}"#);
    let config = marathon.agent_root().join("data/docker-registry-config/config.yml");
    assert!(config.is_dir(), "Docker makes a missing host path a folder, also where a file was meant");
}

#[test]
fn the_secured_registry_speaks_tls_in_both_generations() {
    for version in [V1_4, V1_11] {
        let marathon = MarathonStandIn::start_loopback(version);
        let client = Client(marathon.address());
        self_signed(&marathon.agent_root().join("etc/privateregistry/certs"));
        let created = client.send("POST", "/v2/apps", &secured("127.0.0.1").to_string());
        assert_eq!(created.status, 201, "{}", created.body);
        let app = client.wait_for_app("/registry", SOON, is_settled);
        let url = format!("https://127.0.0.1:{}/v2/", port(&app));
        assert_eq!(curl(&["-k", &url]), "{}");
        let (old, new) = (&app["container"]["docker"]["portMappings"], &app["container"]["portMappings"]);
        match version {
            V1_4 => {
                assert_eq!((&old[0]["hostPort"], new), (&json!(0), &Value::Null));
                assert_eq!((&app["cmd"], &app["ports"]), (&Value::Null, &json!([5000])));
                assert_eq!(app["tasks"][0]["healthCheckResults"][0]["lastFailure"], Value::Null);
                assert!(
                    app["tasks"][0]["healthCheckResults"][0].get("lastFailure").is_some(),
                    "1.4 writes nulls"
                );
            }
            V1_11 => {
                assert_eq!((old, &new[0]["hostPort"]), (&Value::Null, &json!(0)));
                assert_eq!(app["networks"], json!([{"mode": "container/bridge"}]));
                assert!(app.get("portDefinitions").is_none() && app.get("cmd").is_none());
                assert!(app["tasks"][0]["healthCheckResults"][0].get("lastFailure").is_none());
            }
        }
    }
}

#[test]
fn an_app_of_the_new_form_loses_its_ports_in_1_4_and_nobody_says_so() {
    let marathon = MarathonStandIn::start_loopback(V1_4);
    let client = Client(marathon.address());
    let created = client.send("POST", "/v2/apps", &plain().to_string());
    assert_eq!(created.status, 201, "{}", created.body);
    let app = client.get("/v2/apps/registry")["app"].take();
    assert_eq!(app["container"]["docker"]["portMappings"], json!([]));
    assert!(app.get("networks").is_none());
    assert_eq!(app["portDefinitions"][0]["name"], "default");
}

#[test]
fn nothing_is_left_when_the_stand_in_ends() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    client.send("POST", "/v2/apps", &plain().to_string());
    let port = port(&client.wait_for_app("/registry", SOON, is_settled));
    let state_dir = marathon.state_dir().to_path_buf();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    drop(marathon);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the registry is still there");
    assert!(!state_dir.exists());
}
