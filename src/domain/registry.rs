//! How a registry is named: the literal `host[:port]` of image references, and the VIP label it comes from.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::host::{Host, HostPort};
use super::transport::Transport;

/// The `host[:port]` part of an image reference, kept to the letter: Docker looks for its CA in the directory of exactly
/// that name, so `192.168.0.1` and `192.168.0.1:443` are two different registries to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistryAddress(HostPort);

impl RegistryAddress {
    /// An address from its parts.
    pub const fn new(host: Host, port: Option<u16>) -> Self {
        Self(HostPort { host, port })
    }

    /// The host alone.
    pub const fn host(&self) -> &Host {
        &self.0.host
    }

    /// The port to connect to over TLS: 443 where the reference names none.
    pub fn port(&self) -> u16 {
        self.port_over(Transport::Tls)
    }

    /// The port to connect to.
    pub fn port_over(&self, transport: Transport) -> u16 {
        self.0.port.unwrap_or_else(|| transport.default_port())
    }

    /// Where its API is: `https://HOST:PORT`, the port always named.
    pub fn url(&self, transport: Transport) -> String {
        format!("{}://{}:{}", transport.scheme(), self.0.host.bracketed(), self.port_over(transport))
    }

    /// Whether a reference that leaves the port out goes elsewhere, though the port looks like the one that may be left
    /// out: without TLS, Docker goes to port 80 and never to 443.
    pub fn needs_port(&self, transport: Transport) -> bool {
        transport == Transport::Plain && self.0.port == Some(Transport::Tls.default_port())
    }

    /// The name of its directory under certs.d, which is the reference itself.
    pub fn directory_name(&self) -> String {
        self.to_string()
    }

    /// The directory where Docker Engine looks for its CA.
    pub fn docker_certs_dir(&self) -> String {
        format!("/etc/docker/certs.d/{}", self.directory_name())
    }
}

impl fmt::Display for RegistryAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.port {
            Some(port) => write!(f, "{}:{port}", self.0.host.bracketed()),
            None => f.write_str(&self.0.host.bracketed()),
        }
    }
}

impl FromStr for RegistryAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((scheme, rest)) = text.split_once("://") {
            return Err(say!("a registry is named without a scheme: `{rest}`, not `{scheme}://{rest}`"));
        }
        text.parse()
            .map(Self)
            .map_err(|_| say!("`{}` is not a registry's host or host:port", super::host::printable(text)))
    }
}

impl TryFrom<String> for RegistryAddress {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<RegistryAddress> for String {
    fn from(address: RegistryAddress) -> Self {
        address.to_string()
    }
}

/// What the `VIP_0` label of an app says: where DC/OS' layer-4 load balancer offers it.
///
/// dcos-net splits the label at its last colon; a left part that is an IPv4 address is an IP VIP, anything else a
/// named one. A label it cannot read is only logged on the agents, so regctl parses it first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Vip {
    /// An address out of the private ranges of RFC 1918.
    Ip(Ipv4Addr, u16),
    /// A name of one label, reached as `NAME.FRAMEWORK.l4lb.thisdcos.directory`.
    Name(String, u16),
}

impl Vip {
    /// The port that the VIP listens on.
    pub const fn port(&self) -> u16 {
        match self {
            Self::Ip(_, port) | Self::Name(_, port) => *port,
        }
    }

    /// The same on another port.
    #[must_use]
    pub fn on_port(&self, port: u16) -> Self {
        match self {
            Self::Ip(ip, _) => Self::Ip(*ip, port),
            Self::Name(name, _) => Self::Name(name.clone(), port),
        }
    }

    /// The address that image references use: without the port on 443 (80 without TLS), with it elsewhere. `framework`
    /// is the name of the Marathon that runs the app (`marathon` on DC/OS).
    pub fn registry_address(&self, framework: &str, transport: Transport) -> RegistryAddress {
        let host = match self {
            Self::Ip(ip, _) => Host::Ip((*ip).into()),
            Self::Name(name, _) => Host::Name(format!("{name}.{framework}.l4lb.thisdcos.directory")),
        };
        RegistryAddress::new(host, (self.port() != transport.default_port()).then_some(self.port()))
    }
}

impl FromStr for Vip {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shown = super::host::printable(text);
        let (target, port) =
            text.rsplit_once(':').ok_or_else(|| say!("VIP `{shown}` has no port: write {shown}:443"))?;
        let port = match port.parse::<u16>() {
            Ok(port) if port > 0 => port,
            _ => return Err(say!("VIP `{shown}` has no legal port")),
        };
        match target.parse::<Host>() {
            Ok(Host::Ip(std::net::IpAddr::V4(ip))) if ip.is_private() => Ok(Self::Ip(ip, port)),
            Ok(Host::Ip(_)) => {
                Err(say!("VIP `{shown}` is not a private IPv4 address (10/8, 172.16/12, 192.168/16)"))
            }
            Ok(Host::Name(name)) if is_vip_name(&name) => Ok(Self::Name(name, port)),
            _ => Err(say!(
                "VIP `{shown}` is neither a private address nor a name of lower-case letters, digits and -"
            )),
        }
    }
}

/// dcos-net lower-cases names and drops what it does not like; regctl only takes those that come out as they went in.
fn is_vip_name(name: &str) -> bool {
    name.len() <= 63 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

impl fmt::Display for Vip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip, port) => write!(f, "{ip}:{port}"),
            Self::Name(name, port) => write!(f, "{name}:{port}"),
        }
    }
}

impl TryFrom<String> for Vip {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Vip> for String {
    fn from(vip: Vip) -> Self {
        vip.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> RegistryAddress {
        text.parse().expect("a legal address")
    }

    #[test]
    fn the_directory_is_named_like_the_reference() {
        assert_eq!(address("192.168.0.1").docker_certs_dir(), "/etc/docker/certs.d/192.168.0.1");
        assert_eq!(address("192.168.0.1:443").directory_name(), "192.168.0.1:443");
        assert_eq!(address("lb.example.com:5000").port(), 5000);
        assert_eq!(address("lb.example.com").port(), 443);
        assert_eq!(address("lb.example.com").url(Transport::Plain), "http://lb.example.com:80");
    }

    #[test]
    fn bad_registry_names_are_refused() {
        for text in ["", "https://a", "a/b", "..", "a b", "a:0", "a:b", "-x", "a@b"] {
            assert!(text.parse::<RegistryAddress>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn vips_name_the_address_that_images_use() {
        let over = |text: &str, transport| {
            text.parse::<Vip>().map(|vip| vip.registry_address("marathon", transport).to_string())
        };
        let of = |text| over(text, Transport::Tls);
        assert_eq!(of("192.168.0.1:443").as_deref(), Ok("192.168.0.1"));
        assert_eq!(of("192.168.0.1:5000").as_deref(), Ok("192.168.0.1:5000"));
        assert_eq!(of("registry:443").as_deref(), Ok("registry.marathon.l4lb.thisdcos.directory"));
        assert_eq!(over("192.168.0.1:80", Transport::Plain).as_deref(), Ok("192.168.0.1"));
        assert_eq!(over("192.168.0.1:443", Transport::Plain).as_deref(), Ok("192.168.0.1:443"));
    }

    #[test]
    fn bad_vips_are_refused() {
        for text in [
            "192.168.0.1",
            "8.8.8.8:443",
            "registry:0",
            "Registry:443",
            "a.b:443",
            ":443",
            "a b:1",
            "[::1]:443",
        ] {
            assert!(text.parse::<Vip>().is_err(), "{text:?}");
        }
    }
}
