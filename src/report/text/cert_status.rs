//! What `cert status` has to say: one line for each certificate.

use super::paint::Paint;
use crate::domain::cert_status::{CertStatus, CertStatusReport, State};

/// The lines.
pub(super) fn listed(report: &CertStatusReport, paint: Paint) -> String {
    let width = report.certificates.iter().map(|one| one.source.chars().count()).max().unwrap_or_default();
    report.certificates.iter().map(|one| line(one, width, paint)).collect()
}

fn line(one: &CertStatus, width: usize, paint: Paint) -> String {
    let mark = match one.state {
        State::Good if one.differs => paint.warn(say!("warn")),
        State::Good => paint.good(say!("ok  ")),
        State::Soon => paint.warn(say!("warn")),
        State::Skipped => say!("skip").to_owned(),
        State::Expired | State::NotYetValid | State::Unreadable | State::Unreachable => {
            paint.bad(say!("FAIL"))
        }
    };
    let mut parts = Vec::new();
    if let (Some(subject), Some(not_after), Some(days)) = (&one.subject, &one.not_after, one.days_left) {
        let day = not_after.split('T').next().unwrap_or(not_after);
        parts.push(match one.state {
            State::Expired => say!("{subject} ended on {day}, {} days ago", -days),
            _ => say!("{subject} ends on {day}, {days} days left"),
        });
    }
    if !one.detail.is_empty() {
        parts.push(one.detail.clone());
    }
    format!("{mark}  {:<width$}  {}\n", one.source, parts.join("; "))
}
