//! The checks of the cluster.

use super::site::Site;
use crate::bench::Verified;

const MARATHON: &str = "http://marathon.mesos:8080";

fn assert_found(verified: &Verified, check: &str, expected: (&str, &str)) {
    let (status, cause, detail, _) = verified.finding(check);
    assert_eq!((status, cause), expected, "{check}: {detail}");
}

/// Gives Marathon an app for as long as the work takes, without a task of its own.
fn beside<T>(site: &Site, app: &str, work: impl FnOnce() -> T) -> T {
    let id = app.split('"').nth(3).expect("has an id");
    site.done(
        "master",
        &format!("curl -sSf -X POST -H 'Content-Type: application/json' -d '{app}' {MARATHON}/v2/apps"),
    );
    let result = work();
    site.done("master", &format!("curl -sSf -X DELETE '{MARATHON}/v2/apps{id}?force=true'"));
    result
}

#[test]
fn a_cluster_that_is_fit_has_nothing_in_the_way_and_is_left_as_it_is() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let agents = ["a1", "a2", "a3"];
    let logins = || agents.map(|agent| site.host(agent).logins().expect("counts"));
    let before = logins();
    site.done("a1", "touch /tmp/before");
    let verified = site.doctor(&[]);
    assert_eq!(verified.exit, Some(0), "{:#}", verified.report);
    assert_eq!(verified.report["schema"], "regctl.doctor/v1");
    for check in ["mesos", "registry-host", "certificate", "marathon", "app-ports", "app-vip"] {
        assert_found(&verified, check, ("pass", ""));
    }
    for check in ["agent-login", "agent-clock", "agent-cert", "vip-route"] {
        agents.iter().for_each(|agent| site.assert_seen(&verified, check, agent, ("pass", "")));
    }
    for check in [
        "agent-kernel",
        "agent-engine",
        "engine-flags",
        "engine-warnings",
        "host-disk",
        "host-ports",
        "host-image",
    ] {
        site.assert_seen(&verified, check, "a1", ("pass", ""));
    }
    for (check, agent, status) in [
        ("host-selinux", "a1", "pass"),
        ("firewall", "a1", "pass"),
        ("service-port", "a3", "pass"),
        ("agent-engine", "a2", "skip"),
    ] {
        site.assert_seen(&verified, check, agent, (status, ""));
    }
    assert_eq!(logins(), before.map(|count| count + 1));
    let changed = site.done("a1", "find /etc /data /var/lib/regctl -newer /tmp/before 2>/dev/null || :");
    assert_eq!(changed, "", "doctor changed something");
}

#[test]
fn mesos_without_an_answer_leaves_marathon_to_be_checked() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let verified = site.doctor(&["--mesos", "http://192.168.1.12:5050"]);
    assert_eq!(verified.exit, Some(1));
    assert_found(&verified, "mesos", ("fail", "unreachable"));
    assert_found(&verified, "marathon", ("pass", ""));
}

#[test]
fn a_host_that_mesos_does_not_list_is_named() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let verified = site.doctor(&["--host", "192.168.1.99"]);
    assert_eq!(verified.exit, Some(1));
    assert_found(&verified, "registry-host", ("fail", "not-listed"));
    let public = site.doctor(&["--host", "192.168.1.13"]);
    assert_found(&public, "registry-host", ("warn", "public-agent"));
}

#[test]
fn marathon_without_an_answer_leaves_the_agents_to_be_checked() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let verified = site.doctor(&["--marathon", "http://192.168.1.12:8080"]);
    assert_eq!(verified.exit, Some(1));
    assert_found(&verified, "marathon", ("fail", "unreachable"));
    assert_found(&verified, "app-vip", ("skip", ""));
    site.assert_seen(&verified, "agent-login", "a2", ("pass", ""));
}

#[test]
fn a_port_or_a_vip_of_another_apps_is_named() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let app = r#"{"id": "/web", "cmd": "sleep 9", "instances": 0, "cpus": 0.1, "mem": 32, "labels": {"HAPROXY_GROUP": "external"},
        "portDefinitions": [{"port": 5000, "labels": {"VIP_0": "192.168.0.1:443"}}]}"#;
    let verified = beside(&site, app, || site.doctor(&[]));
    assert_eq!(verified.exit, Some(1));
    assert_found(&verified, "app-ports", ("fail", "service-port-taken"));
    assert_found(&verified, "app-vip", ("fail", "vip-taken"));
}

#[test]
fn a_load_balancer_serves_the_registrys_group_or_another() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    assert_found(&site.doctor(&[]), "load-balancer", ("warn", "no-load-balancer"));
    let balancer = |group: &str| {
        let app = format!(
            r#"{{"id": "/marathon-lb", "args": ["sse", "--group", "{group}"], "instances": 0, "cpus": 0.1, "mem": 32,
            "container": {{"type": "DOCKER", "docker": {{"image": "mesosphere/marathon-lb:v1.15.0"}}}}, "networks": [{{"mode": "host"}}]}}"#
        );
        beside(&site, &app, || site.doctor(&[]))
    };
    assert_found(&balancer("external"), "load-balancer", ("warn", "balancer-down"));
    assert_found(&balancer("internal"), "load-balancer", ("warn", "other-group"));
}
