//! `regctl gc` through Marathon, with a real Docker Engine that collects by the registry's own program.

use std::thread;

use regctl_lab::Tier;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::images::{delete, pulls, push, push_for_platforms, with_images};
use crate::run::Run;

const APP: &str = "192.168.0.1/lab/app";
/// Checked more often than in a cluster, so that the tests are short.
const QUICK: [&str; 4] =
    ["--set", "healthChecks.0.intervalSeconds=1", "--set", "healthChecks.0.delaySeconds=0"];
/// Only the collection itself: what asks what would be deleted, and all else that Docker is told, goes on.
const COLLECTION: &str = "case \"$*\" in *garbage-collect*--dry-run*) ;; *garbage-collect*)";

/// A registry on a1, where the engine is, with an image that stays and one that was deleted.
fn start() -> Option<Cluster> {
    let cluster = Cluster::start_on(Tier::T2)?;
    cluster.deploy(&[&["--host", "192.168.1.11"], &QUICK[..]].concat()).report("created");
    push(cluster.host("master"), APP, "stays");
    push(cluster.host("master"), APP, "goes");
    delete(cluster.host("master"), APP, "goes");
    Some(cluster)
}

fn gc(cluster: &Cluster, args: &[&str]) -> Run {
    cluster.regctl(&[&["gc", "-o", "json"], args].concat())
}

fn app(cluster: &Cluster) -> Value {
    let text = cluster.shell("master", "curl -s http://marathon.mesos:8080/v2/apps/registry");
    serde_json::from_str::<Value>(&text).expect("is JSON")["app"].clone()
}

fn tasks(cluster: &Cluster) -> Vec<Value> {
    app(cluster)["tasks"].as_array().expect("a list").iter().map(|task| task["id"].clone()).collect()
}

fn instead_of_collecting(cluster: &Cluster, line: &str) {
    let shim = format!("{COLLECTION} {line} ;; esac\nexec /usr/bin/docker \"$@\"");
    cluster.host("a1").shim("docker", &shim).expect("is put there");
}

fn collectors(cluster: &Cluster) -> String {
    cluster.shell("a1", "/usr/bin/docker ps -aq --filter name=regctl-gc")
}

#[test]
fn garbage_goes_and_everything_with_a_tag_stays() {
    let Some(cluster) = start() else { return };
    push_for_platforms(cluster.host("master"), APP, "both");
    assert_eq!(cluster.regctl(&["verify", "--push"]).code, Some(0));
    let before = tasks(&cluster);
    let dry = gc(&cluster, &["--check"]);
    let found = dry.json();
    assert_eq!(
        (dry.code, &found["change"], &found["dry_run"]),
        (Some(4), &json!("drifted"), &json!(true)),
        "{dry:?}"
    );
    // Manifest, configuration and layer of the one, configuration and layers of verify's own image.
    let blobs = found["blobs"].as_u64().expect("a number");
    assert!(blobs >= 5 && found["freed"].as_u64() > Some(300_000), "{found:#}");
    assert_eq!((&found["manifests"], &found["kept_parts"]), (&json!(0), &json!(2)), "{found:#}");
    assert_eq!(tasks(&cluster), before, "a dry run stops nothing");
    let again = gc(&cluster, &["--check"]).json();
    assert_eq!((&again["blobs"], &again["bytes_before"]), (&found["blobs"], &found["bytes_before"]));
    let message = gc(&cluster, &[]).fault(2, "consent-needed");
    assert!(message.starts_with("stopping /registry: nobody pulls or pushes for about 2"), "{message}");
    let report = gc(&cluster, &["--yes"]).report("changed");
    assert_eq!(
        (&report["app_id"], &report["mode"], &report["blobs"]),
        (&json!("/registry"), &json!("stopped"), &json!(blobs))
    );
    let size = |key: &str| report[key].as_u64().expect("a number");
    assert!(
        size("freed") > 300_000 && size("freed") == size("bytes_before") - size("bytes_after"),
        "{report:#}"
    );
    for tag in ["stays", "both-amd64", "both-arm64"] {
        assert!(pulls(cluster.host("master"), APP, tag), "{tag}");
    }
    assert!(!pulls(cluster.host("master"), APP, "goes"));
    // A registry that remembered the layers would take them for pushed, and have no image.
    push(cluster.host("master"), APP, "goes");
    assert!(pulls(cluster.host("master"), APP, "goes"));
    let running = tasks(&cluster);
    gc(&cluster, &["--yes"]).report("unchanged");
    assert_eq!(tasks(&cluster), running, "without garbage nothing is stopped");
}

#[test]
fn manifests_without_a_tag_go_unless_they_are_kept() {
    let Some(cluster) = start() else { return };
    push_for_platforms(cluster.host("master"), APP, "both");
    // The tag gets another image, and the first one is left without any.
    with_images(cluster.host("master"), APP, "image next; manifest next.manifest stays $type.v2+json");
    let count = |args: &[&str]| {
        let found = gc(&cluster, &[&["--dry-run"], args].concat()).json();
        (found["manifests"].clone(), found["blobs"].clone())
    };
    assert_eq!(count(&["--keep-untagged"]), (json!(0), json!(3)));
    assert_eq!(count(&[]), (json!(1), json!(6)));
    let report = gc(&cluster, &["--yes"]).report("changed");
    assert_eq!(
        (&report["manifests"], &report["blobs"], &report["kept_parts"]),
        (&json!(1), &json!(6), &json!(2))
    );
    assert!(!pulls(cluster.host("master"), APP, "stays") && pulls(cluster.host("master"), APP, "next"));
    assert!(pulls(cluster.host("master"), APP, "both-arm64"));
}

#[test]
fn a_collection_that_fails_or_is_interrupted_leaves_the_registry_running() {
    let Some(cluster) = start() else { return };
    let before = app(&cluster);
    instead_of_collecting(&cluster, "echo 'garbage: no space left on device' >&2; exit 1");
    let message = gc(&cluster, &["--yes"]).fault(1, "gc");
    assert!(message.contains("no space left on device"), "{message}");
    assert!(message.ends_with("/registry runs again as before"), "{message}");
    assert_eq!(cluster.status("https://192.168.0.1/v2/"), "200");
    // One that goes on when nobody waits for it any more would delete what is pushed to the registry that runs again.
    let endless = "exec /usr/bin/docker run --rm --name regctl-gc-registry --entrypoint /bin/sh registry:2.8.3 -c 'while :; do :; done'";
    instead_of_collecting(&cluster, endless);
    let message = cluster.signal("INT", "Collecting", "gc --yes").fault(130, "interrupted");
    assert!(message.ends_with("/registry runs again as before"), "{message}");
    assert_eq!(
        (collectors(&cluster).as_str(), cluster.status("https://192.168.0.1/v2/").as_str()),
        ("", "200")
    );
    let after = app(&cluster);
    for key in ["instances", "env", "labels"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    // Where regctl itself is killed, the next run does it.
    assert_eq!(cluster.signal("KILL", "Collecting", "gc --yes").code, Some(0));
    assert_eq!(app(&cluster)["instances"], 0);
    let warnings =
        cluster.deploy(&[&["--host", "192.168.1.11", "--dry-run"], &QUICK[..]].concat()).json()["warnings"]
            .to_string();
    assert!(warnings.contains("is stopped, as by a collection of garbage"), "{warnings}");
    cluster.shell("a1", "rm /usr/local/bin/docker /usr/local/sbin/docker");
    gc(&cluster, &["--yes"]).report("changed");
    assert_eq!((app(&cluster)["instances"].clone(), collectors(&cluster).as_str()), (json!(1), ""));
    assert!(pulls(cluster.host("master"), APP, "stays"));
}

#[test]
fn while_it_is_not_known_that_the_collection_has_ended_nobody_can_push() {
    let Some(cluster) = start() else { return };
    let before = app(&cluster);
    // It goes on although nobody waits for it, and nobody can be asked whether it has ended.
    let lost = "sleep 20; exit 1 ;; *'ps -aq --filter name=^/regctl-gc'*) echo 'no answer' >&2; exit 1";
    instead_of_collecting(&cluster, lost);
    let message = cluster.signal("INT", "Collecting", "gc --yes").fault(130, "interrupted");
    assert!(
        message.contains("no answer") && message.contains("/registry takes no pushes until"),
        "{message}"
    );
    let uploads = "-X POST https://192.168.0.1/v2/lab/app/blobs/uploads/";
    assert_eq!(cluster.status(uploads), "405");
    assert!(pulls(cluster.host("master"), APP, "stays"));
    cluster.shell("a1", "rm /usr/local/bin/docker /usr/local/sbin/docker");
    let report = gc(&cluster, &["--yes"]).report("changed");
    assert_eq!(report["blobs"], json!(3));
    assert_eq!(cluster.status(uploads), "202");
    let after = app(&cluster);
    for key in ["instances", "env", "labels"] {
        assert_eq!(after[key], before[key], "{key}");
    }
}

#[test]
fn a_read_only_registry_is_pulled_from_and_not_pushed_to_while_it_is_collected() {
    let Some(cluster) = start() else { return };
    let before = app(&cluster);
    // It lasts until everything was tried.
    let slow =
        "touch /run/collecting; for try in $(seq 600); do [ -e /run/collecting ] || break; sleep 0.05; done";
    instead_of_collecting(&cluster, slow);
    let (run, seen) = thread::scope(|scope| {
        let run = scope.spawn(|| gc(&cluster, &["--yes", "--read-only"]));
        let is_at_it =
            "for try in $(seq 600); do [ ! -e /run/collecting ] || exit 0; sleep 0.05; done; exit 1";
        cluster.shell("a1", is_at_it);
        let push = cluster.status("-X POST https://192.168.0.1/v2/lab/app/blobs/uploads/");
        let seen: Vec<bool> = (0..5).map(|_| pulls(cluster.host("master"), APP, "stays")).collect();
        let still = !run.is_finished();
        cluster.shell("a1", "rm /run/collecting");
        (run.join().expect("ends"), (push, seen, still))
    });
    let report = run.report("changed");
    assert_eq!((&report["mode"], &report["blobs"]), (&json!("read-only"), &json!(3)), "{report:#}");
    assert_eq!(seen, ("405".to_owned(), vec![true; 5], true));
    let after = app(&cluster);
    for key in ["instances", "env", "labels"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    push(cluster.host("master"), APP, "goes");
    assert!(pulls(cluster.host("master"), APP, "goes") && pulls(cluster.host("master"), APP, "stays"));
    let versions = cluster.regctl(&["rollback", "--dry-run", "-o", "json"]);
    assert_ne!(versions.code, Some(0), "no version of the collection's is one to go back to: {versions:?}");
}

#[test]
fn all_instances_on_shared_storage_stop_and_all_come_back() {
    let Some(cluster) = Cluster::start_on(Tier::T2) else { return };
    let toml = "[registry]\nhosts = [\"192.168.1.11\", \"192.168.1.12\"]\ndata_dir = \"/srv/shared/registry\"\n\
                [registry.storage]\nshared = true\n";
    cluster.host("master").write("/regctl.toml", toml).expect("writes");
    cluster.shell("a1", "mkdir /srv/shared/registry");
    cluster.regctl(&[&["deploy", "-o", "json"], &QUICK[..]].concat()).report("created");
    push(cluster.host("master"), APP, "stays");
    push(cluster.host("master"), APP, "goes");
    delete(cluster.host("master"), APP, "goes");
    // It tells how many registries run when it is collected.
    instead_of_collecting(&cluster, "pgrep -fc 'registry serve' >/srv/shared/running");
    let report = gc(&cluster, &["--yes"]).report("changed");
    assert_eq!((&report["blobs"], &report["host"]), (&json!(3), &json!("192.168.1.11")));
    assert_eq!(cluster.shell("a1", "cat /srv/shared/running"), "0");
    assert_eq!(app(&cluster)["tasksHealthy"], 2);
    assert!(pulls(cluster.host("master"), APP, "stays"));
}

#[test]
fn without_a_container_engine_on_its_host_nothing_is_stopped() {
    let Some(cluster) = Cluster::start() else { return };
    let message = gc(&cluster, &["--yes"]).fault(1, "no-app");
    assert!(message.contains("there is no app /registry"), "{message}");
    cluster.deploy(&QUICK).report("created");
    let before = tasks(&cluster);
    let message = gc(&cluster, &["--yes"]).fault(1, "gc");
    assert!(message.contains("on 192.168.1.12: ") && message.contains("nothing was stopped"), "{message}");
    assert_eq!(tasks(&cluster), before);
}
