//! Where a certificate is looked at: in a file, or at a server.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Result;

use crate::domain::certificate::Certificate;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry::RegistryAddress;
use crate::effects::{files, x509};

/// A file, or the address of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CertSource {
    /// A PEM file; `-` is standard input.
    File(PathBuf),
    /// A server that is asked.
    Server(RegistryAddress),
}

impl FromStr for CertSource {
    type Err = Infallible;

    /// What is there as a file is one, and so is what is spelled like one; the rest is an address, if it can be.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let path = Path::new(text);
        let spelled_so = text == "-"
            || text.contains('/')
            || [".crt", ".pem", ".cer", ".cert"].iter().any(|end| text.ends_with(end));
        Ok(match text.parse() {
            Ok(address) if !spelled_so && !path.is_file() => Self::Server(address),
            _ => Self::File(path.to_path_buf()),
        })
    }
}

/// What a PEM file holds.
pub(super) struct PemFile {
    /// Its certificates; at least one.
    pub(super) certificates: Vec<Certificate>,
    /// Whether a private key is among them.
    pub(super) private_key: bool,
}

/// Reads a file's certificates. Errors, exit 2: it is not there, not PEM, or holds none.
pub(super) fn read(path: &Path) -> Result<PemFile> {
    let text = files::read_text_or_stdin(path, FaultKind::InputFile)?;
    let bad = |why: String| {
        Fault::new(FaultKind::Certificate, format!("{}: {why}", path.display())).hint(
            say!("PEM begins with -----BEGIN CERTIFICATE-----; openssl x509 -inform der -in FILE makes it from DER."),
        )
    };
    let x509::Pem { certificates, private_key } = x509::read_pem(&text).map_err(bad)?;
    if certificates.is_empty() {
        return Err(bad(say!("it holds no certificate in PEM form").to_owned()).into());
    }
    Ok(PemFile { certificates, private_key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_file_is_one_and_an_address_is_asked() {
        let is_file = |text: &str| {
            matches!(text.parse::<CertSource>().unwrap_or_else(|never| match never {}), CertSource::File(_))
        };
        for file in ["-", "certs/ca.crt", "no-such-file.pem", "./192.168.0.1", "a b"] {
            assert!(is_file(file), "{file}");
        }
        for server in ["192.168.0.1", "lb.example.com:5000", "[fe80::1]:443", "registry"] {
            assert!(!is_file(server), "{server}");
        }
    }
}
