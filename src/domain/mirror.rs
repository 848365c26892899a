//! A registry that Docker Engine asks before Docker Hub.

use std::fmt;
use std::str::FromStr;

use super::host::HostPort;

/// The URL of a mirror, as the engine takes it: a scheme and a host, and nothing behind them. It does not start with any
/// other (<https://docs.docker.com/reference/cli/dockerd/>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorUrl {
    scheme: &'static str,
    host: HostPort,
}

impl FromStr for MirrorUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shown = super::host::printable(text);
        let scheme = ["https", "http"]
            .into_iter()
            .find(|scheme| text.strip_prefix(scheme).is_some_and(|rest| rest.starts_with("://")));
        let Some(scheme) = scheme else {
            return Err(say!("a mirror is a URL: `https://{shown}`, not `{shown}`"));
        };
        let rest = &text[scheme.len() + 3..];
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        match rest.parse() {
            Ok(host) => Ok(Self { scheme, host }),
            Err(_) => Err(say!(
                "`{shown}` is no mirror that Docker Engine takes: it wants https://HOST[:PORT] without path or user"
            )),
        }
    }
}

impl fmt::Display for MirrorUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host.host.bracketed())?;
        self.host.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_engine_would_not_start_with_is_refused() {
        for (text, spelled) in [
            ("https://mirror.example.com/", "https://mirror.example.com"),
            ("http://10.0.0.1:5000", "http://10.0.0.1:5000"),
            ("http://[fd00::1]:5000", "http://[fd00::1]:5000"),
        ] {
            assert_eq!(text.parse::<MirrorUrl>().map(|url| url.to_string()).as_deref(), Ok(spelled));
        }
        for bad in [
            "mirror.example.com",
            "ftp://a",
            "https://a/v2",
            "https://u:p@a",
            "https://a?x",
            "https://",
            "http:/a",
        ] {
            assert!(bad.parse::<MirrorUrl>().is_err(), "{bad}");
        }
    }
}
