//! What `untrust-agents` takes back of all runtimes.

use std::collections::BTreeSet;

use regctl_lab::{Host, Lab, Tier, require};

use crate::clients;
use crate::setting::{ADDRESSES, Setting};
use crate::trusted::CONFIG;
use crate::ucr::{CERTS, add_namesake, verifies};

const ALL: &str = "docker,ucr,containerd,podman";

/// Every file, folder and link where runtimes look, and regctl's own, with owner, mode and content.
fn snapshot(host: &Host) -> BTreeSet<String> {
    let list =
        "cd / && set -- etc/docker etc/containers etc/containerd etc/sysctl.d var/lib/dcos var/lib/regctl
        find \"$@\" -printf '%p %M %u %g %l\n'; find \"$@\" -type f -exec cksum {} +";
    // What is not there find complains of, and is right.
    host.shell(list).expect("runs").stdout.lines().map(str::to_owned).collect()
}

fn untrust(setting: &Setting, more: &[&str]) {
    let words = [&["untrust-agents", "--only", "192.168.1.11", "--yes"], more].concat();
    setting.regctl(&words).good().expect("takes back");
}

#[test]
fn all_is_as_before() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    agent.write("/etc/containerd/config.toml", CONFIG).expect("writes");
    agent.write("/etc/containers/certs.d/192.168.0.1/ca.crt", "theirs").expect("writes");
    agent.write("/etc/containerd/certs.d/192.168.0.1/client.cert", "theirs").expect("writes");
    add_namesake(&setting, "theirs.crt", 0);
    add_namesake(&setting, "gone.crt", 1);
    agent.exec(&["rm", &format!("{CERTS}/gone.crt")]).expect("runs").good().expect("is done");
    let before = snapshot(agent);
    setting.trust(ALL, &[]);
    clients::curl(agent, ADDRESSES[1]).expect("takes the registry");
    let trusted = snapshot(agent);

    let looked = setting.regctl(&["untrust-agents", "--only", "192.168.1.11", "--check"]);
    assert_eq!(looked.status.code(), Some(4), "{}{}", looked.stdout, looked.stderr);
    for step in ["conntrack", "docker-ca", "ucr-ca", "containerd-ca", "podman-ca"] {
        assert!(looked.stdout.contains(&format!("{step} drifted")), "{}", looked.stdout);
    }
    assert_eq!(snapshot(agent), trusted);
    untrust(&setting, &[]);
    let after = snapshot(agent);
    let differs: Vec<_> = after.symmetric_difference(&before).collect();
    assert!(differs.is_empty(), "{differs:#?}");
}

#[test]
fn one_registry_of_two_goes_alone() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    agent.write("/etc/containerd/config.toml", CONFIG).expect("writes");
    agent
        .exec(&["mkdir", "-p", "/etc/containerd/certs.d/192.168.1.2_5000_"])
        .expect("runs")
        .good()
        .expect("is done");
    setting.trust(ALL, &[]);
    add_namesake(&setting, "theirs.crt", 2);
    untrust(&setting, &["--registry", ADDRESSES[1]]);
    let left = agent.shell("cd /etc && ls -d docker/certs.d/* containers/certs.d/* containerd/certs.d/*/*; ls /var/lib/dcos/pki/tls/certs | cut -d. -f2-");
    assert_eq!(
        left.expect("runs").stdout.lines().collect::<Vec<_>>(),
        [
            "containerd/certs.d/192.168.0.1/ca.crt",
            "containerd/certs.d/192.168.0.1/hosts.toml",
            "containers/certs.d/192.168.0.1",
            "docker/certs.d/192.168.0.1",
            "0",
            "1",
            "168.0.1.crt",
            "crt",
        ]
    );
    assert!(verifies(agent, "theirs.crt"), "a gap keeps it from being found");
    clients::curl(agent, ADDRESSES[0]).expect("takes the registry");
    assert_eq!(setting.trust(ALL, &["--check", "--registry", "192.168.0.1"])["status"], "drifted");
}
