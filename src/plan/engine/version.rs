//! What versions of Docker Engine differ in.

/// Major, minor and patch; 1.13 was followed by 17.03.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u64, u64, u64);

impl Version {
    /// Reads `20.10.24+dfsg1` or `17.03.1-ce`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self(next()?, next()?, next().unwrap_or(0)))
    }

    /// Whether daemon.json may not hold the lists: 1.10 does not start with them
    /// (<https://github.com/moby/moby/issues/37321>).
    pub(super) fn lacks_keys(self) -> bool {
        self < Self(1, 11, 0)
    }

    /// Whether a reload that finds mirrors makes it forget registries without TLS
    /// (<https://github.com/moby/moby/pull/45552>; mended in 23.0.7 and 24.0.1).
    pub(super) fn forgets_at_reload(self) -> bool {
        self < Self(23, 0, 7) || self == Self(24, 0, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_engines_are_told_from_new_ones() {
        let of = |text| Version::parse(text).expect("a version");
        assert!(of("1.10.3").lacks_keys() && !of("1.11.0").lacks_keys() && !of("17.03.1-ce").lacks_keys());
        assert!(of("20.10.24+dfsg1").forgets_at_reload() && of("24.0.0").forgets_at_reload());
        assert!(
            !of("23.0.7").forgets_at_reload()
                && !of("24.0.1").forgets_at_reload()
                && !of("28.0.1").forgets_at_reload()
        );
        assert_eq!(Version::parse("dev"), None);
    }
}
