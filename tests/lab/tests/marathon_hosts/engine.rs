//! Tasks in an agent's own Docker Engine (tier 2).

use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Lab, Tier, require};
use serde_json::{Value, json};

use crate::operator::{SOON, answers, deploy, is_settled, secured, send, stage, wait_for_app};

#[test]
fn an_engine_runs_the_app_with_all_it_says() {
    let Some(()) = require(Tier::T2) else { return };
    let lab = Lab::builder().agents(2).engines(1).start().unwrap();
    let agent = lab.host("a1");
    stage(agent, 5000);
    let app = deploy(&lab, &secured());
    let docker = |words: &str| agent.shell(&format!("docker {words}")).unwrap().good().unwrap();
    let text = docker("inspect $(docker ps -q)");
    let container = serde_json::from_str::<Value>(&text).unwrap()[0].take();
    let host = &container["HostConfig"];
    assert_eq!(host["LogConfig"]["Config"]["max-size"], "50m");
    assert_eq!(host["Memory"], 256 * 1024 * 1024);
    assert_eq!(host["PortBindings"]["5000/tcp"][0]["HostPort"], app["tasks"][0]["ports"][0].to_string());
    assert_eq!(container["Config"]["Labels"]["MESOS_TASK_ID"], app["tasks"][0]["id"]);
    assert_eq!(app["tasks"][0]["ipAddresses"][0]["ipAddress"], container["NetworkSettings"]["IPAddress"]);
    for host in lab.hosts() {
        answers(host, "https://192.168.0.1/v2/", "{}");
    }
    let mut wanted = secured();
    wanted["mem"] = json!(128);
    assert_eq!(send(&lab, "PUT", "/v2/apps/registry?partialUpdate=false", &wanted).0, 200);
    let updated = wait_for_app(&lab, "/registry", is_settled);
    assert_ne!(updated["tasks"][0]["id"], app["tasks"][0]["id"]);
    assert_eq!(send(&lab, "DELETE", "/v2/apps/registry", &Value::Null).0, 200);
    wait_for("the containers to go", SOON, || match docker("ps -aq") {
        none if none.is_empty() => Progress::Done(()),
        left => Progress::NotYet(left),
    })
    .unwrap();
}

#[test]
fn an_engine_that_cannot_pull_fails_the_task_in_its_own_words() {
    let Some(()) = require(Tier::T2) else { return };
    let lab = Lab::builder().agents(1).engines(1).start().unwrap();
    let mut app = secured();
    app["container"]["docker"]["image"] = json!("192.168.1.99:5000/registry:2");
    app["backoffSeconds"] = json!(300);
    send(&lab, "POST", "/v2/apps", &app);
    let failed = wait_for_app(&lab, "/registry", |app| app["lastTaskFailure"].is_object());
    let message = failed["lastTaskFailure"]["message"].as_str().unwrap();
    assert!(message.starts_with("Failed to launch container: Failed to run 'docker -H"), "{message}");
    assert!(message.contains("192.168.1.99:5000"), "{message}");
}
