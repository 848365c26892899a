//! `rollback`: the app as it was before, also where the update to be taken back never came up.

use regctl_lab::marathon::{Control, MarathonVersion, Requests};
use serde_json::{Value, json};

use crate::site::Site;

const NEW: MarathonVersion = MarathonVersion::V1_11;
const OLD: MarathonVersion = MarathonVersion::V1_4;

fn memory(site: &Site) -> Option<f64> {
    site.get("/v2/apps/registry")["app"]["mem"].as_f64()
}

fn versions(site: &Site) -> Vec<Value> {
    site.get("/v2/apps/registry/versions")["versions"].as_array().cloned().expect("a list")
}

#[test]
fn an_update_is_taken_back_and_the_way_back_too() {
    for version in [NEW, OLD] {
        let Some(site) = Site::start(version) else { return };
        let first = site.deploy(&[]).report("created")["version"].clone();
        site.deploy(&["--mem", "512", "-y"]).report("updated");
        let dry = site.about("rollback", &["--check"]);
        assert_eq!(dry.code, Some(4), "{dry:?}");
        let plan = dry.json();
        assert_eq!((&plan["schema"], &plan["restores"]), (&"regctl.rollback/v1".into(), &first));
        assert_eq!(plan["differences"], json!([{"key": "mem", "from": 512, "to": 1024}]));
        let refused = site.about("rollback", &[]);
        refused.fault(2, "consent-needed");
        assert!(refused.stderr.contains("~ mem: 512 -> 1024"), "{}", refused.stderr);
        assert_eq!(memory(&site), Some(512.0));
        let report = site.about("rollback", &["--yes"]).report("updated");
        assert_eq!((&report["healthy"], &report["restores"]), (&true.into(), &first));
        assert_eq!(report["endpoints"], json!(["192.168.0.1"]));
        assert_eq!(memory(&site), Some(1024.0));
        site.deploy(&[]).report("unchanged");
        site.about("rollback", &["--yes"]).report("updated");
        assert_eq!(memory(&site), Some(512.0));
    }
}

#[test]
fn a_failed_update_names_the_way_back_and_rollback_gives_its_deployment_up() {
    let Some(site) = Site::start(NEW) else { return };
    site.deploy(&[]).report("created");
    let failed = site.deploy(&["--image", "registry:2.99-none", "-y", "--timeout", "3s"]);
    failed.fault(1, "not-healthy");
    assert!(failed.json()["error"]["hint"].as_str().expect("a hint").contains("regctl rollback"));
    assert_ne!(site.get("/v2/deployments"), json!([]), "it is still being tried");
    let dry = site.about("rollback", &["--dry-run"]).json();
    assert!(dry["warnings"].to_string().contains("is given up"), "{dry:#}");
    let report = site.about("rollback", &["--yes", "--timeout", "60s"]).report("updated");
    assert_eq!(report["healthy"], true);
    assert_eq!(site.get("/v2/apps/registry")["app"]["container"]["docker"]["image"], "registry:2.8.3");
    assert_eq!(site.task_ids().len(), 1);
}

#[test]
fn a_named_version_is_gone_back_to_and_an_unknown_one_is_not() {
    let Some(site) = Site::start(NEW) else { return };
    let first = site.deploy(&[]).report("created")["version"].as_str().expect("a version").to_owned();
    for memory in ["512", "600"] {
        site.deploy(&["--mem", memory, "-y"]).report("updated");
    }
    let run = site.about("rollback", &["--to", "2001-01-01T00:00:00.000Z", "-y"]);
    run.fault(2, "bad-value");
    assert!(run.json()["error"]["hint"].as_str().expect("a hint").contains(&first));
    assert_eq!(site.about("rollback", &["--to", &first, "-y"]).report("updated")["restores"], *first);
    assert_eq!(memory(&site), Some(1024.0));
    site.about("rollback", &["--to", &first, "-y"]).report("unchanged");
}

#[test]
fn where_there_is_no_version_before_nothing_is_done() {
    let Some(site) = Site::start(NEW) else { return };
    site.about("rollback", &["-y"]).fault(1, "no-app");
    site.deploy(&[]).report("created");
    let message = site.about("rollback", &["-y"]).fault(1, "no-such-version");
    assert!(message.contains("/registry"), "{message}");
    assert_eq!(versions(&site).len(), 1);
}

#[test]
fn a_rollback_whose_answer_was_lost_is_not_sent_twice() {
    let Some(site) = Site::start(NEW) else { return };
    site.deploy(&[]).report("created");
    site.deploy(&["--mem", "512", "-y"]).report("updated");
    site.marathon.control(&Control { lose_answer: Some(Requests::next(1, "PUT")), ..Control::default() });
    site.about("rollback", &["-y"]).report("updated");
    assert_eq!((memory(&site), versions(&site).len()), (Some(1024.0), 3));
}
