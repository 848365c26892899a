//! What each generation of Marathon refuses, and in which words.
//!
//! The tables hold one request a line: what it is about, a merge patch on a good app, the status, and for a refusal
//! the message, the path of a fault and a part of its error.

use regctl_lab::marathon::MarathonStandIn;
use regctl_lab::marathon::MarathonVersion::{self, V1_4, V1_11};
use serde_json::{Value, json};

use crate::client::Client;

const INVALID: &str = "Invalid JSON";

/// A good app in the new form.
fn new_form() -> Value {
    json!({
        "id": "/strict", "instances": 0,
        "networks": [{"mode": "container/bridge"}],
        "container": {
            "type": "DOCKER",
            "docker": {"image": "registry:2.8.3"},
            "portMappings": [{"containerPort": 5000, "hostPort": 0, "servicePort": 5000}],
        },
    })
}

/// A good app in the old form.
fn old_form() -> Value {
    json!({
        "id": "/strict", "instances": 0,
        "container": {
            "type": "DOCKER",
            "docker": {
                "image": "registry:2.8.3", "network": "BRIDGE",
                "portMappings": [{"containerPort": 5000, "servicePort": 5000}],
            },
        },
    })
}

/// RFC 7396: objects are merged, null removes, all else replaces.
fn patched(base: &Value, patch: &Value) -> Value {
    let Some(changes) = patch.as_object() else { return patch.clone() };
    let mut patched_object = base.as_object().cloned().unwrap_or_default();
    for (key, change) in changes {
        if change.is_null() {
            patched_object.shift_remove(key);
        } else {
            let before = patched_object.get(key).cloned().unwrap_or_default();
            patched_object.insert(key.clone(), patched(&before, change));
        }
    }
    Value::Object(patched_object)
}

fn check(version: MarathonVersion, good: &Value, table: &str) {
    let marathon = MarathonStandIn::start_loopback(version);
    let client = Client(marathon.address());
    for line in table.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let answer = client.send("POST", "/v2/apps", &patched(good, &row[1]).to_string());
        let body = answer.json();
        let seen = format!("{line}\ngot {} {}", answer.status, answer.body);
        assert_eq!(row[2], answer.status, "{seen}");
        if answer.status == 201 {
            assert!(!answer.header("Marathon-Deployment-Id").is_empty(), "{seen}");
            client.send("DELETE", "/v2/apps/strict", "");
            continue;
        }
        assert_eq!(row[3], body["message"], "{seen}");
        if let Some(error) = row[5].as_str() {
            let details = body["details"].as_array().expect(&seen);
            let errors =
                details.iter().filter(|it| it["path"] == row[4]).flat_map(|it| it["errors"].as_array());
            let mut errors = errors.flatten().filter_map(Value::as_str);
            assert!(errors.any(|it| it.contains(error)), "{seen}");
        }
    }
}

#[test]
fn marathon_1_11_judges_types_and_rules() {
    check(V1_11, &new_form(), include_str!("strict-1.11.jsonl"));
}

#[test]
fn marathon_1_4_judges_types_and_rules() {
    check(V1_4, &old_form(), include_str!("strict-1.4.jsonl"));
}

#[test]
fn what_is_no_json_and_what_is_no_route_is_told_apart() {
    for version in [V1_4, V1_11] {
        let marathon = MarathonStandIn::start_loopback(version);
        let client = Client(marathon.address());
        let answer = client.send("POST", "/v2/apps", "{\"id\": ");
        assert_eq!((answer.status, answer.json()["message"].as_str()), (400, Some(INVALID)));
        assert!(answer.json()["details"].is_string(), "{}", answer.body);
        let answer = client.send("POST", "/v2/apps", "");
        assert_eq!(
            (answer.status, answer.json()["message"].as_str()),
            (400, Some("Please specify data in JSON format"))
        );
        let form = ["Content-Type: text/plain", "Content-Length: 0"];
        let answer = client.try_send("POST", "/v2/apps", &form, "").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(answer.status, 415);
        let answer = client.send("GET", "/service/marathon/v2/apps", "");
        let (status, message) = match version {
            V1_4 => (404, "URI not found: /service/marathon/v2/apps"),
            V1_11 => (500, "URI not found"),
        };
        assert_eq!((answer.status, answer.json()["message"].as_str()), (status, Some(message)));
        assert_eq!(client.send("POST", "/v2/info", "{}").status, 405);
        assert_eq!(client.send("GET", "/v2/events", "").status, 405);
        let answer = client.send("GET", "/v2/apps//nobody", "");
        assert_eq!((answer.status, answer.json()), (404, json!({"message": "App '/nobody' does not exist"})));
        assert_eq!(client.send("DELETE", "/v2/apps/nobody", "").status, 404);
        assert_eq!(client.send("POST", "/v2/apps/nobody/restart", "").status, 404);
        let answer = client.send("DELETE", "/v2/deployments/d", "");
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({"message": "DeploymentPlan d does not exist"}))
        );
        assert_eq!(client.send("DELETE", "/v2/queue/nobody/delay", "").status, 404);
    }
}

#[test]
fn info_ping_and_leader_say_who_is_asked() {
    for (version, number) in [(V1_4, "1.4.13"), (V1_11, "1.11.24")] {
        let marathon = MarathonStandIn::start_loopback(version);
        let client = Client(marathon.address());
        let info = client.get("/v2/info");
        assert_eq!((&info["name"], &info["version"]), (&json!("marathon"), &json!(number)));
        assert_eq!(info["leader"], client.get("/v2/leader")["leader"]);
        let pong = client.send("GET", "/ping", "");
        assert_eq!((pong.body.as_str(), pong.header("content-type")), ("pong", "text/plain"));
        let pong = client.try_send("GET", "/ping", &["Accept: application/json"], "").unwrap();
        assert_eq!(pong.body, "\"pong\"");
        assert_eq!(pong.header("X-Marathon-Leader"), marathon.url());
    }
}
