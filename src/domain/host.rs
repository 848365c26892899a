//! Host names and addresses, parsed once so that nothing else has to fear them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A plain host name or an IP address: safe as an ssh destination, in a URL and as a path component.
///
/// Names are held to RFC 1123 plus the underscore that some clusters use: labels of letters, digits, `-` and `_` that
/// neither start nor end with `-`, at most 63 characters each and 253 in all. So nothing that parses can be an option
/// (`-o…`), a path (`../x`), a shell word (`a;b`) or empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Host {
    /// An IPv4 or IPv6 address.
    Ip(IpAddr),
    /// A name, in the case it was given in.
    Name(String),
}

impl Host {
    /// The address, if it is one.
    pub const fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(ip) => Some(*ip),
            Self::Name(_) => None,
        }
    }

    /// The host as a URL or an image reference wants it: IPv6 in brackets.
    pub fn bracketed(&self) -> String {
        match self {
            Self::Ip(IpAddr::V6(ip)) => format!("[{ip}]"),
            other => other.to_string(),
        }
    }
}

/// Why a text is not a host; says which text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidHost(String);

impl fmt::Display for InvalidHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidHost {}

impl FromStr for Host {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(Self::Ip(ip));
        }
        if let Some(ip) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return ip.parse::<Ipv6Addr>().map(|ip| Self::Ip(ip.into())).map_err(|_| invalid(text));
        }
        // `1.2.3` and `256.1.1.1` are legal labels but resolvers take them for addresses: a slip in every real case.
        let looks_like_ip = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let fits = text.len() <= 253 && !looks_like_ip && text.split('.').all(is_label);
        if fits { Ok(Self::Name(text.to_owned())) } else { Err(invalid(text)) }
    }
}

fn is_label(label: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=63).contains(&label.len())
        && label.bytes().all(legal)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn invalid(text: &str) -> InvalidHost {
    InvalidHost(say!("`{}` is not a host name or an IP address", printable(text)))
}

/// At most 60 characters of a hostile text with its control characters spelled out, fit to be shown on a terminal.
pub fn printable(text: &str) -> String {
    let shown: String = text.chars().take(60).flat_map(char::escape_default).collect();
    if text.chars().count() > 60 { format!("{shown}…") } else { shown }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl TryFrom<String> for Host {
    type Error = InvalidHost;
    fn try_from(text: String) -> Result<Self, InvalidHost> {
        text.parse()
    }
}

impl From<Host> for String {
    fn from(host: Host) -> Self {
        host.to_string()
    }
}

/// A host with an optional port: `a1`, `a1:2222`, `10.0.0.1:22`, `[fe80::1]:22`, `fe80::1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostPort {
    /// The host.
    pub host: Host,
    /// The port, where one was given.
    pub port: Option<u16>,
}

impl FromStr for HostPort {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        if let Ok(host) = text.parse::<Host>() {
            return Ok(Self { host, port: None });
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(|| invalid(text))?;
        let bare_v6 = host.contains(':') && !host.starts_with('[');
        match (host.parse(), port.parse::<u16>()) {
            (Ok(host), Ok(port)) if port != 0 && !bare_v6 => Ok(Self { host, port: Some(port) }),
            _ => Err(invalid(text)),
        }
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host.bracketed()),
            None => self.host.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_parse() {
        for text in
            ["a1", "mesos-agent-01.example.com", "10.0.0.1", "fe80::1", "my_host", "A1", &"a".repeat(63)]
        {
            assert_eq!(text.parse::<Host>().map(|h| h.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("[::1]".parse::<Host>().map(|h| h.bracketed()), Ok("[::1]".to_owned()));
    }

    #[test]
    fn hostile_names_do_not_parse() {
        let long = "a.".repeat(150);
        let hostile = [
            "",
            "-oProxyCommand=x",
            "a;reboot",
            "../../x",
            "a b",
            "a/b",
            "größe",
            "a..b",
            ".a",
            "a.",
            "a-",
            "256.1.1.1",
            "1.2.3",
            "a\nb",
            "$(id)",
            "user@host",
            "http://a",
            "*",
            "[a]",
            &long,
        ];
        for text in hostile {
            assert!(text.parse::<Host>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn ports_are_split_off() {
        let parse = |text: &str| text.parse::<HostPort>().map(|hp| (hp.host.to_string(), hp.port));
        assert_eq!(parse("a1:2222"), Ok(("a1".to_owned(), Some(2222))));
        assert_eq!(parse("[fe80::1]:22"), Ok(("fe80::1".to_owned(), Some(22))));
        assert_eq!(parse("fe80::1"), Ok(("fe80::1".to_owned(), None)));
        for text in ["a1:", "a1:0", "a1:65536", ":22", "a1:22:22", "a1:-1", "a1:+1x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
