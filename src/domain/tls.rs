//! What happened when a registry's TLS was tried, in words that a check can be made of.

use super::cert::Names;
use super::certificate::Certificate;

/// How an attempt to speak TLS to a registry ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meeting {
    /// It presented a chain, which was then judged.
    Presented(Presented),
    /// It answered, in plain HTTP.
    PlainHttp,
    /// It answered, but neither with TLS nor with HTTP.
    NotTls,
    /// The handshake failed for this reason before a certificate was seen.
    Handshake(String),
    /// The connection was closed in mid-handshake.
    Closed,
    /// Nothing listens there.
    Refused,
    /// No answer in time.
    TimedOut,
    /// No way there: no route, or an address that cannot be used.
    Unreachable(String),
    /// The name has no address.
    Unresolved,
}

/// What was presented, and how it was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// `TLS 1.3`
    pub protocol: String,
    /// What the server sent, the leaf first; never empty.
    pub chain: Vec<Certificate>,
    /// What Docker would refuse it for; empty means trusted.
    pub defects: Vec<Defect>,
    /// Why it is trusted, where that is so.
    pub basis: Basis,
}

impl Presented {
    /// The certificate of the registry itself.
    pub fn leaf(&self) -> &Certificate {
        &self.chain[0]
    }
}

/// What the trust in a chain rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A chain to the CA file or the system's roots that every client accepts.
    Chain,
    /// It is itself in the CA file and says CA:TRUE, as `openssl req -x509` makes it: Docker, curl and openssl accept
    /// that, clients built on webpki do not.
    ItselfInCaFile,
    /// It says CA:TRUE and is signed by the CA file: accepted and refused by the same clients.
    CaAsLeaf,
    /// None was found.
    Nothing,
}

/// Something that Docker refuses a chain for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Defect {
    /// It ends in a self-signed certificate that nobody vouches for.
    UnknownIssuer {
        /// Who signed.
        issuer: String,
    },
    /// The CA file holds a CA of this name, but another key signed.
    OtherKey {
        /// The name that both have.
        issuer: String,
    },
    /// The issuer is neither sent nor in the CA file.
    IssuerMissing {
        /// Whose certificate is missing.
        issuer: String,
    },
    /// One of the chain has ended.
    Expired {
        /// Which one.
        subject: String,
        /// When, RFC 3339.
        not_after: String,
    },
    /// One of the chain has not begun.
    NotYetValid {
        /// Which one.
        subject: String,
        /// When it will, RFC 3339.
        not_before: String,
    },
    /// It has names, but not this one.
    WrongName(Names),
    /// It has no SAN at all, only a common name.
    CommonNameOnly(Option<String>),
    /// The address stands among the dNSName SANs, where no client looks for it.
    IpInDnsName(Names),
    /// Anything else that TLS libraries refuse: an old signature algorithm, a short key, a broken constraint.
    Refused(String),
}
