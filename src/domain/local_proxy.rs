//! A proxy on every agent by which its Docker Engine reaches the registry as `localhost:PORT`, over plain HTTP.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::certificate::CaFile;
use super::deploy::Image;
use super::image::ArchivedImage;
use super::registry::RegistryAddress;

/// The port of the first proxy where nothing else is said; those of further registries count up from it.
pub const FIRST_PORT: u16 = 5001;

/// One registry behind a port of the agents' loopback interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalProxy {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The registry.
    pub registry: RegistryAddress,
    /// How its certificate is checked; none where it speaks plain HTTP.
    pub tls: Option<UpstreamTls>,
}

/// How a proxy checks the registry's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamTls {
    /// The CA that it has to come from.
    pub ca: CaFile,
    /// The name that it has to be for. nginx looks for names alone in a certificate, never for addresses, so this is
    /// another than the registry's own where that is an address.
    pub name: String,
}

/// What serves the proxies of an agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProxyServant {
    /// Its nginx where it has one, else a container.
    #[default]
    Auto,
    /// Its own nginx.
    Nginx,
    /// A container of its Docker Engine.
    Docker,
}

impl ProxyServant {
    /// The words of `--proxy-runtime` and of regctl.toml.
    pub const WORDS: [&str; 3] = ["auto", "nginx", "docker"];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Nginx => "nginx",
            Self::Docker => "docker",
        }
    }
}

impl fmt::Display for ProxyServant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for ProxyServant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = [Self::Auto, Self::Nginx, Self::Docker].into_iter().find(|it| it.word() == text);
        known.ok_or_else(|| say!("`{text}` runs no proxy: use {}", Self::WORDS.join(", ")))
    }
}

/// What a container of the proxies is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyImage {
    /// Its name.
    pub image: Image,
    /// Where it comes from where agents cannot pull it: what `docker save` wrote.
    pub archive: Option<(ArchivedImage, PathBuf)>,
}
