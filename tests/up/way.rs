//! The whole way, once and again.

use serde_json::json;

use crate::cluster::{Cluster, QUICK, stages};

#[test]
fn up_makes_a_registry_that_every_agent_trusts_and_again_changes_nothing() {
    let Some(cluster) = Cluster::start() else { return };
    let first = cluster.up(&[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let report = first.json();
    assert_eq!((&report["schema"], &report["ok"]), (&json!("regctl.up/v1"), &json!(true)));
    assert_eq!(
        stages(&report),
        ["preflight=skipped", "cert-gen=done", "deploy=done", "trust-agents=done", "verify=done"]
    );
    let schemas: Vec<_> = report["stages"]
        .as_array()
        .expect("a list")
        .iter()
        .skip(1)
        .map(|it| &it["report"]["schema"])
        .collect();
    assert_eq!(
        schemas,
        ["regctl.cert-gen/v1", "regctl.deploy/v1", "regctl.trust-agents/v1", "regctl.verify/v1"]
    );
    assert!(report["next"].as_str().expect("a sentence").contains("docker push 192.168.0.1/"), "{report:#}");
    let before = ["a1", "a2", "a3"].map(|host| cluster.files(host));
    let again = cluster.up(&[]);
    assert_eq!(again.code, Some(0), "{again:?}");
    let report = again.json();
    let expected = [
        "preflight=skipped",
        "cert-gen=unchanged",
        "deploy=unchanged",
        "trust-agents=unchanged",
        "verify=done",
    ];
    assert_eq!(stages(&report), expected);
    assert!(
        report["next"]
            .as_str()
            .expect("a sentence")
            .starts_with("Everything was as asked; nothing was changed.")
    );
    assert_eq!(["a1", "a2", "a3"].map(|host| cluster.files(host)), before);
    let check = cluster.up(&["--check"]);
    assert_eq!(check.code, Some(0), "{check:?}");
}

#[test]
fn a_dry_run_says_what_every_stage_would_do_and_does_nothing() {
    let Some(cluster) = Cluster::start() else { return };
    let before = ["a1", "a2", "a3"].map(|host| cluster.files(host));
    let dry = cluster.up(&["--check"]);
    assert_eq!(dry.code, Some(4), "{dry:?}");
    let report = dry.json();
    let expected = [
        "preflight=skipped",
        "cert-gen=would-change",
        "deploy=would-change",
        "trust-agents=would-change",
        "verify=skipped",
    ];
    assert_eq!(stages(&report), expected);
    assert_eq!(report["stages"][2]["report"]["app"]["env"]["REGISTRY_HTTP_SECRET"], "(secret)");
    assert_eq!(["a1", "a2", "a3"].map(|host| cluster.files(host)), before);
    assert_eq!(cluster.shell("master", "ls -d certs .regctl /root/.local 2>/dev/null || true"), "");
    assert_eq!(cluster.regctl(&["cert", "gen"]).code, Some(0));
    let dry = cluster.up(&["--dry-run"]);
    assert_eq!(dry.code, Some(0), "{dry:?}");
    let expected = [
        "preflight=skipped",
        "cert-gen=unchanged",
        "deploy=would-change",
        "trust-agents=would-change",
        "verify=skipped",
    ];
    assert_eq!(stages(&dry.json()), expected);
    assert_eq!(["a1", "a2", "a3"].map(|host| cluster.files(host)), before);
}

#[test]
fn up_passes_its_own_preflight_before_and_after_on_a_host_with_an_engine() {
    let Some(cluster) = Cluster::start_with_engine() else { return };
    let up = || cluster.regctl(&[&["up", "--host", "192.168.1.11", "--pull"], &QUICK[..]].concat());
    let run = up();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(stages(&run.json())[..2], ["preflight=done", "cert-gen=done"]);
    let pulled = &run.json()["stages"][4]["report"]["checks"];
    let pulled = pulled.as_array().expect("a list").iter();
    assert!(
        pulled.clone().any(|it| it["subject"] == "192.168.1.11"
            && it["name"] == "agent-pull"
            && it["status"] == "pass"),
        "{run:?}"
    );
    // Its own app is no clash of ports or VIP.
    let run = up();
    assert_eq!(run.code, Some(0), "{run:?}");
    let expected =
        ["preflight=done", "cert-gen=unchanged", "deploy=unchanged", "trust-agents=unchanged", "verify=done"];
    assert_eq!(stages(&run.json()), expected);
}
