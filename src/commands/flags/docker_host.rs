//! A registry on one Docker host: which host, and which port of it.

use anyhow::Result;
use clap::Args;

use super::words::in_config;
use crate::domain::config::RegistryConfig;
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::HostPort;

/// The port that it is published on where nothing else is said: that of `docker run -p 5000:5000`.
const DEFAULT_PORT: u16 = 5000;

/// The Docker host group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Docker host")]
pub struct DockerHostArgs {
    /// The host whose Docker Engine runs the registry, without a cluster: neither Mesos nor Marathon is asked. SSHPORT is
    /// that of its sshd.
    #[arg(long, value_name = "HOST[:SSHPORT]", env = "REGCTL_DOCKER_HOST")]
    pub docker_host: Option<HostPort>,
    /// The port of the Docker host that the registry is published on [default: 5000].
    #[arg(long, value_name = "PORT", env = "REGCTL_PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
}

impl DockerHostArgs {
    /// The Docker host that is meant, by flag or configuration; none where Marathon runs the registry. Errors: a bad
    /// host in regctl.toml, or a port without a host.
    pub fn host(&self, config: &RegistryConfig) -> Result<Option<DockerHost>> {
        match (&self.docker_host, configured_docker_host(config)?) {
            (None, None) if self.port.is_some() => {
                Err(Fault::usage(say!("--port is a port of a Docker host, and none is named"))
                    .hint(say!(
                        "Name it with --docker-host HOST. On Marathon, --vip and --service-port decide where \
                         the registry is reached."
                    ))
                    .into())
            }
            (None, configured) => {
                Ok(configured.map(|host| DockerHost { port: self.port.unwrap_or(host.port), ..host }))
            }
            (Some(login), _) => {
                let port = self.port.or(config.port).unwrap_or(DEFAULT_PORT);
                Ok(Some(DockerHost { login: login.clone(), port }))
            }
        }
    }

    /// Whether a flag says where the registry is.
    pub const fn is_given(&self) -> bool {
        self.docker_host.is_some() || self.port.is_some()
    }

    /// Ends a command that only a cluster can do. Errors, exit 2: a Docker host is meant.
    pub fn refuse(&self, command: &str, config: &RegistryConfig) -> Result<()> {
        match self.host(config)? {
            None => Ok(()),
            Some(host) => Err(Fault::new(
                FaultKind::NotApplicable,
                say!(
                    "{command} is for a registry on Marathon, and this one is on the Docker host {}",
                    host.host()
                ),
            )
            .into()),
        }
    }
}

/// The Docker host of a configured registry, where it has one. Errors: it is none.
pub fn configured_docker_host(config: &RegistryConfig) -> Result<Option<DockerHost>> {
    let parse = |text: &String| text.parse::<HostPort>().map_err(in_config);
    let login = config.docker_host.as_ref().map(parse).transpose()?;
    let port = config.port.unwrap_or(DEFAULT_PORT);
    match login {
        Some(_) if port == 0 => Err(in_config(say!("port = 0 is no port")).into()),
        login => Ok(login.map(|login| DockerHost { login, port })),
    }
}

/// Whether regctl.toml says where the registry is to run: on which agents, or on which Docker host.
pub fn knows_host(config: &RegistryConfig) -> bool {
    config.docker_host.is_some() || config.host.is_some() || !config.hosts.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::transport::Transport;

    fn host(flags: (Option<&str>, Option<u16>), file: (Option<&str>, Option<u16>)) -> Result<Option<String>> {
        let docker_host = flags.0.map(|text| text.parse().expect("is a host"));
        let args = DockerHostArgs { docker_host, port: flags.1 };
        let config = RegistryConfig {
            docker_host: file.0.map(str::to_owned),
            port: file.1,
            ..RegistryConfig::default()
        };
        Ok(args.host(&config)?.map(|host| host.registry_address(Transport::Tls).to_string()))
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let found = |flags, file| host(flags, file).expect("is good");
        assert_eq!(found((None, None), (None, None)), None);
        assert_eq!(found((Some("a1:22"), None), (None, None)).as_deref(), Some("a1:5000"));
        assert_eq!(found((None, None), (Some("b1"), Some(5005))).as_deref(), Some("b1:5005"));
        assert_eq!(found((None, Some(443)), (Some("b1"), Some(5005))).as_deref(), Some("b1"));
        assert_eq!(found((Some("a1"), None), (Some("b1"), Some(5005))).as_deref(), Some("a1:5005"));
    }

    #[test]
    fn a_port_needs_its_host_and_a_configured_host_must_be_one() {
        assert!(host((None, Some(5000)), (None, None)).is_err());
        assert!(host((None, None), (Some("a1;reboot"), None)).is_err());
        assert!(host((None, None), (Some("a1"), Some(0))).is_err());
        assert!(host((None, None), (None, Some(5000))).expect("is of no use").is_none());
    }
}
