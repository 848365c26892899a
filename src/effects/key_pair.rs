//! The registry's certificate chain and its private key, as files of the operator's.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::pki::{Ca, Leaf};
use super::{files, tls, x509};
use crate::domain::certificate::Certificate;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;

/// A certificate chain and the key that belongs to its leaf.
#[derive(Debug, Clone)]
pub struct KeyPair {
    /// The leaf.
    pub leaf: Certificate,
    /// The chain as PEM, the leaf first, without anything else that the file may hold.
    pub chain_pem: String,
    /// The key as PEM, as it is in the file: PKCS#8, PKCS#1 or SEC1.
    pub key_pem: Secret,
}

/// Reads both. Errors: a file that is missing or not PEM, an encrypted key, or a key of another certificate.
pub fn read(certificate: &Path, key: &Path) -> Result<KeyPair> {
    let bad =
        |file: &Path, why: String| Fault::new(FaultKind::Certificate, format!("{}: {why}", file.display()));
    let chain = tls::read_certificates(certificate)?;
    let leaf = x509::read(&chain[0]).map_err(|why| bad(certificate, why))?;
    let key_pem = Secret::new(files::read_text(key, FaultKind::InputFile)?);
    let parsed = parse_key(&key_pem).map_err(|why| bad(key, why))?;
    if !belongs(&chain, &parsed) {
        return Err(bad(key, format!("this key does not belong to {}", certificate.display()))
            .hint("Give the key that the certificate was made with; the leaf must come first in its file.")
            .into());
    }
    Ok(KeyPair { leaf, chain_pem: x509::to_pem(chain.iter().map(AsRef::as_ref)), key_pem })
}

/// A leaf that was just made, with the CA that signed it behind it.
pub fn made(leaf: Leaf, ca: &Ca) -> Result<KeyPair> {
    let read = x509::read_pem(&leaf.pem).map_err(anyhow::Error::msg)?.certificates;
    let certificate = read.into_iter().next().context("reading the new leaf back")?;
    Ok(KeyPair { leaf: certificate, chain_pem: format!("{}{}", leaf.pem, ca.pem), key_pem: leaf.key })
}

/// Reads a private key in PEM form, PKCS#8, PKCS#1 or SEC1. The error never quotes what was read.
pub fn parse_key(pem: &Secret) -> Result<PrivateKeyDer<'static>, String> {
    if pem.expose().contains("ENCRYPTED") {
        return Err("this key is encrypted, and the registry cannot ask for its password".to_owned());
    }
    PrivateKeyDer::from_pem_slice(pem.expose().as_bytes())
        .map_err(|_| "no private key in PEM form".to_owned())
}

/// Whether the key is the one that the first certificate is for.
pub fn belongs(chain: &[CertificateDer<'static>], key: &PrivateKeyDer<'static>) -> bool {
    let Ok(signing_key) = any_supported_type(key) else { return false };
    CertifiedKey::new(chain.to_vec(), Arc::clone(&signing_key)).keys_match().is_ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn make(folder: &Path, name: &str) -> (std::path::PathBuf, std::path::PathBuf) {
        let made =
            rcgen::generate_simple_self_signed(vec!["registry.example.com".to_owned()]).expect("makes");
        let (certificate, key) = (folder.join(format!("{name}.crt")), folder.join(format!("{name}.key")));
        fs::write(&certificate, format!("subject=x\n{}", made.cert.pem())).expect("writes");
        fs::write(&key, made.signing_key.serialize_pem()).expect("writes");
        (certificate, key)
    }

    #[test]
    fn a_pair_is_read_and_a_mixed_one_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = make(folder.path(), "a");
        let (_, other) = make(folder.path(), "b");
        let pair = read(&certificate, &key).expect("belong together");
        assert_eq!(pair.leaf.names().dns, ["registry.example.com"]);
        assert!(pair.chain_pem.starts_with("-----BEGIN"));
        let error = read(&certificate, &other).expect_err("do not belong together");
        assert!(error.to_string().contains("does not belong to"), "{error}");
    }

    #[test]
    fn what_is_no_key_is_said_without_being_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = make(folder.path(), "a");
        for (text, expected) in [
            ("hunter2", "no private key"),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "encrypted",
            ),
            ("-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n", "does not belong"),
        ] {
            fs::write(&key, text).expect("writes");
            let error = format!("{:#}", read(&certificate, &key).expect_err("no key"));
            assert!(error.contains(expected) && !error.contains("hunter2"), "{error}");
        }
        assert!(read(&folder.path().join("none.crt"), &key).is_err());
    }
}
