//! How a chain stands in time.

use time::{Duration, OffsetDateTime};

use crate::domain::cert_status::{CertStatus, State};
use crate::domain::certificate::Certificate;

/// The status of a chain, leaf first: clients refuse it as soon as one of its certificates has ended. Errors in no way: a
/// chain without certificates is unreadable.
pub fn of_chain(source: String, chain: &[Certificate], now: OffsetDateTime, warn: Duration) -> CertStatus {
    let Some(first_to_end) = chain.iter().min_by_key(|one| one.validity.not_after) else {
        return without(source, State::Unreadable, say!("it shows no certificate"));
    };
    let early = chain.iter().find(|one| one.not_yet_valid_at(now));
    let state = if first_to_end.expired_at(now) {
        State::Expired
    } else if early.is_some() {
        State::NotYetValid
    } else if first_to_end.validity.not_after - now < warn {
        State::Soon
    } else {
        State::Good
    };
    let detail = early.map(|one| say!("not valid before {}", one.summary.not_before)).unwrap_or_default();
    CertStatus {
        source,
        state,
        subject: Some(first_to_end.summary.subject.clone()),
        not_after: Some(first_to_end.summary.not_after.clone()),
        days_left: Some((first_to_end.validity.not_after - now).whole_days()),
        fingerprint: chain.first().map(|leaf| leaf.summary.fingerprint.clone()),
        detail,
        differs: false,
    }
}

/// The status of what shows no certificate.
pub fn without(source: String, state: State, why: impl Into<String>) -> CertStatus {
    CertStatus {
        source,
        state,
        subject: None,
        not_after: None,
        days_left: None,
        fingerprint: None,
        detail: why.into(),
        differs: false,
    }
}

/// Says where a server shows another leaf than the file that it was deployed from.
pub fn compare(served: &mut CertStatus, file: &CertStatus) {
    let (Some(theirs), Some(ours)) = (&served.fingerprint, &file.fingerprint) else { return };
    if theirs != ours {
        served.differs = true;
        served.detail = say!(
            "another certificate than {}: regctl deploy brings it there, and the registry reads it when it starts",
            file.source
        );
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::cert::{CertificateSummary, Names, Validity};
    use crate::domain::cert_status::CertStatusReport;
    use crate::domain::certificate::{Role, Signer};
    use crate::domain::fault::Exit;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn certificate(subject: &str, from_days: i64, days: i64) -> Certificate {
        let validity =
            Validity { not_before: NOW + Duration::days(from_days), not_after: NOW + Duration::days(days) };
        let summary = CertificateSummary {
            subject: subject.to_owned(),
            issuer: "CN=CA".to_owned(),
            names: Names::default(),
            fingerprint: format!("SHA256:{subject}"),
            not_before: String::new(),
            not_after: String::new(),
        };
        let (role, signer) = (Role::Leaf, Signer::Another);
        Certificate { der: Vec::new(), summary, common_name: None, validity, role, signer }
    }

    fn status(chain: &[Certificate]) -> CertStatus {
        of_chain("x".to_owned(), chain, NOW, Duration::days(60))
    }

    #[test]
    fn the_first_to_end_speaks_for_the_chain_and_the_worst_for_the_run() {
        let of = |days: &[i64]| {
            let chain: Vec<_> = days.iter().map(|days| certificate("CN=x", -9, *days)).collect();
            status(&chain)
        };
        assert_eq!((of(&[100, 61]).state, of(&[100, 61]).days_left), (State::Good, Some(61)));
        assert_eq!((of(&[100, 59]).state, of(&[-3, 100]).state), (State::Soon, State::Expired));
        assert_eq!(status(&[certificate("CN=x", 1, 100)]).state, State::NotYetValid);
        let longest = of_chain("x".to_owned(), &[certificate("CN=x", -1, 100)], NOW, Duration::MAX);
        assert_eq!(longest.state, State::Soon, "no time is too long to be reckoned with");
        assert_eq!(status(&[]).state, State::Unreadable);
        let exit =
            |all: &[&[i64]]| CertStatusReport::new(60, all.iter().map(|days| of(days)).collect()).exit();
        assert_eq!(exit(&[&[100], &[90]]), Exit::Done);
        assert_eq!(exit(&[&[100], &[59]]), Exit::WouldChange);
        assert_eq!(exit(&[&[-1], &[59]]), Exit::NotAsAsked);
    }

    #[test]
    fn another_leaf_than_the_file_s_is_told() {
        let file = status(&[certificate("CN=new", -1, 100)]);
        let mut served = status(&[certificate("CN=old", -1, 100)]);
        compare(&mut served, &file);
        assert!(served.differs && served.detail.contains("another certificate"), "{}", served.detail);
        let mut same = file.clone();
        compare(&mut same, &file);
        assert!(!same.differs);
    }
}
