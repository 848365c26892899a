//! The certificates that a run has dealt with.

use serde::Serialize;
use time::OffsetDateTime;

use super::certificate::{Certificate, Role};

/// A certificate that a run has read or was shown, and from when to when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenCertificate {
    /// The file that it is in, or the address that shows it.
    pub source: String,
    /// Whether it may sign others.
    pub role: Role,
    /// Subject, RFC 4514 style.
    pub subject: String,
    /// notBefore.
    #[serde(with = "time::serde::rfc3339")]
    pub not_before: OffsetDateTime,
    /// notAfter.
    #[serde(with = "time::serde::rfc3339")]
    pub not_after: OffsetDateTime,
    /// `SHA256:AB:CD:…` of the DER.
    pub fingerprint: String,
}

impl SeenCertificate {
    /// Those that were seen in one place.
    pub fn all(source: &str, certificates: &[Certificate]) -> Vec<Self> {
        let seen = |certificate: &Certificate| Self {
            source: source.to_owned(),
            role: certificate.role,
            subject: certificate.summary.subject.clone(),
            not_before: certificate.validity.not_before,
            not_after: certificate.validity.not_after,
            fingerprint: certificate.summary.fingerprint.clone(),
        };
        certificates.iter().map(seen).collect()
    }

    /// Adds those that are not there yet from the same source.
    pub fn add(seen: &mut Vec<Self>, more: impl IntoIterator<Item = Self>) {
        for certificate in more {
            if !seen.contains(&certificate) {
                seen.push(certificate);
            }
        }
    }
}
