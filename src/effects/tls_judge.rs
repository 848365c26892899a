//! Judges a server's certificates as Docker does, and says what is wrong with them in every respect at once.
//!
//! webpki does the judging. Docker (Go) accepts two more things, and so does this: a certificate that is itself in the
//! CA file, and a leaf that says CA:TRUE. `openssl req -x509` makes both at once, and old set-ups are full of them.

use std::sync::Arc;

use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use time::OffsetDateTime;

use super::tls_opinion::{self, Opinion};
use super::{tls, x509};
use crate::domain::certificate::{Certificate, Role, Signer};
use crate::domain::host::Host;
use crate::domain::tls::{Basis, Defect};

/// Whoever is trusted: the system's roots and the certificates of the CA file.
#[derive(Debug)]
pub struct Judge {
    roots: RootCertStore,
    own: Vec<Certificate>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Judge {
    /// A judge who trusts the system's roots, where there are any, and the given certificates.
    pub fn new(own: &[Certificate]) -> Self {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let ders: Vec<_> =
            own.iter().map(|certificate| CertificateDer::from(certificate.der.clone())).collect();
        let algorithms = provider.signature_verification_algorithms;
        Self { roots: tls::roots(&ders), own: own.to_vec(), algorithms }
    }

    /// What the trust in the chain (leaf first) rests on, and everything that Docker would refuse it for.
    pub fn judge(&self, chain: &[Certificate], host: &Host, now: OffsetDateTime) -> (Basis, Vec<Defect>) {
        let (basis, mut defects) = self.trust(chain, now);
        defects.extend(chain.first().and_then(|leaf| wrong_name(leaf, host)));
        (basis, defects)
    }

    /// As [`Self::judge`], whatever the server is called.
    pub fn trust(&self, chain: &[Certificate], now: OffsetDateTime) -> (Basis, Vec<Defect>) {
        let Some(leaf) = chain.first() else {
            return (
                Basis::Nothing,
                vec![Defect::Refused(say!("the server sent no certificate").to_owned())],
            );
        };
        let mut defects: Vec<Defect> = out_of_time(leaf, now).into_iter().collect();
        // An expired leaf may be an untrusted one too: trust is judged at a time when the leaf holds.
        let then = now.clamp(leaf.validity.not_before, leaf.validity.not_after.max(leaf.validity.not_before));
        let basis = self.basis(chain, then).unwrap_or_else(|defect| {
            defects.push(defect);
            Basis::Nothing
        });
        let anchor = chain.iter().find_map(|certificate| self.anchor(certificate));
        defects.extend(anchor.and_then(|anchor| out_of_time(anchor, then)));
        (basis, defects)
    }

    fn basis(&self, chain: &[Certificate], then: OffsetDateTime) -> Result<Basis, Defect> {
        let leaf = &chain[0];
        let Err(error) = self.webpki(chain, then) else { return Ok(Basis::Chain) };
        if self.own.iter().any(|own| own.der == leaf.der) {
            return Ok(Basis::ItselfInCaFile);
        }
        if leaf.role == Role::Ca && self.anchor(leaf).is_some() && x509::weakness(leaf).is_none() {
            return Ok(Basis::CaAsLeaf);
        }
        Err(self.why_untrusted(chain, then, &error))
    }

    fn webpki(&self, chain: &[Certificate], then: OffsetDateTime) -> Result<(), Error> {
        let ders: Vec<CertificateDer<'_>> =
            chain.iter().map(|one| CertificateDer::from(one.der.as_slice())).collect();
        let leaf = ParsedCertificate::try_from(&ders[0])?;
        let then = unix_time(then);
        verify_server_cert_signed_by_trust_anchor(&leaf, &self.roots, &ders[1..], then, self.algorithms.all)
    }

    /// The certificate of the CA file that signed this one.
    fn anchor(&self, certificate: &Certificate) -> Option<&Certificate> {
        self.own.iter().find(|own| own.der != certificate.der && x509::signed_by(certificate, own))
    }

    /// Walks from the leaf to where the chain breaks off.
    fn why_untrusted(&self, chain: &[Certificate], then: OffsetDateTime, error: &Error) -> Defect {
        let mut current = &chain[0];
        for _ in 0..chain.len() {
            if self.anchor(current).is_some() {
                break;
            }
            let issuer = current.summary.issuer.clone();
            if self.own.iter().any(|own| own.summary.subject == issuer) {
                return Defect::OtherKey { issuer };
            }
            match chain.iter().find(|other| other.der != current.der && x509::signed_by(current, other)) {
                Some(next) => current = next,
                None if current.signer == Signer::Itself => return Defect::UnknownIssuer { issuer },
                None => return Defect::IssuerMissing { issuer },
            }
            if let Some(defect) = out_of_time(current, then) {
                return defect;
            }
        }
        Defect::Refused(x509::weakness(current).unwrap_or_else(|| words(error)))
    }
}

fn out_of_time(certificate: &Certificate, now: OffsetDateTime) -> Option<Defect> {
    let summary = &certificate.summary;
    let subject = summary.subject.clone();
    if certificate.expired_at(now) {
        return Some(Defect::Expired { subject, not_after: summary.not_after.clone() });
    }
    let early = certificate.not_yet_valid_at(now);
    early.then(|| Defect::NotYetValid { subject, not_before: summary.not_before.clone() })
}

fn wrong_name(leaf: &Certificate, host: &Host) -> Option<Defect> {
    let der = CertificateDer::from(leaf.der.as_slice());
    let fits = match (ParsedCertificate::try_from(&der), server_name(host)) {
        (Ok(parsed), Some(name)) => verify_server_name(&parsed, &name).is_ok(),
        // It is refused in any case; whether the name is wrong as well is worth knowing.
        _ => leaf.names().cover(host),
    };
    if fits {
        return None;
    }
    let names = leaf.names();
    Some(if names.ips.is_empty() && names.dns.is_empty() {
        Defect::CommonNameOnly(leaf.common_name.clone())
    } else if names.misplaced_ips().any(|ip| host.ip() == Some(ip)) {
        Defect::IpInDnsName(names.clone())
    } else {
        Defect::WrongName(names.clone())
    })
}

/// The host as rustls names it.
pub(super) fn server_name(host: &Host) -> Option<ServerName<'static>> {
    match host {
        Host::Ip(ip) => Some(ServerName::IpAddress((*ip).into())),
        Host::Name(name) => ServerName::try_from(name.clone()).ok(),
    }
}

fn unix_time(time: OffsetDateTime) -> UnixTime {
    let seconds = u64::try_from(time.unix_timestamp()).unwrap_or_default();
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds))
}

/// A TLS error in words: for certificates without the layer that only says so.
pub(super) fn words(error: &Error) -> String {
    let text = match error {
        Error::InvalidCertificate(CertificateError::Other(other)) => spaced(&other.to_string()),
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            say!("its signature does not fit").to_owned()
        }
        Error::InvalidCertificate(error) => error.to_string(),
        error => error.to_string(),
    };
    text.chars().take(200).collect()
}

/// `UnsupportedCriticalExtension` as people write it.
fn spaced(text: &str) -> String {
    let separate =
        |c: char| if c.is_ascii_uppercase() { format!(" {}", c.to_ascii_lowercase()) } else { c.to_string() };
    text.chars().map(separate).collect::<String>().trim().to_owned()
}

impl Opinion for Judge {
    fn accept(
        &self,
        chain: &[&CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        let bad = |_| Error::InvalidCertificate(CertificateError::BadEncoding);
        let chain = chain.iter().map(|der| x509::read(der));
        let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(bad)?;
        let host = name.to_str().parse::<Host>();
        let host = host.map_err(|_| Error::InvalidCertificate(CertificateError::NotValidForName))?;
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let now = OffsetDateTime::from_unix_timestamp(seconds)
            .map_err(|_| Error::InvalidCertificate(CertificateError::Expired))?;
        match self.judge(&chain, &host, now).1.first() {
            None => Ok(()),
            Some(defect) => Err(Error::InvalidCertificate(error_of(defect))),
        }
    }
}

fn error_of(defect: &Defect) -> CertificateError {
    match defect {
        Defect::UnknownIssuer { .. } | Defect::OtherKey { .. } | Defect::IssuerMissing { .. } => {
            CertificateError::UnknownIssuer
        }
        Defect::Expired { .. } => CertificateError::Expired,
        Defect::NotYetValid { .. } => CertificateError::NotValidYet,
        Defect::WrongName(_) | Defect::CommonNameOnly(_) | Defect::IpInDnsName(_) => {
            CertificateError::NotValidForName
        }
        Defect::Refused(_) => CertificateError::BadSignature,
    }
}

/// The configuration for talking to a registry: whom Docker trusts, regctl trusts.
pub fn client_config(own: &[Certificate]) -> rustls::ClientConfig {
    tls_opinion::client_config(Arc::new(Judge::new(own)))
}
