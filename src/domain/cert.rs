//! Certificates as regctl asks for them and reports them.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Serialize;
use time::OffsetDateTime;

use super::fault::Exit;
use super::host::Host;

/// The key types that Docker, curl and rustls of every age accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyType {
    /// NIST P-256.
    EcdsaP256,
    /// RSA, 2048 bits.
    #[serde(rename = "rsa-2048")]
    Rsa2048,
    /// RSA, 4096 bits.
    #[serde(rename = "rsa-4096")]
    Rsa4096,
}

impl KeyType {
    /// The words for them.
    pub const WORDS: [&str; 3] = ["ecdsa-p256", "rsa-2048", "rsa-4096"];
}

impl FromStr for KeyType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "ecdsa-p256" => Ok(Self::EcdsaP256),
            "rsa-2048" => Ok(Self::Rsa2048),
            "rsa-4096" => Ok(Self::Rsa4096),
            _ => Err(say!("`{text}` is not a key type: use ecdsa-p256, rsa-2048 or rsa-4096")),
        }
    }
}

/// The parts of a distinguished name that a certificate of a registry may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum SubjectPart {
    /// Country, two letters.
    C,
    /// State or province.
    ST,
    /// Locality.
    L,
    /// Organisation.
    O,
    /// Organisational unit.
    OU,
    /// Common name.
    CN,
}

impl SubjectPart {
    /// Every part, from the widest to the narrowest.
    pub const ALL: [Self; 6] = [Self::C, Self::ST, Self::L, Self::O, Self::OU, Self::CN];
}

/// A subject such as `C=CN,ST=SH,L=Shang Hai,O=example.com`, in the order given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Subject(pub Vec<(SubjectPart, String)>);

impl Subject {
    /// The common name, where one was given.
    pub fn common_name(&self) -> Option<&str> {
        self.0.iter().find(|(part, _)| *part == SubjectPart::CN).map(|(_, value)| value.as_str())
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The slashes of `openssl req -subj` are taken as well as commas: people paste what they used before.
        let separator = if text.starts_with('/') { '/' } else { ',' };
        text.split(separator)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(subject_part)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn subject_part(text: &str) -> Result<(SubjectPart, String), String> {
    let (key, value) =
        text.split_once('=').ok_or_else(|| say!("`{text}` in the subject is not KEY=VALUE"))?;
    let part = match key.trim() {
        "C" => SubjectPart::C,
        "ST" => SubjectPart::ST,
        "L" => SubjectPart::L,
        "O" => SubjectPart::O,
        "OU" => SubjectPart::OU,
        "CN" => SubjectPart::CN,
        other => return Err(say!("`{other}` is not a part of a subject: use C, ST, L, O, OU, CN")),
    };
    let value = value.trim();
    // Upper bounds of RFC 5280, appendix A; -x509_strict and old clients hold to them.
    let most = if part == SubjectPart::C { 2 } else { 64 };
    if value.is_empty() || value.chars().count() > most || (part == SubjectPart::C && value.len() != 2) {
        return Err(say!(
            "`{text}` in the subject: the value must have {} characters",
            if most == 2 { "2" } else { "1 to 64" }
        ));
    }
    Ok((part, value.to_owned()))
}

/// The names that a leaf is for. An IP address is never put among the DNS names: no client would accept it there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Names {
    /// iPAddress SANs.
    pub ips: Vec<IpAddr>,
    /// dNSName SANs.
    pub dns: Vec<String>,
}

impl Names {
    /// Adds a host as the kind of name that it is; a name that is there already is not added twice.
    pub fn add(&mut self, host: &Host) {
        match host {
            Host::Ip(ip) if !self.ips.contains(ip) => self.ips.push(*ip),
            Host::Name(name) if !self.dns.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
                self.dns.push(name.to_ascii_lowercase())
            }
            _ => {}
        }
    }

    /// The first name, for the common name.
    pub fn first(&self) -> String {
        self.ips.first().map(ToString::to_string).or_else(|| self.dns.first().cloned()).unwrap_or_default()
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ips = self.ips.iter().map(ToString::to_string);
        f.write_str(&ips.chain(self.dns.iter().cloned()).collect::<Vec<_>>().join(", "))
    }
}

/// From when to when a certificate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// notBefore.
    pub not_before: OffsetDateTime,
    /// notAfter.
    pub not_after: OffsetDateTime,
}

/// What a new CA and a new leaf are to look like.
#[derive(Debug, Clone, PartialEq)]
pub struct CertRequest {
    /// Names of the leaf.
    pub names: Names,
    /// Subject of the leaf, and of the CA but for its common name.
    pub subject: Subject,
    /// Type of every key that is made.
    pub key_type: KeyType,
    /// Validity of the leaf.
    pub leaf: Validity,
    /// Validity of the CA.
    pub ca: Validity,
    /// Whether a new CA may sign for these names only.
    pub constrain_ca: bool,
}

/// What is worth saying about one certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateSummary {
    /// Subject, RFC 4514 style.
    pub subject: String,
    /// Issuer, likewise.
    pub issuer: String,
    /// SANs.
    pub names: Names,
    /// `SHA256:AB:CD:…` of the DER, as `openssl x509 -fingerprint -sha256` prints it.
    pub fingerprint: String,
    /// notBefore, RFC 3339.
    pub not_before: String,
    /// notAfter, RFC 3339.
    pub not_after: String,
}

/// What `cert gen` made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CertGenReport {
    /// The folder.
    pub out: PathBuf,
    /// The files in it that were written.
    pub files: Vec<String>,
    /// Whether nothing was written because only the plan was wanted.
    pub dry_run: bool,
    /// Whether the CA was made now, rather than given.
    pub new_ca: bool,
    /// Type of the keys.
    pub key_type: KeyType,
    /// The names that the leaf is for.
    pub names: Names,
    /// The CA; `None` in a dry run.
    pub ca: Option<CertificateSummary>,
    /// The leaf; `None` in a dry run.
    pub leaf: Option<CertificateSummary>,
    /// Whether it is known already where the registry is to run.
    #[serde(skip)]
    pub knows_host: bool,
    /// What a dry run ends with: 4 where `--exit-code` was given.
    #[serde(skip)]
    pub exit: Exit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_in_both_spellings() {
        let comma: Subject = "C=CN, ST=SH,L=Shang Hai,O=example.com".parse().expect("parses");
        let slash: Subject = "/C=CN/ST=SH/L=Shang Hai/O=example.com".parse().expect("parses");
        assert_eq!(comma, slash);
        assert_eq!(comma.0[2], (SubjectPart::L, "Shang Hai".to_owned()));
        for text in ["C=China", "X=1", "CN", "CN=", &format!("O={}", "x".repeat(65))] {
            assert!(text.parse::<Subject>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_never_becomes_a_dns_name() {
        let mut names = Names::default();
        for text in ["192.168.0.1", "LB.example.com", "lb.example.com", "192.168.0.1"] {
            names.add(&text.parse().expect("a host"));
        }
        assert_eq!(names.ips, ["192.168.0.1".parse::<IpAddr>().expect("an address")]);
        assert_eq!(names.dns, ["lb.example.com"]);
        assert_eq!(names.to_string(), "192.168.0.1, lb.example.com");
    }
}
