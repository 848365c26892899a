//! Whether a leaf is to be renewed, and for which names. No clock: the time is an argument.

use std::time::Duration;

use time::OffsetDateTime;

use crate::domain::cert::Names;
use crate::domain::certificate::Certificate;
use crate::domain::renewal::NameChange;

/// Whether the leaf ends within that time; always where no time is named.
pub fn is_due(leaf: &Certificate, within: Option<Duration>, now: OffsetDateTime) -> bool {
    within.is_none_or(|within| leaf.validity.not_after - now <= within)
}

/// How a leaf's names and the configured ones differ.
pub fn name_change(leaf: &Names, configured: &Names) -> NameChange {
    NameChange { missing: without(configured, leaf), extra: without(leaf, configured) }
}

fn without(names: &Names, others: &Names) -> Names {
    let has = |name: &String| others.dns.iter().any(|other| other.eq_ignore_ascii_case(name));
    Names {
        ips: names.ips.iter().filter(|ip| !others.ips.contains(ip)).copied().collect(),
        dns: names.dns.iter().filter(|name| !has(name)).cloned().collect(),
    }
}

/// The name of the folder for what is replaced: the day, and the beginning of the old leaf's fingerprint.
pub fn backup_label(leaf: &Certificate, now: OffsetDateTime) -> String {
    let digits = leaf.summary.fingerprint.trim_start_matches("SHA256:").replace(':', "");
    format!("{}-{}", now.date(), digits.chars().take(8).collect::<String>().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Validity};
    use crate::domain::certificate::{Role, Signer};

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn names(hosts: &[&str]) -> Names {
        let mut names = Names::default();
        hosts.iter().for_each(|host| names.add(&host.parse().expect("a host")));
        names
    }

    fn leaf(not_after: OffsetDateTime) -> Certificate {
        Certificate {
            der: Vec::new(),
            summary: CertificateSummary {
                subject: String::new(),
                issuer: String::new(),
                names: Names::default(),
                fingerprint: "SHA256:0A:1B:2C:3D:4E".to_owned(),
                not_before: String::new(),
                not_after: String::new(),
            },
            common_name: None,
            validity: Validity { not_before: datetime!(2026-01-01 0:00 UTC), not_after },
            role: Role::Leaf,
            signer: Signer::Another,
        }
    }

    #[test]
    fn a_leaf_is_due_when_it_ends_within_the_time_or_has_ended() {
        let within = Some(Duration::from_secs(60 * 86_400));
        assert!(is_due(&leaf(datetime!(2027-01-20 0:00 UTC)), within, NOW));
        assert!(is_due(&leaf(datetime!(2026-11-01 0:00 UTC)), within, NOW));
        assert!(is_due(&leaf(NOW), Some(Duration::MAX), NOW), "no time is too long to be reckoned with");
        let later = leaf(datetime!(2027-02-20 0:00 UTC));
        assert!(!is_due(&later, within, NOW) && is_due(&later, None, NOW));
    }

    #[test]
    fn names_that_came_and_went_are_told_apart() {
        let change =
            name_change(&names(&["192.168.0.1", "old.example"]), &names(&["192.168.0.1", "new.example"]));
        assert_eq!(change, NameChange { missing: names(&["new.example"]), extra: names(&["old.example"]) });
        let same = name_change(&names(&["a.example"]), &names(&["a.example"]));
        assert_eq!(same, NameChange::default());
    }

    #[test]
    fn a_backup_is_named_by_day_and_leaf() {
        assert_eq!(backup_label(&leaf(NOW), NOW), "2026-11-22-0a1b2c3d");
    }
}
