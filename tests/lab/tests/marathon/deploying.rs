//! Deployments: what is started and ended in which order, what is left alone, what takes it back.

use std::time::Duration;

use regctl_lab::marathon::MarathonStandIn;
use regctl_lab::marathon::MarathonVersion::{V1_4, V1_11};
use serde_json::{Value, json};

use crate::client::{Client, is_settled};
use crate::documents::plain;

const SOON: Duration = Duration::from_secs(30);

/// A registry with that strategy, that answers on `/`.
fn registry(strategy: (f64, f64)) -> Value {
    let mut app = plain();
    app["upgradeStrategy"] = json!({"minimumHealthCapacity": strategy.0, "maximumOverCapacity": strategy.1});
    app["container"]["volumes"] = json!([]);
    app["healthChecks"] = json!([{"protocol": "MESOS_HTTP", "path": "/", "gracePeriodSeconds": 30, "intervalSeconds": 1, "maxConsecutiveFailures": 2}]);
    app
}

fn with(mut app: Value, key: &str, value: Value) -> Value {
    app[key] = value;
    app
}

fn started(client: Client, app: &Value) -> Value {
    let created = client.send("POST", "/v2/apps", &app.to_string());
    assert_eq!(created.status, 201, "{}", created.body);
    client.wait_for_app("/registry", SOON, is_settled)
}

fn put(client: Client, app: &Value) -> Value {
    let answer = client.send("PUT", "/v2/apps/registry?partialUpdate=false", &app.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[test]
fn an_update_of_nothing_restarts_nothing() {
    for version in [V1_4, V1_11] {
        let marathon = MarathonStandIn::start_loopback(version);
        let client = Client(marathon.address());
        let wanted = registry((0.0, 0.0));
        let before = started(client, &wanted);
        let receipt = put(client, &wanted);
        assert!(receipt["deploymentId"].is_string());
        assert_eq!(client.get("/v2/deployments"), json!([]));
        let after = client.get("/v2/apps/registry")["app"].take();
        assert_eq!(after["version"], before["version"]);
        assert_eq!(after["tasks"][0]["id"], before["tasks"][0]["id"]);
        assert_eq!(client.get("/v2/apps/registry/versions")["versions"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn zero_zero_ends_the_old_task_first_and_one_one_starts_the_new_one_first() {
    for (strategy, most_tasks) in [((0.0, 0.0), 1), ((1.0, 1.0), 2)] {
        let marathon = MarathonStandIn::start_loopback(V1_11);
        let client = Client(marathon.address());
        let wanted = registry(strategy);
        let before = started(client, &wanted);
        put(client, &with(wanted, "env", json!({"REGISTRY_LOG_LEVEL": "debug"})));
        let mut most = 0;
        let after = client.wait_for_app("/registry", SOON, |app| {
            let running = app["tasks"].as_array().unwrap().iter().filter(|it| it["state"] == "TASK_RUNNING");
            most = most.max(running.count());
            is_settled(app)
        });
        assert_ne!(after["tasks"][0]["id"], before["tasks"][0]["id"]);
        assert_ne!(after["version"], before["version"]);
        assert!(most <= most_tasks, "{most} tasks at a time with {strategy:?}");
    }
}

#[test]
fn a_partial_update_keeps_what_it_does_not_name() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    started(client, &with(registry((0.0, 0.0)), "env", json!({"A": "1"})));
    let answer = client.send("PUT", "/v2/apps/registry", r#"{"cpus": 0.25}"#);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let app = client.wait_for_app("/registry", SOON, is_settled);
    assert_eq!((&app["cpus"], &app["env"]["A"]), (&json!(0.25), &json!("1")));
    assert_eq!(app["container"]["portMappings"][0]["servicePort"], 5000);
    // What GET answers, sent back as it is, is refused: it holds a version.
    let answer = client.send("PUT", "/v2/apps/registry", &app.to_string());
    assert_eq!((answer.status, answer.json()["details"][0]["path"].as_str()), (422, Some("/")));
    assert!(answer.body.contains("may only be combined with the 'id' field"), "{}", answer.body);
    assert_eq!(client.send("PUT", "/v2/apps/other", r#"{"cmd": "sleep 1", "instances": 0}"#).status, 201);
    assert_eq!(client.send("PATCH", "/v2/apps/third", r#"{"cmd": "sleep 1"}"#).status, 404);
}

#[test]
fn an_earlier_version_can_be_asked_for() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let before = started(client, &registry((0.0, 0.0)));
    let version = before["version"].as_str().unwrap();
    put(client, &with(registry((0.0, 0.0)), "mem", json!(512)));
    client.wait_for_app("/registry", SOON, is_settled);
    let versions = client.get("/v2/apps/registry/versions")["versions"].take();
    assert_eq!(versions[1], json!(version), "the newest first: {versions}");
    assert_eq!(client.get(&format!("/v2/apps/registry/versions/{version}"))["mem"], 1024.0);
    let answer = client.send("PUT", "/v2/apps/registry", &json!({ "version": version }).to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let after = client.wait_for_app("/registry", SOON, is_settled);
    assert_eq!(after["mem"], 1024.0);
    assert_ne!(after["version"], before["version"], "an old definition is a new version");
}

#[test]
fn scaling_and_restarting_and_deleting_are_deployments_too() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let before = started(client, &registry((1.0, 1.0)));
    client.send("PUT", "/v2/apps/registry", r#"{"instances": 2}"#);
    let scaled = client.wait_for_app("/registry", SOON, |app| app["tasksHealthy"] == 2);
    assert_eq!(scaled["versionInfo"]["lastConfigChangeAt"], before["versionInfo"]["lastConfigChangeAt"]);
    let ids = |app: &Value| -> Vec<String> {
        app["tasks"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(ids(&scaled).contains(&ids(&before)[0]), "scaling leaves what runs alone");
    client.send("PUT", "/v2/apps/registry", r#"{"instances": 1}"#);
    let back = client
        .wait_for_app("/registry", SOON, |app| app["deployments"] == json!([]) && app["tasksRunning"] == 1);
    assert_eq!(ids(&back), ids(&before), "the youngest goes first");
    assert_eq!(client.send("POST", "/v2/apps/registry/restart", "").status, 200);
    let restarted = client.wait_for_app("/registry", SOON, is_settled);
    assert_ne!(ids(&restarted), ids(&before));
    assert_eq!(client.send("DELETE", "/v2/apps/registry", "").status, 200);
    assert_eq!(client.send("GET", "/v2/apps/registry", "").status, 404, "the definition is gone at once");
    let limit = std::time::Instant::now() + SOON;
    while client.get("/v2/tasks")["tasks"] != json!([]) || client.get("/v2/deployments") != json!([]) {
        assert!(std::time::Instant::now() < limit, "{}", client.get("/v2/tasks"));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_running_deployment_locks_its_app_and_can_be_forced_or_taken_back() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let before = started(client, &registry((1.0, 0.0)));
    // No offer has so much: the deployment waits for ever.
    let greedy = put(client, &with(registry((1.0, 0.0)), "mem", json!(1_000_000)));
    let refused = client.send("PUT", "/v2/apps/registry", r#"{"cpus": 0.1}"#);
    let (status, body) = (refused.status, refused.json());
    assert_eq!((status, &body["deployments"]), (409, &json!([{"id": greedy["deploymentId"]}])));
    assert!(body["message"].as_str().unwrap().starts_with("App is locked by one or more deployments."));
    let exists = client.send("POST", "/v2/apps", &registry((1.0, 1.0)).to_string());
    let message = json!({"message": "An app with id [/registry] already exists."});
    assert_eq!((exists.status, exists.json()), (409, message));
    let deployment = client.get("/v2/deployments")[0].take();
    assert_eq!(deployment["currentActions"][0]["action"], "RestartApplication");
    assert_eq!((&deployment["currentStep"], &deployment["totalSteps"]), (&json!(1), &json!(1)));
    let id = deployment["id"].as_str().unwrap();
    let back = client.send("DELETE", &format!("/v2/deployments/{id}"), "");
    assert_eq!(back.status, 200, "{}", back.body);
    let after = client.wait_for_app("/registry", SOON, is_settled);
    assert_eq!(after["mem"], 1024.0);
    assert_ne!(after["version"], before["version"]);
    let greedy = put(client, &with(registry((1.0, 0.0)), "mem", json!(1_000_000)));
    let id = greedy["deploymentId"].as_str().unwrap();
    let forced = client.send("PUT", "/v2/apps/registry?force=true", r#"{"mem": 256}"#);
    assert_eq!(forced.status, 200, "{}", forced.body);
    assert_eq!(client.send("DELETE", &format!("/v2/deployments/{id}?force=true"), "").status, 404);
    assert_eq!(client.wait_for_app("/registry", SOON, is_settled)["mem"], 256.0);
}

#[test]
fn a_task_that_fails_its_checks_is_killed_and_replaced() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let check = json!([{"protocol": "MESOS_HTTP", "path": "/nowhere", "gracePeriodSeconds": 1, "intervalSeconds": 1, "delaySeconds": 0, "maxConsecutiveFailures": 2}]);
    let created =
        client.send("POST", "/v2/apps", &with(registry((0.0, 0.0)), "healthChecks", check).to_string());
    assert_eq!(created.status, 201, "{}", created.body);
    let sick = client.wait_for_app("/registry", SOON, |app| app["tasksUnhealthy"] == 1);
    let result = &sick["tasks"][0]["healthCheckResults"][0];
    assert_eq!((&result["alive"], &result["lastFailureCause"]), (&json!(false), &json!("404")));
    let first = sick["tasks"][0]["id"].as_str().unwrap().to_owned();
    let replaced = client
        .wait_for_app("/registry", SOON, |app| app["tasks"][0]["id"].as_str().is_some_and(|id| id != first));
    let second = replaced["tasks"][0]["id"].as_str().unwrap();
    let parts = |id: &str| {
        let (instance, count) = id.rsplit_once("._app.").unwrap();
        (instance.to_owned(), count.parse::<u32>().unwrap())
    };
    assert_eq!(parts(&first).0, parts(second).0, "the same instance");
    assert!(parts(&first).1 < parts(second).1, "{first} {second}");
}

#[test]
fn events_tell_what_happens() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let listening = std::thread::spawn({
        let address = marathon.address();
        move || {
            use std::io::{BufRead as _, BufReader, Write as _};
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(SOON)).unwrap();
            let path = "/v2/events?event_type=deployment_success&event_type=status_update_event";
            write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n").unwrap();
            let lines = BufReader::new(stream).lines().map_while(Result::ok);
            let events = lines.filter(|line| line.starts_with("event: "));
            let mut seen = Vec::new();
            for event in events {
                seen.push(event.trim().to_owned());
                if event.contains("deployment_success") {
                    return seen;
                }
            }
            seen
        }
    });
    std::thread::sleep(Duration::from_millis(300));
    started(client, &registry((0.0, 0.0)));
    let seen = listening.join().unwrap();
    assert_eq!(seen, ["event: status_update_event", "event: deployment_success"]);
}
