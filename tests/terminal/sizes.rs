//! The view is right however wide the terminal is, and stays so when that changes.

use crate::site::Site;

const ASKED: &str = "--connect-timeout 60s --retries 0";

#[test]
fn at_80_columns_each_agent_has_its_line() {
    let Some(site) = Site::open(80, 24) else { return };
    site.silent_agents(3);
    site.trust("", ASKED);
    let shown = site.terminal.wait_for_text("127.1.0.3").expect("the third runs");
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].contains(" Logging in to 3 agents   ") && lines[0].contains(" 0:0"), "{shown}");
    assert!(lines[1].starts_with("  ░░░░░░░░░░") && lines[1].ends_with("  0 of 3"), "{shown}");
    for (line, agent) in lines[2..5].iter().zip(1..) {
        assert!(line.starts_with(&format!("  127.1.0.{agent}:")) && line.contains(" 0:0"), "{shown}");
    }
    assert_eq!(lines.len(), 5, "{shown}");
}

#[test]
fn at_200_columns_they_stand_beside_each_other() {
    let Some(site) = Site::open(200, 24) else { return };
    site.silent_agents(40);
    site.trust("", ASKED);
    let shown = site.terminal.wait_for_text("and 16 more").expect("all run");
    let third = shown.lines().nth(2).expect("a line of agents");
    assert_eq!(third.matches("127.1.0.").count(), 4, "{shown}");
    assert_eq!(shown.lines().count(), 9, "{shown}");
}

#[test]
fn at_40_columns_no_line_is_wrapped() {
    let Some(site) = Site::open(40, 12) else { return };
    site.silent_agents(40);
    site.trust("", ASKED);
    let shown = site.terminal.wait_for_text("and 34 more").expect("all run");
    assert_eq!(shown.lines().count(), 9, "{shown}");
    assert!(shown.lines().nth(1).is_some_and(|line| line.ends_with("0 of 40")), "{shown}");
}

#[test]
fn a_resize_leaves_no_debris() {
    let Some(site) = Site::open(200, 24) else { return };
    site.silent_agents(40);
    // Somebody who has worked at it for a while: the view is at the lower end of the screen.
    site.terminal.enter("seq 40").expect("is typed");
    site.terminal.wait_for_text("\n40\n$").expect("is counted");
    site.terminal
        .enter(&format!("./regctl trust-agents --agents-file agents.txt {ASKED}; echo exit $?"))
        .expect("is typed");
    site.terminal.wait_for_text("and 16 more").expect("all run");
    for (columns, rows, more) in [(60, 24, 34), (200, 24, 16), (45, 12, 34), (80, 24, 34)] {
        site.terminal.resize(columns, rows).expect("another size");
        let whole = |shown: &str| {
            let once = ["Logging in to 40", "0 of 40", "127.1.0.1:"]
                .iter()
                .all(|text| shown.matches(text).count() == 1);
            once && shown.ends_with(&format!("and {more} more"))
        };
        site.terminal.wait_for(&format!("{columns}x{rows}"), whole).expect("nothing else is shown");
    }
    site.terminal.press("C-c").expect("a key");
    let history = site.ended(130);
    assert_eq!(history.matches("0 of 40").count(), 0, "{history}");
}
