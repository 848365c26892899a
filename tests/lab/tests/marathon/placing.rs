//! Where tasks go, why they do not, and what happens when they fail.

use std::net::Ipv4Addr;
use std::time::Duration;

use regctl_lab::marathon::MarathonVersion::{V1_4, V1_11};
use regctl_lab::marathon::{Agent, MarathonStandIn};
use serde_json::{Value, json};

use crate::client::{Client, is_settled};
use crate::documents::plain;

const SOON: Duration = Duration::from_secs(30);

fn three_agents() -> Vec<Agent> {
    let agent = |last: u8| Agent::ordinary(&format!("lab-S{last}"), Ipv4Addr::new(127, 0, 0, last));
    let mut agents = vec![agent(11), agent(12), agent(13)];
    agents[1].resources[1] = 256.0;
    agents[2].public = true;
    agents
}

fn constrained(words: Value) -> Value {
    let mut app = plain();
    app["constraints"] = json!([words]);
    app
}

#[test]
fn the_constraint_decides_the_agent() {
    let marathon = MarathonStandIn::with_agents(V1_11, three_agents());
    let client = Client(marathon.address());
    client.send("POST", "/v2/apps", &constrained(json!(["hostname", "CLUSTER", "127.0.0.11"])).to_string());
    let app = client.wait_for_app("/registry", SOON, is_settled);
    let task = &app["tasks"][0];
    assert_eq!((&task["host"], &task["slaveId"]), (&json!("127.0.0.11"), &json!("lab-S11")));
    assert!((31_000..=32_000).contains(&crate::documents::port(&app)));
}

#[test]
fn the_queue_says_why_nothing_starts() {
    let marathon = MarathonStandIn::with_agents(V1_11, three_agents());
    let client = Client(marathon.address());
    // A dot is any character, but 127.0.0.12 has too little memory, and 127.0.0.13 is public.
    client.send("POST", "/v2/apps", &constrained(json!(["hostname", "LIKE", "127.0.0.1[2-9]"])).to_string());
    let waiting = || client.get("/v2/queue?embed=lastUnusedOffers")["queue"][0].take();
    let deadline = std::time::Instant::now() + SOON;
    let mut item = waiting();
    while item["processedOffersSummary"]["unusedOffersCount"].as_u64() < Some(3) {
        assert!(std::time::Instant::now() < deadline, "{item:#}");
        std::thread::sleep(Duration::from_millis(50));
        item = waiting();
    }
    assert_eq!((&item["count"], &item["app"]["id"]), (&json!(1), &json!("/registry")));
    assert_eq!(item["delay"], json!({"timeLeftSeconds": 0, "overdue": true}));
    let steps = item["processedOffersSummary"]["rejectSummaryLastOffers"].as_array().unwrap();
    let declined: Vec<(&str, u64)> = steps
        .iter()
        .map(|it| (it["reason"].as_str().unwrap(), it["declined"].as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect();
    assert_eq!(declined, [("UnfulfilledRole", 1), ("UnfulfilledConstraint", 1), ("InsufficientMemory", 1)]);
    assert_eq!(item["lastUnusedOffers"].as_array().unwrap().len(), 3);
    assert_eq!(client.send("DELETE", "/v2/queue/registry/delay", "").status, 204);
    let app = client.get("/v2/apps/registry")["app"].take();
    assert_eq!((&app["tasks"], &app["tasksStaged"]), (&json!([]), &json!(0)));
}

#[test]
fn an_image_that_is_not_there_fails_like_a_pull_and_is_tried_again_later() {
    for version in [V1_4, V1_11] {
        let marathon = MarathonStandIn::start_loopback(version);
        let client = Client(marathon.address());
        let mut app = plain();
        app["container"]["docker"]["image"] = json!("registry:2.99");
        app["backoffSeconds"] = json!(120);
        client.send("POST", "/v2/apps", &app.to_string());
        let failed = client.wait_for_app("/registry", SOON, |app| app["lastTaskFailure"].is_object());
        let failure = &failed["lastTaskFailure"];
        assert_eq!((&failure["state"], &failure["host"]), (&json!("TASK_FAILED"), &json!("127.0.0.1")));
        assert!(
            failure["message"].as_str().unwrap().contains("manifest for registry:2.99 not found"),
            "{failure}"
        );
        let item = client.get("/v2/queue")["queue"][0].take();
        let left = item["delay"]["timeLeftSeconds"].as_u64().unwrap();
        assert!((100..=120).contains(&left) && item["delay"]["overdue"] == false, "{}", item["delay"]);
        assert_eq!(item.get("role").is_some(), version == V1_11);
        assert_eq!(client.send("DELETE", "/v2/queue/registry/delay", "").status, 204);
        let first = failure["taskId"].clone();
        client.wait_for_app("/registry", SOON, |app| app["lastTaskFailure"]["taskId"] != first);
    }
}

#[test]
fn a_process_that_ends_is_a_failure_with_its_status() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    client.send(
        "POST",
        "/v2/apps",
        r#"{"id": "/brief", "cmd": "echo to stdout; exit 7", "backoffSeconds": 60}"#,
    );
    let failed = client.wait_for_app("/brief", SOON, |app| app["lastTaskFailure"].is_object());
    assert_eq!(failed["lastTaskFailure"]["message"], "Command exited with status 7");
    let task = failed["lastTaskFailure"]["taskId"].as_str().unwrap();
    let stdout = marathon.state_dir().join("sandboxes").join(task).join("stdout");
    assert_eq!(std::fs::read_to_string(stdout).unwrap(), "to stdout\n", "the sandbox outlives its task");
}

#[test]
fn a_task_knows_its_ports_and_where_it_runs() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let app = json!({
        "id": "/env/shown", "cmd": "env; sleep 600", "env": {"OWN": "yes", "HOST": "mine"},
        "portDefinitions": [{"port": 0, "name": "web"}, {"port": 7000}], "labels": {"a-b": "c"},
    });
    client.send("POST", "/v2/apps", &app.to_string());
    let app = client.wait_for_app("/env/shown", SOON, |app| app["tasksRunning"] == 1);
    let task = &app["tasks"][0];
    let sandbox = marathon.state_dir().join("sandboxes").join(task["id"].as_str().unwrap());
    let ports: Vec<String> = task["ports"].as_array().unwrap().iter().map(Value::to_string).collect();
    let wanted = [
        format!("PORT0={}", ports[0]),
        format!("PORT1={}", ports[1]),
        format!("PORT_WEB={}", ports[0]),
        format!("PORT_7000={}", ports[1]),
        format!("PORTS={}", ports.join(",")),
        "OWN=yes".to_owned(),
        "HOST=mine".to_owned(),
        "MARATHON_APP_ID=/env/shown".to_owned(),
        "MARATHON_APP_LABEL_A_B=c".to_owned(),
        format!("MESOS_SANDBOX={}", sandbox.display()),
    ];
    let deadline = std::time::Instant::now() + SOON;
    loop {
        let seen = std::fs::read_to_string(sandbox.join("stdout")).unwrap();
        let missing: Vec<&String> =
            wanted.iter().filter(|line| !seen.lines().any(|it| it == *line)).collect();
        if missing.is_empty() {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "missing {missing:?} in {seen}");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_ne!(task["servicePorts"][0], 0, "a service port is given where none is named");
}
