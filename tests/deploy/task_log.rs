//! What a task wrote before it failed, out of its sandbox on the agent.

use crate::cluster::Cluster;

#[test]
fn a_task_that_fails_is_shown_by_the_end_of_its_log() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    // The registry is told to read a key that is none: it says so on stderr and ends.
    cluster.shell("a2", "echo none >/etc/privateregistry/certs/domain.key");
    let bad = ["--no-stage", "--mem", "512", "-y", "--timeout", "6s"];
    let run = cluster.deploy(&bad);
    run.fault(1, "not-healthy");
    let log = &run.json()["error"]["log"];
    assert_eq!((&log["host"], &log["file"]), (&"192.168.1.12".into(), &"stderr".into()), "{run:?}");
    let lines = log["lines"].to_string();
    assert!(lines.contains("PEM") || lines.contains("tls"), "{lines}");
    // The same for people, above the hint.
    let args = ["deploy", "--host", "192.168.1.12"];
    let people = cluster
        .regctl(&[&args, &["--no-stage", "--mem", "400", "-y", "--force", "--timeout", "6s"][..]].concat());
    assert!(people.stderr.contains("stderr of registry.instance-"), "{people:?}");
    assert!(people.stderr.find("\n  | ") < people.stderr.find("\nhint: "), "{people:?}");
}

#[test]
fn the_lab_refuses_what_an_agent_refuses() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    let ask = |path: &str| {
        let url = format!("http://192.168.1.12:5051{path}");
        cluster.shell(
            "master",
            &format!("curl -s -m 10 -w '%{{http_code}}' --retry 9 --retry-connrefused '{url}'"),
        )
    };
    let state = ask("/state");
    assert!(state.contains("\"frameworks\"") && state.ends_with("200"), "{state}");
    assert_eq!(ask("/files/read"), "Expecting 'path=value' in query.\n400");
    assert_eq!(ask("/files/read?path=/etc/shadow&offset=0"), "404");
    assert_eq!(ask("/nowhere"), "404 Not Found.404");
}

#[test]
fn without_an_agent_to_ask_the_run_ends_as_it_would() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    cluster.shell("a2", "echo none >/etc/privateregistry/certs/domain.key");
    let args =
        ["--no-stage", "--mem", "512", "-y", "--timeout", "4s", "-v", "--mesos", "http://master.mesos:1"];
    let run = cluster.deploy(&args);
    let message = run.fault(1, "not-healthy");
    assert!(message.contains("the last task failed on 192.168.1.12"), "{message}");
    assert!(run.json()["error"]["log"].is_null());
    assert!(run.stderr.contains("cannot be had"), "{}", run.stderr);
}
