//! What the ways by hand leave on agents: found, and mended where that is safe.

use serde_json::Value;

use super::site::Site;
use crate::bench::Verified;

/// Docker's config.json as the notes of the time print it, with the quotes of the web page.
const PRINTED: &str = "{\n    “auth”:{\n        \"192.168.0.1\":{\n            \"auth\":\"dGVzdDphbmFu\"\n        ｝\n    }\n}\n";
const CONFIG: &str = "/root/.docker/config.json";
const KEY: &str = "/etc/docker/certs.d/192.168.0.1/domain.key";

/// The causes of an agent's leftovers.
fn causes(site: &Site, verified: &Verified, host: &str) -> Vec<String> {
    let address = site.host(host).address().to_string();
    let of = |check: &&Value| check["name"] == "leftovers" && check["subject"] == *address;
    let found = verified.checks().iter().filter(of);
    found.filter_map(|check| check["cause"].as_str().map(str::to_owned)).collect()
}

/// What the procedures by hand do to a2, and what takes it back.
fn spoil(site: &Site) {
    site.done("a2", "mkdir -p /root/.docker /etc/docker/certs.d/192.168.0.1 /etc/sysconfig");
    site.host("a2").write(CONFIG, PRINTED).expect("writes");
    site.done("a2", &format!("umask 022; openssl genrsa -out {KEY} 2048 2>/dev/null"));
}

fn clean(site: &Site) {
    site.done(
        "a2",
        "rm -rf /root/.docker /etc/docker/certs.d /etc/sysconfig /var/lib/regctl; sed -i /by-hand/d /etc/hosts
         sysctl -qw net.netfilter.nf_conntrack_tcp_be_liberal=0",
    );
}

#[test]
fn every_setting_made_by_hand_is_found_with_its_cause() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    spoil(&site);
    site.host("a2")
        .write("/etc/sysconfig/docker", "OPTIONS='--selinux-enabled --insecure-registry=192.168.0.1'\n")
        .expect("writes");
    let certificates = "cd /etc/docker/certs.d/192.168.0.1
        make() { openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=$1 -days $2 -out $1.crt 2>/dev/null; }
        make other 30; faketime 2020-01-01 sh -c \"openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=old -days 2 -out old.crt 2>/dev/null\"
        echo '192.168.1.11 by-hand.example.com other # by-hand' >>/etc/hosts
        sysctl -qw net.netfilter.nf_conntrack_tcp_be_liberal=1";
    site.done("a2", certificates);
    let toml = "[registry]\nnames = [\"by-hand.example.com:5000\"]\n";
    site.host("master").write("/regctl.toml", toml).expect("writes");
    let verified = site.doctor(&[]);
    site.done("master", "rm /regctl.toml");
    let found = causes(&site, &verified, "a2");
    let (others, report) = (causes(&site, &verified, "a1"), verified.report.to_string());
    clean(&site);
    for cause in [
        "insecure-flag",
        "login-quotes",
        "private-key",
        "expired-ca",
        "other-ca",
        "hosts-entry",
        "not-persistent",
    ] {
        assert!(found.iter().any(|it| it == cause), "{cause} in {found:?}");
    }
    assert!(others.is_empty(), "{others:?}");
    assert!(!report.contains("dGVz"), "{report}");
    assert_eq!(causes(&site, &site.doctor(&[]), "a2"), [""; 0]);
}

#[test]
fn what_is_safe_is_mended_and_the_old_files_are_kept() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    spoil(&site);
    let refused = site.doctor(&["--repair"]);
    let shown = site.doctor(&["--repair", "--dry-run"]);
    let untouched = site.done(
        "a2",
        &format!("cat {CONFIG}; ls /etc/docker/certs.d/192.168.0.1; ls /var/lib/regctl 2>/dev/null || :"),
    );
    let logins = site.host("a2").logins().expect("counts");
    let mended = site.doctor(&["--repair", "--yes"]);
    let (at_once, again) =
        (site.host("a2").logins().expect("counts") - logins, site.doctor(&["--repair", "--yes"]));
    let now =
        site.done("a2", &format!("cat {CONFIG}; stat -c %a {CONFIG}; ls /etc/docker/certs.d/192.168.0.1"));
    let kept =
        site.done("a2", &format!("cd /var/lib/regctl/before && stat -c %a .. && cat .{CONFIG} && ls .{KEY}"));
    clean(&site);
    assert_eq!(refused.exit, Some(2), "{:#}", refused.report);
    assert_eq!(shown.report.to_string().matches("(would be mended)").count(), 2, "{:#}", shown.report);
    assert_eq!(untouched, format!("{}\ndomain.key", PRINTED.trim_end()));
    assert_eq!(causes(&site, &mended, "a2"), ["mended", "mended"]);
    assert!(mended.report.to_string().contains("mended: /root/.docker/config.json"), "{:#}", mended.report);
    assert_eq!(at_once, 2, "one login to look, one to mend");
    assert_eq!(causes(&site, &again, "a2"), [""; 0]);
    let expected = "{\n    \"auths\": {\n        \"192.168.0.1\": {\n            \"auth\": \"dGVzdDphbmFu\"\n        }\n    }\n}\n600";
    assert_eq!(now, expected);
    assert_eq!(kept, format!("700\n{}\n.{KEY}", PRINTED.trim_end()));
}
