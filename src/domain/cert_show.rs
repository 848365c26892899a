//! A certificate looked at closely: what it says, and which clients refuse it for what.

use serde::Serialize;

use super::cert::CertificateSummary;
use super::certificate::{Certificate, Role};
use super::fault::Exit;

/// A client whose opinion is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Client {
    /// Docker, containerd, podman, skopeo and all that is written in Go.
    Docker,
    /// curl, and whatever else builds on OpenSSL with its security level 2.
    Curl,
    /// Clients built on rustls and webpki.
    Rustls,
}

impl Client {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Docker, Self::Curl, Self::Rustls];

    /// Its name as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Docker => "Docker",
            Self::Curl => "curl",
            Self::Rustls => "rustls",
        }
    }
}

/// What a certificate says about the use of its key for TLS servers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Permission {
    /// Nothing, which permits it.
    #[default]
    Unsaid,
    /// It is among the uses that are named.
    Given,
    /// Uses are named, and this is not among them.
    Denied,
}

/// The public key of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA, of so many bits.
    Rsa(usize),
    /// Anything else, as people name it: `ECDSA P-256`.
    Other(String),
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA {bits}"),
            Self::Other(name) => f.write_str(name),
        }
    }
}

/// What only those look at who have to accept a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traits {
    /// Its public key.
    pub key: PublicKey,
    /// How it is signed: `RSA with SHA-256`.
    pub signature: String,
    /// The digest in that, where clients take it no more: `SHA-1`.
    pub outdated_digest: Option<&'static str>,
    /// extendedKeyUsage: serverAuth.
    pub server_auth: Permission,
    /// keyUsage: any of those that TLS uses.
    pub tls_key_usage: Permission,
    /// keyUsage: keyCertSign.
    pub cert_sign: Permission,
    /// Critical extensions that no client knows, by their OIDs.
    pub unknown_critical: Vec<String>,
    /// Hexadecimal, with colons.
    pub serial: String,
}

/// One certificate of a chain, and who of the others signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The certificate.
    pub certificate: Certificate,
    /// What its looks do not tell.
    pub traits: Traits,
    /// Which other certificate of the chain signed it.
    pub signer: Option<usize>,
}

/// Something to know about a chain: who refuses it for that, if anyone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// The same words as the causes of `verify`.
    pub cause: &'static str,
    /// Nobody: then it is worth knowing and no more.
    pub refused_by: Vec<Client>,
    /// What was seen, in one line.
    pub detail: String,
    /// What to do, as a sentence.
    pub hint: String,
}

/// What a chain is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// A server shows it.
    Server,
    /// Clients trust it.
    Authority,
}

/// One certificate as the report has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownCertificate {
    /// What is worth saying about any certificate.
    pub summary: CertificateSummary,
    /// The subject's common name.
    pub common_name: Option<String>,
    /// Whole days until it ends; negative once it has.
    pub days_left: i64,
    /// Whether it says CA:TRUE.
    pub ca: bool,
    /// Whether its own key signed it.
    pub self_signed: bool,
    /// `ECDSA P-256`
    pub key: String,
    /// `ECDSA with SHA-256`
    pub signature: String,
    /// Hexadecimal, with colons.
    pub serial: String,
}

/// What one client makes of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Which client.
    pub client: Client,
    /// Whether it takes the chain.
    pub accepts: bool,
    /// The causes of the flaws that it refuses.
    pub causes: Vec<&'static str>,
}

/// What `cert show` has seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CertShowReport {
    /// The file or the address.
    pub source: String,
    /// What the chain is for; none where there is none.
    pub purpose: Option<Purpose>,
    /// `TLS 1.3`; none for a file.
    pub protocol: Option<String>,
    /// The CA file that it was judged with.
    pub ca: Option<String>,
    /// Whether nobody refuses it.
    pub ok: bool,
    /// What each client makes of it; none where there is no chain.
    pub clients: Vec<Verdict>,
    /// What there is to know.
    pub flaws: Vec<Flaw>,
    /// The chain, the leaf first.
    pub chain: Vec<ShownCertificate>,
}

impl CertShowReport {
    /// 0 where nobody refuses it, otherwise 1.
    pub const fn exit(&self) -> Exit {
        if self.ok { Exit::Done } else { Exit::NotAsAsked }
    }
}

impl Examined {
    /// Whether it says CA:TRUE.
    pub fn is_ca(&self) -> bool {
        self.certificate.role == Role::Ca
    }
}
