//! A certificate that was read, and what it means for trust.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::Serialize;
use time::OffsetDateTime;

use super::cert::{CertificateSummary, Names, Validity};
use super::host::Host;

/// Whether a certificate may sign others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It says CA:TRUE.
    Ca,
    /// It says CA:FALSE, or nothing.
    Leaf,
}

/// Whose key signed a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// Its own: the signature was checked.
    Itself,
    /// Another's.
    Another,
}

/// A certificate that was read. Every text in it is fit to be shown, whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The DER, to the byte.
    pub der: Vec<u8>,
    /// What reports say about it.
    pub summary: CertificateSummary,
    /// The subject's common name, which no client takes for a name any more.
    pub common_name: Option<String>,
    /// From when to when it holds.
    pub validity: Validity,
    /// Whether it may sign others.
    pub role: Role,
    /// Whose key signed it.
    pub signer: Signer,
}

impl Certificate {
    /// Whether it has ended by then.
    pub fn expired_at(&self, time: OffsetDateTime) -> bool {
        self.validity.not_after < time
    }

    /// Whether it has not begun by then.
    pub fn not_yet_valid_at(&self, time: OffsetDateTime) -> bool {
        time < self.validity.not_before
    }

    /// Its names.
    pub const fn names(&self) -> &Names {
        &self.summary.names
    }
}

/// A CA file that was read and judged fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its certificates; at least one.
    pub certificates: Vec<Certificate>,
    /// The certificates alone as PEM: what agents are given, without comments or anything else the file may hold.
    pub pem: String,
}

impl CaFile {
    /// Both together: whoever has this trusts what either of them signed.
    pub fn beside(&self, other: &Self) -> Self {
        let news = other.certificates.iter().filter(|it| !self.certificates.contains(it)).cloned();
        Self {
            path: self.path.clone(),
            certificates: self.certificates.iter().cloned().chain(news).collect(),
            pem: format!("{}{}", self.pem, other.pem),
        }
    }
}

impl Names {
    /// Whether a client accepts these SANs for the host, as Go and every browser see it: an address only among the
    /// iPAddress SANs, a name only among the dNSName SANs, `*` for exactly one whole label at the front.
    pub fn cover(&self, host: &Host) -> bool {
        match host {
            Host::Ip(ip) => self.ips.contains(ip),
            Host::Name(name) => self.dns.iter().any(|pattern| matches(pattern, name)),
        }
    }

    /// The dNSName SANs that hold an IP address, where no client looks for one.
    pub fn misplaced_ips(&self) -> impl Iterator<Item = IpAddr> {
        self.dns.iter().filter_map(|name| name.parse().ok())
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix("*."), name.split_once('.')) {
        (Some(rest), Some((_, parent))) => rest.eq_ignore_ascii_case(parent),
        _ => pattern.eq_ignore_ascii_case(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(ips: &[&str], dns: &[&str]) -> Names {
        Names {
            ips: ips.iter().map(|ip| ip.parse().expect("an address")).collect(),
            dns: dns.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    fn host(text: &str) -> Host {
        text.parse().expect("a host")
    }

    #[test]
    fn an_address_counts_only_as_an_address() {
        assert!(names(&["192.168.0.1"], &[]).cover(&host("192.168.0.1")));
        assert!(!names(&[], &["192.168.0.1"]).cover(&host("192.168.0.1")));
        assert_eq!(names(&[], &["192.168.0.1", "a.example"]).misplaced_ips().count(), 1);
    }

    #[test]
    fn a_star_stands_for_one_label() {
        let star = names(&[], &["*.example.com"]);
        assert!(star.cover(&host("lb.Example.com")));
        for other in ["example.com", "a.b.example.com", "10.0.0.1"] {
            assert!(!star.cover(&host(other)), "{other}");
        }
        assert!(names(&[], &["LB.example.com"]).cover(&host("lb.example.com")));
    }
}
