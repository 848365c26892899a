//! A registry that Docker Engine runs on one host, without a cluster.

use super::agent::Target;
use super::host::{Host, HostPort};
use super::registry::RegistryAddress;
use super::transport::Transport;

/// Where such a registry runs, and how it is reached there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerHost {
    /// The host, with the port of its sshd where that is another than elsewhere.
    pub login: HostPort,
    /// The port of the host that the registry is published on.
    pub port: u16,
}

impl DockerHost {
    /// The host alone.
    pub const fn host(&self) -> &Host {
        &self.login.host
    }

    /// The address that image references use: without the port on 443 (80 without TLS), with it elsewhere.
    pub fn registry_address(&self, transport: Transport) -> RegistryAddress {
        RegistryAddress::new(
            self.host().clone(),
            (self.port != transport.default_port()).then_some(self.port),
        )
    }

    /// Where to log in.
    pub fn target(&self) -> Target {
        let HostPort { host, port } = &self.login;
        Target { name: host.to_string(), agent_id: None, host: host.clone(), port: *port }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_follows_from_host_and_port() {
        let address = |login: &str, port| {
            let login = login.parse().expect("is a host");
            DockerHost { login, port }.registry_address(Transport::Tls).to_string()
        };
        assert_eq!(address("192.168.1.80:2222", 5000), "192.168.1.80:5000");
        assert_eq!(address("registry.example.com", 443), "registry.example.com");
        assert_eq!(address("fe80::1", 5005), "[fe80::1]:5005");
    }
}
