//! `undeploy`: the app and its task gone, what was on the host left there, or removed where that was asked for.

use std::time::Duration;

use regctl_lab::marathon::{Control, MarathonVersion, Requests};
use serde_json::json;

use crate::cluster::Cluster;
use crate::site::Site;

const NEW: MarathonVersion = MarathonVersion::V1_11;
const OLD: MarathonVersion = MarathonVersion::V1_4;

#[test]
fn the_app_and_its_task_are_gone_and_the_files_stay() {
    for version in [NEW, OLD] {
        let Some(site) = Site::start(version) else { return };
        site.deploy(&[]).report("created");
        let dry = site.about("undeploy", &["--check"]);
        assert_eq!((dry.code, &dry.json()["change"]), (Some(4), &json!("drifted")), "{dry:?}");
        site.about("undeploy", &[]).fault(2, "consent-needed");
        assert_eq!(site.task_ids().len(), 1);
        let report = site.about("undeploy", &["--yes"]).report("removed");
        assert_eq!((&report["schema"], &report["gone"]), (&json!("regctl.undeploy/v1"), &json!(true)));
        assert!(report["deployment_id"].is_string());
        let stays = &report["folders"][0];
        assert_eq!((&stays["host"], &stays["change"]), (&json!("127.0.0.1"), &json!("unchanged")));
        for path in ["/v2/apps", "/v2/tasks"] {
            let list = site.get(path);
            assert_eq!(list.as_object().expect("an object").values().next(), Some(&json!([])), "{path}");
        }
        assert!(site.marathon.agent_root().join("etc/privateregistry/certs/domain.key").exists());
        let again = site.about("undeploy", &["--yes"]).report("unchanged");
        assert_eq!((&again["gone"], &again["folders"]), (&json!(true), &json!([])));
        assert_eq!(site.about("undeploy", &["--check"]).code, Some(0));
        site.deploy(&[]).report("created");
    }
}

#[test]
fn a_lost_answer_and_a_request_that_did_not_arrive_are_looked_up() {
    let Some(site) = Site::start(NEW) else { return };
    for control in [
        Control { lose_answer: Some(Requests::next(1, "DELETE")), ..Control::default() },
        Control { reset: Some(Requests::next(2, "DELETE")), ..Control::default() },
    ] {
        site.deploy(&[]).report("created");
        site.marathon.control(&control);
        assert_eq!(site.about("undeploy", &["-y"]).report("removed")["gone"], true);
        site.marathon.behave();
    }
}

#[test]
fn a_locked_app_is_waited_for_or_taken_by_force() {
    let Some(site) = Site::start(NEW) else { return };
    let lock = Control { locked: vec!["/registry".to_owned()], ..Control::default() };
    site.deploy(&[]).report("created");
    site.marathon.control(&lock);
    let message = site.about("undeploy", &["-y", "--timeout", "1s"]).fault(1, "app-locked");
    assert!(message.contains("locked by deployment"), "{message}");
    let waited = std::thread::scope(|scope| {
        let run = scope.spawn(|| site.about("undeploy", &["-y", "--timeout", "60s"]));
        std::thread::sleep(Duration::from_secs(1));
        site.marathon.behave();
        run.join().expect("ends")
    });
    waited.report("removed");
    site.deploy(&[]).report("created");
    site.marathon.control(&lock);
    site.about("undeploy", &["-y", "--force", "--no-wait"]).report("removed");
}

#[test]
fn folders_of_the_system_or_of_another_app_are_not_purged() {
    let Some(site) = Site::start(NEW) else { return };
    let etc = "container.volumes=[{\"containerPath\":\"/x\",\"hostPath\":\"/etc\",\"mode\":\"RO\"}]";
    let args =
        ["--set", etc, "--no-wait", "--id", "/odd", "--vip", "192.168.0.2:443", "--service-port", "5001"];
    site.deploy(&args).report("created");
    let message = site.about("undeploy", &["--id", "/odd", "--purge", "-y"]).fault(2, "usage");
    assert!(message.contains("/etc is no folder of the registry's own"), "{message}");
    site.deploy(&["--no-wait"]).report("created");
    let message = site.about("undeploy", &["--purge", "-y"]).fault(2, "usage");
    assert!(message.contains("/etc/privateregistry/certs is used by /odd too"), "{message}");
    assert_eq!(site.get("/v2/apps")["apps"].as_array().map(Vec::len), Some(2));
    // A Marathon that knows no pods is judged by its apps.
    site.marathon.control(&Control { podless: true, ..Control::default() });
    let message = site.about("undeploy", &["--purge", "-y"]).fault(2, "usage");
    assert!(message.contains("is used by /odd too"), "{message}");
}

#[test]
fn a_folder_that_a_pod_mounts_is_not_purged() {
    for version in [NEW, OLD] {
        let Some(site) = Site::start(version) else { return };
        assert_eq!(site.get("/v2/pods"), json!([]));
        site.deploy(&["--no-wait"]).report("created");
        let volumes = json!([{"name": "scratch"}, {"name": "certs", "host": "/etc/privateregistry/certs"}]);
        let pods = vec![json!({"id": "/mirror", "volumes": volumes})];
        site.marathon.control(&Control { pods, ..Control::default() });
        let message = site.about("undeploy", &["--purge", "-y"]).fault(2, "usage");
        assert!(message.contains("/etc/privateregistry/certs is used by /mirror too"), "{message}");
        assert_eq!(site.get("/v2/apps")["apps"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn purge_names_the_folders_with_their_size_and_removes_them_in_one_login() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    cluster.shell("a2", "head -c 3000000 /dev/zero >/data/docker-registry/blob; touch /data/other");
    let refused = cluster.regctl(&["undeploy", "-o", "json", "--purge"]);
    refused.fault(2, "consent-needed");
    assert!(
        refused.stderr.contains("would be removed  192.168.1.12:/data/docker-registry, 3.0 MB"),
        "{refused:?}"
    );
    assert!(cluster.host("a2").exists("/data/docker-registry/blob"));
    let before = cluster.host("a2").logins().expect("counts");
    let report = cluster.regctl(&["undeploy", "-o", "json", "--purge", "--yes"]).report("removed");
    let folders = report["folders"].as_array().expect("a list");
    assert_eq!(folders.len(), 3, "{report:#}");
    assert!(
        folders.iter().all(|folder| folder["change"] == "removed" && folder["bytes"].is_u64()),
        "{report:#}"
    );
    // One to measure them for the question, one to remove them.
    assert_eq!(cluster.host("a2").logins().expect("counts") - before, 2);
    for path in ["/data/docker-registry", "/etc/privateregistry/certs", "/etc/privateregistry/config"] {
        assert!(!cluster.host("a2").exists(path), "{path}");
    }
    assert!(cluster.host("a2").exists("/data/other"));
    let keys = cluster.shell("a2", "find /var/lib/regctl -name domain.key | wc -l");
    assert_eq!(keys, "0", "no older key is kept");
    assert_eq!(cluster.status("https://192.168.0.1/v2/"), "000");
}
