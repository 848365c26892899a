//! A question stands alone, whatever was shown before it, and can be broken off.

use regctl_lab::faults::Fault;
use regctl_lab::terminal::{Terminal, require_tmux};
use regctl_lab::{Lab, Tier, require};

use crate::site::Site;

#[test]
fn a_question_in_the_middle_stands_alone() {
    let (Some(()), Some(())) = (require(Tier::T1), require_tmux()) else { return };
    let lab = Lab::builder().agents(3).binary(env!("CARGO_BIN_EXE_regctl")).start().expect("a lab starts");
    let master = lab.host("master");
    master.shell("regctl cert gen && regctl trust-agents").expect("runs").good().expect("is done");
    lab.host("a2").fault(&Fault::Slow { seconds: 1 }).expect("is slow");
    let terminal = Terminal::open_on(master, 80, 24).expect("a terminal");
    terminal.enter("clear; regctl untrust-agents --ssh-user core; echo exit $?").expect("is typed");
    let asked = terminal.wait_for_text("[y/N]").expect("it asks");
    let lines: Vec<&str> = asked.lines().collect();
    assert!(lines[0].starts_with("Reading the agents from ") && lines.len() == 2, "{asked}");
    terminal.press("y").expect("a key");
    terminal.press("Enter").expect("a key");
    terminal.wait_for_text("192.168.1.12 ").expect("a2 takes its time");
    terminal.wait_for_text("exit 0\n$").expect("it ends");
    let history = terminal.history().expect("is shown");
    assert!(history.contains("3 agents: 3 changed") && !history.contains(" of 3"), "{history}");
    assert!(terminal.cursor().expect("there is one").visible);
}

/// Asks for consent to something, and waits for the question.
fn asked() -> Option<Site> {
    let site = Site::open(80, 24)?;
    site.silent_agents(1);
    let line = "clear; ./regctl untrust-agents --agents-file agents.txt; echo exit $?";
    site.terminal.enter(line).expect("is typed");
    site.terminal.wait_for_text("[y/N]").expect("it asks");
    Some(site)
}

#[test]
fn ctrl_c_at_a_question_ends_the_run_and_shows_the_cursor() {
    let Some(site) = asked() else { return };
    assert!(!site.terminal.cursor().expect("there is one").visible, "the question itself hides it");
    site.terminal.press("C-c").expect("a key");
    site.ended(130);
    site.terminal.enter("stty -a | grep -o ' echo '").expect("is typed");
    site.terminal.wait_for_text("\n echo").expect("what is typed is shown");
}

#[test]
fn a_secret_that_is_broken_off_leaves_a_terminal_that_shows_what_is_typed() {
    let Some(site) = Site::open(80, 24) else { return };
    site.silent_agents(1);
    let line = "clear; ./regctl ssh-setup --agents-file agents.txt; echo exit $?";
    site.terminal.enter(line).expect("is typed");
    let shown = site.terminal.wait_for_text("assword").expect("it asks");
    assert!(shown.contains("Login password"), "{shown}");
    site.terminal.press("C-c").expect("a key");
    site.ended(130);
    site.terminal.enter("stty -a | grep -o ' echo '").expect("is typed");
    site.terminal.wait_for_text("\n echo").expect("what is typed is shown");
}
