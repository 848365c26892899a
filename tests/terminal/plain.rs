//! Where there is no terminal to draw on, lines are written one below the other, without a control character.

use std::fs;

use crate::site::Site;

/// Every byte that came to the terminal while `trust-agents` ran so over three agents that refuse.
fn bytes(before: &str, behind: &str) -> Option<String> {
    let site = Site::open(80, 24)?;
    site.refusing_agents(3);
    let file = site.path("record");
    site.terminal.record(&file).expect("is recorded");
    site.trust(&format!("echo begin; {before}"), behind);
    site.ended(if behind.contains('|') { 0 } else { 1 });
    let record = String::from_utf8(fs::read(file).expect("is there")).expect("is text");
    let (_, own) = record.split_once("begin\r\n").expect("it begins");
    Some(own.split("exit ").next().unwrap_or_default().to_owned())
}

fn assert_lines(own: &str) {
    assert!(own.contains("failed: 127.1.0.2:") && own.contains("3 of 3, 3 failed"), "{own:?}");
    assert!(own.contains("3 agents: 3 failed"), "{own:?}");
    let control = |c: &char| c.is_control() && !['\r', '\n'].contains(c);
    assert_eq!(own.chars().find(control), None, "{own:?}");
}

#[test]
fn a_dumb_terminal_gets_lines() {
    let Some(own) = bytes("TERM=dumb", "") else { return };
    assert_lines(&own);
}

#[test]
fn a_ci_gets_lines_on_its_terminal_too() {
    let Some(own) = bytes("CI=true NO_COLOR=1", "") else { return };
    assert_lines(&own);
}

#[test]
fn a_pipe_gets_lines() {
    let Some(own) = bytes("", "2>&1 | cat") else { return };
    assert_lines(&own);
}

#[test]
fn no_color_draws_without_colours() {
    let Some(own) = bytes("NO_COLOR=1", "") else { return };
    let colours = own
        .split("\x1b[")
        .skip(1)
        .filter(|code| code.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m'));
    assert_eq!(colours.count(), 0, "{own:?}");
    assert!(own.contains("✗ failed: 127.1.0.2:"), "{own:?}");
    let Some(own) = bytes("", "") else { return };
    assert!(own.contains("\x1b[1;31m"), "{own:?}");
}

#[test]
fn ascii_is_all_that_an_ascii_locale_gets() {
    let Some(own) = bytes("LC_ALL=C", "") else { return };
    assert!(own.contains("x ") && own.contains("failed: 127.1.0.2:"), "{own:?}");
    assert!(own.is_ascii(), "{own:?}");
}
