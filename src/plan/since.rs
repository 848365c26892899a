//! Points in the past as people name them.

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::domain::duration;

/// Reads a date (its beginning in UTC), a time by RFC 3339, or how long ago, such as `7d`.
pub fn parse(text: &str, now: OffsetDateTime) -> Result<OffsetDateTime, String> {
    if let Ok(time) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(time);
    }
    if let Ok(date) = Date::parse(text, format_description!("[year]-[month]-[day]")) {
        return Ok(date.midnight().assume_utc());
    }
    let ago = duration::parse(text).ok().and_then(|ago| now.checked_sub(ago.try_into().ok()?));
    ago.ok_or_else(|| {
        say!("`{text}` is no point in time: write 2026-11-22, 2026-11-22T10:00:00Z, or how long ago, as 7d")
    })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn dates_times_and_lengths_of_time_are_understood() {
        let now = datetime!(2026-11-22 10:00 UTC);
        assert_eq!(parse("2026-11-01", now), Ok(datetime!(2026-11-01 0:00 UTC)));
        assert_eq!(parse("2026-11-22T09:30:00+01:00", now), Ok(datetime!(2026-11-22 8:30 UTC)));
        assert_eq!(parse("36h", now), Ok(datetime!(2026-11-20 22:00 UTC)));
        for text in ["", "yesterday", "2026-13-01", "99999999999d", "-1d"] {
            assert!(parse(text, now).is_err(), "{text}");
        }
    }
}
