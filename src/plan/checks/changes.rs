//! What came out differently from one round of checks to the next.

use crate::domain::finding::{Finding, FindingChange, Outcome, Status};

/// Checks whose status or cause changed, that are new, or that are made no more: an agent may come and go. Before the
/// first round all is taken for well, so that only what is not is told.
pub fn changes(before: Option<&[Finding]>, after: &[Finding]) -> Vec<FindingChange> {
    let Some(before) = before else {
        let not_well = |finding: &&Finding| !matches!(finding.status, Status::Pass | Status::Skip);
        return after.iter().filter(not_well).map(|finding| change(finding, None, Some(finding))).collect();
    };
    let differs = |finding: &Finding| {
        let old = find(before, finding);
        let same = old.is_some_and(|old| (old.status, old.cause) == (finding.status, finding.cause));
        (!same).then(|| change(finding, old, Some(finding)))
    };
    let gone = before.iter().filter(|old| find(after, old).is_none());
    after.iter().filter_map(differs).chain(gone.map(|old| change(old, Some(old), None))).collect()
}

fn find<'a>(among: &'a [Finding], like: &Finding) -> Option<&'a Finding> {
    among.iter().find(|other| (other.name, &other.subject) == (like.name, &like.subject))
}

fn change(of: &Finding, before: Option<&Finding>, after: Option<&Finding>) -> FindingChange {
    let outcome = |finding: &Finding| Outcome {
        status: finding.status,
        cause: finding.cause,
        detail: finding.detail.clone(),
        hint: finding.hint.clone(),
    };
    FindingChange {
        subject: of.subject.clone(),
        check: of.name,
        before: before.map(outcome),
        after: after.map(outcome),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(agent: &str, detail: &str) -> Finding {
        Finding::pass("agent-trust", detail).about_agent(agent)
    }

    fn fail(agent: &str, cause: &'static str) -> Finding {
        Finding::fail("agent-trust", cause, "detail", "hint").about_agent(agent)
    }

    /// Subject, status before and status after.
    fn told(before: Option<&[Finding]>, after: &[Finding]) -> Vec<(String, Option<Status>, Option<Status>)> {
        let status = |outcome: &Option<Outcome>| outcome.as_ref().map(|outcome| outcome.status);
        let told = |change: FindingChange| (status(&change.before), status(&change.after), change.subject);
        let turned = |(before, after, subject)| (subject, before, after);
        changes(before, after).into_iter().map(told).map(turned).collect()
    }

    #[test]
    fn a_change_is_another_status_or_another_cause_and_never_other_words() {
        let before = [pass("a1", "412 ms"), fail("a2", "ca-missing"), pass("a3", "")];
        let after = [pass("a1", "398 ms"), fail("a2", "other-ca"), fail("a3", "ca-missing")];
        let (well, bad) = (Some(Status::Pass), Some(Status::Fail));
        assert_eq!(told(Some(&before), &after), [("a2".to_owned(), bad, bad), ("a3".to_owned(), well, bad)]);
        assert_eq!(told(Some(&after), &after), []);
    }

    #[test]
    fn agents_come_and_go() {
        let (one, two) = ([pass("a1", "")], [pass("a2", "")]);
        let well = Some(Status::Pass);
        assert_eq!(told(Some(&one), &two), [("a2".to_owned(), None, well), ("a1".to_owned(), well, None)]);
    }

    #[test]
    fn at_first_only_what_is_not_well_is_told() {
        let first = [pass("a1", ""), fail("a2", "ca-missing"), Finding::skip("marathon-health", "none")];
        assert_eq!(told(None, &first), [("a2".to_owned(), None, Some(Status::Fail))]);
    }
}
