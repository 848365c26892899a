//! Every fault is a result: it gets its word and a hint, and the healthy agent beside it is done all the same.

use std::time::Duration;

use regctl_lab::faults::Fault;
use serde_json::Value;

use crate::fleet::{CA, Fleet, Run};

/// a1 has the fault, a2 has none.
fn with(fault: &Fault, words: &[&str]) -> Option<(Fleet, Run)> {
    let fleet = Fleet::start(2)?;
    fleet.agent("a1").fault(fault).expect("the fault comes about");
    let run = fleet.trust(words);
    fleet.assert_trusts("a2");
    fleet.assert_nothing_is_left();
    Some((fleet, run))
}

fn error(fleet: &Fleet, run: &Run) -> Value {
    run.assert_exit(3);
    let error = run.agent(fleet.agent("a1"))["error"].clone();
    assert!(error["hint"].is_string(), "no hint: {error}");
    error
}

/// The fault is a failure of this kind.
fn fails(fault: &Fault, words: &[&str], kind: &str) -> Option<(Fleet, Run)> {
    let (fleet, run) = with(fault, words)?;
    assert_eq!(error(&fleet, &run)["kind"], kind, "{}", run.stdout);
    Some((fleet, run))
}

#[test]
fn host_down() {
    let Some((fleet, run)) = fails(&Fault::Blackholed, &[], "connect-timeout") else { return };
    assert_eq!(run.agent(fleet.agent("a1"))["attempts"], 1, "the probe has tried long enough");
    assert!(run.took < Duration::from_secs(6), "{:?}", run.took);
}

#[test]
fn port_closed() {
    let Some((fleet, run)) = fails(&Fault::PortClosed, &[], "connect-refused") else { return };
    assert_eq!(run.agent(fleet.agent("a1"))["attempts"], 2, "it was tried again at the end");
}

#[test]
fn accepts_and_stays_silent() {
    let Some((_, run)) =
        fails(&Fault::Silent, &["--connect-timeout", "2s", "--retries", "0"], "connect-timeout")
    else {
        return;
    };
    assert!(run.took < Duration::from_secs(10), "{:?}", run.took);
}

#[test]
fn slow_but_alive() {
    let Some((fleet, run)) = with(&Fault::Slow { seconds: 5 }, &["--ssh-user", "core"]) else { return };
    run.assert_exit(0);
    fleet.assert_trusts("a1");
}

#[test]
fn slower_than_its_time() {
    let fault = Fault::Slow { seconds: 30 };
    let Some((_, run)) = fails(&fault, &["--timeout", "3s"], "timeout") else { return };
    assert!(run.took < Duration::from_secs(10), "{:?}", run.took);
}

#[test]
fn host_key_changed() {
    let Some(fleet) = Fleet::start(2) else { return };
    fleet.trust(&[]).assert_exit(0);
    let agent = fleet.agent("a1");
    let fingerprint = || {
        let printed =
            agent.exec(&["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]).expect("runs").stdout;
        printed.split_whitespace().nth(1).expect("a fingerprint").to_owned()
    };
    let known = fingerprint();
    agent.fault(&Fault::ChangedHostKey).expect("changes");
    let run = fleet.trust(&[]);
    let error = error(&fleet, &run);
    assert_eq!(error["kind"], "host-key");
    let message = error["message"].as_str().expect("a message");
    assert!(message.contains(&known) && message.contains(&fingerprint()), "{message}");
    fleet.assert_nothing_is_left();
}

#[test]
fn host_key_unknown_where_it_must_be_known() {
    let Some(fleet) = Fleet::start(1) else { return };
    let run = fleet.trust(&["--host-keys", "strict"]);
    run.assert_exit(1);
    assert_eq!(run.agent(fleet.agent("a1"))["error"]["kind"], "host-key");
    fleet.trust(&["--host-keys", "off"]).assert_exit(0);
    fleet.trust(&["--host-keys", "strict"]).assert_exit(1);
    fleet.trust(&[]).assert_exit(0);
    fleet.trust(&["--host-keys", "strict"]).assert_exit(0);
}

#[test]
fn key_refused() {
    fails(&Fault::KeyRefused, &[], "auth");
}

#[test]
fn requiretty() {
    fails(&Fault::RequireTty, &["--ssh-user", "core"], "sudo");
}

#[test]
fn disk_full() {
    fails(&Fault::DiskFull, &[], "disk-full");
}

#[test]
fn read_only_etc() {
    fails(&Fault::ReadOnlyEtc, &[], "read-only");
}

#[test]
fn certs_d_is_a_file() {
    let Some((fleet, run)) = fails(&Fault::CertsDirIsFile, &[], "script") else { return };
    let steps = &run.agent(fleet.agent("a1"))["steps"];
    assert_eq!((&steps[0]["change"], &steps[1]["change"]), (&"changed".into(), &"failed".into()));
}

#[test]
fn no_sysctl_key() {
    let Some((fleet, run)) = with(&Fault::NoConntrack, &[]) else { return };
    run.assert_exit(0);
    let agent = fleet.agent("a1");
    assert_eq!(run.agent(agent)["steps"][0]["change"], "unsupported");
    assert!(agent.exists("/etc/sysctl.d/90-regctl.conf") && agent.exists("/etc/modules-load.d/regctl.conf"));
    assert_eq!((run.status(agent), fleet.trust(&[]).status(agent)), ("changed", "unchanged"));
}

#[test]
fn sysctl_key_comes_with_the_module() {
    let Some((fleet, run)) = with(&Fault::ConntrackNotLoaded, &[]) else { return };
    run.assert_exit(0);
    assert_eq!(run.agent(fleet.agent("a1"))["steps"][0]["change"], "changed");
    fleet.assert_trusts("a1");
}

#[test]
fn too_many_logins_at_a_time() {
    let Some((fleet, run)) = fails(&Fault::MaxStartups { percent: 100 }, &[], "unreachable") else { return };
    assert_eq!(run.agent(fleet.agent("a1"))["attempts"], 2, "it was tried again at the end");
}

#[test]
fn name_does_not_resolve() {
    let Some(fleet) = Fleet::start(1) else { return };
    fleet.master().write("/agents.txt", "no-such-host\na1\n").expect("writes");
    let run = fleet.trust(&["--agents-file", "/agents.txt"]);
    run.assert_exit(3);
    assert_eq!(run.json["agents"][0]["error"]["kind"], "resolve");
    fleet.assert_trusts("a1");
}

#[test]
fn banners_and_chatty_profiles() {
    for words in [&[][..], &["--ssh-user", "core"]] {
        let Some((fleet, run)) = with(&Fault::Chatty, words) else { return };
        run.assert_exit(0);
        fleet.assert_trusts("a1");
    }
}

#[test]
fn clock_ten_years_off() {
    for (offset, word) in [("+10y", "expired"), ("-10y", "not valid yet")] {
        let Some((fleet, run)) = with(&Fault::Clock { offset: offset.to_owned() }, &[]) else { return };
        run.assert_exit(0);
        fleet.assert_trusts("a1");
        assert!(
            run.agent(fleet.agent("a1"))["steps"][1]["detail"].as_str().expect("a text").contains(word),
            "{}",
            run.stdout
        );
        assert!(run.stderr.contains(word), "no warning: {}", run.stderr);
    }
}

#[test]
fn script_killed_half_way() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    agent.write(CA, "the old CA\n").expect("writes");
    // The shell that runs the script dies when the new file is complete but not in place yet.
    agent.shim("mv", "kill -KILL $PPID; kill -KILL $(ps -o ppid= -p $PPID)").expect("is shimmed");
    let run = fleet.trust(&["--no-sysctl"]);
    run.assert_exit(1);
    assert_eq!(run.agent(agent)["error"]["kind"], "protocol", "{}", run.stdout);
    assert_eq!(agent.read(CA).expect("is there"), "the old CA\n");
    agent.shell("rm /usr/local/bin/mv /usr/local/sbin/mv").expect("runs");
    fleet.trust(&[]).assert_exit(0);
    fleet.assert_trusts("a1");
    let left = agent.shell("find /etc -name '*.regctl'").expect("looks").stdout;
    assert_eq!(left, "");
}
