//! From when to when certificates are to hold. No clock: the time is an argument.

use time::{Duration, OffsetDateTime};

use crate::domain::cert::Validity;

/// notBefore is set back this far, so that a host whose clock is a little slow trusts the certificate at once.
const CLOCK_SKEW: Duration = Duration::hours(1);
/// X.509 GeneralizedTime ends with the year 9999, OpenSSL's patience with 32 bits of days much later.
const MOST_DAYS: u32 = 36_500;

/// From an hour ago to `days` from now. Errors: no day at all, or more than a hundred years.
pub fn validity(now: OffsetDateTime, days: u32) -> Result<Validity, String> {
    if days == 0 || days > MOST_DAYS {
        return Err(say!("{days} days: a certificate must be valid for 1 to {MOST_DAYS} days"));
    }
    let start = now.replace_nanosecond(0).expect("0 is a legal nanosecond");
    Ok(Validity { not_before: start - CLOCK_SKEW, not_after: start + Duration::days(i64::from(days)) })
}

/// A leaf must end before the CA that signs it: clients refuse the chain from then on, whatever the leaf says.
pub fn within(mut leaf: Validity, ca: Validity) -> Validity {
    leaf.not_after = leaf.not_after.min(ca.not_after);
    leaf.not_before = leaf.not_before.max(ca.not_before);
    leaf
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn validity_starts_an_hour_ago() {
        let validity = validity(datetime!(2026-11-22 12:00:00.5 UTC), 825).expect("legal");
        assert_eq!(validity.not_before, datetime!(2026-11-22 11:00 UTC));
        assert_eq!(validity.not_after, datetime!(2029-02-24 12:00 UTC));
    }

    #[test]
    fn no_days_and_too_many_are_refused() {
        assert!(validity(datetime!(2026-11-22 0:00 UTC), 0).is_err());
        assert!(validity(datetime!(2026-11-22 0:00 UTC), 36_501).is_err());
    }

    #[test]
    fn a_leaf_never_outlives_its_ca() {
        let now = datetime!(2026-11-22 0:00 UTC);
        let (leaf, ca) = (validity(now, 825).expect("legal"), validity(now, 30).expect("legal"));
        assert_eq!(within(leaf, ca).not_after, ca.not_after);
    }
}
