//! What a certificate says to those who have to accept it: key, signature, permitted uses, and who signed it.

use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::oid::Oid;
use x509_parser::oid_registry::{
    OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_NIST_EC_P521, OID_PKCS1_MD5WITHRSAENC,
    OID_PKCS1_RSASSAPSS, OID_PKCS1_SHA1WITHRSA, OID_PKCS1_SHA256WITHRSA, OID_PKCS1_SHA384WITHRSA,
    OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA256, OID_SIG_ECDSA_WITH_SHA384, OID_SIG_ECDSA_WITH_SHA512,
    OID_SIG_ED25519,
};
use x509_parser::prelude::ParsedExtension;
use x509_parser::public_key::PublicKey as ParsedKey;

use super::x509;
use crate::domain::cert_show::{Examined, Permission, PublicKey, Traits};
use crate::domain::certificate::Certificate;

/// Looks at every certificate of a chain, and at who signed which. Errors: one that does not parse.
pub fn examine(chain: &[Certificate]) -> Result<Vec<Examined>, String> {
    let signer = |certificate: &Certificate| {
        let signed =
            |other: &Certificate| other.der != certificate.der && x509::signed_by(certificate, other);
        chain.iter().position(signed)
    };
    let one = |certificate: &Certificate| {
        let traits = traits(&x509::parse(&certificate.der)?);
        Ok(Examined { certificate: certificate.clone(), traits, signer: signer(certificate) })
    };
    chain.iter().map(one).collect()
}

fn traits(parsed: &X509Certificate<'_>) -> Traits {
    let (signature, outdated_digest) = signature(&parsed.signature_algorithm.algorithm);
    let usage = parsed.key_usage().ok().flatten().map(|usage| usage.value);
    let extended = parsed.extended_key_usage().ok().flatten().map(|usage| usage.value);
    Traits {
        key: key(parsed),
        signature,
        outdated_digest,
        server_auth: permission(extended.map(|usage| usage.any || usage.server_auth)),
        tls_key_usage: permission(
            usage.map(|usage| usage.digital_signature() || usage.key_encipherment() || usage.key_agreement()),
        ),
        cert_sign: permission(usage.map(|usage| usage.key_cert_sign())),
        unknown_critical: unknown_critical(parsed),
        serial: parsed.raw_serial_as_string(),
    }
}

const fn permission(given: Option<bool>) -> Permission {
    match given {
        None => Permission::Unsaid,
        Some(true) => Permission::Given,
        Some(false) => Permission::Denied,
    }
}

fn unknown_critical(parsed: &X509Certificate<'_>) -> Vec<String> {
    let unknown = |extension: &ParsedExtension<'_>| {
        matches!(extension, ParsedExtension::UnsupportedExtension { .. } | ParsedExtension::Unparsed)
    };
    let critical = parsed.extensions().iter().filter(|one| one.critical && unknown(one.parsed_extension()));
    critical.map(|extension| extension.oid.to_id_string()).collect()
}

fn key(parsed: &X509Certificate<'_>) -> PublicKey {
    let algorithm = &parsed.public_key().algorithm;
    match parsed.public_key().parsed() {
        Ok(ParsedKey::RSA(key)) => PublicKey::Rsa(key.key_size()),
        _ if algorithm.algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY => {
            let curve = algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
            PublicKey::Other(format!(
                "ECDSA {}",
                curve.map_or_else(|| say!("of an unknown curve"), |oid| curve_name(&oid))
            ))
        }
        _ if algorithm.algorithm == OID_SIG_ED25519 => PublicKey::Other("Ed25519".to_owned()),
        _ => PublicKey::Other(say!("of type {}", algorithm.algorithm.to_id_string())),
    }
}

fn curve_name(oid: &Oid<'_>) -> &'static str {
    let known = [(OID_EC_P256, "P-256"), (OID_NIST_EC_P384, "P-384"), (OID_NIST_EC_P521, "P-521")];
    known.iter().find(|(curve, _)| curve == oid).map_or_else(|| say!("of an unusual curve"), |(_, name)| name)
}

/// How a certificate is signed, and the digest in it where clients take that no more.
fn signature(oid: &Oid<'_>) -> (String, Option<&'static str>) {
    let known = [
        (OID_PKCS1_MD5WITHRSAENC, "RSA with MD5", Some("MD5")),
        (OID_PKCS1_SHA1WITHRSA, "RSA with SHA-1", Some("SHA-1")),
        (OID_PKCS1_SHA256WITHRSA, "RSA with SHA-256", None),
        (OID_PKCS1_SHA384WITHRSA, "RSA with SHA-384", None),
        (OID_PKCS1_SHA512WITHRSA, "RSA with SHA-512", None),
        (OID_PKCS1_RSASSAPSS, "RSA-PSS", None),
        (OID_SIG_ECDSA_WITH_SHA256, "ECDSA with SHA-256", None),
        (OID_SIG_ECDSA_WITH_SHA384, "ECDSA with SHA-384", None),
        (OID_SIG_ECDSA_WITH_SHA512, "ECDSA with SHA-512", None),
        (OID_SIG_ED25519, "Ed25519", None),
        (ECDSA_WITH_SHA1, "ECDSA with SHA-1", Some("SHA-1")),
    ];
    let found = known.into_iter().find(|(known, ..)| known == oid);
    found.map_or_else(|| (oid.to_id_string(), None), |(_, name, outdated)| (name.to_owned(), outdated))
}

/// ecdsa-with-SHA1, RFC 3279.
const ECDSA_WITH_SHA1: Oid<'static> = x509_parser::der_parser::oid!(1.2.840.10045.4.1);
