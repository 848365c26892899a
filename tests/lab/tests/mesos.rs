//! The Mesos stand-in, asked with curl from inside the lab.

use std::collections::BTreeMap;

use regctl_lab::mesos::{AgentState, OddAgent, Scenario};
use regctl_lab::{Lab, Tier, require};
use serde_json::Value;

const LEADER: &str = "http://192.168.1.2:5050";
const STANDBY: &str = "http://192.168.1.3:5050";

fn curl(lab: &Lab, words: &[&str]) -> String {
    let all: Vec<&str> = ["curl", "-sS", "-m", "20"].into_iter().chain(words.iter().copied()).collect();
    let output = lab.host("a1").exec(&all).unwrap();
    output.stdout + &output.stderr
}

fn slaves(lab: &Lab) -> Value {
    serde_json::from_str(&curl(lab, &[&format!("{LEADER}/slaves")])).unwrap()
}

#[test]
fn a_cluster_is_listed_and_a_standby_leads_there() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(3).public_agents(1).start().unwrap();
    let listing = slaves(&lab);
    let pids: Vec<_> =
        listing["slaves"].as_array().unwrap().iter().map(|agent| agent["pid"].as_str().unwrap()).collect();
    assert_eq!(
        pids,
        ["slave(1)@192.168.1.13:5051", "slave(1)@192.168.1.12:5051", "slave(1)@192.168.1.11:5051"]
    );
    assert_eq!(listing["slaves"][0]["attributes"]["public_ip"], "true");
    let followed = curl(&lab, &["-L", &format!("{STANDBY}/slaves")]);
    assert_eq!(serde_json::from_str::<Value>(&followed).unwrap(), listing);
    let head = curl(&lab, &["-i", &format!("{STANDBY}/slaves?slave_id=x")]);
    assert!(head.starts_with("HTTP/1.1 307"), "{head}");
    assert!(head.contains("location: //192.168.1.2:5050/master/slaves?slave_id=x\r\n"), "{head}");
}

#[test]
fn methods_slashes_callbacks_and_compression_are_as_in_mesos() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    let plain = curl(&lab, &[&format!("{LEADER}/slaves")]);
    for words in [&["-X", "POST"][..], &["-X", "PUT"], &["--compressed"]] {
        let url = format!("{LEADER}/master/slaves/");
        assert_eq!(curl(&lab, &[words, &[&*url]].concat()), plain, "{words:?}");
    }
    assert!(curl(&lab, &["-I", &format!("{LEADER}/slaves")]).starts_with("HTTP/1.1 200"));
    assert_eq!(curl(&lab, &[&format!("{LEADER}/slaves?jsonp=cb")]), format!("cb({plain});"));
    let none = r#"{"slaves":[],"recovered_slaves":[]}"#;
    assert_eq!(curl(&lab, &[&format!("{LEADER}/slaves?slave_id=unknown")]), none);
    let zipped = curl(&lab, &["-I", "-H", "Accept-Encoding: gzip", &format!("{LEADER}/slaves")]);
    assert!(zipped.contains("content-encoding: gzip"), "{zipped}");
}

#[test]
fn agents_in_every_state_and_with_any_name_are_listed() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    lab.mesos(&Scenario::Agents { states: BTreeMap::from([("a2".to_owned(), AgentState::Draining)]) })
        .unwrap();
    let listing = slaves(&lab);
    assert_eq!(listing["slaves"][0]["drain_info"]["state"], "DRAINING");
    assert_eq!(
        (&listing["slaves"][0]["active"], &listing["slaves"][1]["active"]),
        (&false.into(), &true.into())
    );
    let odd = OddAgent { hostname: "a;reboot".to_owned(), pid: "slave(1)@-oProxyCommand=x:5051".to_owned() };
    lab.mesos(&Scenario::Odd { agents: vec![odd] }).unwrap();
    assert_eq!(slaves(&lab)["slaves"][0]["hostname"], "a;reboot");
    assert_eq!(slaves(&lab)["slaves"].as_array().unwrap().len(), 3);
    lab.mesos(&Scenario::Recovered).unwrap();
    assert_eq!(slaves(&lab)["recovered_slaves"].as_array().unwrap().len(), 2);
}

#[test]
fn a_password_is_asked_for_by_the_leader_alone() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    lab.mesos(&Scenario::Auth { user: "ops".to_owned(), password: "made-up".to_owned() }).unwrap();
    let leader = format!("{LEADER}/slaves");
    assert!(curl(&lab, &["-i", &leader]).starts_with("HTTP/1.1 401"));
    assert!(curl(&lab, &["-i", &format!("{STANDBY}/slaves")]).starts_with("HTTP/1.1 307"));
    assert!(curl(&lab, &["-i", &format!("{LEADER}/version")]).starts_with("HTTP/1.1 200"));
    assert!(curl(&lab, &["-i", "-u", "ops:made-up", &leader]).starts_with("HTTP/1.1 200"));
    // What clients do that keep credentials to the first host: the redirect ends in 401.
    let dropped = curl(
        &lab,
        &["-L", "-o", "/dev/null", "-w", "%{http_code}", "-u", "ops:made-up", &format!("{STANDBY}/slaves")],
    );
    assert_eq!(dropped, "401");
}

#[test]
fn bad_answers_are_as_bad_as_they_say() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    let url = format!("{LEADER}/slaves");
    lab.mesos(&Scenario::Html).unwrap();
    assert!(curl(&lab, &["-i", &url]).contains("text/html"));
    lab.mesos(&Scenario::Truncated).unwrap();
    assert!(serde_json::from_str::<Value>(&curl(&lab, &[&url])).is_err());
    lab.mesos(&Scenario::CutOff).unwrap();
    assert!(curl(&lab, &[&url]).contains("curl: (18)"), "bytes missing at the end");
    lab.mesos(&Scenario::Huge).unwrap();
    let size: usize = curl(&lab, &["-o", "/dev/null", "-w", "%{size_download}", &url]).parse().unwrap();
    assert!(size > 49_000_000, "{size}");
    lab.mesos(&Scenario::Silent).unwrap();
    assert!(curl(&lab, &["-m", "1", &url]).contains("curl: (28)"), "time-out");
}
