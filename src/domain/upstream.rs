//! The registry that a pull-through cache keeps the images of.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

use super::host::{HostPort, printable};
use super::secret::Secret;

/// The label of an app that is a pull-through cache: the URL of its upstream.
pub const LABEL: &str = "REGCTL_UPSTREAM";

/// Where the images come from, and who is let in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The registry.
    pub url: UpstreamUrl,
    /// The user there, and the file of the operator's with the password; none where everybody may pull.
    pub login: Option<(String, PathBuf)>,
}

/// User and password at the upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamLogin {
    /// The user.
    pub user: String,
    /// The password or token.
    pub password: Secret,
}

/// `https://HOST[:PORT]`, or the same with `http`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamUrl(String);

impl FromStr for UpstreamUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = |why: &str| say!("`{}` is no upstream: {why}", printable(text));
        let example = say!("write https://registry-1.docker.io, without a path");
        let (scheme, place) = text.split_once("://").ok_or_else(|| bad(example))?;
        if place.contains('@') {
            return Err(
                say!("an upstream's user goes into --proxy-user, and the password into a file").to_owned()
            );
        }
        let place = place.strip_suffix('/').unwrap_or(place);
        let known = ["https", "http"].contains(&scheme) && place.parse::<HostPort>().is_ok();
        match place {
            _ if !known => Err(bad(example)),
            "docker.io" | "hub.docker.com" | "www.docker.com" => {
                Err(bad(say!("Docker Hub's registry is https://registry-1.docker.io")))
            }
            _ => Ok(Self(format!("{scheme}://{place}"))),
        }
    }
}

impl UpstreamUrl {
    /// The URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `[registry.proxy]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpstreamConfig {
    /// The upstream, `https://registry-1.docker.io`; the registry is then a pull-through cache of it.
    pub url: Option<String>,
    /// User there.
    pub user: Option<String>,
    /// File with that user's password or token.
    pub password_file: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_a_registry_without_a_path() {
        let url = |text: &str| text.parse::<UpstreamUrl>().map(|url| url.to_string());
        assert_eq!(url("https://registry-1.docker.io/").as_deref(), Ok("https://registry-1.docker.io"));
        assert_eq!(url("http://10.0.0.7:5000").as_deref(), Ok("http://10.0.0.7:5000"));
        for bad in
            ["registry-1.docker.io", "ftp://a", "https://", "https://a/b", "https://a b", "https://a:0"]
        {
            assert!(url(bad).is_err(), "{bad}");
        }
        assert!(url("https://docker.io").unwrap_err().contains("registry-1.docker.io"));
        let secret = url("https://ann:hush@a").unwrap_err();
        assert!(!secret.contains("hush"), "{secret}");
    }
}
