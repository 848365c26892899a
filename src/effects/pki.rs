//! Makes keys and certificates.

use std::path::Path;

use anyhow::{Context as _, Result};
use aws_lc_rs::rand;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
    PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize, SanType, SerialNumber,
};
use time::OffsetDateTime;

use super::x509;
use crate::domain::cert::{CertRequest, KeyType, Names, Subject, SubjectPart, Validity};
use crate::domain::certificate::Certificate;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;

/// A CA that can sign: made now, or the operator's own.
pub struct Ca {
    issuer: Issuer<'static, KeyPair>,
    /// The certificate as PEM.
    pub pem: String,
    /// From when to when it holds.
    pub validity: Validity,
    /// Its private key as PKCS#8 PEM; `None` for the operator's own, which stays where it is.
    pub key: Option<Secret>,
}

impl Ca {
    /// Whether it signed this certificate.
    pub fn signed(&self, certificate: &Certificate) -> bool {
        let read = x509::read_pem(&self.pem).ok().and_then(|pem| pem.certificates.into_iter().next());
        read.is_some_and(|own| x509::signed_by(certificate, &own))
    }
}

/// A leaf and its key.
pub struct Leaf {
    /// The certificate as PEM, without the CA.
    pub pem: String,
    /// Its private key as PKCS#8 PEM.
    pub key: Secret,
}

/// Makes a CA: CA:TRUE with path length 0, for signing certificates and CRLs only.
pub fn make_ca(request: &CertRequest) -> Result<Ca> {
    let serial = random_serial()?;
    let mut params =
        params(&request.subject, &format!("Registry CA {}", hex(&serial[..4])), request.ca, &serial);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    if request.constrain_ca {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: subtrees(&request.names),
            excluded_subtrees: Vec::new(),
        });
    }
    let key = make_key(request.key_type)?;
    let key_pem = Secret::new(key.serialize_pem());
    let certified = CertifiedIssuer::self_signed(params, key).context(say!("signing the CA"))?;
    let pem = certified.pem();
    let key = KeyPair::from_pem(key_pem.expose()).context(say!("reading the new CA's key back"))?;
    let issuer = Issuer::from_ca_cert_pem(&pem, key).context(say!("reading the new CA back"))?;
    Ok(Ca { issuer, pem, validity: request.ca, key: Some(key_pem) })
}

/// Reads the operator's own CA. Errors: not PEM, not a CA, expired at `now`, or a key that does not belong to it.
pub fn read_ca(certificate: &Path, key: &Path, now: OffsetDateTime) -> Result<Ca> {
    let bad =
        |file: &Path, why: String| Fault::new(FaultKind::Certificate, format!("{}: {why}", file.display()));
    let der = super::tls::read_certificates(certificate)?.remove(0);
    let parsed = x509::parse(&der).map_err(|why| bad(certificate, why))?;
    if !parsed.is_ca() {
        return Err(bad(
            certificate,
            say!("this certificate is not a CA, so nothing can be signed with it").to_owned(),
        )
        .into());
    }
    if parsed.validity().not_after.to_datetime() <= now {
        return Err(bad(
            certificate,
            say!("this CA expired on {}", x509::spell(parsed.validity().not_after.to_datetime())),
        )
        .into());
    }
    let validity = x509::validity(&parsed);
    let key_pem = super::files::read_text(key, FaultKind::InputFile)?;
    // The error is not shown: it may quote what it read.
    let key_pair = KeyPair::from_pem(&key_pem)
        .map_err(|_| bad(key, say!("no private key in PEM form that can sign").to_owned()))?;
    if rcgen::PublicKeyData::subject_public_key_info(&key_pair) != parsed.public_key().raw {
        return Err(bad(key, say!("this key does not belong to {}", certificate.display())).into());
    }
    let issuer =
        Issuer::from_ca_cert_der(&der, key_pair).map_err(|error| bad(certificate, error.to_string()))?;
    Ok(Ca { issuer, pem: x509::to_pem([&*der]), validity, key: None })
}

/// Makes a leaf for the request's names, signed by the CA.
pub fn make_leaf(request: &CertRequest, ca: &Ca) -> Result<Leaf> {
    let serial = random_serial()?;
    let common_name = request.subject.common_name().map_or_else(|| request.names.first(), str::to_owned);
    let mut params = params(&request.subject, &common_name, request.leaf, &serial);
    params.is_ca = IsCa::ExplicitNoCa;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = match request.key_type {
        KeyType::EcdsaP256 => vec![KeyUsagePurpose::DigitalSignature],
        // Old clients still agree on RSA key exchange, which needs the second one.
        KeyType::Rsa2048 | KeyType::Rsa4096 => {
            vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment]
        }
    };
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.subject_alt_names = sans(&request.names)?;
    let key = make_key(request.key_type)?;
    let certificate = params.signed_by(&key, &ca.issuer).context(say!("signing the leaf"))?;
    Ok(Leaf { pem: certificate.pem(), key: Secret::new(key.serialize_pem()) })
}

fn make_key(key_type: KeyType) -> Result<KeyPair> {
    let made = match key_type {
        KeyType::EcdsaP256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
        KeyType::Rsa2048 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        KeyType::Rsa4096 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096),
    };
    made.context(say!("making a private key"))
}

/// 128 random bits, positive and without a leading zero byte, so that every encoder writes the same 16 bytes.
fn random_serial() -> Result<[u8; 16]> {
    let mut serial = [0; 16];
    rand::fill(&mut serial).map_err(|_| anyhow::anyhow!(say!("the system has no random numbers to give")))?;
    serial[0] = serial[0] & 0x7f | 0x40;
    Ok(serial)
}

fn params(subject: &Subject, common_name: &str, validity: Validity, serial: &[u8]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name(subject, common_name);
    params.not_before = validity.not_before;
    params.not_after = validity.not_after;
    params.serial_number = Some(SerialNumber::from_slice(serial));
    params
}

fn distinguished_name(subject: &Subject, common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (part, value) in &subject.0 {
        match part {
            SubjectPart::C => name.push(DnType::CountryName, value.as_str()),
            SubjectPart::ST => name.push(DnType::StateOrProvinceName, value.as_str()),
            SubjectPart::L => name.push(DnType::LocalityName, value.as_str()),
            SubjectPart::O => name.push(DnType::OrganizationName, value.as_str()),
            SubjectPart::OU => name.push(DnType::OrganizationalUnitName, value.as_str()),
            SubjectPart::CN => {}
        }
    }
    // 64 characters is the upper bound for a common name; clients read the SANs, so nothing is lost.
    name.push(DnType::CommonName, common_name.chars().take(64).collect::<String>());
    name
}

fn sans(names: &Names) -> Result<Vec<SanType>> {
    let dns = names.dns.iter().map(|name| Ok(SanType::DnsName(name.as_str().try_into()?)));
    names.ips.iter().map(|ip| Ok(SanType::IpAddress(*ip))).chain(dns).collect()
}

fn subtrees(names: &Names) -> Vec<GeneralSubtree> {
    let whole =
        |ip: &std::net::IpAddr| CidrSubnet::from_addr_prefix(*ip, if ip.is_ipv4() { 32 } else { 128 });
    let ips = names.ips.iter().map(|ip| GeneralSubtree::IpAddress(whole(ip)));
    ips.chain(names.dns.iter().map(|name| GeneralSubtree::DnsName(name.clone()))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
