//! What a check-up has to say: the verdict, then one line for each check; agents with the same outcome share theirs.

use super::paint::Paint;
use super::pulls;
use crate::domain::doctor::DoctorReport;
use crate::domain::finding::{CheckReport, Finding, Scope, Status};

/// So many agents are named on a line; the rest are counted.
const NAMED: usize = 6;

/// The verdict, the checks in their order, and below each one that needs it what to do.
pub(super) fn checked(report: &CheckReport, paint: Paint) -> String {
    let mut text = format!("{}\n\n", verdict(report, paint));
    for group in groups(&report.checks) {
        text.push_str(&line(&group, paint));
    }
    text + &pulls::matrix(&report.pulls, paint)
}

/// The cause, and then all that was seen.
pub(super) fn diagnosed(report: &DoctorReport, paint: Paint) -> String {
    let mut text = match (report.cause, report.meaning) {
        (None, _) => format!("{}\n\n", paint.good(say!("Nothing is wrong that can be seen from here."))),
        (Some(cause), None) => say!("Cause: {}\n\n", paint.bad(cause)),
        (Some(cause), Some(meaning)) => say!("Cause: {} ({meaning})\n\n", paint.bad(cause)),
    };
    for group in groups(&report.checks) {
        text.push_str(&line(&group, paint));
    }
    text
}

/// Findings that say the same about different agents.
struct Group<'a> {
    first: &'a Finding,
    subjects: Vec<&'a str>,
}

fn groups(checks: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for check in checks {
        let like = |group: &&mut Group<'_>| {
            let other = group.first;
            check.scope == Scope::Agent
                && (other.name, other.status, &other.detail, &other.hint)
                    == (check.name, check.status, &check.detail, &check.hint)
        };
        match groups.iter_mut().find(like) {
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

fn line(group: &Group<'_>, paint: Paint) -> String {
    let Finding { name, status, detail, hint, .. } = group.first;
    let mark = match status {
        Status::Pass => paint.good(say!("ok  ")),
        Status::Warn => paint.warn(say!("warn")),
        Status::Fail => paint.bad(say!("FAIL")),
        Status::Skip => say!("skip").to_owned(),
    };
    let subject = subjects(&group.subjects);
    let separator = if subject.is_empty() { "" } else { ": " };
    let mut text = format!("{mark}  {name:<15}  {subject}{separator}{detail}\n");
    if let Some(hint) = hint {
        text.push_str(&format!("      {hint}\n"));
    }
    text
}

fn subjects(subjects: &[&str]) -> String {
    let named = subjects.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match subjects.len().saturating_sub(NAMED) {
        0 => named,
        more => say!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Style;

    #[test]
    fn agents_that_say_the_same_share_a_line() {
        let missing = || {
            let path = "/etc/docker/certs.d/192.168.0.1 is not there";
            Finding::fail("agent-trust", "missing", path, "Run regctl trust-agents.")
        };
        let many = (1..=8).map(|n| missing().about_agent(format!("10.0.0.{n}")));
        let tls = Finding::pass("tls", "TLS 1.3").about("192.168.0.1");
        let checks = std::iter::once(tls).chain(many).collect();
        let plain = Paint::new(Style { colored: false, width: None });
        let expected = "\
Not as it should be: 1 passed, 8 failed.

ok    tls              192.168.0.1: TLS 1.3
FAIL  agent-trust      10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6 and 2 more: /etc/docker/certs.d/192.168.0.1 is not there
      Run regctl trust-agents.
";
        assert_eq!(checked(&CheckReport::new(checks), plain), expected);
    }
}
