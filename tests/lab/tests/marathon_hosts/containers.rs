//! Tasks on agents without an engine (tier 1).

use regctl_lab::marathon::Control;
use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Lab, Tier, require};
use serde_json::{Value, json};

use crate::operator::{SOON, answers, deploy, is_settled, secured, send, stage, wait_for_app};

#[test]
fn a_registry_is_reached_from_every_host_and_leaves_nothing_on_its_agent() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    let agent = lab.host("a1");
    stage(agent, 5000);
    let app = deploy(&lab, &secured());
    assert_eq!(app["tasks"][0]["host"], "192.168.1.11");
    for host in lab.hosts() {
        for url in ["https://192.168.0.1/v2/", "https://192.168.1.2:5000/v2/"] {
            answers(host, url, "{}");
        }
    }
    let inside = |words: &str| {
        let find = "pid=$(pgrep -f '^docker-registry serve'); nsenter -t $pid -m -n --";
        agent.shell(&format!("{find} chroot /proc/$pid/root {words}")).unwrap()
    };
    assert!(inside("touch /certs/x").stderr.contains("Read-only file system"));
    inside("touch /var/lib/registry/written").good().unwrap();
    assert!(agent.exists("/data/docker-registry/written"), "the data are the agent's");
    assert!(!inside("ls /data").status.success(), "a task sees nothing of its agent but what is mounted");
    assert!(!agent.exists("/certs"), "nor does the agent see what is mounted in a task");
    assert_eq!(send(&lab, "DELETE", "/v2/apps/registry", &Value::Null).0, 200);
    let left = "ip netns list; pgrep -a docker-registry; pgrep -x haproxy; nft list tables | grep task; ip link | grep veth; true";
    wait_for("the task's traces to go", SOON, || match agent.shell(left).unwrap().good().unwrap() {
        none if none.is_empty() => Progress::Done(()),
        left => Progress::NotYet(left),
    })
    .unwrap();
    answers(lab.host("a2"), "https://192.168.0.1/v2/", "curl: (");
}

#[test]
fn two_tasks_on_one_agent_listen_on_the_same_port_inside() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    stage(lab.host("a1"), 5000);
    let mut app = secured();
    app["instances"] = json!(2);
    app["labels"] = json!({"HAPROXY_GROUP": "external"});
    let app = deploy(&lab, &app);
    let ports: Vec<&Value> = app["tasks"].as_array().unwrap().iter().map(|it| &it["ports"][0]).collect();
    assert_ne!(ports[0], ports[1]);
    for port in ports {
        answers(lab.host("master"), &format!("https://192.168.1.11:{port}/v2/"), "{}");
    }
    answers(lab.host("master"), "https://192.168.0.1/v2/", "{}");
}

#[test]
fn a_config_that_listens_elsewhere_is_never_healthy() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    stage(lab.host("a1"), 5001);
    let mut app = secured();
    app["healthChecks"][0]["gracePeriodSeconds"] = json!(1);
    app["healthChecks"][0]["delaySeconds"] = json!(0);
    send(&lab, "POST", "/v2/apps", &app);
    let sick = wait_for_app(&lab, "/registry", |app| app["tasksUnhealthy"] == 1);
    let cause = sick["tasks"][0]["healthCheckResults"][0]["lastFailureCause"].as_str().unwrap().to_owned();
    assert!(cause.contains("Failed to connect to 127.0.0.1 port 5000"), "{cause}");
    answers(lab.host("a1"), "https://192.168.0.1/v2/", "curl: (");
}

#[test]
fn an_update_and_a_kill_give_a_new_task_on_the_same_data() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    stage(lab.host("a1"), 5000);
    let before = deploy(&lab, &secured());
    let mut wanted = secured();
    wanted["env"]["REGISTRY_LOG_LEVEL"] = json!("debug");
    let (status, body) = send(&lab, "PUT", "/v2/apps/registry?partialUpdate=false", &wanted);
    assert_eq!(status, 200, "{body}");
    let updated = wait_for_app(&lab, "/registry", is_settled);
    assert_ne!(updated["tasks"][0]["id"], before["tasks"][0]["id"]);
    lab.marathon(&Control { kill_tasks: vec!["/registry".to_owned()], ..Control::default() }).unwrap();
    let revived = wait_for_app(&lab, "/registry", |app| {
        is_settled(app) && app["tasks"][0]["id"] != updated["tasks"][0]["id"]
    });
    assert_eq!(revived["version"], updated["version"]);
    answers(lab.host("a1"), "https://192.168.0.1/v2/", "{}");
}

#[test]
fn a_registry_that_cannot_start_says_why_in_its_sandbox() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    let mut app = secured();
    app["backoffSeconds"] = json!(300);
    send(&lab, "POST", "/v2/apps", &app);
    let failed = wait_for_app(&lab, "/registry", |app| app["lastTaskFailure"].is_object());
    assert_eq!(failed["lastTaskFailure"]["message"], "Container exited with status 1");
    let said = lab.host("a1").shell("cat $(find /var/lib/mesos/slave -name stderr)").unwrap().good().unwrap();
    assert!(said.contains("/config/config.yml"), "{said}");
    assert!(
        lab.host("a1").exists("/etc/privateregistry/config"),
        "Docker makes host paths that are not there"
    );
}
