//! `regctl init` at a terminal: its questions, its list, and Ctrl-C in the middle.

use regctl_lab::mesos::{OddAgent, Scenario};
use regctl_lab::terminal::{Terminal, require_tmux};
use regctl_lab::{Lab, Tier, require};

/// A lab of two agents, and a terminal on its master.
fn open() -> Option<(Lab, Terminal)> {
    require(Tier::T1)?;
    require_tmux()?;
    let lab = Lab::builder().agents(2).binary(env!("CARGO_BIN_EXE_regctl")).start().expect("a lab starts");
    let terminal = Terminal::open_on(lab.host("master"), 80, 40).expect("opens");
    Some((lab, terminal))
}

/// Waits for a text, then presses a key.
fn press_at(terminal: &Terminal, text: &str, key: &str) {
    terminal.wait_for_text(text).expect("is shown");
    terminal.press(key).expect("presses");
}

/// Waits for a question, then answers it with a line.
fn enter_at(terminal: &Terminal, question: &str, answer: &str) {
    terminal.wait_for_text(question).expect("is asked");
    terminal.enter(answer).expect("types");
}

/// Ends the run, once this is shown.
fn end_at(terminal: &Terminal, text: &str) {
    press_at(terminal, text, "C-c");
    terminal.wait_for_prompt().expect("ends");
}

/// An app that has a VIP already.
fn start_web(lab: &Lab) {
    let app = r#"{"id":"/web","cmd":"sleep 1","instances":0,"cpus":0.1,"mem":32,"portDefinitions":[{"port":6000,"labels":{"VIP_0":"10.0.0.7:443"}}]}"#;
    let line = format!(
        "curl -sSf -o /dev/null -X POST -H 'content-type: application/json' -d '{app}' http://marathon.mesos:8080/v2/apps"
    );
    lab.host("master").shell(&line).expect("runs").good().expect("is taken");
}

fn interrupt_at_the_list(terminal: &Terminal) {
    terminal.enter("regctl init --no-ssh").expect("types");
    let list = terminal.wait_for_text("> 192.168.1.11").expect("a list");
    assert!(
        list.contains("  192.168.1.12  private active") && list.lines().all(|row| row.len() <= 80),
        "{list}"
    );
    terminal.press("Down").expect("presses");
    end_at(terminal, "> 192.168.1.12");
    terminal.enter("echo code $?; ls /regctl.toml").expect("types");
    let screen = terminal.wait_for_text("No such file").expect("nothing was written");
    assert!(screen.contains("code 130") && screen.contains("error[interrupted]"), "{screen}");
    assert!(terminal.cursor().expect("there is one").visible, "{screen}");
}

fn name_a_vip_that_is_taken(lab: &Lab, terminal: &Terminal) {
    terminal.enter("clear; regctl init --no-ssh").expect("types");
    press_at(terminal, "> 192.168.1.11", "Down");
    terminal.press("Enter").expect("presses");
    press_at(terminal, "Id of its app on Marathon [/registry]", "Enter");
    enter_at(terminal, "with its port [192.168.0.1:443]", "10.0.0.7:443");
    enter_at(terminal, "the app /web has the VIP 10.0.0.7:443", "10.0.0.8:443");
    end_at(terminal, "offers it on [5000]");
    assert!(!lab.host("master").exists("/regctl.toml"));
}

/// More agents than a list is good for: the best of them, and a part of a name for the others.
fn pick_one_of_many(lab: &Lab, terminal: &Terminal) {
    let odd = |number: u32| OddAgent {
        hostname: format!("node-{number}"),
        pid: format!("slave(1)@192.168.9.{number}:5051"),
    };
    lab.mesos(&Scenario::Odd { agents: (100..200).map(odd).collect() }).expect("plays");
    terminal.enter("clear; regctl init --no-ssh").expect("types");
    let list = terminal.wait_for_text("(the best 15; 87 more)").expect("a list");
    assert!(list.lines().count() < 25 && list.contains("another one, by a part of its name"), "{list}");
    terminal.press("Up").expect("presses");
    terminal.press("Enter").expect("presses");
    enter_at(terminal, "A part of its hostname", "nowhere");
    enter_at(terminal, "no agent has `nowhere` in its name", "e-17");
    let list = terminal.wait_for_text("> node-170").expect("those that match");
    assert!(list.contains("  node-179") && !list.contains("node-180"), "{list}");
    terminal.press("Enter").expect("presses");
    end_at(terminal, "Agent that is to run the registry: node-170");
}

fn answer_what_no_flag_does(lab: &Lab, terminal: &Terminal) {
    terminal.enter("clear; regctl init --no-ssh --host 192.168.1.12 --id /infra/registry").expect("types");
    press_at(terminal, "with its port [192.168.0.1:443]", "Enter");
    enter_at(terminal, "offers it on [5000]", "5005");
    let screen = terminal.wait_for_text("Look through it, then: regctl doctor").expect("a report");
    assert!(screen.contains("Wrote regctl.toml"), "{screen}");
    let text = lab.host("master").read("/regctl.toml").expect("is there");
    for line in [
        "host = \"192.168.1.12\"",
        "id = \"/infra/registry\"",
        "vip = \"192.168.0.1:443\"",
        "service_port = 5005",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} in {text}");
    }
}

#[test]
fn answers_are_checked_and_end_up_in_the_file_and_ctrl_c_writes_nothing() {
    let Some((lab, terminal)) = open() else { return };
    start_web(&lab);
    interrupt_at_the_list(&terminal);
    name_a_vip_that_is_taken(&lab, &terminal);
    pick_one_of_many(&lab, &terminal);
    answer_what_no_flag_does(&lab, &terminal);
}
