//! However a run ends, the terminal is as it was before, and what was done is reported.

use regctl::domain::event::{Event, Observer as _};
use regctl::terminal::{Loudness, Screen, Settings};

use crate::site::Site;

/// Begins a run with three agents that say nothing, and waits until all three are shown.
fn begun() -> Option<Site> {
    let site = Site::open(80, 24)?;
    site.silent_agents(3);
    site.trust("", "--connect-timeout 60s --retries 0");
    site.terminal.wait_for_text("127.1.0.3").expect("all run");
    Some(site)
}

fn assert_nothing_is_left(history: &str) {
    assert!(history.contains("3 agents: "), "the report: {history}");
    assert!(history.contains("interrupted"), "{history}");
    assert!(!history.contains("0 of 3") && !history.contains('░') && !history.contains("^C"), "{history}");
    assert_eq!(
        history.lines().filter(|line| line.contains("Logging in to 3 agents")).count(),
        1,
        "{history}"
    );
}

#[test]
fn ctrl_c_leaves_the_report_and_nothing_else() {
    let Some(site) = begun() else { return };
    site.terminal.press("C-c").expect("a key");
    assert_nothing_is_left(&site.ended(130));
}

#[test]
fn sigterm_leaves_no_more_than_ctrl_c() {
    let Some(site) = begun() else { return };
    let holder = std::fs::read_dir("/proc").expect("is there").filter_map(|entry| entry.ok()).find(|entry| {
        let words = std::fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        let folder = std::fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        words.starts_with("./regctl\0") && folder == site.path("").canonicalize().expect("is there")
    });
    let pid: i32 = holder.expect("regctl runs").file_name().to_string_lossy().parse().expect("a number");
    let pid = rustix::process::Pid::from_raw(pid).expect("is positive");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("is told");
    assert_nothing_is_left(&site.ended(130));
}

#[test]
fn a_command_that_sees_to_no_signal_ends_as_cleanly() {
    let Some(site) = Site::open(80, 24) else { return };
    site.silent_agents(1);
    let agents = std::fs::read_to_string(site.path("agents.txt")).expect("is there");
    let silent = agents.trim();
    site.terminal
        .enter(&format!("clear; ./regctl agents --mesos http://{silent}; echo exit $?"))
        .expect("is typed");
    site.terminal.wait_for_text("Reading the agents from").expect("it asks");
    std::thread::sleep(std::time::Duration::from_millis(300));
    site.terminal.press("C-c").expect("a key");
    let history = site.ended(130);
    assert!(history.contains("interrupted") && !history.contains("^C"), "{history}");
    assert_eq!(history.matches("Reading the agents from").count(), 1, "{history}");
}

#[test]
fn a_panic_is_told_below_no_view() {
    let Some(site) = Site::open(80, 24) else { return };
    let this = std::env::current_exe().expect("runs");
    let line = format!(
        "clear; RUST_BACKTRACE=0 {} --ignored --exact --nocapture endings::panicking 2>&1 >/dev/null; echo exit $?",
        this.display()
    );
    site.terminal.enter(&line).expect("is typed");
    let history = site.ended(101);
    assert!(history.contains("the view is up"), "{history}");
    assert!(!history.contains("0 of 3") && !history.contains("a1 "), "{history}");
}

#[test]
#[ignore = "it panics, at the terminal of another test"]
fn panicking() {
    let settings = Settings { loudness: Loudness::Normal, ask: false, assume_yes: false, colored: true };
    let screen = Screen::new(&settings);
    screen.observe(Event::FanOut { total: 3 });
    screen.observe(Event::Started { subject: "a1".to_owned() });
    std::thread::sleep(std::time::Duration::from_millis(500));
    panic!("the view is up");
}
