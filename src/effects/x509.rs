//! Reads certificates: from PEM files of the operator's, from servers, from agents.

use aws_lc_rs::digest;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use x509_parser::oid_registry::OID_PKCS1_SHA1WITHRSA;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::domain::cert::{CertificateSummary, KeyType, Names, Subject, SubjectPart, Validity};
use crate::domain::certificate::{Certificate, Role, Signer};
use crate::domain::host::Host;

/// What a PEM text holds, as far as trust goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pem {
    /// Its certificates, in the order of the text.
    pub certificates: Vec<Certificate>,
    /// Whether a private key of any kind is among them.
    pub private_key: bool,
}

/// Reads every certificate of a PEM text. Errors: a block that is broken, or one that is no certificate.
pub fn read_pem(text: &str) -> Result<Pem, String> {
    let private_key =
        text.lines().any(|line| line.starts_with("-----BEGIN ") && line.contains("PRIVATE KEY"));
    let certificates = CertificateDer::pem_slice_iter(text.as_bytes())
        .map(|der| read(&der.map_err(|_| say!("a PEM block is broken").to_owned())?))
        .collect::<Result<_, _>>()?;
    Ok(Pem { certificates, private_key })
}

/// Reads one certificate.
pub fn read(der: &[u8]) -> Result<Certificate, String> {
    let parsed = parse(der)?;
    let itself = parsed.issuer() == parsed.subject() && parsed.verify_signature(None).is_ok();
    Ok(Certificate {
        der: der.to_vec(),
        summary: summary(&parsed, der),
        common_name: parsed
            .subject()
            .iter_common_name()
            .next()
            .and_then(|name| name.as_str().ok())
            .map(showable),
        validity: validity(&parsed),
        role: if parsed.is_ca() { Role::Ca } else { Role::Leaf },
        signer: if itself { Signer::Itself } else { Signer::Another },
    })
}

/// Whether the issuer's name and key are those that signed the certificate.
pub fn signed_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    let (Ok(certificate), Ok(issuer)) = (parse(&certificate.der), parse(&issuer.der)) else { return false };
    certificate.issuer() == issuer.subject()
        && certificate.verify_signature(Some(issuer.public_key())).is_ok()
}

/// What makes TLS libraries refuse a certificate that is otherwise in order, in words.
pub(super) fn weakness(certificate: &Certificate) -> Option<String> {
    let parsed = parse(&certificate.der).ok()?;
    if parsed.signature_algorithm.algorithm == OID_PKCS1_SHA1WITHRSA {
        return Some(say!("it is signed with SHA-1, which clients take no more").to_owned());
    }
    match parsed.public_key().parsed() {
        Ok(PublicKey::RSA(key)) if key.key_size() < 2048 => {
            Some(say!("its RSA key has {} bits, and 2048 are the fewest that regctl takes", key.key_size()))
        }
        _ => None,
    }
}

/// The subject of a certificate, as far as regctl can make one like it, without a common name that is one of its names:
/// that one follows from them.
pub fn subject(certificate: &Certificate) -> Subject {
    let Ok(parsed) = parse(&certificate.der) else { return Subject::default() };
    let name = parsed.subject();
    let first = |part: SubjectPart| {
        let mut values = match part {
            SubjectPart::C => name.iter_country().next().into_iter(),
            SubjectPart::ST => name.iter_state_or_province().next().into_iter(),
            SubjectPart::L => name.iter_locality().next().into_iter(),
            SubjectPart::O => name.iter_organization().next().into_iter(),
            SubjectPart::OU => name.iter_organizational_unit().next().into_iter(),
            SubjectPart::CN => name.iter_common_name().next().into_iter(),
        };
        values.next()?.as_str().ok().map(|text| (part, showable(text)))
    };
    let named = |(part, text): &(SubjectPart, String)| {
        *part == SubjectPart::CN && text.parse::<Host>().is_ok_and(|host| certificate.names().cover(&host))
    };
    Subject(SubjectPart::ALL.into_iter().filter_map(first).filter(|part| !named(part)).collect())
}

/// The type of a certificate's key, or the next stronger one that regctl makes.
pub fn key_type(certificate: &Certificate) -> KeyType {
    let parsed = parse(&certificate.der);
    match parsed.as_ref().ok().and_then(|parsed| parsed.public_key().parsed().ok()) {
        Some(PublicKey::RSA(key)) if key.key_size() <= 2048 => KeyType::Rsa2048,
        Some(PublicKey::RSA(_)) => KeyType::Rsa4096,
        _ => KeyType::EcdsaP256,
    }
}

/// Whether a CA may sign for some names only.
pub fn is_constrained(certificate: &Certificate) -> bool {
    let Ok(parsed) = parse(&certificate.der) else { return false };
    parsed.name_constraints().is_ok_and(|constraints| constraints.is_some())
}

/// Parses DER without judging it.
pub(super) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, String> {
    X509Certificate::from_der(der)
        .map(|(_, parsed)| parsed)
        .map_err(|_| say!("no X.509 certificate").to_owned())
}

/// From when to when a certificate holds.
pub(super) fn validity(parsed: &X509Certificate<'_>) -> Validity {
    let validity = parsed.validity();
    Validity { not_before: validity.not_before.to_datetime(), not_after: validity.not_after.to_datetime() }
}

fn summary(parsed: &X509Certificate<'_>, der: &[u8]) -> CertificateSummary {
    let validity = validity(parsed);
    CertificateSummary {
        subject: showable(&parsed.subject().to_string()),
        issuer: showable(&parsed.issuer().to_string()),
        names: names(parsed),
        fingerprint: fingerprint(der),
        not_before: spell(validity.not_before),
        not_after: spell(validity.not_after),
    }
}

fn names(parsed: &X509Certificate<'_>) -> Names {
    let mut names = Names::default();
    let sans = parsed.subject_alternative_name().ok().flatten();
    for san in sans.map(|san| san.value.general_names.as_slice()).unwrap_or_default() {
        match san {
            GeneralName::DNSName(name) => names.dns.push(showable(name)),
            GeneralName::IPAddress(bytes) => names.ips.extend(ip(bytes)),
            _ => {}
        }
    }
    names
}

fn ip(bytes: &[u8]) -> Option<std::net::IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(Into::into);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(Into::into)).ok()
}

/// A server may put anything into a name: what could move a terminal's cursor is replaced.
fn showable(text: &str) -> String {
    text.chars().take(256).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The certificates as PEM and nothing else, each body in lines of 64 characters.
pub fn to_pem<'a>(certificates: impl IntoIterator<Item = &'a [u8]>) -> String {
    certificates.into_iter().map(block).collect()
}

fn block(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64 is ASCII")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// SHA-256 of the DER, as `openssl x509 -fingerprint -sha256` prints it.
pub fn fingerprint(der: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, der);
    let pairs: Vec<String> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    format!("SHA256:{}", pairs.join(":"))
}

/// A time as reports spell it, RFC 3339.
pub(super) fn spell(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}
