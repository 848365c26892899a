//! A lab comes up whole, keeps to itself, and leaves nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Host, Lab, Tier, require};

/// The network namespace of a process, if it is there.
fn network_of(pid: &str) -> Option<String> {
    Some(fs::read_link(format!("/proc/{pid}/ns/net")).ok()?.to_string_lossy().into_owned())
}

/// The processes of the machine that are in one of these network namespaces.
fn inhabitants(networks: &BTreeSet<String>) -> Vec<String> {
    let processes =
        fs::read_dir("/proc").unwrap().flatten().map(|it| it.file_name().to_string_lossy().into_owned());
    processes.filter(|pid| network_of(pid).is_some_and(|network| networks.contains(&network))).collect()
}

#[test]
fn every_host_has_its_own_name_address_and_key() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    assert_eq!(lab.host("a2").exec(&["hostname"]).unwrap().good().unwrap(), "a2");
    assert!(lab.host("a2").shell("ip -4 addr show eth0").unwrap().stdout.contains("192.168.1.12/24"));
    let key = |name: &str| lab.host(name).read("/etc/ssh/ssh_host_ed25519_key.pub").unwrap();
    assert_ne!(key("a1"), key("a2"));
}

#[test]
fn the_operator_reaches_every_agent_as_root_and_as_core_with_sudo() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    let ssh = |to: &str, command: &str| {
        let words = ["ssh", "-o", "StrictHostKeyChecking=accept-new", to, command];
        lab.host("master").exec(&words).unwrap().good().unwrap()
    };
    assert_eq!(ssh("root@192.168.1.11", "id -un"), "root");
    assert_eq!(ssh("core@a1", "id -un; sudo -n id -un"), "core\nroot");
    assert_eq!(ssh("core@fd00:1ab::b", "hostname"), "a1");
    let agent = lab.host("a1");
    assert_eq!((agent.connections().unwrap(), agent.logins().unwrap(), agent.sessions().unwrap()), (3, 3, 3));
}

#[test]
fn nothing_of_the_machine_leaks_into_a_host() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    let agent = lab.host("a1");
    // What the lab itself puts there: one folder that its hosts share, and the user who logs in.
    assert_eq!(agent.exec(&["ls", "/srv"]).unwrap().good().unwrap(), "shared");
    for folder in ["/root", "/tmp", "/opt", "/srv/shared", "/mnt", "/usr/local/bin", "/home"] {
        let found = agent.exec(&["ls", folder]).unwrap().good().unwrap();
        assert!(found.is_empty() || (folder == "/home" && found == "core"), "{folder}: {found}");
    }
    assert!(!agent.exists("/etc/docker") && !agent.exists("/etc/containers/certs.d"));
    assert!(!agent.shell("getent hosts example.com").unwrap().status.success());
    // Refused at once by the bridge's namespace, which has no way out.
    let outside = agent.exec(&["curl", "-sS", "-m", "5", "http://192.0.2.1/"]).unwrap();
    assert_eq!(outside.status.code(), Some(7), "{}", outside.stderr);
    agent.write("/etc/only-here", "x").unwrap();
    assert!(!lab.host("master").exists("/etc/only-here") && fs::metadata("/etc/only-here").is_err());
}

#[test]
fn a_host_cannot_change_the_settings_of_the_machine() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(1).start().unwrap();
    let refused = || {
        // The value that it has already: where the write is let through, nothing is changed either.
        let write = "cat /proc/sys/fs/protected_fifos >/proc/sys/fs/protected_fifos";
        let output = lab.host("a1").shell(write).unwrap();
        assert!(output.stderr.contains("Read-only file system"), "{}", output.stderr);
        let own = "sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1 net.ipv4.ip_default_ttl=63";
        lab.host("a1").shell(own).unwrap().good().unwrap();
    };
    refused();
    lab.reboot("a1").unwrap();
    refused();
}

#[test]
fn two_labs_with_the_same_addresses_do_not_meet() {
    let Some(()) = require(Tier::T1) else { return };
    let (one, two) = (Lab::builder().agents(1).start().unwrap(), Lab::builder().agents(1).start().unwrap());
    let set = "sysctl -qw net.netfilter.nf_conntrack_tcp_be_liberal=1";
    one.host("a1").shell(set).unwrap().good().unwrap();
    let value = |lab: &Lab| {
        lab.host("a1")
            .exec(&["sysctl", "-n", "net.netfilter.nf_conntrack_tcp_be_liberal"])
            .unwrap()
            .good()
            .unwrap()
    };
    assert_eq!((value(&one), value(&two)), ("1".to_owned(), "0".to_owned()));
    assert_eq!(
        one.host("master")
            .exec(&["sysctl", "-n", "net.netfilter.nf_conntrack_tcp_be_liberal"])
            .unwrap()
            .good()
            .unwrap(),
        "0"
    );
    let first = one.host("a1").read("/etc/ssh/ssh_host_ed25519_key.pub").unwrap();
    assert_ne!(two.host("a1").read("/etc/ssh/ssh_host_ed25519_key.pub").unwrap(), first);
    drop(one);
    assert_eq!(two.host("a1").exec(&["hostname"]).unwrap().good().unwrap(), "a1");
}

#[test]
fn a_dropped_lab_leaves_no_process_network_mount_or_file() {
    let Some(()) = require(Tier::T1) else { return };
    let lab = Lab::builder().agents(2).start().unwrap();
    let state = lab.state().to_path_buf();
    let networks: BTreeSet<String> =
        lab.hosts().iter().filter_map(|host| network_of(&host.init_pid().to_string())).collect();
    assert_eq!(networks.len(), 3);
    // A child that nobody waits for dies as well.
    let mut child = lab.host("a1").command("sleep").arg("1000").spawn().unwrap();
    drop(lab);
    child.wait().unwrap();
    assert_eq!(inhabitants(&networks), Vec::<String>::new());
    assert!(!state.exists());
    assert!(!fs::read_to_string("/proc/self/mountinfo").unwrap().contains(&*state.to_string_lossy()));
}

#[test]
fn a_lab_dies_with_the_process_that_started_it() {
    let Some(()) = require(Tier::T1) else { return };
    let state = std::env::temp_dir().join(format!("regctl-killed-test-{}", std::process::id()));
    let mut starter = Command::new(env!("CARGO_BIN_EXE_regctl-lab"))
        .args(["up", "--foreground", "--agents", "1", "--state"])
        .arg(&state)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(starter.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("up: "), "{line}");
    let lab = Lab::attach(&state).unwrap();
    assert!(lab.hosts().iter().all(Host::runs));
    starter.kill().unwrap();
    starter.wait().unwrap();
    wait_for("the hosts to die", Duration::from_secs(10), || {
        let alive = lab.hosts().iter().filter(|host| host.runs()).count();
        if alive == 0 { Progress::Done(()) } else { Progress::NotYet(format!("{alive} are alive")) }
    })
    .unwrap();
    regctl_lab::end(&state).unwrap();
    assert!(!state.exists());
}

#[test]
fn the_command_line_starts_enters_and_ends_a_lab() {
    let Some(()) = require(Tier::T1) else { return };
    let state = std::env::temp_dir().join(format!("regctl-cli-test-{}", std::process::id()));
    let run = |words: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_regctl-lab")).arg("--state").arg(&state).args(words).output();
        let output = output.unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let program = env!("CARGO_BIN_EXE_regctl-lab");
    assert_eq!(run(&["up", "--agents", "1", "--bin", program]).0, Some(0));
    let again = run(&["up"]);
    assert!(again.0 == Some(1) && again.1.contains("a lab is up"), "{again:?}");
    assert_eq!(run(&["exec", "a1", "--", "sh", "-c", "hostname; exit 7"]), (Some(7), "a1\n".to_owned()));
    let (_, version) = run(&["exec", "master", "--", "regctl", "--version"]);
    assert!(version.starts_with("regctl-lab "), "{version}");
    let asked = run(&["exec", "master", "--", "curl", "-sS", "http://leader.mesos:5050/slaves"]);
    assert!(asked.1.contains("slave(1)@192.168.1.11:5051"), "{asked:?}");
    assert!(run(&["status"]).1.contains("192.168.1.11"));
    assert_eq!(run(&["down"]), (Some(0), String::new()));
    assert!(!state.exists());
    assert_eq!(run(&["down"]), (Some(0), String::new()));
}
