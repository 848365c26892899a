//! Many agents: the view stays as small, and what failed is told in a few lines.

use std::time::{Duration, Instant};

use crate::site::Site;

#[test]
fn ten_thousand_agents_that_refuse_are_told_in_a_few_lines() {
    let Some(site) = Site::open(80, 24) else { return };
    site.refusing_agents(10_000);
    let started = Instant::now();
    site.trust("", "--retries 0");
    site.terminal.wait_for_text(" of 10000").expect("a count");
    let history = site.ended(1);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert!(history.contains("10000 agents: 10000 failed in "), "{history}");
    assert!(history.lines().count() < 400, "{}", history.lines().count());
    assert!(history.contains("more, which the report tells of"), "{history}");
    assert!(history.contains(" 127.1.0.6:") && !history.contains(" 127.1.0.21:"), "{history}");
}

#[test]
fn two_hundred_agents_fill_a_few_lines_and_whoever_has_one_keeps_it() {
    let Some(site) = Site::open(80, 24) else { return };
    site.silent_agents(200);
    site.trust("", "--connect-timeout 60s --retries 0 --parallel 20");
    let rows = |shown: &str| -> Vec<String> {
        let agents = shown.lines().filter_map(|line| line.trim_start().strip_prefix("127.1.0."));
        agents.map(|rest| rest.split(' ').next().unwrap_or_default().to_owned()).collect()
    };
    let first = rows(&site.terminal.wait_for_text("and 14 more").expect("20 run"));
    assert_eq!(first.len(), 6, "{first:?}");
    let later = site.terminal.wait_for("a second", |shown| shown.contains(" 0:02")).expect("time goes by");
    assert_eq!(rows(&later), first);
}
