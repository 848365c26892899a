//! `regctl cert renew` in a whole lab: a new leaf by the same CA, and what becomes of a renewal that breaks off.

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::run::Run;

/// The SHA-256 of the certificate that answers at the VIP.
const SERVED: &str = "echo | openssl s_client -connect 192.168.0.1:443 2>/dev/null |
    openssl x509 -noout -fingerprint -sha256";
/// Whether the key in this folder belongs to the certificate in it.
const MATCHES: &str = "openssl x509 -noout -pubkey -in DIR/domain.crt >a && openssl pkey -pubout -in DIR/domain.key >b && cmp a b";

/// A registry that is deployed and trusted.
fn deployed() -> Option<Cluster> {
    let cluster = Cluster::start()?;
    cluster.deploy(&[]).report("created");
    assert_eq!(cluster.regctl(&["trust-agents"]).code, Some(0));
    Some(cluster)
}

fn renew(cluster: &Cluster, more: &[&str]) -> Run {
    cluster.regctl(&[&["cert", "renew", "-o", "json", "--host", "192.168.1.12"], more].concat())
}

fn fingerprint(cluster: &Cluster, file: &str) -> String {
    cluster.shell("master", &format!("openssl x509 -noout -fingerprint -sha256 -in {file}"))
}

fn assert_match(cluster: &Cluster, folder: &str) {
    cluster.shell("master", &MATCHES.replace("DIR", folder));
}

fn in_backup(report: &Value) -> String {
    report["backup"].as_str().expect("a folder").to_owned()
}

#[test]
fn a_renewed_certificate_is_served_and_no_agent_is_touched() {
    let Some(cluster) = deployed() else { return };
    let (old, ca) = (fingerprint(&cluster, "certs/domain.crt"), fingerprint(&cluster, "certs/ca.crt"));
    let logins = || ["a1", "a3"].map(|name| cluster.host(name).logins().expect("counts"));
    let before = logins();
    let dry = renew(&cluster, &["--check"]);
    assert_eq!((dry.code, &dry.json()["dry_run"]), (Some(4), &json!(true)), "{dry:?}");
    assert_eq!(cluster.shell("master", SERVED), old, "a dry run changed something");
    let refused = renew(&cluster, &[]).fault(2, "consent-needed");
    assert!(refused.contains("restarts the registry"), "{refused}");
    assert!(!cluster.host("master").exists("/certs/renewal"));

    let report = renew(&cluster, &["--yes"]).report("updated");
    assert_eq!(report["endpoints"], json!([{"address": "192.168.0.1", "certificate": "new"}]));
    assert_eq!(
        (&report["names"], &report["new"]["issuer"]),
        (&report["old"]["names"], &report["old"]["issuer"])
    );
    let new = fingerprint(&cluster, "certs/domain.crt");
    assert!(new != old && cluster.shell("master", SERVED) == new);
    assert_eq!((logins(), fingerprint(&cluster, "certs/ca.crt")), (before, ca));
    assert_match(&cluster, "certs");
    let backup = in_backup(&report);
    assert_eq!(fingerprint(&cluster, &format!("{backup}/domain.crt")), old);
    assert_match(&cluster, &backup);
    assert_eq!(
        cluster.shell("master", &format!("stat -c %a certs/domain.key {backup} {backup}/domain.key")),
        "600\n700\n600"
    );
    assert_eq!(
        cluster
            .shell("a1", "curl -s --cacert /etc/docker/certs.d/192.168.0.1/ca.crt https://192.168.0.1/v2/"),
        "{}"
    );

    // For cron: it holds for more than two years from now.
    let report = renew(&cluster, &["--if-expires-within", "60d"]).report("unchanged");
    assert_eq!(report["new"], Value::Null);
    let report = renew(&cluster, &["--if-expires-within", "1000d", "--yes"]).report("updated");
    assert!(report["deployment_id"].is_string(), "{report:#}");
    assert_eq!(cluster.deploy(&[]).report("unchanged")["app_id"], "/registry");
}

#[test]
fn a_renewal_keeps_the_names_and_says_when_the_configured_ones_have_changed() {
    let Some(cluster) = deployed() else { return };
    let toml = "[registry]\nhost = \"192.168.1.12\"\n[certs]\ndns = [\"registry.example.com\"]\n";
    cluster.shell("master", &format!("echo '{toml}' >regctl.toml"));
    let report = renew(&cluster, &["--yes"]).report("updated");
    assert_eq!(report["names"], json!({"ips": ["192.168.0.1"], "dns": []}));
    assert_eq!(report["configured"]["missing"]["dns"], json!(["registry.example.com"]));
    let report = renew(&cluster, &["--yes", "--configured-names"]).report("updated");
    assert_eq!(report["names"]["dns"], json!(["registry.example.com"]));
    assert_eq!(report["configured"]["missing"], json!({"ips": [], "dns": []}));
}

#[test]
fn a_renewal_changes_nothing_but_the_certificate_and_takes_no_other_ca() {
    let Some(cluster) = deployed() else { return };
    let message = renew(&cluster, &["--yes", "--mem", "512"]).fault(1, "app-differs");
    assert!(message.ends_with(": mem"), "{message}");
    cluster.shell("master", "regctl cert gen --out other");
    let other = ["--yes", "--ca-cert", "other/ca.crt", "--ca-key", "other/ca.key"];
    renew(&cluster, &other).fault(2, "other-ca");
    cluster.shell("master", "mv certs/ca.key /root/");
    let message = renew(&cluster, &["--yes"]).fault(2, "no-such-file");
    assert!(message.contains("certs/ca.key is not there"), "{message}");
    assert!(!cluster.host("master").exists("/certs/renewal"));
}

#[test]
fn a_renewal_that_breaks_off_is_gone_on_with_or_taken_back() {
    let Some(cluster) = deployed() else { return };
    let old = fingerprint(&cluster, "certs/domain.crt");
    for (signal, code, words) in [("KILL", 0, "Staging"), ("INT", 130, "Staging"), ("KILL", 0, "Sending")] {
        let run = cluster.signal(signal, words, "--yes cert renew --host 192.168.1.12");
        assert_eq!(run.code, Some(code), "{run:?}");
        assert_eq!(fingerprint(&cluster, "certs/domain.crt"), old, "{signal} at {words}");
        assert_match(&cluster, "certs");
        assert_match(&cluster, "certs/renewal");
    }
    let begun = fingerprint(&cluster, "certs/renewal/domain.crt");
    let report = renew(&cluster, &["--if-expires-within", "60d", "--yes"]).report("updated");
    assert_eq!(
        (cluster.shell("master", SERVED), fingerprint(&cluster, "certs/domain.crt")),
        (begun.clone(), begun.clone())
    );
    assert_eq!(fingerprint(&cluster, &format!("{}/domain.crt", in_backup(&report))), old);

    cluster.signal("KILL", "Sending", "--yes cert renew --host 192.168.1.12");
    let report = renew(&cluster, &["--abort", "--yes"]).json();
    assert_eq!(
        (cluster.shell("master", SERVED), fingerprint(&cluster, "certs/domain.crt")),
        (begun.clone(), begun)
    );
    assert_match(&cluster, &in_backup(&report));
    assert!(!cluster.host("master").exists("/certs/renewal"));
    renew(&cluster, &["--abort"]).fault(2, "nothing-under-way");
}
