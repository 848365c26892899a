//! Whether a file may serve as the CA that agents and regctl trust. Shared by every command with `--ca`.

use time::OffsetDateTime;

use crate::domain::certificate::{Certificate, Role, Signer};

/// Why a file may not serve as the CA, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// Lower-case, without the file's name: `holds no certificate in PEM form`.
    pub why: String,
    /// What to do, as a sentence.
    pub hint: &'static str,
}

/// Judges what was read from the file: at least one certificate, each of them a CA or self-signed, none expired, and
/// no private key. One that is not valid yet is taken: a CA may be handed out before its day.
pub fn judge(certificates: &[Certificate], private_key: bool, now: OffsetDateTime) -> Result<(), Unfit> {
    if private_key {
        return unfit(
            say!("holds a private key"),
            say!(
                "A CA file goes to every agent: give the one with the certificate alone, such as certs/ca.crt."
            ),
        );
    }
    if certificates.is_empty() {
        return unfit(
            say!("holds no certificate in PEM form"),
            say!(
                "PEM begins with -----BEGIN CERTIFICATE-----; openssl x509 -inform der -in FILE makes it from DER."
            ),
        );
    }
    certificates.iter().try_for_each(|certificate| judge_one(certificate, now))
}

fn judge_one(certificate: &Certificate, now: OffsetDateTime) -> Result<(), Unfit> {
    let subject = &certificate.summary.subject;
    if certificate.role == Role::Leaf && certificate.signer == Signer::Another {
        return unfit(
            say!("holds {subject}, which is neither a CA nor self-signed, so it vouches for nothing"),
            say!(
                "Give the certificate of the CA that signed it: what cert gen calls ca.crt, not domain.crt."
            ),
        );
    }
    if certificate.expired_at(now) {
        return unfit(
            say!("holds {subject}, which expired on {}", certificate.summary.not_after),
            say!("Give the CA in use now; if the date looks right, look at this machine's clock."),
        );
    }
    Ok(())
}

fn unfit(why: impl Into<String>, hint: &'static str) -> Result<(), Unfit> {
    Err(Unfit { why: why.into(), hint })
}

#[cfg(test)]
pub(super) mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Names, Validity};

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    /// A certificate of which nothing else matters.
    pub(in crate::plan) fn certificate(role: Role, signer: Signer, not_after: OffsetDateTime) -> Certificate {
        let summary = CertificateSummary {
            subject: "CN=x".to_owned(),
            issuer: "CN=x".to_owned(),
            names: Names::default(),
            fingerprint: String::new(),
            not_before: String::new(),
            not_after: not_after.date().to_string(),
        };
        let validity = Validity { not_before: datetime!(2020-01-01 0:00 UTC), not_after };
        Certificate { der: Vec::new(), summary, common_name: None, validity, role, signer }
    }

    fn why(certificates: &[Certificate], private_key: bool) -> String {
        judge(certificates, private_key, NOW).expect_err("must be refused").why
    }

    #[test]
    fn a_ca_and_a_self_signed_leaf_both_serve() {
        let later = datetime!(2030-01-01 0:00 UTC);
        for (role, signer) in
            [(Role::Ca, Signer::Itself), (Role::Ca, Signer::Another), (Role::Leaf, Signer::Itself)]
        {
            assert_eq!(judge(&[certificate(role, signer, later)], false, NOW), Ok(()));
        }
    }

    #[test]
    fn one_bad_certificate_spoils_the_file() {
        let later = datetime!(2030-01-01 0:00 UTC);
        let good = certificate(Role::Ca, Signer::Itself, later);
        let leaf = certificate(Role::Leaf, Signer::Another, later);
        let old = certificate(Role::Ca, Signer::Itself, datetime!(2025-01-01 0:00 UTC));
        assert!(why(&[good.clone(), leaf], false).contains("neither a CA nor self-signed"));
        assert_eq!(why(&[good.clone(), old], false), "holds CN=x, which expired on 2025-01-01");
        assert_eq!(why(&[good], true), "holds a private key");
        assert_eq!(why(&[], false), "holds no certificate in PEM form");
    }
}
