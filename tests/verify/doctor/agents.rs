//! The checks of every agent.

use regctl_lab::faults::Fault;

use super::site::Site;

#[test]
fn an_agent_without_a_login_or_without_sudo_is_named() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let refused = |agent: &str, fault: &Fault, more: &[&str]| {
        site.host(agent).fault(fault).expect("is brought in");
        let verified = site.doctor(more);
        site.host(agent).clear_faults().expect("goes");
        verified
    };
    let verified = refused("a2", &Fault::KeyRefused, &[]);
    site.assert_seen(&verified, "agent-login", "a2", ("fail", "auth"));
    assert_eq!(verified.exit, Some(3), "only one agent has trouble");
    let verified = refused("a1", &Fault::KeyRefused, &[]);
    assert_eq!(verified.exit, Some(1), "the registry's host has trouble");
    let verified = refused("a2", &Fault::SudoPassword, &["--ssh-user", "core"]);
    site.assert_seen(&verified, "agent-login", "a2", ("fail", "sudo"));
}

#[test]
fn a_clock_that_is_off_is_told_and_so_is_what_it_makes_of_the_certificate() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    for (offset, cause) in [("+10y", "expired"), ("-10y", "not-yet-valid")] {
        site.host("a2").fault(&Fault::Clock { offset: offset.to_owned() }).expect("is brought in");
        let verified = site.doctor(&[]);
        site.host("a2").clear_faults().expect("goes");
        site.assert_seen(&verified, "agent-clock", "a2", ("warn", "clock-skew"));
        site.assert_seen(&verified, "agent-cert", "a2", ("fail", cause));
        site.assert_seen(&verified, "agent-clock", "a1", ("pass", ""));
    }
}

#[test]
fn a_kernel_that_forwards_nothing_is_named() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let before = site.done("a1", "cat /proc/sys/net/ipv4/ip_forward");
    site.done("a1", "sysctl -qw net.ipv4.ip_forward=0");
    let verified = site.doctor(&[]);
    site.done("a1", &format!("sysctl -qw net.ipv4.ip_forward={before}"));
    site.assert_seen(&verified, "agent-kernel", "a1", ("fail", "ip-forward-off"));
    site.assert_seen(&site.doctor(&[]), "agent-kernel", "a1", ("pass", ""));
}

#[test]
fn a_vip_that_means_something_else_on_an_agent_is_told() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    site.done("a2", "ip route add 192.168.0.0/24 via 192.168.1.1");
    site.done("a3", "ip addr add 192.168.0.1/32 dev lo");
    let verified = site.doctor(&[]);
    site.done("a2", "ip route del 192.168.0.0/24");
    site.done("a3", "ip addr del 192.168.0.1/32 dev lo");
    site.assert_seen(&verified, "vip-route", "a2", ("warn", "routed-elsewhere"));
    site.assert_seen(&verified, "vip-route", "a3", ("fail", "own-address"));
    let subnet = site.doctor(&["--vip", "192.168.1.2:443"]);
    let (status, cause) = site.seen(&subnet, "vip-route", "a2");
    assert!(["agents-subnet", "address-taken"].contains(&&*cause), "{status} {cause}");
}

#[test]
fn flags_that_stand_in_the_way_are_found_where_they_are() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let told = |file: &str| {
        site.host("a1").write("/etc/docker/daemon.json", file).expect("writes");
        let verified = site.doctor(&[]);
        site.done("a1", "rm /etc/docker/daemon.json");
        site.seen(&verified, "engine-flags", "a1")
    };
    let warned = ("warn".to_owned(), "insecure-registry".to_owned());
    assert_eq!(told(r#"{"insecure-registries": ["192.168.0.0/16"]}"#), warned);
    assert_eq!(told(r#"{"insecure-registries": ["192.168.0.1"],}"#).1, "daemon-json-broken");
    // The lab's engine is started with --exec-opt.
    assert_eq!(told(r#"{"exec-opts": ["native.cgroupdriver=cgroupfs"]}"#).1, "set-twice");
}

#[test]
fn an_engine_that_is_down_or_goes_through_a_proxy_is_named() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    site.done("a1", "systemctl stop docker");
    let down = site.doctor(&[]);
    site.done(
        "a1",
        "HTTPS_PROXY=http://ann:hidden@192.168.1.9:3128 NO_PROXY=localhost systemctl start docker",
    );
    let through = site.doctor(&[]);
    site.done("a1", "systemctl stop docker");
    site.done("a1", "HTTPS_PROXY=http://192.168.1.9:3128 NO_PROXY=192.168.0.0/16 systemctl start docker");
    let past = site.doctor(&[]);
    site.done("a1", "systemctl restart docker");
    site.assert_seen(&down, "agent-engine", "a1", ("fail", "engine-down"));
    site.assert_seen(&down, "host-image", "a1", ("fail", "engine-down"));
    site.assert_seen(&through, "engine-proxy", "a1", ("fail", "engine-proxy"));
    assert!(!through.report.to_string().contains("hidden"), "{}", through.report);
    site.assert_seen(&past, "engine-proxy", "a1", ("pass", ""));
}

#[test]
fn a_service_port_that_is_somebodys_is_named() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let pid = site.done("a3", "setsid python3 -m http.server 5000 >/dev/null 2>&1 </dev/null & echo $!");
    site.done(
        "a3",
        "for _ in $(seq 100); do curl -s -o /dev/null http://127.0.0.1:5000/ && break; sleep 0.05; done",
    );
    let verified = site.doctor(&[]);
    site.done("a3", &format!("kill {pid}"));
    site.assert_seen(&verified, "service-port", "a3", ("fail", "port-in-use"));
    let (.., detail, _) = verified.finding("service-port");
    assert!(detail.starts_with("python3 listens on port 5000"), "{detail}");
}
