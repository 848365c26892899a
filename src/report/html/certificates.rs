//! Certificates on a line of time.

use serde::Serialize;
use time::{Duration, OffsetDateTime};

use crate::domain::certificate::Role;
use crate::domain::seen_certificate::SeenCertificate;
use crate::plan::checks::tls::SOON;

/// All of them.
#[derive(Debug, Serialize)]
pub(super) struct Lifetimes {
    /// So many days before its end a certificate is worth a warning.
    warn_days: i64,
    /// One a line.
    spans: Vec<Span>,
}

/// How long one of them holds.
#[derive(Debug, Serialize)]
struct Span {
    role: Role,
    subject: String,
    fingerprint: String,
    /// Where it was seen: files and addresses.
    sources: Vec<String>,
    /// notBefore, in milliseconds since 1970.
    from: i64,
    /// notAfter.
    to: i64,
    state: Standing,
    /// Whole days until its end; negative once it is over.
    days: i64,
}

/// How a certificate stands.
#[derive(Debug, Clone, Copy, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Standing {
    Good,
    Soon,
    Expired,
    Early,
}

/// Milliseconds since 1970.
pub(super) fn millis(time: OffsetDateTime) -> i64 {
    time.unix_timestamp() * 1000 + i64::from(time.millisecond())
}

/// Those that were seen, as they stand at this time; one that was seen in several places is told once.
pub(super) fn lifetimes(seen: &[SeenCertificate], now: OffsetDateTime) -> Lifetimes {
    let mut spans: Vec<Span> = Vec::new();
    for certificate in seen {
        match spans.iter_mut().find(|span| span.fingerprint == certificate.fingerprint) {
            Some(span) if span.sources.contains(&certificate.source) => {}
            Some(span) => span.sources.push(certificate.source.clone()),
            None => spans.push(span(certificate, now)),
        }
    }
    spans.sort_by_key(|span| (span.role == Role::Leaf, span.to));
    Lifetimes { warn_days: SOON.whole_days(), spans }
}

fn span(certificate: &SeenCertificate, now: OffsetDateTime) -> Span {
    let left: Duration = certificate.not_after - now;
    let state = match left {
        _ if left.is_negative() => Standing::Expired,
        _ if now < certificate.not_before => Standing::Early,
        _ if left < SOON => Standing::Soon,
        _ => Standing::Good,
    };
    Span {
        role: certificate.role,
        subject: certificate.subject.clone(),
        fingerprint: certificate.fingerprint.clone(),
        sources: vec![certificate.source.clone()],
        from: millis(certificate.not_before),
        to: millis(certificate.not_after),
        state,
        days: left.whole_days(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn seen(source: &str, role: Role, (from, to): (i64, i64)) -> SeenCertificate {
        SeenCertificate {
            source: source.to_owned(),
            role,
            subject: "CN=x".to_owned(),
            not_before: NOW + Duration::days(from),
            not_after: NOW + Duration::days(to),
            fingerprint: format!("{from} {to}"),
        }
    }

    #[test]
    fn a_certificate_is_told_once_and_as_it_stands() {
        let all = [
            seen("192.168.0.1", Role::Leaf, (-9, 29)),
            seen("certs/ca.crt", Role::Ca, (-9, 900)),
            seen("192.168.0.1", Role::Ca, (-9, 900)),
            seen("old", Role::Leaf, (-9, -1)),
            seen("new", Role::Leaf, (1, 100)),
        ];
        let told: Vec<_> = lifetimes(&all, NOW).spans.iter().map(|it| (it.state, it.days)).collect();
        use Standing::{Early, Expired, Good, Soon};
        assert_eq!(told, [(Good, 900), (Expired, -1), (Soon, 29), (Early, 100)]);
        assert_eq!(lifetimes(&all, NOW).spans[0].sources, ["certs/ca.crt", "192.168.0.1"]);
    }
}
