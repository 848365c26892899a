//! The registry's certificate chain and its private key, as files of the operator's.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SigningKey};

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
    /// The whole chain, the leaf first.
    pub chain: Vec<Certificate>,
    /// The chain as PEM, the leaf first, without anything else that the file may hold.
    pub chain_pem: String,
    /// The key as PEM, in the form it has in the file: PKCS#8, PKCS#1 or SEC1.
    pub key_pem: Secret,
}

/// A private key that a server can use.
pub struct Key {
    /// Its PEM block and nothing else of the file: PKCS#8, PKCS#1 or SEC1.
    pub pem: Secret,
    signing: Arc<dyn SigningKey>,
}

/// Reads both. Errors: a file that is missing or not PEM, an encrypted key, or a key of another certificate.
pub fn read(certificate: &Path, key: &Path) -> Result<KeyPair> {
    let ders = tls::read_certificates(certificate)?;
    let chain: Result<Vec<_>, _> = ders.iter().map(|der| x509::read(der)).collect();
    let chain = chain.map_err(|why| bad(certificate, &why))?;
    let read = read_key(key)?;
    if !read.belongs_to(&chain[0]) {
        let fault = bad(key, &say!("this key does not belong to {}", certificate.display()));
        let elsewhere = chain.iter().any(|one| read.belongs_to(one));
        return Err(fault
            .hint(if elsewhere {
                say!(
                    "It belongs to a certificate further down in that file: the leaf must come first. \
                     regctl cert import puts them in order."
                )
            } else {
                say!("Give the key that the certificate was made with.")
            })
            .into());
    }
    let chain_pem = x509::to_pem(chain.iter().map(|one| &*one.der));
    Ok(KeyPair { leaf: chain[0].clone(), chain, chain_pem, key_pem: read.pem })
}

/// A leaf that was just made, with the CA that signed it behind it.
pub fn made(leaf: Leaf, ca: &Ca) -> Result<KeyPair> {
    let chain_pem = format!("{}{}", leaf.pem, ca.pem);
    let chain = x509::read_pem(&chain_pem).map_err(anyhow::Error::msg)?.certificates;
    let certificate = chain.first().cloned().context(say!("reading the new leaf back"))?;
    Ok(KeyPair { leaf: certificate, chain, chain_pem, key_pem: leaf.key })
}

/// Reads a private key. Errors, none of which quotes what was read: no key in PEM form, an encrypted one, or one of a type
/// or size that TLS clients do not take.
pub fn read_key(path: &Path) -> Result<Key> {
    Ok(parse_key(&Secret::new(files::read_text(path, FaultKind::InputFile)?), path)?)
}

/// The private key of a file's text; the path is for the words of an error alone. Errors: as of [`read_key`].
pub fn parse_key(text: &Secret, path: &Path) -> Result<Key, Fault> {
    let pem = block(text).ok_or_else(|| bad(path, say!("no private key in PEM form")))?;
    if pem.expose().contains("ENCRYPTED") {
        let shown = path.display();
        return Err(bad(path, say!("this key is encrypted, and the registry cannot ask for its password"))
            .hint(say!("Decrypt it: (umask 077; openssl pkey -in {shown} -out domain.key)")));
    }
    let der = PrivateKeyDer::from_pem_slice(pem.expose().as_bytes())
        .map_err(|_| bad(path, say!("the private key in it cannot be read")))?;
    let signing = any_supported_type(&der).map_err(|_| {
        bad(
            path,
            say!(
                "no key that clients take: it must be ECDSA P-256, P-384 or P-521, Ed25519, or RSA \
                 of 2048 bits or more"
            ),
        )
    })?;
    Ok(Key { pem, signing })
}

/// The first private key of a PEM text, from its first line to its last.
fn block(text: &Secret) -> Option<Secret> {
    let lines = text.expose().lines().map(str::trim_end);
    let mut block = String::new();
    for line in lines {
        let marked = |word: &str| line.starts_with(word) && line.ends_with("PRIVATE KEY-----");
        if block.is_empty() && !marked("-----BEGIN ") {
            continue;
        }
        block.push_str(line);
        block.push('\n');
        if marked("-----END ") {
            return Some(Secret::new(block));
        }
    }
    None
}

fn bad(file: &Path, why: &str) -> Fault {
    Fault::new(FaultKind::Certificate, format!("{}: {why}", file.display()))
}

impl Key {
    /// Whether it is the key of this certificate.
    pub fn belongs_to(&self, certificate: &Certificate) -> bool {
        let chain = vec![CertificateDer::from(certificate.der.clone())];
        CertifiedKey::new(chain, Arc::clone(&self.signing)).keys_match().is_ok()
    }
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
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nhunter2\n-----END RSA PRIVATE KEY-----\n",
                "encrypted",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n",
                "no key that clients take",
            ),
            ("-----BEGIN PRIVATE KEY-----\nhunter2", "no private key"),
        ] {
            fs::write(&key, text).expect("writes");
            let error = format!("{:#}", read(&certificate, &key).expect_err("no key"));
            assert!(error.contains(expected) && !error.contains("hunter2"), "{error}");
        }
        assert!(read(&folder.path().join("none.crt"), &key).is_err());
    }
}
