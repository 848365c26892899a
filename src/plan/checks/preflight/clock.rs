//! The `agent-clock` and `agent-cert` checks: what time it is on an agent, and whether the certificate holds there.

use time::{Duration, OffsetDateTime};

use crate::domain::certificate::Certificate;
use crate::domain::finding::Finding;
use crate::plan::facts::Facts;

/// Clocks that are set by the same source differ by less.
const TOLERANCE: Duration = Duration::seconds(60);

/// The agent's own time.
fn clock(facts: &Facts<'_>) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(facts.get("clock")?.parse().ok()?).ok()
}

/// The finding about its clock; `heard` is our own time when it told its own.
pub(super) fn skew(facts: &Facts<'_>, heard: OffsetDateTime) -> Finding {
    const NAME: &str = "agent-clock";
    let Some(clock) = clock(facts) else { return Finding::skip(NAME, say!("it does not tell its time")) };
    let off = clock - heard;
    if off.abs() <= TOLERANCE {
        return Finding::pass(NAME, say!("less than 60 s off this machine's clock"));
    }
    let which = if off.is_positive() { say!("ahead of") } else { say!("behind") };
    Finding::warn(NAME, "clock-skew", say!("{} {which} this machine's clock", spell(off.abs())))
        .hint(say!("One of the two is wrong: look at timedatectl and chronyc tracking (or ntpq -p) on both."))
}

/// The finding about the registry's certificate at the agent's clock.
pub(super) fn certificate(facts: &Facts<'_>, leaf: Option<&Certificate>) -> Finding {
    const NAME: &str = "agent-cert";
    let Some(leaf) = leaf else { return Finding::skip(NAME, say!("there is no certificate here yet")) };
    let Some(clock) = clock(facts) else { return Finding::skip(NAME, say!("it does not tell its time")) };
    let hint = say!(
        "Set the agent's clock right first; if that is right, make a new certificate: regctl cert gen --force."
    );
    if leaf.not_yet_valid_at(clock) {
        let why = say!("to its clock the certificate is not valid before {}", leaf.summary.not_before);
        return Finding::fail(NAME, "not-yet-valid", why, hint);
    }
    if leaf.expired_at(clock) {
        let why = say!("to its clock the certificate expired on {}", leaf.summary.not_after);
        return Finding::fail(NAME, "expired", why, hint);
    }
    Finding::pass(NAME, say!("the certificate is valid at its clock"))
}

/// In the largest unit of which there are at least two.
fn spell(time: Duration) -> String {
    match time.whole_seconds() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7_200 => format!("{} min", seconds / 60),
        seconds @ ..172_800 => format!("{} h", seconds / 3600),
        seconds => say!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Names, Validity};
    use crate::domain::certificate::{Role, Signer};
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;

    const NOW: OffsetDateTime = datetime!(2026-11-22 06:00 UTC);

    fn at(clock: OffsetDateTime) -> Vec<(&'static str, String)> {
        vec![("clock", clock.unix_timestamp().to_string())]
    }

    fn with<T>(facts: &[(&'static str, String)], check: impl Fn(&Facts<'_>) -> T) -> T {
        let facts: Vec<_> = facts.iter().map(|(key, value)| (*key, value.as_str())).collect();
        check(&Facts::of(&answer(&facts)))
    }

    #[test]
    fn clocks_that_differ_by_more_than_a_minute_are_told_with_their_figures() {
        for (off, status, detail) in [
            (59, Status::Pass, "less than 60 s off this machine's clock"),
            (-60, Status::Pass, "less than 60 s off this machine's clock"),
            (61, Status::Warn, "61 s ahead of this machine's clock"),
            (-600, Status::Warn, "10 min behind this machine's clock"),
            (86_400 * 400, Status::Warn, "400 days ahead of this machine's clock"),
        ] {
            let found = with(&at(NOW + Duration::seconds(off)), |facts| skew(facts, NOW));
            assert_eq!((found.status, found.detail.as_str()), (status, detail));
        }
        for clock in ["soon", "99999999999999999999", ""] {
            let facts = [("clock", clock.to_owned())];
            assert_eq!(with(&facts, |facts| skew(facts, NOW)).status, Status::Skip);
        }
    }

    #[test]
    fn a_certificate_is_judged_by_the_agents_clock() {
        let validity = Validity {
            not_before: datetime!(2026-11-22 05:00 UTC),
            not_after: datetime!(2028-01-01 0:00 UTC),
        };
        let leaf = Certificate {
            der: Vec::new(),
            summary: CertificateSummary {
                subject: String::new(),
                issuer: String::new(),
                names: Names::default(),
                fingerprint: String::new(),
                not_before: "2026-11-22T05:00:00Z".to_owned(),
                not_after: "2028-01-01T00:00:00Z".to_owned(),
            },
            common_name: None,
            validity,
            role: Role::Leaf,
            signer: Signer::Another,
        };
        let found = |clock| with(&at(clock), |facts| certificate(facts, Some(&leaf)));
        assert_eq!(found(NOW).status, Status::Pass);
        assert_eq!(found(datetime!(2020-01-01 0:00 UTC)).cause, Some("not-yet-valid"));
        assert_eq!(found(datetime!(2030-01-01 0:00 UTC)).cause, Some("expired"));
        assert_eq!(with(&at(NOW), |facts| certificate(facts, None)).status, Status::Skip);
    }
}
