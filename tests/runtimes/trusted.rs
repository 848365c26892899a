//! All runtimes in one login.

use regctl_lab::{Host, Lab, Tier, require, require_programs};
use serde_json::Value;

use crate::clients::{self, ALL, PROGRAMS};
use crate::setting::{ADDRESSES, Setting, step};

const STEPS: [&str; 4] = ["docker-ca", "ucr-ca", "containerd-ca", "podman-ca"];

pub(crate) const CONFIG: &str = "\
version = 2
[plugins.\"io.containerd.grpc.v1.cri\".registry]
  config_path = \"/etc/containerd/certs.d\"
";

/// An agent with all four runtimes.
fn ready(setting: &Setting) -> &Host {
    let agent = setting.agent();
    agent.write("/etc/containerd/config.toml", CONFIG).expect("writes");
    agent.exec(&["mkdir", "-p", "/var/lib/dcos/pki/tls/certs"]).expect("runs").good().expect("is done");
    clients::prepare_podman(agent);
    clients::start_containerd(agent);
    agent
}

fn all_refuse(agent: &Host) {
    for (name, client) in ALL {
        for address in ADDRESSES {
            let words = client(agent, address).expect_err(name);
            assert!(clients::says_untrusted(&words), "{name} at {address}: {words}");
        }
    }
}

fn all_take_it(agent: &Host) {
    for (name, client) in ALL {
        for address in ADDRESSES {
            client(agent, address).unwrap_or_else(|words| panic!("{name} at {address}: {words}"));
        }
    }
}

#[test]
fn every_client_takes_the_registry_after_one_login() {
    let (Some(()), Some(())) = (require(Tier::T2), require_programs(&PROGRAMS)) else { return };
    let setting = Setting::start(&Lab::builder().engines(1));
    let agent = ready(&setting);
    all_refuse(agent);

    let report = setting.trust("docker,ucr,containerd,podman", &[]);
    assert_eq!(report["status"], "changed", "{report}");
    for name in STEPS {
        assert_eq!(step(&report, name).0, "changed", "{report}");
    }
    assert_eq!((agent.logins().expect("runs"), agent.sessions().expect("runs")), (1, 1));
    all_take_it(agent);

    // Another CA: what trusted the old one trusts the new one after the next run, without a restart of anything.
    setting.make_ca(&[]);
    setting.serve();
    all_refuse(agent);
    let report = setting.trust("auto", &[]);
    for name in STEPS {
        assert_eq!(step(&report, name).0, "changed", "{report}");
    }
    all_take_it(agent);
    assert_eq!(agent.systemctl_calls().expect("runs"), Vec::<String>::new());
}

/// Every file of the four stores, with inode and time of the last change.
fn files(agent: &Host) -> String {
    let find = "find /etc/docker /etc/containers /etc/containerd /var/lib/dcos /var/lib/regctl/ours -printf '%p %i %T@\\n'";
    let listed = agent.shell(&format!("{find} | sort")).expect("runs");
    listed.stdout
}

#[test]
fn a_second_run_touches_nothing() {
    let (Some(()), Some(())) = (require(Tier::T1), require_programs(&PROGRAMS)) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    agent.write("/etc/containerd/config.toml", CONFIG).expect("writes");
    let all = "docker,ucr,containerd,podman";

    let before = files(agent);
    let looked = setting.trust(all, &["--check"]);
    assert_eq!(looked["status"], "drifted", "{looked}");
    for name in STEPS {
        assert_eq!(step(&looked, name).0, "drifted", "{looked}");
    }
    assert_eq!(files(agent), before);
    assert!(!agent.exists("/var/lib/regctl"));

    setting.trust(all, &[]);
    let before = files(agent);
    for more in [&[][..], &["--check"]] {
        let again = setting.trust(all, more);
        assert_eq!(again["status"], "unchanged", "{again}");
        for name in STEPS {
            assert_eq!(step(&again, name), ("unchanged", ""), "{again}");
        }
    }
    assert_eq!(files(agent), before);
}

/// On CentOS sh is bash.
#[test]
fn bash_as_sh_does_the_same() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    agent.exec(&["ln", "-sf", "bash", "/bin/sh"]).expect("runs").good().expect("is done");
    agent.write("/etc/containerd/config.toml", CONFIG).expect("writes");
    let all = "docker,ucr,containerd,podman";
    for expected in ["changed", "unchanged"] {
        let report = setting.trust(all, &[]);
        for name in STEPS {
            assert_eq!(step(&report, name).0, expected, "{report}");
        }
    }
}

#[test]
fn auto_asks_the_agent_what_it_has() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    let steps = || {
        let report = setting.trust("auto", &["--no-sysctl"]);
        assert_eq!(report["error"], Value::Null, "{report}");
        let steps = report["steps"].as_array().expect("has steps").clone();
        steps.iter().map(|step| step["step"].as_str().expect("is text").to_owned()).collect::<Vec<_>>()
    };
    agent
        .shell("rm -rf /usr/sbin/dockerd /usr/bin/containerd /usr/bin/podman /etc/containers")
        .expect("runs")
        .good()
        .expect("is done");
    assert_eq!(steps(), ["runtimes"]);
    agent.shell("mkdir -p /opt/mesosphere /etc/containers").expect("runs").good().expect("is done");
    assert_eq!(steps(), ["ucr-ca", "podman-ca"]);
    // Docker's own package of containerd comes with the CRI plugin off: nothing pulls through it.
    agent.write("/etc/containerd/config.toml", "disabled_plugins = [\"cri\"]\n").expect("writes");
    agent
        .shell("printf '#!/bin/sh\\nexit 1\\n' >/usr/local/bin/containerd; cp /usr/local/bin/containerd /usr/sbin/dockerd; chmod 755 /usr/local/bin/containerd /usr/sbin/dockerd")
        .expect("runs")
        .good()
        .expect("runs");
    assert_eq!(steps(), ["docker-ca", "ucr-ca", "podman-ca"]);
    agent.write("/etc/containerd/config.toml", CONFIG).expect("writes");
    assert_eq!(steps(), ["docker-ca", "ucr-ca", "containerd-ca", "podman-ca"]);
}
