//! What a first run does, and that a second one does nothing.

use regctl_lab::Host;

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
        fleet.assert_trusts(agent.name());
    }
    assert_eq!(liberal(fleet.master()), "0", "the master is no agent");
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
