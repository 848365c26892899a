//! Whether a certificate may serve as the registry's own.

use time::OffsetDateTime;

use crate::domain::certificate::Certificate;
use crate::domain::registry::RegistryAddress;

/// Why a certificate may not serve, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// Lower-case, without the file's name: `expired on 2026-11-22`.
    pub why: String,
    /// What to do, as a sentence.
    pub hint: String,
}

/// Judges the leaf: it must be valid at `now` and its SANs must cover every address by which clients will ask for the
/// registry.
pub fn judge(leaf: &Certificate, addresses: &[RegistryAddress], now: OffsetDateTime) -> Result<(), Unfit> {
    let again = say!("Make a new one with regctl cert gen --force, or renew yours.");
    if leaf.expired_at(now) {
        return unfit(say!("expired on {}", leaf.summary.not_after), again.to_owned());
    }
    if leaf.not_yet_valid_at(now) {
        let hint = say!("Look at this machine's clock; clients refuse the registry until then.");
        return unfit(say!("is not valid before {}", leaf.summary.not_before), hint.to_owned());
    }
    let uncovered = addresses.iter().map(RegistryAddress::host).find(|host| !leaf.names().cover(host));
    let Some(host) = uncovered else { return Ok(()) };
    let names = leaf.names().to_string();
    let names =
        if names.is_empty() { say!("no name at all (clients ignore the CN)").to_owned() } else { names };
    unfit(
        say!("is not for {host}, by which the registry will be asked for: it is for {names}"),
        say!("regctl cert gen --force makes one for every address of the registry.").to_owned(),
    )
}

fn unfit(why: String, hint: String) -> Result<(), Unfit> {
    Err(Unfit { why, hint })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Names, Validity};
    use crate::domain::certificate::{Role, Signer};

    fn leaf(names: &[&str]) -> Certificate {
        let mut covered = Names::default();
        names.iter().for_each(|name| covered.add(&name.parse().expect("a host")));
        Certificate {
            der: Vec::new(),
            summary: CertificateSummary {
                subject: "CN=192.168.0.1".to_owned(),
                issuer: "CN=CA".to_owned(),
                names: covered,
                fingerprint: String::new(),
                not_before: "2026-01-01T00:00:00Z".to_owned(),
                not_after: "2027-01-01T00:00:00Z".to_owned(),
            },
            common_name: Some("192.168.0.1".to_owned()),
            validity: Validity {
                not_before: datetime!(2026-01-01 0:00 UTC),
                not_after: datetime!(2027-01-01 0:00 UTC),
            },
            role: Role::Leaf,
            signer: Signer::Another,
        }
    }

    fn why(names: &[&str], now: OffsetDateTime) -> Option<String> {
        let addresses = ["192.168.0.1", "lb.example.com:5000"].map(|text| text.parse().expect("an address"));
        judge(&leaf(names), &addresses, now).err().map(|unfit| unfit.why)
    }

    #[test]
    fn every_address_must_be_covered() {
        let now = datetime!(2026-06-01 0:00 UTC);
        assert_eq!(why(&["192.168.0.1", "lb.example.com"], now), None);
        assert!(why(&["192.168.0.1"], now).expect("unfit").contains("not for lb.example.com"));
        assert!(why(&[], now).expect("unfit").contains("no name at all"));
    }

    #[test]
    fn it_must_be_valid_now() {
        let names = &["192.168.0.1", "lb.example.com"];
        assert!(why(names, datetime!(2027-06-01 0:00 UTC)).expect("unfit").starts_with("expired"));
        assert!(
            why(names, datetime!(2025-06-01 0:00 UTC)).expect("unfit").starts_with("is not valid before")
        );
    }
}
