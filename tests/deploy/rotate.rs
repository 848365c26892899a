//! `regctl cert rotate-ca` in a whole lab, with agents that pull through all of it.

use std::io::Write as _;

use regctl_lab::{Fault, Tier};
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::pulling::{Pulling, Pulls};
use crate::run::Run;

const CA: &str = "/etc/docker/certs.d/192.168.0.1/ca.crt";
const SERVED: &str = "echo | openssl s_client -connect 192.168.0.1:443 2>/dev/null |
    openssl x509 -noout -fingerprint -sha256";
/// Fewer pulls than these would not have met every stage; a cold pull by an engine takes most of a second.
const ENOUGH: usize = 5;

/// A registry that every agent trusts.
fn trusted(tier: Tier) -> Option<Cluster> {
    let cluster = Cluster::start_on(tier)?;
    cluster.deploy(&[]).report("created");
    assert_eq!(cluster.regctl(&["trust-agents"]).code, Some(0));
    Some(cluster)
}

fn rotate(cluster: &Cluster, more: &[&str]) -> Run {
    cluster.regctl(&[&["cert", "rotate-ca", "-o", "json", "--yes", "--host", "192.168.1.12"], more].concat())
}

/// The report of a run that has to end so.
fn ended(run: &Run, code: i32, outcome: &str) -> Value {
    assert_eq!(run.code, Some(code), "{run:?}");
    let report = run.json();
    assert_eq!(report["outcome"], outcome, "{report:#}");
    report
}

fn fingerprint(cluster: &Cluster, file: &str) -> String {
    cluster.shell("master", &format!("openssl x509 -noout -fingerprint -sha256 -in {file}"))
}

/// Whether a key of the master belongs to a certificate there.
fn assert_match(cluster: &Cluster, certificate: &str, key: &str) {
    let line = format!(
        "openssl x509 -noout -pubkey -in {certificate} >a && openssl pkey -pubout -in {key} >b && cmp a b"
    );
    cluster.shell("master", &line);
}

fn assert_agents_hold(cluster: &Cluster, file: &str) {
    let wanted = cluster.host("master").read(file).expect("is there");
    for agent in ["a1", "a2", "a3"] {
        assert_eq!(cluster.host(agent).read(CA).expect("is there"), wanted, "{agent}");
    }
}

/// Nobody ever met a certificate that it did not trust. The figures go past the test harness' capture.
fn assert_all_trusted(pulls: &[Pulls]) {
    for (number, pulls) in pulls.iter().enumerate() {
        let figures = format!(
            "a{}: {} pulls good, {} while the registry restarted\n",
            number + 1,
            pulls.good,
            pulls.refused
        );
        let _ = std::io::stderr().write_all(figures.as_bytes());
        assert!(pulls.bad.is_empty() && pulls.good >= ENOUGH, "a{}: {pulls:?}", number + 1);
    }
}

fn assert_rotated(cluster: &Cluster, old: &str) {
    assert_agents_hold(cluster, "/certs/ca.crt");
    assert!(fingerprint(cluster, "certs/ca.crt") != old);
    assert_eq!(cluster.shell("master", "grep -c BEGIN certs/ca.crt"), "1");
    assert_eq!(cluster.shell("master", SERVED), fingerprint(cluster, "certs/domain.crt"));
    assert_match(cluster, "certs/ca.crt", "certs/ca.key");
    assert_match(cluster, "certs/domain.crt", "certs/domain.key");
    assert_eq!(
        cluster.shell("master", "stat -c %a certs/ca.key; ls certs"),
        "600\nbackup\nca.crt\nca.key\ndomain.crt\ndomain.key"
    );
    assert_eq!(
        cluster.shell("master", "openssl x509 -noout -fingerprint -sha256 -in certs/backup/*/ca.crt"),
        old
    );
}

#[test]
fn every_agent_pulls_through_a_whole_rotation() {
    let Some(cluster) = trusted(Tier::T2) else { return };
    let old = fingerprint(&cluster, "certs/ca.crt");
    let dry = ended(&rotate(&cluster, &["--check"]), 4, "planned");
    assert_eq!((&dry["agents"], &dry["held_up"], &dry["new_ca"]), (&json!(3), &json!([]), &Value::Null));
    assert!(!cluster.host("master").exists("/certs/rotation"));
    let pulling = Pulling::start(&cluster);
    let report = ended(&rotate(&cluster, &[]), 0, "rotated");
    pulling.wait_for_more();
    assert_all_trusted(&pulling.stop());
    assert_eq!(report["endpoints"], json!([{"address": "192.168.0.1", "certificate": "new"}]));
    assert_rotated(&cluster, &old);
    assert_eq!(cluster.deploy(&[]).report("unchanged")["app_id"], "/registry");
}

#[test]
fn a_rotation_is_gone_on_with_wherever_it_was_interrupted() {
    let Some(cluster) = trusted(Tier::T1) else { return };
    let old = fingerprint(&cluster, "certs/ca.crt");
    let pulling = Pulling::start(&cluster);
    let mut new = None;
    for stage in 1..=4 {
        for (signal, code) in [("INT", 130), ("KILL", 0)] {
            let words = format!("Stage {stage} of 4");
            let run = cluster.signal(signal, &words, "--yes cert rotate-ca --host 192.168.1.12");
            assert_eq!(run.code, Some(code), "{signal} in stage {stage}: {run:?}");
            let key = "certs/rotation/ca.key";
            assert_eq!(cluster.shell("master", &format!("stat -c %a {key}")), "600");
            assert_match(&cluster, "certs/rotation/ca.crt", key);
            assert_match(&cluster, "certs/domain.crt", "certs/domain.key");
            assert_match(&cluster, "certs/ca.crt", "certs/ca.key");
            let made = fingerprint(&cluster, "certs/rotation/ca.crt");
            assert_eq!(*new.get_or_insert_with(|| made.clone()), made, "another CA was made");
            pulling.wait_for_more();
            if stage < 4 {
                let refused = cluster.regctl(&["cert", "renew", "-o", "json", "--host", "192.168.1.12"]);
                assert!(refused.fault(2, "under-way").contains("rotation is under way"));
            }
        }
    }
    ended(&rotate(&cluster, &[]), 0, "rotated");
    pulling.wait_for_more();
    assert_all_trusted(&pulling.stop());
    assert_rotated(&cluster, &old);
    assert_eq!(new, Some(fingerprint(&cluster, "certs/ca.crt")));
}

#[test]
fn an_agent_that_cannot_follow_holds_the_rotation_up_before_the_leaf_is_exchanged() {
    let Some(cluster) = trusted(Tier::T1) else { return };
    let (old, leaf) = (fingerprint(&cluster, "certs/ca.crt"), cluster.shell("master", SERVED));
    let pulling = Pulling::start(&cluster);
    cluster.host("a3").fault(&Fault::PortClosed).expect("is set");
    let report = ended(&rotate(&cluster, &["--retries", "0"]), 3, "held-up");
    assert_eq!(report["stages"][0], json!({"stage": "trust-both", "progress": "held-up"}));
    let held = &report["held_up"][0];
    assert_eq!(
        (&held["agent"], &held["kind"]),
        (&json!("192.168.1.13"), &json!("connect-refused")),
        "{report:#}"
    );
    assert_eq!(cluster.shell("master", SERVED), leaf);
    // A CA that somebody takes away again is seen at the gate.
    cluster.host("a3").clear_faults().expect("is well");
    let run = cluster.signal("KILL", "Stage 2 of 4", "--yes cert rotate-ca --host 192.168.1.12");
    assert_eq!(run.code, Some(0), "{run:?}");
    if cluster.shell("master", SERVED) == leaf {
        let before = cluster.host("master").read("/certs/rotation/old-ca.crt").expect("is kept");
        cluster.host("a3").write(CA, before).expect("writes");
        let report = ended(&rotate(&cluster, &[]), 3, "held-up");
        assert_eq!(report["held_up"][0]["kind"], "differs", "{report:#}");
    }
    ended(&rotate(&cluster, &[]), 0, "rotated");
    assert_all_trusted(&pulling.stop());
    assert_rotated(&cluster, &old);
}

#[test]
fn local_proxies_check_the_registry_by_both_cas_and_then_by_the_new_one() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.host("master").write("/regctl.toml", "[trust]\nmode = \"local-proxy\"\n").expect("writes");
    cluster.deploy(&[]).report("created");
    assert_eq!(cluster.regctl(&["trust-agents"]).code, Some(0));
    let served = cluster.shell("master", SERVED);
    ended(&rotate(&cluster, &[]), 0, "rotated");
    assert_ne!(cluster.shell("master", SERVED), served);
    let ca = cluster.host("master").read("/certs/ca.crt").expect("is there");
    for agent in ["a1", "a2", "a3"] {
        assert_eq!(cluster.host(agent).read("/etc/regctl/proxy/192.168.0.1/ca.crt").expect("is there"), ca);
        assert_eq!(cluster.shell(agent, "curl -sSf http://localhost:5001/v2/"), "{}");
        assert!(!cluster.host(agent).exists(CA), "engines have no need of it");
    }
    let seen = cluster.regctl(&["verify", "-o", "json", "--from-agents"]);
    assert_eq!(seen.code, Some(0), "{seen:?}");
    assert_eq!(cluster.regctl(&["trust-agents", "--check"]).code, Some(0));
}

#[test]
fn an_excepted_agent_is_told_and_gone_on_without() {
    let Some(cluster) = trusted(Tier::T1) else { return };
    cluster.host("a3").fault(&Fault::PortClosed).expect("is set");
    let report = ended(&rotate(&cluster, &["--retries", "0", "--except", "192.168.1.13"]), 0, "rotated");
    assert_eq!(report["held_up"][0]["excepted"], true, "{report:#}");
    let narrowed = rotate(&cluster, &["--only", "192.168.1.11"]).fault(2, "usage");
    assert!(narrowed.contains("every agent"), "{narrowed}");
}

#[test]
fn a_rotation_is_taken_back_while_the_registry_has_its_old_leaf() {
    let Some(cluster) = trusted(Tier::T1) else { return };
    let (ca, leaf) = (cluster.host("master").read("/certs/ca.crt"), cluster.shell("master", SERVED));
    let ca = ca.expect("is there");
    rotate(&cluster, &["--abort"]).fault(2, "nothing-under-way");
    cluster.host("a3").fault(&Fault::PortClosed).expect("is set");
    ended(&rotate(&cluster, &["--retries", "0"]), 3, "held-up");
    assert_eq!(cluster.shell("a1", &format!("grep -c BEGIN {CA}")), "2");
    assert_eq!(cluster.shell("master", "grep -c BEGIN certs/ca.crt"), "2");
    cluster.host("a3").clear_faults().expect("is well");
    ended(&rotate(&cluster, &["--abort", "--check"]), 4, "planned");
    assert_eq!(cluster.shell("a1", &format!("grep -c BEGIN {CA}")), "2", "a check took something back");
    let pulling = Pulling::start(&cluster);
    let report = ended(&rotate(&cluster, &["--abort"]), 0, "aborted");
    assert_all_trusted(&{
        pulling.wait_for_more();
        std::thread::sleep(std::time::Duration::from_secs(1));
        pulling.stop()
    });
    assert_eq!(cluster.host("master").read("/certs/ca.crt").expect("is there"), ca);
    assert_agents_hold(&cluster, "/certs/ca.crt");
    assert_eq!(cluster.shell("master", SERVED), leaf);
    let kept = report["backup"].as_str().expect("a folder");
    assert_match(&cluster, &format!("{kept}/ca.crt"), &format!("{kept}/ca.key"));
    assert!(!cluster.host("master").exists("/certs/rotation"));
}

#[test]
fn other_stores_that_trust_the_registry_are_kept_in_step() {
    let Some(cluster) = trusted(Tier::T1) else { return };
    let trusted = cluster.regctl(&["trust-agents", "--only", "192.168.1.13", "--runtime", "docker,ucr"]);
    assert_eq!(trusted.code, Some(0), "{trusted:?}");
    ended(&rotate(&cluster, &[]), 0, "rotated");
    let ucr = "/var/lib/dcos/pki/tls/certs/regctl-192.168.0.1.crt";
    let ca = cluster.host("master").read("/certs/ca.crt").expect("is there");
    assert_eq!(cluster.host("a3").read(ucr).expect("is there"), ca);
    assert!(!cluster.host("a1").exists(ucr), "it was not asked for there");
}
