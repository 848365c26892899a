//! What a first run does, and that a second one does nothing.

use regctl_lab::Host;
use regctl_lab::faults::Fault;
use regctl_lab::mesos::{OddAgent, Scenario};
use serde_json::Value;

use crate::fleet::{Fleet, identities, liberal};

fn logins(host: &Host) -> (usize, usize) {
    (host.logins().expect("counts"), host.sessions().expect("counts"))
}

#[test]
fn one_login_and_one_command_for_each_agent() {
    let Some(fleet) = Fleet::start(3) else { return };
    assert!(fleet.lab.agents().all(|agent| liberal(agent) == "0"));
    let run = fleet.trust(&[]);
    run.assert_exit(0);
    assert_eq!(run.json["schema"], "regctl.trust-agents/v1");
    assert_eq!(run.json["summary"]["changed"], 3);
    for agent in fleet.lab.agents() {
        assert_eq!(run.status(agent), "changed");
        assert_eq!(logins(agent), (1, 1), "{}", agent.name());
        assert_eq!(agent.connections().expect("counts"), 1, "sshd saw more than the login");
        fleet.assert_trusts(agent.name());
    }
    assert_eq!(liberal(fleet.master()), "0", "the master is no agent");
    let agents = &fleet.records()[1]["agents"];
    let names = serde_json::json!(["192.168.1.11", "192.168.1.12", "192.168.1.13"]);
    assert_eq!((&agents["changed"], &agents["changed_names"]), (&3.into(), &names));
    fleet.assert_nothing_is_left();
}

#[test]
fn a_second_run_rewrites_nothing() {
    let Some(fleet) = Fleet::start(1) else { return };
    fleet.trust(&[]).assert_exit(0);
    let agent = fleet.agent("a1");
    let before = identities(agent);
    let run = fleet.trust(&[]);
    run.assert_exit(0);
    assert_eq!(run.status(agent), "unchanged");
    assert_eq!(identities(agent), before);
    assert_eq!(logins(agent), (2, 2));
}

#[test]
fn what_was_changed_is_mended_and_nothing_else_is_touched() {
    let Some(fleet) = Fleet::start(1) else { return };
    fleet.trust(&[]).assert_exit(0);
    let agent = fleet.agent("a1");
    let before = identities(agent);
    agent.write(crate::fleet::CA, "somebody else's\n").expect("writes");
    let run = fleet.trust(&[]);
    assert_eq!(run.status(agent), "changed");
    fleet.assert_trusts("a1");
    assert_eq!(identities(agent)[..2], before[..2]);
    let kept = agent.read("/var/lib/regctl/before/etc/docker/certs.d/192.168.0.1/ca.crt");
    assert_eq!(kept.expect("is kept"), "somebody else's\n");
}

#[test]
fn a_sync_that_knows_no_single_files_is_done_without() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    // As coreutils 8.22 of CentOS 7 answers `sync -d FILE`.
    agent.shim("sync", "echo \"sync: invalid option -- 'd'\" >&2; exit 1").expect("is shimmed");
    fleet.trust(&[]).assert_exit(0);
    fleet.assert_trusts("a1");
    agent.shim("dd", "echo 'dd: fsync failed: No space left on device' >&2; exit 1").expect("is shimmed");
    agent.write(crate::fleet::CA, "the old CA\n").expect("writes");
    let run = fleet.trust(&[]);
    run.assert_exit(1);
    assert_eq!(run.agent(agent)["error"]["kind"], "disk-full", "{}", run.stdout);
    assert_eq!(agent.read(crate::fleet::CA).expect("is there"), "the old CA\n");
    assert_eq!(agent.shell("find /etc -name '*.regctl'").expect("looks").stdout, "");
}

#[test]
fn each_registry_gets_the_folder_of_its_literal_name() {
    let Some(fleet) = Fleet::start(1) else { return };
    let run = fleet.trust(&["--registry", "192.168.0.1", "--registry", "lb.example.com:5000", "--no-sysctl"]);
    run.assert_exit(0);
    let agent = fleet.agent("a1");
    for name in ["192.168.0.1", "lb.example.com:5000"] {
        assert!(agent.exists(&format!("/etc/docker/certs.d/{name}/ca.crt")), "{name}");
    }
    assert_eq!(liberal(agent), "0", "--no-sysctl");
    assert_eq!(logins(agent), (1, 1));
}

#[test]
fn trust_outlives_a_reboot() {
    let Some(fleet) = Fleet::start(1) else { return };
    fleet.trust(&[]).assert_exit(0);
    let agent = fleet.agent("a1");
    fleet.lab.reboot("a1").expect("reboots");
    // Its cable is a new one; on real hosts the hardware address stays.
    fleet.master().exec(&["ip", "neigh", "flush", "all"]).expect("forgets the old one");
    assert_eq!(liberal(agent), "1", "sysctl.d was read at boot");
    let run = fleet.trust(&[]);
    assert_eq!(run.status(agent), "unchanged", "{}", run.stdout);
}

#[test]
fn a_stream_tells_each_agent_as_soon_as_it_is_done() {
    let Some(fleet) = Fleet::start(2) else { return };
    fleet.trust(&["--stream", "--skip", "*"]).assert_exit(1);
    fleet.agent("a1").fault(&Fault::PortClosed).expect("is closed");
    let bad = OddAgent { hostname: "a;b".to_owned(), pid: "slave(1)@192.168.1.12:5051".to_owned() };
    fleet.lab.mesos(&Scenario::Odd { agents: vec![bad] }).expect("plays");
    let run = fleet.trust(&["--stream"]);
    run.assert_exit(3);
    let lines: Vec<Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    let told: Vec<_> = lines.iter().map(|line| (&line["agent"], &line["status"])).collect();
    assert_eq!(lines.len(), 4, "{told:?}");
    assert_eq!(told[0], (&"192.168.1.12".into(), &"changed".into()), "the good one is done first");
    assert_eq!((told[1].1, &lines[1]["error"]["kind"]), (&"failed".into(), &"connect-refused".into()));
    assert_eq!(lines[2]["error"]["kind"], "invalid-name");
    assert_eq!(lines[0]["schema"], "regctl.trust-agents.agent/v1");
    assert_eq!(
        (&lines[3]["schema"], &lines[3]["total"]),
        (&"regctl.trust-agents.summary/v1".into(), &3.into())
    );
    let human = fleet.master().exec(&["regctl", "trust-agents", "--stream"]).expect("runs");
    assert_eq!(human.status.code(), Some(2), "{}", human.stderr);
}
