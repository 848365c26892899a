//! The whole way in a lab: files staged over SSH, the app on Marathon, the registry behind its VIP.

use std::time::Instant;

use regctl_lab::Fault;
use serde_json::{Value, json};

use crate::cluster::Cluster;

const KEY: &str = "/etc/privateregistry/certs/domain.key";

/// The staged paths that were changed.
fn staged(report: &Value) -> Vec<&str> {
    let files = report["staged"].as_array().expect("a list").iter();
    files.filter(|file| file["change"] != "unchanged").filter_map(|file| file["path"].as_str()).collect()
}

#[test]
fn the_registry_runs_where_it_was_asked_to_and_answers_behind_its_vip() {
    let Some(cluster) = Cluster::start() else { return };
    let started = Instant::now();
    let report = cluster.deploy(&[]).report("created");
    let took = started.elapsed();
    assert_eq!(report["healthy"], true);
    assert_eq!(report["endpoints"], json!(["192.168.0.1"]));
    assert_eq!(staged(&report).len(), 6, "{report:#}");
    assert_eq!(cluster.status("https://192.168.0.1/v2/"), "200");
    // The load balancer has its own health checks to make first. The certificate is not for its address.
    let balanced = "--retry 20 --retry-all-errors --retry-delay 1 -k https://192.168.1.2:5000/v2/";
    assert_eq!(cluster.status(balanced), "200");
    assert_eq!(cluster.status("'https://192.168.0.1/v2/_catalog?n=10000'"), "200");
    let logins = ["a1", "a2", "a3"].map(|name| cluster.host(name).logins().expect("counts"));
    assert_eq!(logins, [0, 1, 0], "one login, on the registry's host alone");
    assert!(took.as_secs() < 30, "{took:?}");
}

#[test]
fn the_key_is_private_and_only_on_the_registrys_host() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    assert_eq!(cluster.shell("a2", &format!("stat -c '%a %U' {KEY}")), "600 root");
    for name in ["a1", "a3"] {
        assert!(!cluster.host(name).exists("/etc/privateregistry"), "{name}");
    }
    let app = cluster.shell("master", "curl -s http://marathon.mesos:8080/v2/apps/registry");
    assert!(!app.contains("PRIVATE KEY"));
    assert_eq!(cluster.shell("master", "stat -c %a .regctl .regctl/registry.http-secret"), "700\n600");
}

#[test]
fn what_is_right_is_not_touched() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    let look = format!("stat -c '%n %i %Y %Z' {KEY} /etc/privateregistry/*/* /data/docker-registry");
    let task = "curl -s http://marathon.mesos:8080/v2/apps/registry/tasks -H 'Accept: application/json' | jq -r '.tasks[].id'";
    let before = (cluster.shell("a2", &look), cluster.shell("master", task));
    let report = cluster.deploy(&[]).report("unchanged");
    assert_eq!(staged(&report), [""; 0]);
    assert_eq!((cluster.shell("a2", &look), cluster.shell("master", task)), before);
    assert_eq!(cluster.deploy(&["--check"]).code, Some(0));
}

#[test]
fn a_new_certificate_is_staged_and_served() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    assert_eq!(cluster.regctl(&["cert", "gen", "--force"]).code, Some(0));
    assert_eq!(
        cluster.status("https://192.168.0.1/v2/"),
        "000",
        "the new CA does not fit the old certificate"
    );
    let dry = cluster.deploy(&["--dry-run", "--exit-code"]);
    assert_eq!(dry.code, Some(4), "{dry:?}");
    assert_eq!(dry.json()["differences"][0]["key"], "labels.REGCTL_FILES_DIGEST");
    let report = cluster.deploy(&["--yes"]).report("updated");
    assert_eq!(staged(&report), ["/etc/privateregistry/certs/domain.crt", KEY]);
    assert_eq!(cluster.status("https://192.168.0.1/v2/"), "200");
}

#[test]
fn a_dry_run_looks_at_the_host_and_leaves_it_alone() {
    let Some(cluster) = Cluster::start() else { return };
    let dry = cluster.deploy(&["--dry-run", "--exit-code"]);
    assert_eq!(dry.code, Some(4), "{dry:?}");
    let report = dry.json();
    assert_eq!((&report["dry_run"], &report["change"]), (&json!(true), &json!("created")));
    assert_eq!(staged(&report).len(), 6, "{report:#}");
    assert_eq!(report["app"]["env"]["REGISTRY_HTTP_SECRET"], "(secret)");
    for path in ["/etc/privateregistry", "/data/docker-registry", "/var/lib/regctl"] {
        assert!(!cluster.host("a2").exists(path), "{path}");
    }
}

#[test]
fn users_are_asked_for_their_password_and_the_health_check_is_not() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.shell("master", "htpasswd -Bbc users ann geheim 2>/dev/null");
    cluster.deploy(&["--htpasswd", "users"]).report("created");
    assert_eq!(cluster.status("https://192.168.0.1/v2/"), "401");
    assert_eq!(cluster.status("-u ann:geheim https://192.168.0.1/v2/"), "200");
    assert_eq!(cluster.shell("a2", "stat -c %a /etc/privateregistry/config/htpasswd"), "640");
    // A further user needs no restart: the registry reads the file anew.
    cluster.shell("master", "htpasswd -Bb users bob auch 2>/dev/null");
    let report = cluster.deploy(&["--htpasswd", "users"]).report("unchanged");
    assert_eq!(staged(&report), ["/etc/privateregistry/config/htpasswd"]);
    assert_eq!(cluster.status("-u bob:auch https://192.168.0.1/v2/"), "200");
    cluster.shell("master", "htpasswd -mbc md5 ann geheim 2>/dev/null");
    let message = cluster.deploy(&["--htpasswd", "md5"]).fault(2, "input-file");
    assert!(message.contains("bcrypt"), "{message}");
}

#[test]
fn a_certificate_for_another_name_is_refused_before_anything_is_touched() {
    let Some(cluster) = Cluster::start() else { return };
    let run = cluster.deploy(&["--vip", "registry:443"]);
    let message = run.fault(2, "certificate");
    assert!(message.contains("registry.marathon.l4lb.thisdcos.directory"), "{message}");
    assert_eq!(cluster.host("a2").logins().expect("counts"), 0);
    let toml = "[registry]\nvip = \"registry:443\"\nhost = \"192.168.1.12\"\n";
    cluster.shell("master", &format!("echo '{toml}' > regctl.toml"));
    assert_eq!(cluster.regctl(&["cert", "gen", "--force"]).code, Some(0));
    let report = cluster.regctl(&["deploy", "-o", "json"]).report("created");
    assert_eq!(report["endpoints"], json!(["registry.marathon.l4lb.thisdcos.directory"]));
    assert_eq!(cluster.status("https://registry.marathon.l4lb.thisdcos.directory/v2/"), "200");
}

#[test]
fn a_host_that_cannot_be_staged_gets_no_app() {
    let Some(cluster) = Cluster::start() else { return };
    let cases = [
        (Fault::Blackholed, "connect-timeout"),
        (Fault::KeyRefused, "auth"),
        (Fault::DiskFull, "disk-full"),
        (Fault::ReadOnlyEtc, "read-only"),
    ];
    for (fault, word) in cases {
        let host = cluster.host("a2");
        host.fault(&fault).expect("is set");
        let run = cluster.deploy(&["--connect-timeout", "2s"]);
        let message = run.fault(1, "staging");
        assert!(message.contains(&format!("({word})")), "{fault:?}: {message}");
        assert!(run.json()["error"]["hint"].is_string(), "{fault:?}");
        host.clear_faults().expect("are cleared");
    }
    assert_eq!(
        cluster.shell("master", "curl -s http://marathon.mesos:8080/v2/apps | jq '.apps | length'"),
        "0"
    );
    cluster.deploy(&[]).report("created");
}
