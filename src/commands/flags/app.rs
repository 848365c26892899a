//! The registry as an app: what it is to look like, and the files that go with it.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::app_folders::folders;
use super::preset::check_nexus;
use super::words::{in_config, pick_or};
use super::{DockerHostArgs, PresetArgs, UpstreamArgs, certs_folder, default_vip};
use crate::commands::Context;
use crate::domain::app::AppId;
use crate::domain::config::RegistryConfig;
use crate::domain::deploy::{Access, Image, RegistrySpec};
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::{Host, InvalidHost};
use crate::domain::host_folder::HostFolder;
use crate::domain::preset::Preset;
use crate::domain::registry::{RegistryAddress, Vip};
use crate::domain::storage::{S3, Storage};
use crate::domain::transport::Transport;
use crate::effects::certs_folder::CertsFolder;
use crate::effects::files;
use crate::plan::app::Setting;
use crate::plan::{placement, registry_app};

/// The id of a registry that is given no other.
pub(super) const DEFAULT_ID: &str = "/registry";

/// The app group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Registry")]
pub struct AppArgs {
    /// The agent that is to run the registry, by the hostname that Mesos has for it; may be repeated where the images
    /// are on shared storage or in S3.
    #[arg(long, value_name = "AGENT", env = "REGCTL_HOST", value_delimiter = ',')]
    pub host: Vec<Host>,
    /// How many instances run, each on a host of its own [default: one on every host that is named].
    #[arg(long, value_name = "N", env = "REGCTL_INSTANCES")]
    pub instances: Option<u32>,
    /// The data folder is the same storage on every host (an NFS export, say), so that several instances may run.
    #[arg(long)]
    pub shared_data: bool,
    /// Mesos role whose resources it may use, such as slave_public; may be repeated [default: unreserved ones].
    #[arg(long, value_name = "ROLE", env = "REGCTL_ACCEPT_ROLE", value_delimiter = ',')]
    pub accept_role: Vec<String>,
    /// Marathon's id for it [default: /registry].
    #[arg(long, value_name = "ID", env = "REGCTL_ID")]
    pub id: Option<AppId>,
    /// VIP: a private address or a name, with its port [default: 192.168.0.1:443, or 192.168.0.1:80 without TLS].
    #[arg(long, value_name = "VIP:PORT", env = "REGCTL_VIP")]
    pub vip: Option<Vip>,
    /// Port that Marathon-LB offers it on [default: 5000].
    #[arg(long, value_name = "PORT", env = "REGCTL_SERVICE_PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub service_port: Option<u16>,
    /// Image with tag or digest [default: registry:2.8.3, or sonatype/nexus3:3.76.1].
    #[arg(long, value_name = "IMAGE", env = "REGCTL_IMAGE")]
    pub image: Option<Image>,
    /// CPU shares [default: 0.5; 1 for a Nexus].
    #[arg(long, value_name = "N", env = "REGCTL_CPUS")]
    pub cpus: Option<f64>,
    /// Memory in MiB [default: 1024; 4096 for a Nexus].
    #[arg(long, value_name = "MIB", env = "REGCTL_MEM")]
    pub mem: Option<f64>,
    /// Folder on each host for the images [default: /data/docker-registry, or /data/nexus].
    #[arg(long, value_name = "DIR", env = "REGCTL_DATA_DIR")]
    pub data_dir: Option<HostFolder>,
    /// Folder on each host for certificate and key [default: /etc/privateregistry/certs].
    #[arg(long, value_name = "DIR", env = "REGCTL_CERTS_DIR")]
    pub certs_dir: Option<HostFolder>,
    /// Folder on each host for config.yml and htpasswd [default: /etc/privateregistry/config].
    #[arg(long, value_name = "DIR", env = "REGCTL_CONFIG_DIR")]
    pub config_dir: Option<HostFolder>,
    /// Folder here with domain.crt and domain.key [default: certs].
    #[arg(long, value_name = "DIR", env = "REGCTL_CERTS")]
    pub certs: Option<PathBuf>,
    /// File here with the users, as regctl user add or htpasswd -B make it; without one everybody may push and pull
    /// [default: htpasswd in the folder of certificates, where it is there].
    #[arg(long, value_name = "FILE", env = "REGCTL_HTPASSWD")]
    pub htpasswd: Option<PathBuf>,
    /// Serve TLS [the default].
    #[arg(long, overrides_with = "no_tls")]
    pub tls: bool,
    /// Serve plain HTTP, which every client must be told to accept.
    #[arg(long, overrides_with = "tls")]
    pub no_tls: bool,
    /// Own template (Handlebars) in place of the built-in one.
    #[arg(long, value_name = "FILE", env = "REGCTL_TEMPLATE")]
    pub template: Option<PathBuf>,
    /// Set a key of the app: env.NAME=VALUE, labels.NAME=VALUE, mem=2048; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<Setting>,
    #[command(flatten)]
    pub(in crate::commands) upstream: UpstreamArgs,
    #[command(flatten)]
    pub(in crate::commands) preset: PresetArgs,
    #[command(flatten)]
    pub(in crate::commands) docker: DockerHostArgs,
}

/// An own template, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTemplate {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl AppArgs {
    /// The registry that flags, regctl.toml and defaults describe. Errors: no host, or a bad value in regctl.toml.
    pub fn spec(&self, context: &Context) -> Result<RegistrySpec> {
        let config = self.config(context);
        let hosts = self.hosts(&config)?;
        let storage = self.storage(&config, context)?;
        let instances = placement::instances(self.instances.or(config.instances), &hosts, &storage)
            .map_err(|misplaced| Fault::usage(misplaced.why).hint(misplaced.hint))?;
        let preset = self.preset(&config)?;
        let usual = preset.usual();
        let nexus = (preset == Preset::Nexus)
            .then(|| self.preset.nexus(&config, self.docker.host(&config)?.is_some()))
            .transpose()?;
        let users = self.htpasswd_file(context).filter(|_| nexus.is_none());
        let spec = RegistrySpec {
            hosts,
            instances,
            storage,
            accepted_roles: self.accepted_roles(&config),
            id: pick_or(&self.id, &config.id, DEFAULT_ID)?,
            vip: self.vip(&config)?,
            service_port: self.service_port.or(config.service_port).unwrap_or(5000),
            image: pick_or(&self.image, &config.image, usual.image)?,
            cpus: self.cpus.or(config.cpus).unwrap_or(usual.cpus),
            mem: self.mem.or(config.mem).unwrap_or(usual.mem),
            folders: folders(self, &config, usual.data_dir)?,
            transport: self.transport(&config),
            access: if users.is_some() { Access::Htpasswd } else { Access::Open },
            upstream: self.upstream.upstream(&config, context)?,
            nexus,
            env: config.env,
            labels: config.labels,
        };
        if spec.nexus.is_some() {
            check_nexus(&spec, self.tls || config.tls == Some(true))?;
        }
        Ok(spec)
    }

    /// Which program is to be the registry. Errors: an unknown one in regctl.toml.
    pub fn preset(&self, config: &RegistryConfig) -> Result<Preset> {
        self.preset.preset(config, self.image.as_ref())
    }

    /// What regctl.toml says of the registry with this id, or of the first one.
    pub fn config(&self, context: &Context) -> RegistryConfig {
        context.config.registry_of(self.id.as_ref())
    }

    /// The Docker host that is to run it; none where Marathon does.
    pub fn docker_host(&self, context: &Context) -> Result<Option<DockerHost>> {
        self.docker.host(&self.config(context))
    }

    /// The Docker host; else the hosts of the flags, or those of regctl.toml: `host`, then `hosts`.
    fn hosts(&self, config: &RegistryConfig) -> Result<Vec<Host>> {
        if let Some(host) = self.docker.host(config)? {
            let other = self.host.iter().find(|other| *other != host.host());
            return other.map_or_else(|| Ok(vec![host.host().clone()]), |other| Err(two_hosts(other).into()));
        }
        let parse = |host: &String| host.parse().map_err(|why: InvalidHost| in_config(why.to_string()));
        let configured = config.host.iter().chain(&config.hosts);
        let hosts = match self.host.as_slice() {
            [] => configured.map(parse).collect::<Result<_, Fault>>()?,
            given => given.to_vec(),
        };
        if hosts.is_empty() { Err(no_host().into()) } else { Ok(hosts) }
    }

    fn storage(&self, config: &RegistryConfig, context: &Context) -> Result<Storage> {
        let configured = config.storage.storage().map_err(in_config)?;
        match configured {
            Storage::Host | Storage::Shared if self.shared_data => Ok(Storage::Shared),
            Storage::S3(_) | Storage::External(_) if self.shared_data => Err(Fault::usage(say!(
                "--shared-data is for images in a folder; regctl.toml keeps them elsewhere"
            ))
            .into()),
            Storage::S3(bucket) => {
                let credentials_file = bucket.credentials_file.as_ref().map(|file| context.resolve(file));
                Ok(Storage::S3(S3 { credentials_file, ..bucket }))
            }
            other => Ok(other),
        }
    }

    fn accepted_roles(&self, config: &RegistryConfig) -> Vec<String> {
        let roles =
            if self.accept_role.is_empty() { &config.accepted_resource_roles } else { &self.accept_role };
        roles.clone()
    }

    fn vip(&self, config: &RegistryConfig) -> Result<Vip> {
        pick_or(&self.vip, &config.vip, default_vip(self.transport(config)))
    }

    fn transport(&self, config: &RegistryConfig) -> Transport {
        match (self.tls, self.no_tls) {
            (true, _) => Transport::Tls,
            (_, true) => Transport::Plain,
            _ if matches!(self.preset(config), Ok(Preset::Nexus)) => Transport::Plain,
            _ => config.transport(),
        }
    }

    /// Every address by which clients ask for it: the one that its VIP or its Docker host gives, then the other names of
    /// regctl.toml. `framework` is the name of the Marathon that runs it.
    pub fn endpoints(&self, context: &Context, framework: &str) -> Result<Vec<RegistryAddress>> {
        let config = self.config(context);
        let names = config.names.iter().map(|name| name.parse().map_err(|why| in_config(why).into()));
        let transport = self.transport(&config);
        let first = match self.docker.host(&config)? {
            Some(host) => host.registry_address(transport),
            None => self.vip(&config)?.registry_address(framework, transport),
        };
        std::iter::once(Ok(first)).chain(names).collect()
    }

    /// The folder here with the certificates.
    pub fn certs_folder(&self, context: &Context) -> CertsFolder {
        CertsFolder::new(self.certs.clone().unwrap_or_else(|| certs_folder(context)))
    }

    /// The certificate chain and its key, here.
    pub fn key_pair_files(&self, context: &Context) -> (PathBuf, PathBuf) {
        let folder = self.certs_folder(context);
        (folder.file(registry_app::CERTIFICATE_FILE), folder.file(registry_app::KEY_FILE))
    }

    /// The file with the users, here; none where everybody may push and pull.
    pub fn htpasswd_file(&self, context: &Context) -> Option<PathBuf> {
        let made = || Some(self.own_htpasswd_file(context)).filter(|file| file.exists());
        self.named_htpasswd_file(context).or_else(made)
    }

    /// The file that users go into, whether it is there or not.
    pub fn users_file(&self, context: &Context) -> PathBuf {
        self.named_htpasswd_file(context).unwrap_or_else(|| self.own_htpasswd_file(context))
    }

    fn named_htpasswd_file(&self, context: &Context) -> Option<PathBuf> {
        let configured = || self.config(context).htpasswd.map(|file| context.resolve(&file));
        self.htpasswd.clone().or_else(configured)
    }

    /// Beside the key: whoever may read one may read the other.
    fn own_htpasswd_file(&self, context: &Context) -> PathBuf {
        self.certs_folder(context).path().join(registry_app::HTPASSWD_FILE)
    }

    /// Whether flags or regctl.toml name agents that are to run the registry.
    pub fn names_host(&self, context: &Context) -> bool {
        let config = self.config(context);
        !self.host.is_empty() || config.host.is_some() || !config.hosts.is_empty()
    }

    /// The own template, where one is named.
    pub fn own_template(&self, context: &Context) -> Result<Option<OwnTemplate>> {
        let configured = || self.config(context).template.map(|file| context.resolve(&file));
        let path = self.template.clone().or_else(configured);
        path.map(|path| Ok(OwnTemplate { text: files::read_text(&path, FaultKind::InputFile)?, path }))
            .transpose()
    }
}

fn two_hosts(other: &Host) -> Fault {
    Fault::usage(say!("--host {other} is an agent of a cluster, and the registry is to run on a Docker host"))
        .hint(say!("Name one of them: --host for Marathon, --docker-host for Docker Engine on one host."))
}

fn no_host() -> Fault {
    Fault::new(FaultKind::MissingValue, say!("no host is named for the registry")).hint(say!(
        "Name the agent that is to run it, by the hostname that Mesos has for it: --host \
         AGENT, or host = \"AGENT\" under [registry] in regctl.toml. regctl agents lists \
         them."
    ))
}
