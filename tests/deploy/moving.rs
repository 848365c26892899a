//! `deploy --move-data`: the images are where the registry runs next, or the registry runs where it was.

use serde_json::json;

use crate::cluster::Cluster;
use crate::images;

const BIG: &str = "192.168.0.1/lab/big";
const PLACE: &str = "/data/docker-registry";
const NEW_HOST: [&str; 3] = ["--host", "192.168.1.13", "--move-data"];
const MOVES: [&str; 4] = ["--host", "192.168.1.13", "--move-data", "--yes"];

/// A registry on a2 that has an image.
fn start() -> Option<Cluster> {
    let cluster = Cluster::start()?;
    cluster.deploy(&[]).report("created");
    images::push(cluster.host("master"), BIG, "1");
    assert!(pulls(&cluster));
    Some(cluster)
}

fn pulls(cluster: &Cluster) -> bool {
    images::pulls(cluster.host("master"), BIG, "1")
}

/// The id of the registry's task with its host.
fn task(cluster: &Cluster) -> String {
    let line =
        "curl -s http://marathon.mesos:8080/v2/apps/registry | jq -r '.app.tasks[] | .id + \" \" + .host'";
    cluster.shell("master", line)
}

#[test]
fn images_are_there_after_a_move_to_another_host() {
    let Some(cluster) = start() else { return };
    let before = task(&cluster);
    let dry = cluster.deploy(&[&NEW_HOST[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, Some(0), "{dry:?}");
    let way = json!({"from": {"host": "192.168.1.12", "path": PLACE}, "to": {"host": "192.168.1.13", "path": PLACE}});
    assert_eq!(dry.json()["data_move"], way);
    assert_eq!(dry.json()["warnings"], json!([]));
    assert_eq!(task(&cluster), before);
    let report = cluster.deploy(&MOVES).report("updated");
    assert_eq!((&report["data_move"], &report["healthy"]), (&way, &json!(true)));
    assert!(task(&cluster).ends_with("192.168.1.13"));
    assert!(pulls(&cluster));
    let names =
        "cd /data/docker-registry && find . -printf '%y %m %s %p\\n' | sort | grep -v '^d' ; ls -A /data";
    assert_eq!(cluster.shell("a2", names), cluster.shell("a3", names), "the old ones stay, and nothing else");
}

#[test]
fn images_are_there_after_a_change_of_directory_on_the_same_host() {
    let Some(cluster) = start() else { return };
    let left = cluster.deploy(&["--data-dir", "/srv/images/registry", "--dry-run"]).json();
    assert!(left["warnings"].to_string().contains("images stay on 192.168.1.12"), "{left:#}");
    assert_eq!(left.get("data_move"), None);
    let args = ["--data-dir", "/srv/images/registry", "--move-data", "--yes"];
    let report = cluster.deploy(&args).report("updated");
    assert_eq!(report["data_move"]["to"]["path"], "/srv/images/registry");
    assert!(pulls(&cluster));
    cluster.shell("a2", "mv /data/docker-registry /data/away");
    assert!(pulls(&cluster), "it still needs the old folder");
    assert_eq!(cluster.shell("a2", "ls -A /srv/images"), "registry");
    let again = cluster.deploy(&args).report("unchanged");
    assert_eq!(again.get("data_move"), None);
}

#[test]
fn a_place_that_is_taken_or_too_small_is_refused_before_anything_stops() {
    let Some(cluster) = start() else { return };
    let before = task(&cluster);
    cluster.shell("a3", "mkdir -p /data/docker-registry && touch /data/docker-registry/other");
    let message = cluster.deploy(&MOVES).fault(1, "data-move");
    assert!(message.contains("/data/docker-registry is not empty"), "{message}");
    assert!(message.contains("nothing was stopped"), "{message}");
    cluster.shell("a3", "rm -r /data/docker-registry");
    cluster.host("a3").fault(&regctl_lab::Fault::DiskFull).expect("is set");
    let message = cluster.deploy(&MOVES).fault(1, "data-move");
    assert!(message.contains("KiB free"), "{message}");
    assert_eq!(task(&cluster), before, "the same task runs");
    assert!(pulls(&cluster));
    let message = cluster.deploy(&["--move-data", "--yes", "--shared-data"]).fault(2, "usage");
    assert!(message.contains("in no host's own folder"), "{message}");
}

/// After a move that did not come to its end.
fn runs_where_it_was(cluster: &Cluster, message: &str) {
    assert!(
        message.contains("runs again with its images on 192.168.1.12:/data/docker-registry"),
        "{message}"
    );
    assert!(task(cluster).ends_with("192.168.1.12"));
    assert!(pulls(cluster));
    assert_eq!(
        cluster.shell("a3", "find /data -mindepth 1"),
        PLACE,
        "but for the empty folder that was staged"
    );
}

#[test]
fn a_copy_that_fails_leaves_the_old_registry_running_with_its_images() {
    let Some(cluster) = start() else { return };
    // The disk fills up between the look at it and the copy.
    cluster.shell("a3", "mkdir -p /data");
    let full = "case \"$*\" in *-x*) exec /bin/sh -c 'head -c 65536 >/dev/null; echo \"tar: ./x: Cannot write: No space left on device\" >&2; exit 2' ;; esac\nexec /usr/bin/tar \"$@\"";
    cluster.host("a3").shim("tar", full).expect("is put there");
    let run = cluster.deploy(&MOVES);
    let message = run.fault(1, "data-move");
    assert!(message.contains("No space left on device (disk-full)"), "{message}");
    runs_where_it_was(&cluster, &message);
    // Once that is mended, the same command does it.
    cluster.shell("a3", "rm /usr/local/bin/tar /usr/local/sbin/tar");
    cluster.deploy(&MOVES).report("updated");
    assert!(pulls(&cluster));
}

#[test]
fn a_copy_that_is_interrupted_leaves_the_old_registry_running_with_its_images() {
    let Some(cluster) = start() else { return };
    cluster.host("a2").shim("tar", "sleep 2; exec /usr/bin/tar \"$@\"").expect("is put there");
    let run = cluster.signal("INT", "Copying", &format!("deploy {}", MOVES.join(" ")));
    let message = run.fault(130, "interrupted");
    assert!(run.json()["error"]["hint"].as_str().expect("a hint").contains("repeat the command"));
    runs_where_it_was(&cluster, &message);
}
