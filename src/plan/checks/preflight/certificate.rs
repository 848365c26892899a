//! The `certificate` check: whether the certificate that is to be staged will do.

use time::OffsetDateTime;

use crate::domain::certificate::Certificate;
use crate::domain::finding::Finding;
use crate::domain::registry::RegistryAddress;
use crate::domain::transport::Transport;
use crate::plan::leaf;

/// The finding about the leaf here, if there is one, for every address by which clients will ask.
pub fn check(
    found: Option<&Certificate>,
    transport: Transport,
    addresses: &[RegistryAddress],
    now: OffsetDateTime,
) -> Finding {
    const NAME: &str = "certificate";
    match (transport, found) {
        (Transport::Plain, _) => Finding::skip(NAME, say!("the registry is to have no TLS")),
        (Transport::Tls, None) => Finding::warn(
            NAME,
            "none-yet",
            say!("there is no certificate for the registry here yet"),
        )
        .hint(say!(
            "regctl cert gen makes one, or name the folder that holds domain.crt and domain.key: --certs."
        )),
        (Transport::Tls, Some(found)) => match leaf::judge(found, addresses, now) {
            Ok(()) => Finding::pass(NAME, say!("valid until {} for every address", found.summary.not_after)),
            Err(unfit) => Finding::fail(NAME, "unfit", say!("it {}", unfit.why), unfit.hint),
        },
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Names, Validity};
    use crate::domain::certificate::{Role, Signer};
    use crate::domain::finding::Status;

    #[test]
    fn a_certificate_is_there_and_covers_every_address() {
        let now = datetime!(2026-11-22 06:00 UTC);
        let mut names = Names::default();
        names.add(&"192.168.0.1".parse().expect("a host"));
        let leaf = Certificate {
            der: Vec::new(),
            summary: CertificateSummary {
                subject: String::new(),
                issuer: String::new(),
                names,
                fingerprint: String::new(),
                not_before: String::new(),
                not_after: "2028-01-01T00:00:00Z".to_owned(),
            },
            common_name: None,
            validity: Validity { not_before: now, not_after: datetime!(2028-01-01 0:00 UTC) },
            role: Role::Leaf,
            signer: Signer::Another,
        };
        let found = |leaf, transport, address: &str| {
            check(leaf, transport, &[address.parse().expect("an address")], now)
        };
        assert_eq!(found(Some(&leaf), Transport::Tls, "192.168.0.1").status, Status::Pass);
        assert_eq!(found(Some(&leaf), Transport::Tls, "lb:5000").cause, Some("unfit"));
        assert_eq!(found(None, Transport::Tls, "192.168.0.1").cause, Some("none-yet"));
        assert_eq!(found(None, Transport::Plain, "192.168.0.1").status, Status::Skip);
    }
}
