//! Listings of real masters, and made ones.

use serde_json::json;

use super::*;

/// The body of a recording.
fn recorded(text: &str) -> Listing {
    let (_, body) = text
        .replace("\r\n", "\n")
        .split_once("\n\n")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("has a body");
    parse(body.as_bytes(), AddressField::Pid).expect("is a listing")
}

fn states(text: &str) -> Vec<AgentState> {
    recorded(text).agents.iter().map(|agent| agent.state).collect()
}

fn one(hostname: &str, pid: &str, field: AddressField) -> Agent {
    let document = json!({ "slaves": [{ "id": "S0", "hostname": hostname, "pid": pid }] });
    parse(document.to_string().as_bytes(), field).expect("is a listing").agents.remove(0)
}

/// An agent of which Mesos says this, too.
fn with(extra: &Value) -> Agent {
    let mut agent = json!({ "id": "S0", "hostname": "a1", "pid": "slave(1)@10.0.0.1:5051" });
    agent.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
    let body = json!({ "slaves": [agent] }).to_string();
    parse(body.as_bytes(), AddressField::Pid).expect("is a listing").agents.remove(0)
}

#[test]
fn a_live_master_is_understood() {
    let listing = recorded(include_str!("../../../fixtures/mesos/slaves.txt"));
    let first = &listing.agents[1];
    assert_eq!(listing.agents.len(), 3);
    assert_eq!(first.agent_id, "a6cb0a45-924f-4b53-937d-a1040a05edaf-S2");
    assert_eq!(first.hostname, "mesos-agent-02.example.com");
    assert_eq!(first.address, Some("127.0.0.12".parse().expect("an address")));
    assert_eq!((first.port, first.role, first.state), (Some(5051), Role::Private, AgentState::Active));
    assert_eq!(first.version.as_deref(), Some("1.11.0"));
    assert_eq!(first.attributes["level"], json!(2.0));
}

#[test]
fn an_agent_that_takes_no_tasks_is_still_an_agent() {
    use AgentState::{Active, Deactivated, Drained, Inactive};
    assert_eq!(
        states(include_str!("../../../fixtures/mesos/slaves-deactivated.txt")),
        [Deactivated, Active, Active]
    );
    assert_eq!(
        states(include_str!("../../../fixtures/mesos/slaves-drained.txt")),
        [Deactivated, Active, Drained]
    );
    assert_eq!(
        states(include_str!("../../../fixtures/mesos/slaves-agent-disconnected.txt")),
        [Deactivated, Inactive, Drained]
    );
}

#[test]
fn agents_come_in_the_order_of_their_addresses_whatever_mesos_order_is() {
    let slave = |host: &str| json!({ "id": host, "hostname": host, "pid": format!("slave(1)@{host}:5051") });
    let slaves = ["10.0.0.10", "10.0.0.9", "10.0.0.1"].map(slave);
    let body = json!({ "slaves": slaves, "recovered_slaves": [slave("a10"), slave("a9")] });
    let listing = parse(body.to_string().as_bytes(), AddressField::Pid).expect("is a listing");
    let names: Vec<_> = listing.agents.iter().map(Agent::name).collect();
    assert_eq!(names, ["10.0.0.1", "10.0.0.9", "10.0.0.10"]);
    let recovered: Vec<_> = listing.recovered.iter().map(|agent| agent.hostname.as_str()).collect();
    assert_eq!(recovered, ["a9", "a10"]);
}

#[test]
fn recovered_agents_are_kept_apart() {
    let listing = recorded(include_str!("../../../fixtures/mesos/slaves-recovered.txt"));
    assert_eq!((listing.agents.len(), listing.recovered.len()), (0, 3));
    assert_eq!(listing.recovered[0].hostname, "mesos-agent-01.example.com");
    assert_eq!(recorded(include_str!("../../../fixtures/mesos/recovering-slaves.txt")), Listing::default());
}

#[test]
fn either_mark_makes_an_agent_public() {
    let role = |extra: Value| with(&extra).role;
    assert_eq!(role(json!({ "attributes": { "public_ip": "true" } })), Role::Public);
    assert_eq!(role(json!({ "reserved_resources": { "slave_public": { "cpus": 1.0 } } })), Role::Public);
    assert_eq!(
        role(json!({ "attributes": { "public_ip": "false" }, "reserved_resources": {} })),
        Role::Private
    );
}

#[test]
fn what_no_task_uses_is_free() {
    let free = |extra: Value| with(&extra).free.map(|free| (free.cpus, free.mem, free.disk));
    let all = json!({ "cpus": 4.0, "mem": 8192.0, "disk": 1000.0, "ports": "[31000-32000]" });
    let some = json!({ "cpus": 1.0, "mem": 1024.0, "disk": 1200.0 });
    let none = json!({ "cpus": 0.0, "mem": 0.0, "disk": 0.0 });
    let private = json!({ "resources": all, "used_resources": some, "unreserved_resources": all });
    assert_eq!(free(private), Some((3.0, 7168.0, 0.0)));
    let public = json!({ "resources": all, "used_resources": none, "unreserved_resources": none,
        "reserved_resources": { "slave_public": all } });
    assert_eq!(free(public), Some((4.0, 8192.0, 1000.0)));
    assert_eq!(free(json!({})), None);
}

#[test]
fn either_field_can_say_where_to_log_in() {
    let pid = "slave(1)@10.0.0.1:5051";
    let host = |text: &str| Some(text.parse::<Host>().expect("a host"));
    assert_eq!(one("a1", pid, AddressField::Pid).address, host("10.0.0.1"));
    assert_eq!(one("a1", pid, AddressField::Hostname).address, host("a1"));
    assert_eq!(one("a1", "slave(1)@[fd00::1]:5051", AddressField::Pid).address, host("fd00::1"));
}

#[test]
fn a_word_means_the_field_that_it_is_the_word_of() {
    for word in AddressField::WORDS {
        assert_eq!(word.parse().map(AddressField::word), Ok(word));
    }
}

#[test]
fn one_hostile_field_is_enough() {
    let long = "a".repeat(300);
    for hostile in ["-oProxyCommand=id", "a;reboot", "../../x", "", "größe", "a b", long.as_str()] {
        let agent = one(hostile, "slave(1)@10.0.0.1:5051", AddressField::Pid);
        assert_eq!(agent.address, None, "{hostile}");
        assert!(!agent.name().contains("ö") && agent.name().len() < 100, "{}", agent.name());
        assert_eq!(one("a1", &format!("slave(1)@{hostile}:5051"), AddressField::Hostname).address, None);
    }
    assert_eq!(one("a1", "", AddressField::Hostname).address, None);
}

#[test]
fn what_is_no_listing_says_why() {
    let why = |body: &str| parse(body.as_bytes(), AddressField::Pid).expect_err("is no listing");
    assert!(why("\n <!DOCTYPE html><html>").contains("a web page"));
    assert!(why("{\"slaves\":[{\"id\":\"S").contains("breaks off"));
    assert!(why("").contains("breaks off"));
    assert!(why("{\"apps\":[]}").contains("is not a list of agents"));
    assert!(why("[1]x").contains("is not"));
}
