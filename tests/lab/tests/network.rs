//! Services are reached through virtual addresses and the load balancer, on every host.

use std::net::SocketAddrV4;
use std::time::Duration;

use regctl_lab::cluster::Service;
use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Host, Lab, Tier, require};

/// Starts Debian's registry, without TLS, as a task on that host.
fn registry(host: &Host, port: u16) -> SocketAddrV4 {
    let config = "version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: /data}}\n";
    host.write("/etc/registry.yml", format!("{config}http: {{addr: ':{port}'}}\n")).unwrap();
    host.shell("setsid docker-registry serve /etc/registry.yml >/tmp/registry.log 2>&1 </dev/null &")
        .unwrap()
        .good()
        .unwrap();
    let backend = SocketAddrV4::new(host.address(), port);
    reaches(host, &format!("http://{backend}/v2/"));
    backend
}

fn get(host: &Host, url: &str) -> String {
    let output = host.exec(&["curl", "-sS", "-m", "5", url]).unwrap();
    output.stdout + &output.stderr
}

/// Waits until a registry answers there, as seen from that host.
fn reaches(host: &Host, url: &str) {
    wait_for(format_args!("{url} from {}", host.name()), Duration::from_secs(10), || match get(host, url) {
        answer if answer == "{}" => Progress::Done(()),
        answer => Progress::NotYet(answer),
    })
    .unwrap();
}

fn service(vip: &str, backends: Vec<SocketAddrV4>) -> Service {
    Service {
        vip: Some(vip.to_owned()),
        framework: "marathon".to_owned(),
        service_port: 5000,
        haproxy_group: Some("external".to_owned()),
        backends,
    }
}

#[test]
fn a_registry_is_reached_by_virtual_address_name_and_load_balancer_from_every_host() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    let backends = vec![registry(lab.host("a1"), 31007), registry(lab.host("a2"), 31008)];
    let named = Service { haproxy_group: None, ..service("registry:80", backends.clone()) };
    lab.cluster().publish(&[service("192.168.0.1:80", backends), named]).unwrap();
    for host in lab.hosts() {
        for url in ["192.168.0.1", "registry.marathon.l4lb.thisdcos.directory", "192.168.1.2:5000"] {
            reaches(host, &format!("http://{url}/v2/"));
        }
    }
    lab.cluster().publish(&[]).unwrap();
    for url in ["192.168.0.1", "registry.marathon.l4lb.thisdcos.directory", "192.168.1.2:5000"] {
        assert!(
            get(lab.host("a1"), &format!("http://{url}/v2/")).contains("curl: ("),
            "{url} is still published"
        );
    }
}

#[test]
fn a_reboot_keeps_files_and_published_addresses_and_forgets_the_rest() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    let backend = registry(lab.host("a1"), 31007);
    lab.cluster().publish(&[service("192.168.0.1:80", vec![backend])]).unwrap();
    let agent = lab.host("a2");
    let key = "net.netfilter.nf_conntrack_tcp_be_liberal";
    let value = || agent.exec(&["sysctl", "-n", key]).unwrap().good().unwrap();
    agent.exec(&["sysctl", "-qw", &format!("{key}=1")]).unwrap().good().unwrap();
    agent.write("/etc/kept", "kept").unwrap();
    agent.shell("sleep 1000 >/dev/null 2>&1 &").unwrap().good().unwrap();
    let before = agent.init_pid();
    lab.reboot("a2").unwrap();
    assert_ne!(agent.init_pid(), before);
    assert_eq!((value(), agent.read("/etc/kept").unwrap()), ("0".to_owned(), "kept".to_owned()));
    assert!(!agent.exec(&["pgrep", "sleep"]).unwrap().status.success());
    agent.write("/etc/sysctl.d/90-test.conf", format!("{key} = 1\n")).unwrap();
    lab.reboot("a2").unwrap();
    assert_eq!(value(), "1");
    reaches(agent, "http://192.168.0.1/v2/");
    let login = ["ssh", "-o", "StrictHostKeyChecking=accept-new", "core@192.168.1.12", "sudo hostname"];
    assert_eq!(lab.host("master").exec(&login).unwrap().good().unwrap(), "a2");
}

/// Loads 40 MB through the virtual address while a segment ahead of the window comes in; returns how curl ended.
fn disturbed_download(lab: &Lab, liberal: &str) -> Option<i32> {
    let (server, client) = (lab.host("a1"), lab.host("a2"));
    let set = format!("net.netfilter.nf_conntrack_tcp_be_liberal={liberal}");
    client.exec(&["sysctl", "-qw", &set]).unwrap().good().unwrap();
    let forgery = server.forge_segment(31007, client.address()).unwrap();
    let url = client.read("/tmp/url").unwrap();
    let curl = ["curl", "-sS", "--limit-rate", "8M", "-m", "20", "-o", "/dev/null", url.trim()];
    let output = client.exec(&curl).unwrap();
    forgery.sent().unwrap();
    output.status.code()
}

#[test]
fn a_download_survives_a_segment_ahead_of_the_window_only_where_conntrack_is_liberal() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    let backend = registry(lab.host("a1"), 31007);
    lab.cluster().publish(&[service("192.168.0.1:80", vec![backend])]).unwrap();
    let upload = "cd /tmp; head -c 40000000 /dev/urandom >blob; digest=$(sha256sum blob | cut -c1-64)
        blobs=http://192.168.0.1/v2/lab/big/blobs
        place=$(curl -sS -o /dev/null -D - -X POST $blobs/uploads/ | tr -d '\r' | sed -n 's/^Location: //p')
        curl -sSf -X PUT -H 'Content-Type: application/octet-stream' --data-binary @blob \"$place&digest=sha256:$digest\"
        echo $blobs/sha256:$digest >url";
    lab.host("a2").shell(upload).unwrap().good().unwrap();
    assert!(
        matches!(disturbed_download(&lab, "0"), Some(56 | 28 | 18)),
        "the connection breaks or hangs at 0"
    );
    assert_eq!(disturbed_download(&lab, "1"), Some(0));
}
