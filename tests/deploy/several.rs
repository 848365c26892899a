//! Several registries at a time: on storage that hosts share, one on each, replaced without a moment without one.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cluster::Cluster;

const HOSTS: [&str; 2] = ["192.168.1.11", "192.168.1.12"];
/// Checked more often than in a cluster, so that the test is short.
const QUICK: [&str; 4] =
    ["--set", "healthChecks.0.intervalSeconds=1", "--set", "healthChecks.0.delaySeconds=0"];

/// A cluster whose regctl.toml names two hosts and the folder that every host of the lab shares.
fn start() -> Option<Cluster> {
    let cluster = Cluster::start()?;
    let toml = "[registry]\nhosts = [\"192.168.1.11\", \"192.168.1.12\"]\ndata_dir = \"/srv/shared/registry\"\n\
                [registry.storage]\nshared = true\n[registry.labels]\nteam = \"ops\"\n[registry.env]\n\
                REGISTRY_LOG_LEVEL = \"warn\"\n";
    cluster.host("master").write("/regctl.toml", toml).expect("writes");
    Some(cluster)
}

fn deploy(cluster: &Cluster, args: &[&str]) -> crate::run::Run {
    cluster.regctl(&[&["deploy", "-o", "json"], &QUICK[..], args].concat())
}

/// The `host:port` of every task.
fn tasks(cluster: &Cluster) -> Vec<String> {
    let app = cluster.shell("master", "curl -s http://marathon.mesos:8080/v2/apps/registry");
    let app: Value = serde_json::from_str(&app).expect("is JSON");
    let tasks = app["app"]["tasks"].as_array().expect("a list").iter();
    let mut places: Vec<String> = tasks
        .map(|task| format!("{}:{}", task["host"].as_str().expect("a host"), task["ports"][0]))
        .collect();
    places.sort();
    places
}

#[test]
fn two_registries_share_their_images_and_finish_each_others_uploads() {
    let Some(cluster) = start() else { return };
    let message = deploy(&cluster, &[]).fault(1, "staging");
    assert!(
        message.contains("/srv/shared/registry is not there: mount the shared storage first"),
        "{message}"
    );
    assert!(!cluster.host("a1").exists("/srv/shared/registry"));
    cluster.shell("a1", "mkdir /srv/shared/registry");
    let report = deploy(&cluster, &[]).report("created");
    for host in HOSTS {
        let files = report["staged"].as_array().expect("a list").iter();
        let paths: Vec<_> = files.filter(|file| file["host"] == host).map(|file| &file["path"]).collect();
        assert!(paths.contains(&&json!("/etc/privateregistry/certs/domain.key")), "{report:#}");
    }
    assert!(!cluster.host("a3").exists("/etc/privateregistry"));
    let places = tasks(&cluster);
    assert!(
        places.len() == 2 && HOSTS.iter().zip(&places).all(|(host, at)| at.starts_with(host)),
        "{places:?}"
    );
    // Begun at the one, finished at the other, which only works with one secret; then read at both.
    let script = format!(
        r#"set -e; echo layer >layer; digest=sha256:$(sha256sum layer | cut -d' ' -f1)
        from=$(curl -sk -D - -o /dev/null -X POST https://{0}/v2/probe/blobs/uploads/ | sed -n 's/^[Ll]ocation: //p' | tr -d '\r')
        to=https://{1}/${{from#https://*/}}
        curl -sk -o /dev/null -w '%{{http_code}} ' -X PUT --data-binary @layer -H 'Content-Type: application/octet-stream' "$to&digest=$digest"
        for at in {0} {1}; do curl -sk "https://$at/v2/probe/blobs/$digest"; done"#,
        places[0], places[1]
    );
    assert_eq!(cluster.shell("master", &script), "201 layer\nlayer");
    assert_eq!(deploy(&cluster, &["--check"]).code, Some(0));
}

#[test]
fn an_update_of_two_registries_keeps_one_healthy_at_every_moment() {
    let Some(cluster) = start() else { return };
    cluster.shell("a1", "mkdir /srv/shared/registry");
    deploy(&cluster, &[]).report("created");
    let before = tasks(&cluster);
    // Once more after the end: what it saw last may be older than that.
    let watch = "look() { curl -s http://marathon.mesos:8080/v2/apps/registry | jq -r .app.tasksHealthy; }; \
                 rm -f stop; while [ ! -e stop ]; do look; sleep 0.05; done; look";
    let seen = thread::scope(|scope| {
        let watching = scope.spawn(|| cluster.shell("master", watch));
        thread::sleep(Duration::from_millis(300));
        deploy(&cluster, &["--mem", "512", "--yes"]).report("updated");
        cluster.shell("master", "touch stop");
        watching.join().expect("ends")
    });
    let counts: Vec<u32> = seen.lines().map(|line| line.parse().expect("a number")).collect();
    assert!(counts.len() > 20 && counts.iter().all(|count| (1..=2).contains(count)), "{counts:?}");
    assert!(counts.contains(&1) && counts.last() == Some(&2), "{counts:?}");
    let after = tasks(&cluster);
    assert!(after.len() == 2 && after.iter().all(|place| !before.contains(place)), "{before:?} {after:?}");
}

#[test]
fn several_registries_on_the_folder_of_one_host_are_refused() {
    let Some(cluster) = Cluster::start() else { return };
    let run = cluster.deploy(&["--host", HOSTS[0], "--host", HOSTS[1]]);
    let message = run.fault(2, "usage");
    assert!(message.contains("2 registries cannot share the folder of one host"), "{message}");
    assert!(run.json()["error"]["hint"].as_str().expect("a hint").contains("--shared-data"));
    let message = cluster.deploy(&["--set", "instances=2"]).fault(2, "app-unfit");
    assert!(message.contains("say --shared-data"), "{message}");
    assert_eq!(cluster.host("a1").logins().expect("counts"), 0);
}

#[test]
fn the_keys_of_a_bucket_go_into_a_private_file_and_nowhere_else() {
    let Some(cluster) = Cluster::start() else { return };
    let toml = "[registry]\nhosts = [\"192.168.1.11\", \"192.168.1.12\"]\n[registry.storage]\nkind = \"s3\"\n\
                bucket = \"registry\"\nregion = \"any\"\nendpoint = \"http://127.0.0.1:1\"\n\
                credentials_file = \"keys\"\n";
    let keys = |secret: &str| format!("[default]\naws_access_key_id=AKIA\naws_secret_access_key={secret}\n");
    let master = cluster.host("master");
    master.write("/regctl.toml", toml).expect("writes");
    master.write("/keys", "[default]\naws_secret_access_key=hush1\n").expect("writes");
    let message = deploy(&cluster, &[]).fault(2, "input-file");
    assert!(message.contains("there is no aws_access_key_id") && !message.contains("hush"), "{message}");
    master.write("/keys", keys("hush1")).expect("writes");
    let run = deploy(&cluster, &["--no-wait", "-v"]);
    run.report("created");
    let app = cluster.shell("master", "curl -s http://marathon.mesos:8080/v2/apps/registry");
    assert!(!format!("{run:?}{app}").contains("hush"), "{run:?}");
    for host in ["a1", "a2"] {
        let config = "stat -c %a /etc/privateregistry/config/config.yml; grep -c hush1 /etc/privateregistry/config/config.yml";
        assert_eq!(cluster.shell(host, config), "640\n1");
        assert!(!cluster.host(host).exists("/data/docker-registry"));
    }
    master.write("/keys", keys("hush2")).expect("writes");
    let dry = deploy(&cluster, &["--check"]);
    let changes = dry.json()["differences"].clone();
    assert_eq!((dry.code, &changes[0]["key"]), (Some(4), &json!("labels.REGCTL_FILES_DIGEST")), "{dry:?}");
}

#[test]
fn a_second_registry_on_the_folders_of_the_first_is_refused_before_anything_is_done() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    let logins = cluster.host("a2").logins().expect("counts");
    let second = ["--id", "/second", "--vip", "192.168.0.2:443", "--service-port", "5001", "--no-tls"];
    for more in ["--dry-run", "--no-wait"] {
        let run = cluster.deploy(&[&second[..], &[more]].concat());
        let message = run.fault(1, "already-used");
        assert!(message.contains("the app /registry on Marathon uses /"), "{message}");
        assert!(run.json()["error"]["hint"].to_string().contains("--data-dir /data/docker-registry-second"));
    }
    assert_eq!(cluster.host("a2").logins().expect("counts"), logins);
    let own = ["--data-dir=/data/second", "--certs-dir=/etc/second/certs", "--config-dir=/etc/second/config"];
    cluster.deploy(&[&second[..], &own].concat()).report("created");
    cluster.deploy(&[]).report("unchanged");
}
