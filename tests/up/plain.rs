//! Document 000 from its first line to its last: a registry without TLS, engines that take it, and a name from outside.

use crate::cluster::{Cluster, QUICK, stages};

#[test]
fn up_without_tls_tells_every_engine_to_take_the_registry_and_a_name_from_outside_works_too() {
    let Some(cluster) = Cluster::start_with_engine() else { return };
    let up = || cluster.up(&["--no-tls", "--pull"]);
    let first = up();
    assert_eq!(first.code, Some(0), "{first:?}");
    let expected =
        ["preflight=skipped", "cert-gen=skipped", "deploy=done", "trust-agents=done", "verify=done"];
    assert_eq!(stages(&first.json()), expected);
    assert!(first.stdout.contains("docker push 192.168.0.1/"), "{first:?}");
    assert!(!cluster.host("master").exists("/certs"));
    let again = up();
    let unchanged = [
        "preflight=skipped",
        "cert-gen=skipped",
        "deploy=unchanged",
        "trust-agents=unchanged",
        "verify=done",
    ];
    assert_eq!(
        (again.code, stages(&again.json())),
        (Some(0), unchanged.map(str::to_owned).to_vec()),
        "{again:?}"
    );

    let outside = ["--plain-http", "--registry", "xx.yy.com:5000"];
    let entry = [&["trust-agents", "--hosts-entry", "192.168.1.2=xx.yy.com"], &outside[..]].concat();
    let trusted = cluster.regctl(&entry);
    assert_eq!(trusted.code, Some(0), "{trusted:?}");
    cluster.shell("master", "echo 192.168.1.2 xx.yy.com >>/etc/hosts");
    let pulled = cluster.regctl(&[&["verify", "--from-agents", "--pull"], &outside[..]].concat());
    assert_eq!(pulled.code, Some(0), "{pulled:?}");

    // As the document has it, behind port 443: an image reference has to name that, since Docker goes to 80.
    let moved = [&["deploy", "--no-tls", "--vip", "192.168.0.1:443", "--yes"], &QUICK[..]].concat();
    let moved = cluster.regctl(&moved);
    assert_eq!(moved.code, Some(0), "{moved:?}");
    let named = ["--plain-http", "--registry", "192.168.0.1:443"];
    let trusted = cluster.regctl(&[&["trust-agents"], &named[..]].concat());
    assert_eq!(trusted.code, Some(0), "{trusted:?}");
    let pulled = cluster.regctl(&[&["verify", "--from-agents", "--pull"], &named[..]].concat());
    assert_eq!(pulled.code, Some(0), "{pulled:?}");
}
