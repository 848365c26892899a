//! Taking back, byte for byte, and nothing that is not ours.

use regctl_lab::Host;

use crate::fleet::{CA, FILES, Fleet, identities, liberal};

/// Every file and folder below /etc and /var/lib with its owner, mode and content.
fn snapshot(host: &Host) -> String {
    let line = "find /etc /var/lib -printf '%p %M %u %g %l\n' | sort; find /etc /var/lib -type f -exec cksum {} + | sort";
    host.shell(line).expect("lists").good().expect("lists")
}

#[test]
fn what_was_there_before_comes_back() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    agent.write(CA, "somebody's CA\n\n").expect("writes");
    agent.write("/etc/docker/certs.d/192.168.0.1/client.cert", "theirs").expect("writes");
    agent.shell(&format!("chmod 640 {CA}; chown daemon {CA}")).expect("runs");
    let before = snapshot(agent);
    fleet.trust(&["--registry", "192.168.0.1", "--registry", "lb.example.com:5000"]).assert_exit(0);
    assert_ne!(snapshot(agent), before);
    let looked = fleet.regctl(&["untrust-agents", "--check"]);
    looked.assert_exit(4);
    assert_eq!(looked.status(agent), "drifted");
    fleet.regctl(&["untrust-agents"]).assert_exit(2);
    let run = fleet.regctl(&["untrust-agents", "--yes"]);
    run.assert_exit(0);
    assert_eq!(run.json["schema"], "regctl.untrust-agents/v1");
    assert_eq!(run.status(agent), "changed");
    assert_eq!(snapshot(agent), before);
    assert_eq!(liberal(agent), "0");
    assert_eq!(fleet.regctl(&["untrust-agents", "--yes"]).status(agent), "unchanged");
    assert_eq!(snapshot(agent), before);
}

#[test]
fn what_others_wrote_since_stays() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    fleet.trust(&[]).assert_exit(0);
    agent.write(CA, "theirs by now\n").expect("writes");
    let run = fleet.regctl(&["untrust-agents", "--yes"]);
    run.assert_exit(0);
    assert!(run.stdout.contains("changed by somebody else"), "{}", run.stdout);
    assert_eq!(agent.read(CA).expect("stays"), "theirs by now\n");
    assert!(!agent.exists(FILES[0]) && !agent.exists(FILES[1]));
}

#[test]
fn one_registry_of_two_is_taken_back() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    fleet.trust(&["--registry", "192.168.0.1", "--registry", "lb.example.com:5000"]).assert_exit(0);
    let before = identities(agent);
    fleet.regctl(&["untrust-agents", "--yes", "--registry", "lb.example.com:5000"]).assert_exit(0);
    assert!(!agent.exists("/etc/docker/certs.d/lb.example.com:5000"));
    assert_eq!(identities(agent), before);
    assert_eq!(liberal(agent), "1");
}

#[test]
fn checksums_that_earlier_versions_noted_are_understood() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    let before = snapshot(agent);
    fleet.trust(&[]).assert_exit(0);
    let as_before = "cd /var/lib/regctl/ours && find . -type f | while read -r note; do cksum <\"/$note\" >\"$note\"; done";
    agent.shell(as_before).expect("runs").good().expect("are checksums now");
    agent.write(FILES[0], "changed by hand\n").expect("writes");
    fleet.trust(&[]).assert_exit(0);
    let run = fleet.regctl(&["untrust-agents", "--yes"]);
    run.assert_exit(0);
    assert_eq!(agent.read(FILES[0]).expect("is theirs"), "changed by hand\n");
    agent.shell(&format!("rm {}", FILES[0])).expect("runs");
    assert_eq!(snapshot(agent), before, "{}", run.stdout);
}
