//! Ctrl-C, SIGKILL, and two runs at once.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use regctl_lab::faults::Fault;
use regctl_lab::page;
use regctl_lab::wait::{Progress, wait_for};
use serde_json::Value;

use crate::fleet::Fleet;

const LOGGED_IN: &str = "192.168.1.11: logged in";

/// Starts trust-agents on the master and waits until its log says all of this.
fn begin(fleet: &Fleet, words: &str, until: &[&str]) -> Child {
    let line = format!(
        "echo $$ >/run/regctl.pid; exec setsid regctl -v -o json trust-agents {words} 2>/run/regctl.log"
    );
    let mut command = fleet.master().command("sh");
    command.args(["-c", &line]).stdout(Stdio::piped());
    let child = command.spawn().expect("starts");
    wait_for("logins", Duration::from_secs(20), || {
        let log = fleet.master().read("/run/regctl.log").unwrap_or_default();
        if until.iter().all(|text| log.contains(text)) { Progress::Done(()) } else { Progress::NotYet(log) }
    })
    .expect("it gets that far");
    child
}

fn signal(fleet: &Fleet, name: &str) {
    fleet
        .master()
        .shell(&format!("kill -{name} $(cat /run/regctl.pid)"))
        .expect("runs")
        .good()
        .expect("is there");
}

fn end(child: Child) -> (Option<i32>, Value) {
    let output = child.wait_with_output().expect("ends");
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}

/// The page is there, for its owner alone, and tells the same.
fn assert_page(fleet: &Fleet) {
    let mode =
        fleet.master().shell("stat -c %a /page.html; ls -A / | grep -c page.html").expect("looks").stdout;
    assert_eq!(mode, "600\n1\n", "and no other file is left");
    let page = page::data(&fleet.master().read("/page.html").expect("is there"));
    let states: Vec<_> =
        page["agents"].as_array().expect("a list").iter().map(|agent| &agent["state"]).collect();
    assert_eq!(states, ["unchanged", "failed", "failed", "skipped"], "{page}");
    assert_eq!(page["run"]["exit"], 130);
}

#[test]
fn ctrl_c_reports_what_was_done_and_leaves_nothing() {
    let Some(fleet) = Fleet::start(4) else { return };
    fleet.agent("a1").fault(&Fault::Slow { seconds: 60 }).expect("is slow");
    fleet.agent("a2").fault(&Fault::Silent).expect("is silent");
    // Two at a time: a3 waits for its turn behind a1, which is logged in to, and a2, which is being connected to.
    fleet.trust(&["--only", "192.168.1.14"]).assert_exit(0);
    fleet
        .master()
        .write("/agents.txt", "192.168.1.14\n192.168.1.11\n192.168.1.12\n192.168.1.13\n")
        .expect("writes");
    let child = begin(
        &fleet,
        "--agents-file /agents.txt --ssh-user core --parallel 2 --report /page.html",
        &[LOGGED_IN, "192.168.1.12: started"],
    );
    signal(&fleet, "INT");
    let started = Instant::now();
    let (exit, report) = end(child);
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    assert_eq!(exit, Some(130));
    let statuses: Vec<_> =
        report["agents"].as_array().expect("a report").iter().map(|agent| &agent["status"]).collect();
    assert_eq!(statuses, ["unchanged", "failed", "failed", "skipped"], "{report}");
    assert!((1..4).all(|agent| report["agents"][agent]["error"]["kind"] == "interrupted"), "{report}");
    assert_page(&fleet);
    assert_eq!(fleet.agent("a3").connections().expect("counts"), 0, "no login; sshd does not see the probe");
    fleet.assert_nothing_is_left();
    for name in ["a1", "a2"] {
        fleet.agent(name).clear_faults().expect("is well again");
    }
    let run = fleet.trust(&["--failed", "--agents-file", "/agents.txt"]);
    run.assert_exit(0);
    assert_eq!(run.json["summary"]["total"], 3, "a4 was done");
    assert_eq!(fleet.trust(&["--failed"]).json["summary"]["total"], 0);
    let record = &fleet.records()[2];
    assert_eq!((&record["exit"], &record["agents"]["skipped"]), (&130.into(), &1.into()), "{record}");
}

#[test]
fn a_second_run_is_told_who_holds_the_lock() {
    let Some(fleet) = Fleet::start(2) else { return };
    fleet.agent("a1").fault(&Fault::Slow { seconds: 60 }).expect("is slow");
    let child = begin(&fleet, "--ssh-user core", &[LOGGED_IN]);
    let second = fleet.trust(&[]);
    second.assert_exit(1);
    assert_eq!(second.json["error"]["kind"], "locked");
    let pid = fleet.master().read("/run/regctl.pid").expect("reads");
    assert!(second.stdout.contains(&format!("@master, process {}", pid.trim())), "{}", second.stdout);
    fleet.trust(&["--check", "--only", "192.168.1.12"]).assert_exit(0);
    signal(&fleet, "TERM");
    assert_eq!(end(child).0, Some(130));
    let commands: Vec<_> = fleet.records().iter().map(|record| record["command"].clone()).collect();
    assert_eq!(commands, ["cert gen", "trust-agents"], "neither the refused run nor the one that looked");
}

#[test]
fn two_operators_do_not_race_on_one_agent() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    // Another operator's run, from another machine, is at work there.
    let other = "mkdir -p /var/lib/regctl && echo 'ann@elsewhere, process 1' >/var/lib/regctl/lock &&
        flock /var/lib/regctl/lock sleep 100 </dev/null >/dev/null 2>&1 &";
    agent.shell(other).expect("runs").good().expect("holds the lock");
    let run = fleet.trust(&[]);
    run.assert_exit(1);
    let error = &run.agent(agent)["error"];
    assert!(error["message"].as_str().expect("a message").contains("ann@elsewhere"), "{error}");
}

#[test]
fn what_sigkill_leaves_the_next_run_clears_away() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    agent.fault(&Fault::Slow { seconds: 60 }).expect("is slow");
    let child = begin(&fleet, "--ssh-user core", &[LOGGED_IN]);
    signal(&fleet, "KILL");
    end(child);
    let left = fleet.master().shell("ls -d /tmp/regctl-*").expect("looks").stdout;
    assert_eq!(left.lines().count(), 1, "{left}");
    let record = &fleet.records()[1];
    assert_eq!((&record["ended"], &record["exit"]), (&Value::Null, &Value::Null), "{record}");
    agent.clear_faults().expect("is well again");
    fleet.trust(&[]).assert_exit(0);
    fleet.assert_nothing_is_left();
}

#[test]
fn link_lost_half_way() {
    let Some(fleet) = Fleet::start(2) else { return };
    let agent = fleet.agent("a1");
    agent.fault(&Fault::Slow { seconds: 4 }).expect("is slow");
    let child = begin(&fleet, "--ssh-user core", &[LOGGED_IN]);
    agent.fault(&Fault::Blackholed).expect("is cut off");
    let started = Instant::now();
    let (exit, report) = end(child);
    assert_eq!(exit, Some(3));
    let cut_off = &report["agents"][0];
    assert_eq!(
        (&cut_off["address"], &cut_off["error"]["kind"]),
        (&"192.168.1.11".into(), &"protocol".into()),
        "{report}"
    );
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    fleet.assert_trusts("a2");
    fleet.assert_nothing_is_left();
}
