//! The way back.

use regctl_lab::Fault;

use crate::cluster::{Cluster, stages};

const AGENTS: [&str; 3] = ["a1", "a2", "a3"];

#[test]
fn down_leaves_the_cluster_as_it_was_before_up() {
    let Some(cluster) = Cluster::start() else { return };
    // What was there before regctl came is there after it has gone.
    cluster.shell(
        "a1",
        "mkdir -p /etc/docker/certs.d/192.168.0.1 && echo old >/etc/docker/certs.d/192.168.0.1/ca.crt",
    );
    let before = AGENTS.map(|host| cluster.files(host));
    assert_eq!(cluster.up(&[]).code, Some(0));
    let refused = cluster.regctl(&["down", "--purge"]);
    refused.fault(2, "consent-needed");
    assert!(refused.stderr.contains("undeploy      would-change"), "{}", refused.stderr);
    let dry = cluster.regctl(&["down", "--purge", "--check"]);
    assert_eq!(dry.code, Some(4), "{dry:?}");
    assert_eq!(stages(&dry.json()), ["untrust-agents=would-change", "undeploy=would-change"]);
    assert_ne!(AGENTS.map(|host| cluster.files(host)), before);
    let down = cluster.regctl(&["down", "--purge", "--yes"]);
    assert_eq!(down.code, Some(0), "{down:?}");
    let report = down.json();
    assert_eq!(report["schema"], "regctl.down/v1");
    assert_eq!(stages(&report), ["untrust-agents=done", "undeploy=done"]);
    for (host, before) in AGENTS.iter().zip(before) {
        assert_eq!(cluster.files(host), before, "{host}");
    }
    assert!(!cluster.host("a2").exists("/data/docker-registry"));
    assert_eq!(
        cluster.shell("master", "curl -s http://marathon.mesos:8080/v2/apps | jq -c .apps; ls certs"),
        "[]\nca.crt\nca.key\ndomain.crt\ndomain.key"
    );
    let again = cluster.regctl(&["down"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(stages(&again.json()), ["untrust-agents=unchanged", "undeploy=unchanged"]);
    assert!(again.json()["next"].as_str().expect("a sentence").starts_with("Everything was as asked"));
}

#[test]
fn down_keeps_the_images_and_up_brings_the_registry_back() {
    let Some(cluster) = Cluster::start() else { return };
    assert_eq!(cluster.up(&[]).code, Some(0));
    cluster.shell("a2", "echo image >/data/docker-registry/kept");
    cluster.host("a3").fault(&Fault::Blackholed).expect("is set");
    let down = cluster.regctl(&["down", "--yes"]);
    assert_eq!(down.code, Some(3), "{down:?}");
    assert_eq!(stages(&down.json()), ["untrust-agents=failed", "undeploy=done"]);
    cluster.host("a3").clear_faults().expect("are cleared");
    let down = cluster.regctl(&["down", "--yes"]);
    assert_eq!(down.code, Some(0), "{down:?}");
    assert_eq!(stages(&down.json()), ["untrust-agents=done", "undeploy=unchanged"]);
    let up = cluster.up(&[]);
    assert_eq!(up.code, Some(0), "{up:?}");
    assert!(stages(&up.json()).contains(&"cert-gen=unchanged".to_owned()));
    assert_eq!(cluster.shell("a2", "cat /data/docker-registry/kept"), "image");
}
