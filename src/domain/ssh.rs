//! How regctl logs in: the choices that flags and regctl.toml spell in the same words.

use std::str::FromStr;

use super::host::{Host, HostPort};

/// What to do about host keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostKeys {
    /// Learn the key of a host that was never seen; refuse a changed one.
    #[default]
    AcceptNew,
    /// Refuse a host that was never seen.
    Strict,
    /// Accept anything. Not for a network that you do not own from end to end.
    Off,
}

impl HostKeys {
    /// The words of flags and regctl.toml.
    pub const WORDS: [&str; 3] = ["accept-new", "strict", "off"];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl FromStr for HostKeys {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "accept-new" => Ok(Self::AcceptNew),
            "strict" => Ok(Self::Strict),
            "off" => Ok(Self::Off),
            _ => Err(say!("`{text}` is no policy for host keys: use accept-new, strict or off")),
        }
    }
}

/// Whether commands run under sudo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sudo {
    /// Where the login is not root.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Sudo {
    /// The words of flags and regctl.toml.
    pub const WORDS: [&str; 3] = ["auto", "always", "never"];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl FromStr for Sudo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(say!("`{text}` does not say when to use sudo: use auto, always or never")),
        }
    }
}

/// The way to agents that cannot be reached directly: `[user@]host[:port]`, several with commas between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    text: String,
    last: Host,
}

impl Jump {
    /// As `ssh -J` takes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the last stop is that host: a login to it must not go through itself.
    pub fn ends_at(&self, host: &Host) -> bool {
        self.last == *host
    }
}

impl FromStr for Jump {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let stop = |part: &str| {
            let (user, host) = part.rsplit_once('@').map_or(("x", part), |(user, host)| (user, host));
            let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            let named = !user.is_empty() && !user.starts_with('-') && user.chars().all(legal);
            host.parse::<HostPort>().ok().filter(|_| named)
        };
        let stops: Option<Vec<_>> = text.split(',').map(stop).collect();
        match stops.and_then(|stops| stops.into_iter().next_back()) {
            Some(HostPort { host, .. }) => Ok(Self { text: text.to_owned(), last: host }),
            None => Err(say!("`{}` is no way through [user@]host[:port]", super::host::printable(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_what_it_is_the_word_of() {
        for word in HostKeys::WORDS {
            assert_eq!(word.parse().map(HostKeys::word), Ok(word));
        }
        for word in Sudo::WORDS {
            assert_eq!(word.parse().map(Sudo::word), Ok(word));
        }
    }

    #[test]
    fn a_jump_is_one_stop_or_several() {
        let jump = |text: &str| text.parse::<Jump>();
        let last = |text: &str, host: &str| {
            jump(text).is_ok_and(|jump| jump.ends_at(&host.parse().expect("a host")))
        };
        assert!(last("bastion", "bastion") && last("ops@bastion:2222", "bastion"));
        assert!(last("a,root@10.0.0.2", "10.0.0.2") && !last("a,root@10.0.0.2", "a"));
        for text in ["", "-oProxyCommand=id", "a b", "@a", "a,", "-x@a", "a;id", "ssh://a"] {
            assert!(jump(text).is_err(), "{text}");
        }
    }
}
