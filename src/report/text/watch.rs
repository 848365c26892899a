//! What a watch tells: a line for each change, and at its end how it went.

use crate::domain::finding::{FindingChange, Outcome, Status, WatchReport};

/// `TIME  SUBJECT  CHECK  before → after (cause): detail`, and below it what to do where it is not well now.
pub(crate) fn change(change: &FindingChange, time: &str) -> String {
    let FindingChange { subject, check, before, after } = change;
    let subject = if subject.is_empty() { "-" } else { subject };
    let mut line =
        format!("{time}  {subject}  {check}  {} → {}", word(before.as_ref()), word(after.as_ref()));
    if let Some(after) = after {
        line.push_str(&format!(": {}", after.detail));
        let hint = after.hint.as_ref().filter(|_| matches!(after.status, Status::Fail | Status::Warn));
        hint.iter().for_each(|hint| line.push_str(&format!("\n      {hint}")));
    }
    line
}

/// `fail (ca-missing)`; a dash where it is not checked.
fn word(outcome: Option<&Outcome>) -> String {
    let Some(outcome) = outcome else { return "-".to_owned() };
    let status = match outcome.status {
        Status::Skip => say!("skip"),
        Status::Pass => say!("pass"),
        Status::Warn => say!("warn"),
        Status::Fail => say!("fail"),
    };
    outcome.cause.map_or_else(|| status.to_owned(), |cause| format!("{status} ({cause})"))
}

/// How it went.
pub(super) fn watched(report: &WatchReport) -> String {
    let now = if report.ok { say!("as it should be") } else { say!("not as it should be") };
    let counted =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let rounds = counted(usize::try_from(report.rounds).unwrap_or(usize::MAX), say!("round"), say!("rounds"));
    say!("At the end {now}: {rounds}, {}.\n", counted(report.changes, say!("change"), say!("changes")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Exit;

    fn outcome(status: Status, cause: Option<&'static str>) -> Outcome {
        Outcome { status, cause, detail: "what was seen".to_owned(), hint: Some("Do this.".to_owned()) }
    }

    #[test]
    fn a_change_is_one_line_with_both_sides_and_what_to_do() {
        let (well, bad) = (outcome(Status::Pass, None), outcome(Status::Fail, Some("ca-missing")));
        let told = |before: Option<&Outcome>, after: Option<&Outcome>| {
            let (before, after) = (before.cloned(), after.cloned());
            change(&FindingChange { subject: "a1".to_owned(), check: "agent-trust", before, after }, "T")
        };
        let worse = "T  a1  agent-trust  pass → fail (ca-missing): what was seen\n      Do this.";
        assert_eq!(told(Some(&well), Some(&bad)), worse);
        let better = "T  a1  agent-trust  fail (ca-missing) → pass: what was seen";
        assert_eq!(told(Some(&bad), Some(&well)), better);
        assert_eq!(told(Some(&well), None), "T  a1  agent-trust  pass → -");
    }

    #[test]
    fn the_end_is_counted() {
        let report = WatchReport { ok: true, rounds: 1, changes: 2, exit: Exit::Done };
        assert_eq!(watched(&report), "At the end as it should be: 1 round, 2 changes.\n");
    }
}
