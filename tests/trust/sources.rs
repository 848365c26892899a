//! Where agents come from: the leading master in every mood, and files.

use std::time::Duration;

use regctl_lab::mesos::{AgentState, OddAgent, Scenario};
use serde_json::json;

use crate::fleet::Fleet;

#[test]
fn agents_in_every_state_are_listed_and_taken() {
    let Some(fleet) = Fleet::start(3) else { return };
    let states = [("a1", AgentState::Draining), ("a2", AgentState::Deactivated)];
    let states = states.map(|(name, state)| (name.to_owned(), state)).into();
    fleet.lab.mesos(&Scenario::Agents { states }).expect("plays");
    let run = fleet.regctl(&["agents"]);
    run.assert_exit(0);
    assert_eq!(run.json["schema"], "regctl.agents/v1");
    assert_eq!(run.agent(fleet.agent("a1"))["state"], "draining");
    assert_eq!(run.agent(fleet.agent("a2"))["state"], "deactivated");
    assert_eq!(run.agent(fleet.agent("a3"))["role"], "private");
    assert_eq!(run.agent(fleet.agent("a3"))["version"], "1.11.0");
    assert_eq!(fleet.trust(&[]).json["summary"]["changed"], 3);
}

#[test]
fn a_standby_leads_to_the_leader_and_the_password_goes_along() {
    let Some(fleet) = Fleet::start(1) else { return };
    let standby = "http://192.168.1.3:5050";
    fleet.regctl(&["agents", "--mesos", standby]).assert_exit(0);
    let auth = Scenario::Auth { user: "ops".to_owned(), password: "p@ss".to_owned() };
    fleet.lab.mesos(&auth).expect("plays");
    fleet.regctl(&["agents", "--mesos", "http://ops:p%40ss@192.168.1.3:5050"]).assert_exit(0);
    for url in [standby, "http://ops:wrong@192.168.1.3:5050"] {
        let run = fleet.regctl(&["agents", "--mesos", url]);
        run.assert_exit(1);
        assert_eq!(run.json["error"]["kind"], "unauthorized");
        assert!(
            !run.stdout.contains("wrong") && !run.stderr.contains("wrong"),
            "{}{}",
            run.stdout,
            run.stderr
        );
    }
}

#[test]
fn no_leader_and_empty_lists_are_never_taken_for_no_agents() {
    let Some(fleet) = Fleet::start(1) else { return };
    for (scenario, kind, word) in [
        (Scenario::NoLeader, "no-leader", "no leader elected"),
        (Scenario::Recovering, "no-agents", "recovering"),
        (Scenario::Empty, "no-agents", "none has registered"),
        (Scenario::Recovered, "no-agents", "has come back"),
        (Scenario::Html, "bad-answer", "web page"),
        (Scenario::Truncated, "bad-answer", "breaks off"),
        (Scenario::CutOff, "unreachable", ""),
        (Scenario::Huge, "too-large", "larger than"),
    ] {
        fleet.lab.mesos(&scenario).expect("plays");
        let run = fleet.trust(&[]);
        run.assert_exit(1);
        assert_eq!(run.json["error"]["kind"], kind, "{scenario:?}: {}", run.stdout);
        assert!(run.stdout.contains(word), "{scenario:?}: {}", run.stdout);
    }
    assert_eq!(fleet.agent("a1").connections().expect("counts"), 0);
}

#[test]
fn agents_that_have_not_come_back_are_named() {
    let Some(fleet) = Fleet::start(2) else { return };
    fleet.lab.mesos(&Scenario::PartlyRecovered { back: vec!["a1".to_owned()] }).expect("plays");
    let run = fleet.regctl(&["agents"]);
    run.assert_exit(0);
    assert_eq!(run.json["recovered"][0]["hostname"], "192.168.1.12");
    assert!(run.stderr.contains("192.168.1.12"), "{}", run.stderr);
    let run = fleet.trust(&[]);
    run.assert_exit(0);
    assert_eq!(run.json["summary"]["total"], 1);
    assert!(run.stderr.contains("192.168.1.12"), "{}", run.stderr);
}

#[test]
fn hostile_names_never_reach_ssh_a_shell_or_a_path() {
    let Some(fleet) = Fleet::start(1) else { return };
    let master = fleet.master();
    master.shell("printf '#!/bin/sh\\necho \"$@\" >>/ssh-was-called\\nexec /usr/bin/ssh \"$@\"\\n' >/usr/local/bin/ssh && chmod 755 /usr/local/bin/ssh").expect("writes");
    let long = "a".repeat(300);
    let hostile =
        ["-oProxyCommand=touch /pwned", "a;touch /pwned", "../../x", "", "größe", &long, "$(touch /pwned)"];
    let good = |pid: &str| format!("slave(1)@{pid}:5051");
    let by_hostname =
        hostile.iter().map(|name| OddAgent { hostname: (*name).to_owned(), pid: good("192.168.1.11") });
    let by_pid = hostile.iter().map(|name| OddAgent { hostname: "a1".to_owned(), pid: good(name) });
    let agents: Vec<_> = by_hostname.chain(by_pid).collect();
    let count = agents.len();
    fleet.lab.mesos(&Scenario::Odd { agents }).expect("plays");
    for field in ["pid", "hostname"] {
        let run = fleet.trust(&["--address", field]);
        run.assert_exit(3);
        let agents = run.json["agents"].as_array().expect("a list");
        let invalid = agents.iter().filter(|agent| agent["error"]["kind"] == "invalid-name");
        assert_eq!(invalid.count(), count);
        assert_eq!(agents.iter().filter(|agent| agent["attempts"] == 0).count(), count);
        assert_eq!(run.json["summary"]["failed"], count);
    }
    assert!(!master.exists("/pwned") && !fleet.agent("a1").exists("/pwned"));
    let calls = master.read("/ssh-was-called").expect("ssh was called");
    assert!(hostile.iter().all(|name| name.is_empty() || !calls.contains(name)), "{calls}");
    assert_eq!(fleet.agent("a1").logins().expect("counts"), 2);
}

#[test]
fn files_name_agents_and_mesos_is_not_asked() {
    let Some(fleet) = Fleet::start(2) else { return };
    fleet.lab.mesos(&Scenario::NoLeader).expect("plays");
    let master = fleet.master();
    master
        .write("/agents.txt", "# the first\n192.168.1.11\n192.168.1.11:22 # the same host\na2\na2\n")
        .expect("writes");
    let run = fleet.trust(&["--agents-file", "/agents.txt"]);
    run.assert_exit(0);
    let names: Vec<_> =
        run.json["agents"].as_array().expect("a list").iter().map(|agent| &agent["agent"]).collect();
    assert_eq!(names, [&json!("192.168.1.11"), &json!("192.168.1.11:22"), &json!("a2")]);
    master.write("/bad.txt", "192.168.1.11\n-oProxyCommand=id\n").expect("writes");
    let run = fleet.trust(&["--agents-file", "/bad.txt"]);
    run.assert_exit(2);
    assert!(run.stdout.contains("/bad.txt line 2"), "{}", run.stdout);
    let words = ["regctl", "-o", "json", "trust-agents", "--agents-file", "-"];
    let piped = master.exec_with(&words, b"a1\n", Duration::from_secs(30)).expect("runs");
    assert!(piped.good().expect("succeeds").contains("\"total\": 1"));
    let run = fleet.trust(&["--agents-file", "/agents.txt", "--mesos", "http://192.168.1.2:5050"]);
    assert_eq!(run.json["error"]["kind"], "no-leader", "with --mesos it is asked too");
}

#[test]
fn filters_narrow_the_fleet_down() {
    let Some(fleet) = Fleet::start(3) else { return };
    let total =
        |words: &[&str]| fleet.trust(&[&["--check"], words].concat()).json["summary"]["total"].clone();
    assert_eq!(total(&["--only", "192.168.1.1[12]"]), json!(null), "no class of characters: nobody is meant");
    assert_eq!(total(&["--only", "192.168.1.1?", "--skip", "*-S0"]), 2);
    assert_eq!(total(&["--attribute", "rack=r1"]), 2);
    assert_eq!(total(&["--role", "private"]), 3);
    fleet.trust(&["--role", "public"]).assert_exit(1);
}
