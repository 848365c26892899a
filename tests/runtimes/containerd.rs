//! containerd reads what is written for it only where its configuration says so.

use regctl_lab::{Host, Lab, Tier, require, require_programs};
use serde_json::Value;

use crate::clients::{self, PROGRAMS};
use crate::setting::{ADDRESSES, Setting, step};

/// A lab where containerd runs on the agent with this configuration.
fn with_config(config: &str) -> Setting {
    let setting = Setting::start(&Lab::builder());
    configure(setting.agent(), config);
    setting
}

fn configure(agent: &Host, config: &str) {
    agent.write("/etc/containerd/config.toml", config).expect("writes");
    clients::start_containerd(agent);
}

fn registry(config_path: &str) -> String {
    format!(
        "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"{config_path}\"\n"
    )
}

fn refuses(agent: &Host, address: &str) {
    let words = clients::containerd(agent, address).expect_err("is refused");
    assert!(clients::says_untrusted(&words), "{words}");
}

fn detail(report: &Value, change: &str) -> String {
    let (found, detail) = step(report, "containerd-ca");
    assert_eq!(found, change, "{report}");
    detail.to_owned()
}

#[test]
fn without_config_path_the_line_to_set_is_named_and_that_line_does_it() {
    let (Some(()), Some(())) = (require(Tier::T1), require_programs(&PROGRAMS)) else { return };
    let setting = with_config("version = 2\n");
    let agent = setting.agent();
    let report = setting.trust("containerd", &["--no-sysctl"]);
    assert_eq!(report["status"], "unchanged", "{report}");
    let said = detail(&report, "unsupported");
    let expected = "set config_path = \"/etc/containerd/certs.d\" under [plugins.\"io.containerd.grpc.v1.cri\".registry] \
        in /etc/containerd/config.toml and restart containerd";
    assert!(said.starts_with(expected), "{said}");
    assert!(!agent.exists("/etc/containerd/certs.d"));
    // What regctl would have written is not read indeed.
    agent.write("/etc/containerd/certs.d/192.168.0.1/hosts.toml", "skip_verify = true\n").expect("writes");
    refuses(agent, ADDRESSES[0]);
    agent.exec(&["rm", "-r", "/etc/containerd/certs.d"]).expect("runs").good().expect("is done");

    configure(agent, &registry("/etc/containerd/certs.d"));
    refuses(agent, ADDRESSES[0]);
    assert_eq!(step(&setting.trust("containerd", &[]), "containerd-ca").0, "changed");
    for address in ADDRESSES {
        clients::containerd(agent, address).expect("takes the registry");
    }
    // A file that it cannot read it passes over with a word in its log, and takes ca.crt alone.
    let log = agent.read("/tmp/containerd.log").expect("reads");
    assert!(!log.contains("failed to decode"), "{log}");
}

#[test]
fn the_first_of_several_folders_is_written_to() {
    let (Some(()), Some(())) = (require(Tier::T1), require_programs(&PROGRAMS)) else { return };
    let setting = with_config(&registry("/etc/first:/etc/docker/certs.d"));
    let agent = setting.agent();
    // Of the first folder even what is meant for every other registry comes before the second folder.
    agent.write("/etc/first/_default/hosts.toml", "[host.\"https://192.0.2.1\"]\n").expect("writes");
    detail(&setting.trust("containerd", &[]), "changed");
    for address in ADDRESSES {
        assert!(agent.exists(&format!("/etc/first/{address}/hosts.toml")));
        clients::containerd(agent, address).expect("takes the registry");
    }
}

#[test]
fn the_spelling_that_containerd_looks_for_first_is_kept() {
    let (Some(()), Some(())) = (require(Tier::T1), require_programs(&PROGRAMS)) else { return };
    let setting = with_config(&registry("/etc/containerd/certs.d"));
    let agent = setting.agent();
    agent
        .exec(&["mkdir", "-p", "/etc/containerd/certs.d/192.168.1.2_5000_"])
        .expect("runs")
        .good()
        .expect("is done");
    detail(&setting.trust("containerd", &[]), "changed");
    assert!(!agent.exists("/etc/containerd/certs.d/192.168.1.2:5000"));
    clients::containerd(agent, ADDRESSES[1]).expect("takes the registry");
}

#[test]
fn a_hosts_toml_of_somebody_elses_is_left_alone() {
    let (Some(()), Some(())) = (require(Tier::T1), require_programs(&PROGRAMS)) else { return };
    let setting = with_config(&registry("/etc/containerd/certs.d"));
    let agent = setting.agent();
    let file = "/etc/containerd/certs.d/192.168.0.1/hosts.toml";
    let theirs = "[host.\"https://192.168.0.1\"]\n  capabilities = [\"pull\", \"resolve\"]\n";
    agent.write(file, theirs).expect("writes");
    let said = detail(&setting.trust("containerd", &[]), "unsupported");
    let line = "ca = \"/etc/containerd/certs.d/192.168.0.1/ca.crt\"";
    assert!(said.contains(&format!("under [host.\"https://192.168.0.1\"] add {line}")), "{said}");
    assert_eq!(agent.read(file).expect("reads"), theirs);
    refuses(agent, ADDRESSES[0]);
    clients::containerd(agent, ADDRESSES[1]).expect("takes the registry");
    // The line does it, and is then all that is asked for.
    agent.write(file, format!("{theirs}  {line}\n")).expect("writes");
    assert_eq!(detail(&setting.trust("containerd", &[]), "unchanged"), "");
    clients::containerd(agent, ADDRESSES[0]).expect("takes the registry");
}

/// A containerd that says of its configuration what one of another version would say; there is no package of one.
fn pretend(agent: &Host, dump: &str) {
    agent.write("/etc/lab/dump.toml", dump).expect("writes");
    let script = "printf '#!/bin/sh\\n[ \"$2\" != dump ] || exec cat /etc/lab/dump.toml\\nexit 1\\n' >/usr/local/bin/containerd
        chmod 755 /usr/local/bin/containerd && rm -f /usr/bin/containerd";
    agent.shell(script).expect("runs").good().expect("is done");
}

#[test]
fn each_layout_of_the_configuration_is_understood() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    let trust = || setting.trust("containerd", &["--no-sysctl", "--check"]);
    let images = "[plugins.'io.containerd.cri.v1.images']\n  use_local_image_pull = false\n";
    let table = "  [plugins.'io.containerd.cri.v1.images'.registry]\n";

    pretend(agent, &format!("version = 3\n{images}{table}    config_path = '/etc/three'\n"));
    assert!(detail(&trust(), "drifted").contains("/etc/three/192.168.0.1/ca.crt"));

    pretend(agent, &format!("version = 3\n{images}{table}    config_path = ''\n"));
    assert!(
        detail(&trust(), "unsupported").contains("under [plugins.\"io.containerd.cri.v1.images\".registry]")
    );

    // From 2.1 on, and only there.
    let list = "    config_path = '/etc/three:/etc/docker/certs.d'\n";
    pretend(agent, &format!("version = 3\n{images}{table}{list}"));
    assert!(detail(&trust(), "unsupported").starts_with("config_path is a list"));
    pretend(agent, &format!("version = 3\n{}{table}{list}", images.replace("false", "true")));
    detail(&trust(), "drifted");

    let mirrors = "[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"\"\n\
        [plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"docker.io\"]\n";
    pretend(agent, &format!("version = 2\n{mirrors}"));
    assert!(
        detail(&trust(), "unsupported").starts_with("move registry.mirrors into hosts.toml files, then set")
    );

    pretend(agent, "disabled_plugins = [\"io.containerd.grpc.v1.cri\"]\nversion = 2\n");
    assert!(detail(&trust(), "unsupported").starts_with("the CRI plugin is off"));

    // Where containerd cannot be asked, the file is read as it is.
    agent.exec(&["rm", "/etc/lab/dump.toml"]).expect("runs").good().expect("is done");
    for (config, path) in [
        (
            "version = 3\n[ plugins . 'io.containerd.cri.v1.images' . registry ]\n# config_path = \"/no\"\nconfig_path='/etc/three' # here\n",
            "/etc/three",
        ),
        (&*registry("/etc/two"), "/etc/two"),
        ("[plugins.cri.registry]\n\tconfig_path = \"/etc/one\"\n", "/etc/one"),
    ] {
        agent.write("/etc/containerd/config.toml", config).expect("writes");
        let said = detail(&trust(), "drifted");
        assert!(said.contains(&format!("{path}/192.168.0.1/hosts.toml")), "{said}");
    }
}
