//! Which registry addresses are meant, and which CA they are trusted by.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap::builder::FalseyValueParser;
use time::OffsetDateTime;

use super::configured_docker_host;
use crate::commands::Context;
use crate::domain::certificate::CaFile;
use crate::domain::config::RegistryConfig;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry::{RegistryAddress, Vip};
use crate::domain::transport::Transport;
use crate::effects::certs_folder::CertsFolder;
use crate::effects::{files, x509};
use crate::plan::{ca_file, registries};

/// The VIP of a registry that nothing else is said about: image references spell it `192.168.0.1` either way.
pub const fn default_vip(transport: Transport) -> &'static str {
    match transport {
        Transport::Tls => "192.168.0.1:443",
        Transport::Plain => "192.168.0.1:80",
    }
}

/// The registry group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Registry")]
pub struct RegistryArgs {
    /// Address of the registry as image references spell it; may be repeated [default: those of regctl.toml, or
    /// 192.168.0.1].
    #[arg(long, value_name = "HOST[:PORT]", env = "REGCTL_REGISTRY", value_delimiter = ',')]
    pub registry: Vec<RegistryAddress>,
    /// PEM file with the CA that its certificate comes from [default: certs/ca.crt].
    #[arg(long, value_name = "FILE", env = "REGCTL_CA")]
    pub ca: Option<PathBuf>,
    /// The registry speaks plain HTTP [default: where regctl.toml says tls = false].
    #[arg(long, env = "REGCTL_PLAIN_HTTP", value_parser = FalseyValueParser::new())]
    pub plain_http: bool,
    /// What another group of flags says of that, where a command has both groups.
    #[arg(skip)]
    pub transport: Option<Transport>,
}

impl RegistryArgs {
    /// What is configured about the first registry, as the flags amend it.
    fn first_registry(&self, context: &Context) -> RegistryConfig {
        let config = context.config.first_registry();
        match self.said() {
            Some(transport) => RegistryConfig { tls: Some(transport == Transport::Tls), ..config },
            None => config,
        }
    }

    /// What the flags say of its transport.
    fn said(&self) -> Option<Transport> {
        self.transport.or_else(|| self.plain_http.then_some(Transport::Plain))
    }

    /// Whether the flags are about one registry, rather than about all that are configured.
    fn is_about_one(&self, context: &Context) -> bool {
        let named = !self.registry.is_empty() || self.ca.is_some() || self.said().is_some();
        named || context.config.registry.len() < 2
    }

    /// The addresses: those of the flags, or every address of the first configured registry.
    pub fn addresses(&self, context: &Context) -> Result<Vec<RegistryAddress>> {
        if self.registry.is_empty() {
            configured_addresses(&self.first_registry(context))
        } else {
            Ok(self.registry.clone())
        }
    }

    /// Every registry that is meant, by every address of its own: those of the flags, or all that are configured.
    pub fn every_address(&self, context: &Context) -> Result<Vec<RegistryAddress>> {
        let configured = &context.config.registry;
        if !self.registry.is_empty() || configured.len() < 2 {
            return self.addresses(context);
        }
        let each: Result<Vec<_>> = configured.iter().map(configured_addresses).collect();
        Ok(each?.concat())
    }

    /// The CA, read and judged: the flag's, the registry's, or `ca.crt` in the folder that `cert gen` writes to.
    /// Errors, all exit 2: missing, not PEM, expired, not a CA and not self-signed, or holding a private key.
    pub fn ca(&self, context: &Context, now: OffsetDateTime) -> Result<CaFile> {
        match self.named_ca(context) {
            Some(path) => read_ca(path, now),
            None => read_made_ca(context, now),
        }
    }

    /// Every registry that agents are to trust, with its CA: those of the flags, or all that are configured, each by
    /// every address of its own; but for those that speak plain HTTP. Errors as of [`Self::ca`], and an address that is
    /// configured with two CAs.
    pub fn trusted(&self, context: &Context, now: OffsetDateTime) -> Result<Vec<(RegistryAddress, CaFile)>> {
        if self.is_about_one(context) {
            if self.first_registry(context).transport() == Transport::Plain {
                return Ok(Vec::new());
            }
            let ca = self.ca(context, now)?;
            return Ok(self.addresses(context)?.into_iter().map(|address| (address, ca.clone())).collect());
        }
        let mut trusted = Vec::new();
        for registry in context.config.registry.iter().filter(|it| it.transport() == Transport::Tls) {
            let ca = match &registry.ca {
                Some(file) => read_ca(context.resolve(file), now)?,
                None => read_made_ca(context, now)?,
            };
            trusted.extend(configured_addresses(registry)?.into_iter().map(|address| (address, ca.clone())));
        }
        Ok(registries::distinct(trusted).map_err(claimed_twice)?)
    }

    /// Every address of those that are meant and speak plain HTTP.
    pub fn plain(&self, context: &Context) -> Result<Vec<RegistryAddress>> {
        let is_plain = |registry: &RegistryConfig| registry.transport() == Transport::Plain;
        if self.is_about_one(context) {
            return if is_plain(&self.first_registry(context)) {
                self.addresses(context)
            } else {
                Ok(Vec::new())
            };
        }
        let plain = context.config.registry.iter().filter(|registry| is_plain(registry));
        Ok(plain.map(configured_addresses).collect::<Result<Vec<_>>>()?.concat())
    }

    /// Every registry that is meant, as [`Self::trusted`], but each with what is configured about it, and without a CA
    /// where it speaks plain HTTP, or where none is named and `cert gen` has made none: then the system's roots are to
    /// do.
    pub fn named(&self, context: &Context, now: OffsetDateTime) -> Result<Vec<NamedRegistry>> {
        if self.is_about_one(context) {
            let config = self.first_registry(context);
            return named(self.addresses(context)?, &config, self.named_ca(context), (context, now));
        }
        let mut all = Vec::new();
        for config in &context.config.registry {
            let ca = config.ca.as_ref().map(|file| context.resolve(file));
            all.extend(named(configured_addresses(config)?, config, ca, (context, now))?);
        }
        Ok(all)
    }

    /// As [`Self::ca`], but no CA at all where none is named and `cert gen` has made none: then the system's roots
    /// are to do.
    pub fn ca_if_any(&self, context: &Context, now: OffsetDateTime) -> Result<Option<CaFile>> {
        read_if_any(self.named_ca(context), context, now)
    }

    fn named_ca(&self, context: &Context) -> Option<PathBuf> {
        let configured = || context.config.first_registry().ca.map(|file| context.resolve(&file));
        self.ca.clone().or_else(configured)
    }
}

/// A registry at one address.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedRegistry {
    /// The address.
    pub address: RegistryAddress,
    /// The CA that its certificate comes from; none where the system's roots are to do.
    pub ca: Option<CaFile>,
    /// What is configured about it.
    pub config: RegistryConfig,
    /// The proxy that requests to it go through: `[cluster] proxy`.
    pub proxy: Option<String>,
}

impl NamedRegistry {
    /// How it is spoken to.
    pub fn transport(&self) -> Transport {
        self.config.transport()
    }
}

/// One registry by each of its addresses. `ca` is the file that is named, if any is.
fn named(
    addresses: Vec<RegistryAddress>,
    config: &RegistryConfig,
    ca: Option<PathBuf>,
    (context, now): (&Context, OffsetDateTime),
) -> Result<Vec<NamedRegistry>> {
    let ca = match config.transport() {
        Transport::Tls => read_if_any(ca, context, now)?,
        Transport::Plain => None,
    };
    let named = |address| NamedRegistry {
        address,
        ca: ca.clone(),
        config: config.clone(),
        proxy: context.config.cluster.proxy.clone(),
    };
    Ok(addresses.into_iter().map(named).collect())
}

/// The CA that is named, else the one that `cert gen` has made, else none.
fn read_if_any(named: Option<PathBuf>, context: &Context, now: OffsetDateTime) -> Result<Option<CaFile>> {
    let path = named.or_else(|| Some(made_ca(context)).filter(|path| path.exists()));
    path.map(|path| read_ca(path, now)).transpose()
}

fn made_ca(context: &Context) -> PathBuf {
    CertsFolder::new(certs_folder(context)).file("ca.crt")
}

fn read_made_ca(context: &Context, now: OffsetDateTime) -> Result<CaFile> {
    read_ca(made_ca(context), now).map_err(|error| hint_at_cert_gen(error, context))
}

/// Reads a CA file and judges it.
pub fn read_ca(path: PathBuf, now: OffsetDateTime) -> Result<CaFile> {
    let bad = |why: &str| Fault::new(FaultKind::Certificate, say!("the CA file {} {why}", path.display()));
    let text = files::read_text(&path, FaultKind::InputFile)?;
    let x509::Pem { certificates, private_key } =
        x509::read_pem(&text).map_err(|why| bad(&say!("cannot be used: {why}")))?;
    ca_file::judge(&certificates, private_key, now).map_err(|unfit| bad(&unfit.why).hint(unfit.hint))?;
    let pem = x509::to_pem(certificates.iter().map(|certificate| &*certificate.der));
    Ok(CaFile { path, certificates, pem })
}

fn hint_at_cert_gen(error: anyhow::Error, context: &Context) -> anyhow::Error {
    let missing = !made_ca(context).exists();
    match error.downcast::<Fault>() {
        Ok(fault) if missing => fault
            .hint(say!(
                "Make one with regctl cert gen, or name one with --ca. A registry whose certificate \
                 comes from a public CA needs none: agents trust it as they are."
            ))
            .into(),
        Ok(fault) => fault.into(),
        Err(error) => error,
    }
}

/// The folder that `cert gen` writes to where no flag says otherwise.
pub fn certs_folder(context: &Context) -> PathBuf {
    context.config.certs.out.as_ref().map_or_else(|| PathBuf::from("certs"), |out| context.resolve(out))
}

/// Every address of a configured registry: the one its Docker host or its VIP gives, then its other names.
pub fn configured_addresses(registry: &RegistryConfig) -> Result<Vec<RegistryAddress>> {
    let transport = registry.transport();
    let first = match configured_docker_host(registry)? {
        Some(host) => host.registry_address(transport),
        None => {
            let vip = registry.vip.as_deref().unwrap_or_else(|| default_vip(transport));
            vip.parse::<Vip>().map_err(in_config)?.registry_address("marathon", transport)
        }
    };
    let names = registry.names.iter().map(|name| name.parse().map_err(in_config));
    std::iter::once(Ok(first)).chain(names).collect()
}

fn claimed_twice(why: String) -> Fault {
    Fault::new(FaultKind::Config, say!("in regctl.toml: {why}")).hint(say!(
        "Give each [[registry]] a vip of its own; where none is named it is {}.",
        default_vip(Transport::Tls)
    ))
}

fn in_config(why: String) -> anyhow::Error {
    super::in_config(why).into()
}
