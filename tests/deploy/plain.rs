//! Document 000: a registry that speaks plain HTTP, behind a VIP and behind Marathon-LB.

use serde_json::{Value, json};

use crate::cluster::Cluster;

/// What each check of a run of `verify` came to.
fn checks(report: &Value) -> Vec<(&str, &str)> {
    let checks = report["checks"].as_array().expect("a list").iter();
    checks
        .map(|check| (check["name"].as_str().unwrap_or(""), check["status"].as_str().unwrap_or("")))
        .collect()
}

#[test]
fn a_plain_registry_needs_no_certificate_and_answers_behind_vip_and_load_balancer() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.shell("master", "rm -r certs && mkdir certs && touch certs/ca.crt");
    let message = cluster.deploy(&[]).fault(2, "no-such-file");
    assert!(message.contains("certs/domain.crt is not there"), "{message}");
    let report = cluster.deploy(&["--no-tls"]).report("created");
    assert_eq!(report["endpoints"], json!(["192.168.0.1"]));
    assert!(!cluster.host("a2").exists("/etc/privateregistry/certs"));
    let balanced =
        "--retry 20 --retry-all-errors --retry-delay 1 'http://192.168.1.2:5000/v2/_catalog?n=10000'";
    for url in ["http://192.168.0.1/v2/", "'http://192.168.0.1/v2/_catalog?n=10000'", balanced] {
        assert_eq!(cluster.status(url), "200", "{url}");
    }
    let app = "curl -s http://marathon.mesos:8080/v2/apps/registry | jq -r '.app.healthChecks[0].protocol'";
    assert_eq!(cluster.shell("master", app), "MESOS_HTTP");
    let verified = cluster.regctl(&["verify", "-o", "json", "--push", "--plain-http", "--from-agents"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let report = verified.json();
    for name in ["tls", "agent-trust"] {
        assert!(checks(&report).contains(&(name, "skip")), "{report:#}");
    }
    for name in ["api", "catalog", "push-pull", "agent-reach"] {
        assert!(checks(&report).contains(&(name, "pass")), "{report:#}");
    }
}

#[test]
fn a_registry_goes_from_tls_to_plain_http_and_back_and_the_diff_says_so() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    let refused = cluster.deploy(&["--no-tls"]);
    assert_eq!(refused.code, Some(2), "nobody was asked: {refused:?}");
    let dry = cluster.deploy(&["--no-tls", "--dry-run"]).json();
    let keys: Vec<_> =
        dry["differences"].as_array().expect("a list").iter().map(|it| it["key"].clone()).collect();
    for key in ["healthChecks[0].protocol", "container.portMappings[0].labels.VIP_0"] {
        assert!(keys.contains(&json!(key)), "{keys:?}");
    }
    assert!(dry["warnings"].to_string().contains("from TLS to plain HTTP"), "{dry:#}");
    cluster.deploy(&["--no-tls", "--yes"]).report("updated");
    assert_eq!(cluster.status("http://192.168.0.1/v2/"), "200");
    cluster.deploy(&["--no-tls"]).report("unchanged");
    cluster.deploy(&["--yes"]).report("updated");
    assert_eq!(cluster.status("https://192.168.0.1/v2/"), "200");
}

#[test]
fn a_plain_registry_keeps_the_vip_of_the_document_where_it_is_asked_for() {
    let Some(cluster) = Cluster::start() else { return };
    let toml = "[registry]\nhost = \"192.168.1.12\"\nvip = \"192.168.0.1:443\"\ntls = false\n";
    cluster.host("master").write("/regctl.toml", toml).expect("writes");
    let run = cluster.regctl(&["deploy", "-o", "json"]);
    assert!(run.stderr.contains("write 192.168.0.1:443/NAME"), "{run:?}");
    assert!(run.stderr.contains("--vip 192.168.0.1:80"), "{run:?}");
    let report = run.report("created");
    assert_eq!(report["endpoints"], json!(["192.168.0.1:443"]), "Docker goes to port 80 where none is named");
    assert_eq!(cluster.status("http://192.168.0.1:443/v2/"), "200");
    let verified = cluster.regctl(&["verify", "-o", "json", "--push"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}
