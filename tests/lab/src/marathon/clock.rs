//! Time as Marathon writes it, and the random names it gives.

use std::fmt;
use std::fs;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// A moment, to the millisecond. The version of an app is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// This moment.
    pub(crate) fn now() -> Self {
        Self::truncated(OffsetDateTime::now_utc())
    }

    /// The moment that `text` names in ISO form, or None where it names none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        OffsetDateTime::parse(text, &Rfc3339).ok().map(|at| Self::truncated(at.to_offset(UtcOffset::UTC)))
    }

    /// The moment `span` later.
    pub(crate) fn after(self, span: Duration) -> Self {
        Self(self.0 + span)
    }

    /// How long after `earlier` this is; zero where it is not.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        (self.0 - earlier.0).try_into().unwrap_or(Duration::ZERO)
    }

    fn truncated(at: OffsetDateTime) -> Self {
        Self(at.replace_millisecond(at.millisecond()).unwrap_or(at))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, at) = (self.0.date(), self.0.time());
        write!(f, "{date}T{:02}:{:02}:{:02}.{:03}Z", at.hour(), at.minute(), at.second(), at.millisecond())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no timestamp"))
    }
}

/// A fresh random UUID, from the kernel.
pub(crate) fn uuid() -> String {
    fs::read_to_string("/proc/sys/kernel/random/uuid")
        .expect("every Linux kernel serves random UUIDs")
        .trim()
        .to_owned()
}

/// The next number below `bound` of a source that needs not be secret, only different each time.
pub(crate) fn random_below(bound: usize) -> usize {
    let digits: String = uuid().chars().filter(char::is_ascii_hexdigit).take(8).collect();
    usize::from_str_radix(&digits, 16).unwrap_or(0) % bound.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_read_back_as_it_was_written() {
        let now = Timestamp::now();
        assert_eq!(Timestamp::parse(&now.to_string()), Some(now));
        assert_eq!(Timestamp::parse("2020-01-02T03:04:05Z").unwrap().to_string(), "2020-01-02T03:04:05.000Z");
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn a_later_moment_is_greater_and_the_difference_is_never_negative() {
        let now = Timestamp::now();
        let later = now.after(Duration::from_millis(5));
        assert!(later > now);
        assert_eq!(later.since(now), Duration::from_millis(5));
        assert_eq!(now.since(later), Duration::ZERO);
    }
}
