//! `regctl gc` on a Docker host.

use std::time::Duration;

use serde_json::json;

use crate::images::{delete, pulls, push, push_for_platforms};
use crate::site::Site;

const APP: &str = "192.168.1.11:5000/lab/app";

#[test]
fn garbage_goes_from_a_container_that_is_stopped_meanwhile_and_runs_again() {
    let Some(site) = Site::start() else { return };
    let master = site.master();
    assert!(site.regctl(&["gc"]).fault(1, "no-app").contains("there is no container registry"));
    site.deploy(&[]).report("created");
    site.regctl(&["gc"]).report("unchanged");
    push(master, APP, "stays");
    push(master, APP, "goes");
    push_for_platforms(master, APP, "both");
    delete(master, APP, "goes");
    let id = site.id();
    let started = || site.shell("a1", "docker inspect --format '{{.State.StartedAt}}' registry");
    let before = started();
    let dry = site.regctl(&["gc", "--check"]);
    assert_eq!(
        (dry.code, &dry.json()["blobs"], &dry.json()["kept_parts"]),
        (Some(4), &json!(3), &json!(2)),
        "{dry:?}"
    );
    assert_eq!(started(), before, "a dry run stops nothing");
    assert!(site.regctl(&["gc", "--read-only"]).fault(2, "not-applicable").contains("on a Docker host"));
    let report = site.regctl(&["gc", "--yes"]).report("changed");
    assert_eq!((&report["container"], &report["blobs"]), (&json!("registry"), &json!(3)), "{report:#}");
    assert!(report["freed"].as_u64() > Some(300_000) && report.get("app_id").is_none(), "{report:#}");
    assert_eq!((site.id(), site.containers().as_str()), (id, "registry running"));
    for tag in ["stays", "both-amd64", "both-arm64"] {
        assert!(pulls(master, APP, tag), "{tag}");
    }
    push(master, APP, "goes");
    assert!(pulls(master, APP, "goes"));
    // As a run leaves it that was killed.
    site.shell("a1", "docker stop registry");
    let report = site.regctl(&["gc", "--yes"]).report("changed");
    assert_eq!((&report["blobs"], site.containers().as_str()), (&json!(0), "registry running"));
}

#[test]
fn an_interrupted_collection_leaves_no_collector_and_a_registry_that_runs() {
    let Some(site) = Site::start() else { return };
    site.deploy(&[]).report("created");
    push(site.master(), APP, "goes");
    delete(site.master(), APP, "goes");
    let endless = "case \"$*\" in *garbage-collect*--dry-run*) ;; *garbage-collect*)
        exec /usr/bin/docker run --rm --name regctl-gc-registry --entrypoint /bin/sh registry:2.8.3 -c 'while :; do :; done' ;; esac
        exec /usr/bin/docker \"$@\"";
    site.host().shim("docker", endless).expect("is put there");
    let line = "regctl -v -o json gc --yes 2>run.log >run.out & pid=$!
        for try in $(seq 600); do ! grep -q Collecting run.log || break; sleep 0.05; done
        kill -INT $pid; wait $pid; code=$?; cat run.out; exit $code";
    let run = site.master().exec_with(&["bash", "-c", line], b"", Duration::from_secs(120)).expect("runs");
    let message = crate::run::Run::from(run).fault(130, "interrupted");
    assert!(message.ends_with("registry runs again as before"), "{message}");
    assert_eq!(site.containers(), "registry running");
    assert_eq!(site.status("https://192.168.1.11:5000/v2/"), "200");
}
