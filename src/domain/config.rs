//! regctl.toml: what the operator writes down once, so that every command runs without flags.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::app::AppId;
use super::nexus_config::NexusConfig;
use super::preset::Preset;
use super::storage::StorageConfig;
use super::transport::Transport;
use super::upstream::UpstreamConfig;

/// The whole file. Every key is optional; an unknown one is an error.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `[cluster]`
    pub cluster: ClusterConfig,
    /// `[registry]`, or several as `[[registry]]`; the first is the one that single-registry commands mean.
    #[serde(deserialize_with = "one_or_many")]
    pub registry: Vec<RegistryConfig>,
    /// `[certs]`
    pub certs: CertsConfig,
    /// `[ssh]`
    pub ssh: SshConfig,
    /// `[trust]`
    pub trust: TrustConfig,
}

impl Config {
    /// The registry that commands for one registry mean: the first, or all defaults.
    pub fn first_registry(&self) -> RegistryConfig {
        self.registry.first().cloned().unwrap_or_default()
    }

    /// The registry that has this id; the first where none has it or none is named.
    pub fn registry_of(&self, id: Option<&AppId>) -> RegistryConfig {
        let named = |id: &AppId| {
            let is_it =
                |registry: &&RegistryConfig| registry.id.as_deref().map(str::parse) == Some(Ok(id.clone()));
            self.registry.iter().find(is_it).cloned()
        };
        id.and_then(named).unwrap_or_else(|| self.first_registry())
    }
}

/// Where the cluster is and how to be let in.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterConfig {
    /// A short name for the cluster's state directory; by default the host of `mesos`.
    pub name: Option<String>,
    /// URL of a Mesos master.
    pub mesos: Option<String>,
    /// URL of Marathon, or of it behind Admin Router.
    pub marathon: Option<String>,
    /// URL of the DC/OS cluster; the others follow from it.
    pub dcos: Option<String>,
    /// File with a DC/OS token.
    pub token_file: Option<PathBuf>,
    /// User for HTTP Basic.
    pub user: Option<String>,
    /// File with that user's password.
    pub password_file: Option<PathBuf>,
    /// PEM file with the CA that signed the cluster's own certificates.
    pub ca: Option<PathBuf>,
    /// Proxy to reach the cluster and the registry through; proxy variables of the environment are ignored. What only
    /// looks at a registry's certificate (`cert show`, `cert status`, `cert doctor`, an exchange of certificates) goes
    /// straight to it all the same, and `verify` leaves that look out.
    pub proxy: Option<String>,
}

/// One registry: how it is named, where it runs and what it may use.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistryConfig {
    /// Further addresses by which it is reached, as in image references: `lb.example.com:5000`.
    pub names: Vec<String>,
    /// VIP label: `192.168.0.1:443` or `registry:443`.
    pub vip: Option<String>,
    /// Marathon app id.
    pub id: Option<String>,
    /// The host whose Docker Engine runs it, without a cluster; with the port of its sshd where that is another one.
    pub docker_host: Option<String>,
    /// The port of that host that it is published on.
    pub port: Option<u16>,
    /// The agent that it is pinned to, by the hostname that Mesos knows.
    pub host: Option<String>,
    /// Several agents that may run it; their files are staged on each.
    pub hosts: Vec<String>,
    /// How many instances run; one on each host where the storage takes several.
    pub instances: Option<u32>,
    /// Where the images are.
    pub storage: StorageConfig,
    /// The registry whose images it keeps, where it is a pull-through cache.
    pub proxy: UpstreamConfig,
    /// Mesos roles whose resources it may use: `["slave_public"]` for public agents.
    pub accepted_resource_roles: Vec<String>,
    /// `registry` or `nexus`; by default what the image is.
    pub preset: Option<String>,
    /// Image with tag or digest.
    pub image: Option<String>,
    /// Port that Marathon-LB offers it on.
    pub service_port: Option<u16>,
    /// Serve TLS; false is document 000's plain HTTP.
    pub tls: Option<bool>,
    /// Folder on the host for the images.
    pub data_dir: Option<String>,
    /// Folder on the host for certificate and key.
    pub certs_dir: Option<String>,
    /// Folder on the host for config.yml.
    pub config_dir: Option<String>,
    /// CPU shares of one instance.
    pub cpus: Option<f64>,
    /// Memory of one instance, MiB.
    pub mem: Option<f64>,
    /// Port on the agents' 127.0.0.1 in mode `local-proxy`.
    pub proxy_port: Option<u16>,
    /// PEM file with the CA that its certificate comes from; by default the one in `[certs] out`.
    pub ca: Option<PathBuf>,
    /// Repository that `verify --push` uses.
    pub probe_repository: Option<String>,
    /// Image, `REPOSITORY[:TAG]`, that `verify` reads.
    pub probe_image: Option<String>,
    /// User to log in to it as, where it wants one.
    pub user: Option<String>,
    /// File with that user's password.
    pub password_file: Option<PathBuf>,
    /// htpasswd file (bcrypt) with its users, as `user add` writes it; by default `htpasswd` in `[certs] out`, and where
    /// that is not there, everybody gets in.
    pub htpasswd: Option<PathBuf>,
    /// Further environment variables of the task.
    pub env: BTreeMap<String, String>,
    /// Further labels of the app.
    pub labels: BTreeMap<String, String>,
    /// Own app template (Handlebars) in place of the built-in one.
    pub template: Option<PathBuf>,
    /// What a Nexus is to be set up like.
    pub nexus: NexusConfig,
}

impl RegistryConfig {
    /// TLS unless `tls = false`; a Nexus is served over plain HTTP.
    pub fn transport(&self) -> Transport {
        let plain = self.tls == Some(false) || self.preset() == Preset::Nexus;
        if plain { Transport::Plain } else { Transport::Tls }
    }

    /// Which program is the registry, as far as it is said in words that are known.
    pub fn preset(&self) -> Preset {
        let named = self.preset.as_ref().and_then(|word| word.parse().ok());
        let of_image = || self.image.as_deref().map(Preset::of_image);
        named.or_else(of_image).unwrap_or(Preset::Registry)
    }
}

/// What `cert gen` makes.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CertsConfig {
    /// Folder for `ca.crt`, `ca.key`, `domain.crt` and `domain.key`.
    pub out: Option<PathBuf>,
    /// IP addresses for the leaf, beside those of the registry.
    pub ips: Vec<String>,
    /// DNS names for the leaf, beside those of the registry.
    pub dns: Vec<String>,
    /// Days that the leaf is valid.
    pub days: Option<u32>,
    /// Days that the CA is valid.
    pub ca_days: Option<u32>,
    /// `ecdsa-p256`, `rsa-2048` or `rsa-4096`.
    pub key_type: Option<String>,
    /// Subject, as `C=CN,ST=SH,O=example.com`.
    pub subject: Option<String>,
    /// PEM file of an existing CA to sign with.
    pub ca_cert: Option<PathBuf>,
    /// Its private key.
    pub ca_key: Option<PathBuf>,
}

/// How to log in to agents.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SshConfig {
    /// Login user.
    pub user: Option<String>,
    /// Port of sshd.
    pub port: Option<u16>,
    /// Private key file.
    pub key: Option<PathBuf>,
    /// Options as for `ssh -o`: `["ServerAliveInterval=5"]`.
    pub options: Vec<String>,
    /// Jump host, `[user@]host[:port]`.
    pub jump: Option<String>,
    /// File for the host keys that are learnt.
    pub known_hosts: Option<PathBuf>,
    /// `accept-new`, `strict` or `off`.
    pub host_keys: Option<String>,
    /// `auto`, `always` or `never`.
    pub sudo: Option<String>,
    /// File with the sudo password.
    pub sudo_password_file: Option<PathBuf>,
    /// Agents at work at the same time.
    pub parallel: Option<usize>,
    /// Time for one connection, such as `10s`.
    pub connect_timeout: Option<String>,
    /// Time for one agent in all.
    pub timeout: Option<String>,
    /// Further tries after a failed connection.
    pub retries: Option<u32>,
}

/// What agents are to trust, and which of them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrustConfig {
    /// `ca`, `insecure` or `local-proxy`.
    pub mode: Option<String>,
    /// In mode `local-proxy`: the first port on the agents' 127.0.0.1.
    pub proxy_port: Option<u16>,
    /// In mode `local-proxy`: `auto`, `nginx` or `docker`.
    pub proxy_runtime: Option<String>,
    /// In mode `local-proxy`: the image of a proxy that is a container.
    pub proxy_image: Option<String>,
    /// `docker`, `ucr`, `containerd`, `podman` or `auto`.
    pub runtimes: Vec<String>,
    /// What agents are to have in /etc/hosts: `{ "registry.example.com" = "10.0.0.5" }`.
    pub hosts_entries: BTreeMap<String, String>,
    /// URLs of registries that Docker Engine asks before Docker Hub.
    pub mirrors: Vec<String>,
    /// Set and persist the conntrack sysctl.
    pub sysctl: Option<bool>,
    /// Tell each agent's own log what was changed there.
    pub syslog: Option<bool>,
    /// Files with one agent a line.
    pub agents_files: Vec<PathBuf>,
    /// The masters too.
    pub masters: Option<bool>,
    /// `pid` or `hostname`: which of the two Mesos fields to log in to.
    pub address: Option<String>,
    /// Only agents whose address, hostname or id matches one of these.
    pub only: Vec<String>,
    /// Never agents that match one of these.
    pub skip: Vec<String>,
}

/// Accepts `[registry]` as well as `[[registry]]`, with the error positions of either kept.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RegistryConfig>, D::Error> {
    struct OneOrMany;
    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Vec<RegistryConfig>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(say!("a [registry] table or [[registry]] tables"))
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            RegistryConfig::deserialize(MapAccessDeserializer::new(map)).map(|one| vec![one])
        }
        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(seq))
        }
    }
    deserializer.deserialize_any(OneOrMany)
}
