//! What stands in the way: which code, which words, and that up again mends it.

use regctl_lab::{Fault, page};
use serde_json::Value;

use crate::cluster::{Cluster, TOML, stages};

#[test]
fn one_dead_agent_is_named_and_the_others_are_verified_all_the_same() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.host("a3").fault(&Fault::Blackholed).expect("is set");
    let run = cluster.up(&["--report", "/up.html"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    let report = run.json();
    assert_eq!(
        stages(&report),
        ["preflight=skipped", "cert-gen=done", "deploy=done", "trust-agents=failed", "verify=failed"]
    );
    let failed = report["stages"][3]["report"]["agents"].as_array().expect("a list").iter();
    let failed: Vec<_> =
        failed.filter(|agent| agent["status"] == "failed").map(|agent| &agent["agent"]).collect();
    assert_eq!(failed, ["192.168.1.13"]);
    assert_eq!(report["ok"], false);
    assert_page(&page::data(&cluster.host("master").read("/up.html").expect("the page is there")));
    cluster.host("a3").clear_faults().expect("are cleared");
    let again = cluster.up(&[]);
    assert_eq!(again.code, Some(0), "{again:?}");
    let expected =
        ["preflight=skipped", "cert-gen=unchanged", "deploy=unchanged", "trust-agents=done", "verify=done"];
    assert_eq!(stages(&again.json()), expected);
}

/// The page tells of every stage, paints a3 by trust-agents and verify together, and says of it only once what failed.
fn assert_page(page: &Value) {
    assert_eq!((&page["run"]["command"], &page["run"]["exit"]), (&"up".into(), &3.into()));
    assert!(page["run"]["line"].as_str().expect("a line").contains("--report=/up.html"), "{}", page["run"]);
    assert_eq!(page["stages"].as_array().expect("a list").len(), 5);
    let states: Vec<_> =
        page["agents"].as_array().expect("a list").iter().map(|agent| &agent["state"]).collect();
    assert_eq!(states, ["changed", "changed", "failed"]);
    assert_eq!(page["agents"][0]["checks"].as_array().expect("verify asked it").len(), 2);
    let kinds: Vec<_> =
        page["failures"].as_array().expect("a list").iter().map(|group| &group["kind"]).collect();
    assert_eq!(kinds, ["connect-timeout"]);
    let spans = page["certificates"]["spans"].as_array().expect("a list");
    let roles: Vec<_> = spans.iter().map(|span| (&span["role"], &span["state"])).collect();
    assert_eq!(roles, [(&"ca".into(), &"good".into()), (&"leaf".into(), &"good".into())]);
}

#[test]
fn a_stage_that_fails_stops_the_run_and_keeps_its_own_words() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.host("a2").fault(&Fault::DiskFull).expect("is set");
    let run = cluster.up(&[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let report = run.json();
    let expected = [
        "preflight=skipped",
        "cert-gen=done",
        "deploy=failed",
        "trust-agents=not-reached",
        "verify=not-reached",
    ];
    assert_eq!(stages(&report), expected);
    let error = &report["stages"][2]["report"];
    assert_eq!((&error["schema"], &error["error"]["kind"]), (&"regctl.error/v1".into(), &"staging".into()));
    assert!(report["next"].as_str().expect("a sentence").ends_with("regctl up again goes on from there."));
    let text = cluster.shell("master", "regctl up --no-preflight || true");
    assert!(
        text.contains("trust-agents  not-reached   deploy failed")
            && text.contains("== deploy\nerror[staging]"),
        "{text}"
    );
}

#[test]
fn what_the_operator_gave_is_judged_before_the_first_stage() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.up(&["--agents-file", "-"]).fault(2, "usage");
    cluster.up(&["--ssh-key", "no-such-key"]).fault(2, "no-such-file");
    cluster
        .host("master")
        .write("/regctl.toml", TOML.replace("[ssh]", "image = \"registry\"\n[ssh]"))
        .expect("writes");
    cluster.up(&[]).fault(2, "config");
    assert_eq!(cluster.shell("master", "ls -d certs 2>/dev/null || true"), "");
}

#[test]
fn a_preflight_that_fails_stops_up_before_anything_is_touched() {
    let Some(cluster) = Cluster::start() else { return };
    let before = cluster.files("a2");
    let run = cluster.regctl(&["up"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let report = run.json();
    let expected =
        ["preflight=failed", "cert-gen=not-reached", "deploy=not-reached", "trust-agents=not-reached"];
    assert_eq!(stages(&report)[..4], expected);
    let checks = &report["stages"][0]["report"]["checks"];
    let failed = checks.as_array().expect("a list").iter().filter(|check| check["status"] == "fail");
    assert!(failed.clone().any(|check| check["subject"] == "192.168.1.12"), "{report:#}");
    assert_eq!(cluster.files("a2"), before);
    assert_eq!(cluster.shell("master", "ls -d certs 2>/dev/null || true"), "");
}
