//! What a check-up has to say: the verdict, then one line for each check; agents with the same outcome share theirs.

use std::collections::HashMap;

use super::names::{named, unnamed, way_to_all};
use super::paint::Paint;
use super::pulls;
use crate::domain::columns::padded;
use crate::domain::doctor::DoctorReport;
use crate::domain::finding::{CheckReport, Finding, Scope, Status};
use crate::report::Style;

/// So many outcomes of a check are told one by one where no two agents say the same; the rest are counted.
const TOLD: usize = 10;

/// The verdict, the checks in their order, and below each one that needs it what to do.
pub(super) fn checked(report: &CheckReport, style: Style) -> String {
    let told = findings(&report.checks, style);
    format!("{}\n\n{told}{}", verdict(report, Paint::new(style)), pulls::matrix(&report.pulls, style))
}

/// The cause, and then all that was seen.
pub(super) fn diagnosed(report: &DoctorReport, style: Style) -> String {
    let paint = Paint::new(style);
    let text = match (report.cause, report.meaning) {
        (None, _) => format!("{}\n\n", paint.good(say!("Nothing is wrong that can be seen from here."))),
        (Some(cause), None) => say!("Cause: {}\n\n", paint.bad(cause)),
        (Some(cause), Some(meaning)) => say!("Cause: {} ({meaning})\n\n", paint.bad(cause)),
    };
    text + &findings(&report.checks, style)
}

/// Findings that say the same about different agents.
struct Group<'a> {
    first: &'a Finding,
    subjects: Vec<&'a str>,
}

/// A line for each group; of a check that came out differently on every one of many agents, a few.
fn findings(checks: &[Finding], style: Style) -> String {
    let groups = groups(checks);
    let (mut text, mut told) = (String::new(), HashMap::<_, usize>::new());
    let mut untold = Vec::<(&Finding, usize)>::new();
    for group in &groups {
        let count = told.entry((group.first.name, group.first.status)).or_default();
        *count += 1;
        let counted = group.first.scope == Scope::Agent && *count > TOLD && !style.whole;
        match untold.iter_mut().find(|(first, _)| is_alike(first, group.first)) {
            Some((_, agents)) if counted => *agents += group.subjects.len(),
            None if counted => untold.push((group.first, group.subjects.len())),
            _ => text.push_str(&line(group, style)),
        }
    }
    for (first, agents) in &untold {
        text.push_str(&format!(
            "{}{}\n",
            head(first, Paint::new(style)),
            say!("{agents} more agents, each in its own way")
        ));
    }
    let cut = groups.iter().any(|group| unnamed(group.subjects.len(), style) > 0);
    let hidden = cut || !untold.is_empty();
    if hidden { format!("{text}\n{}\n", way_to_all(hidden)) } else { text }
}

fn is_alike(one: &Finding, other: &Finding) -> bool {
    (one.name, one.status) == (other.name, other.status)
}

/// In the order of the first of each.
fn groups(checks: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places = HashMap::new();
    for check in checks {
        let new = groups.len();
        let place = match check.scope {
            Scope::Agent => {
                *places.entry((check.name, check.status, &check.detail, &check.hint)).or_insert(new)
            }
            Scope::Registry => new,
        };
        match groups.get_mut(place) {
            Some(group) => group.subjects.push(&check.subject),
            None => groups.push(Group { first: check, subjects: vec![&check.subject] }),
        }
    }
    groups
}

fn verdict(report: &CheckReport, paint: Paint) -> String {
    let count = |status| report.checks.iter().filter(|check| check.status == status).count();
    let failed = count(Status::Fail);
    let counts = [
        (count(Status::Pass), say!("passed")),
        (count(Status::Warn), say!("warned")),
        (failed, say!("failed")),
    ];
    let mut told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if count(Status::Skip) > 0 {
        told.push(say!("{} skipped", count(Status::Skip)));
    }
    let word = if failed == 0 {
        paint.good(say!("As it should be"))
    } else {
        paint.bad(say!("Not as it should be"))
    };
    format!("{word}: {}.", told.join(", "))
}

fn line(group: &Group<'_>, style: Style) -> String {
    let Finding { detail, hint, .. } = group.first;
    let subject = named(&group.subjects, style);
    let separator = if subject.is_empty() { "" } else { ": " };
    let mut text = format!("{}{subject}{separator}{detail}\n", head(group.first, Paint::new(style)));
    if let Some(hint) = hint {
        text.push_str(&format!("      {hint}\n"));
    }
    text
}

/// How it came out, and which check it is.
fn head(finding: &Finding, paint: Paint) -> String {
    let mark = |word: &str| padded(word, 4);
    let mark = match finding.status {
        Status::Pass => paint.good(&mark(say!("ok  "))),
        Status::Warn => paint.warn(&mark(say!("warn"))),
        Status::Fail => paint.bad(&mark(say!("FAIL"))),
        Status::Skip => mark(say!("skip")),
    };
    format!("{mark}  {:<15}  ", finding.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_that_say_the_same_share_a_line() {
        let missing = || {
            let path = "/etc/docker/certs.d/192.168.0.1 is not there";
            Finding::fail("agent-trust", "missing", path, "Run regctl trust-agents.")
        };
        let many = (1..=8).map(|n| missing().about_agent(format!("10.0.0.{n}")));
        let tls = Finding::pass("tls", "TLS 1.3").about("192.168.0.1");
        let checks = std::iter::once(tls).chain(many).collect();
        let expected = "\
Not as it should be: 1 passed, 8 failed.

ok    tls              192.168.0.1: TLS 1.3
FAIL  agent-trust      10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6 and 2 more: /etc/docker/certs.d/192.168.0.1 is not there
      Run regctl trust-agents.

Every name: -v, or --output json.
";
        assert_eq!(checked(&CheckReport::new(checks), Style::PLAIN), expected);
    }

    #[test]
    fn ten_thousand_agents_that_differ_are_not_ten_thousand_lines() {
        let each = |n: u32| Finding::pass("disk", format!("{n} bytes free")).about_agent(format!("a{n}"));
        let report = CheckReport::new((0..10_000).map(each).collect());
        let text = checked(&report, Style::PLAIN);
        assert_eq!(text.lines().count(), 2 + TOLD + 1 + 2, "{text}");
        assert!(text.contains("ok    disk             9990 more agents, each in its own way\n"), "{text}");
        let whole = checked(&report, Style { whole: true, ..Style::PLAIN });
        assert_eq!(whole.lines().count(), 10_002);
    }
}
