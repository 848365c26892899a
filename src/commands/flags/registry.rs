//! Which registry addresses are meant, and which CA they are trusted by.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::commands::Context;
use crate::domain::config::RegistryConfig;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry::{RegistryAddress, Vip};

/// The VIP of a registry that nothing else is said about.
pub const DEFAULT_VIP: &str = "192.168.0.1:443";

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
}

impl RegistryArgs {
    /// The addresses: those of the flags, or every address of the first configured registry.
    pub fn addresses(&self, context: &Context) -> Result<Vec<RegistryAddress>> {
        if self.registry.is_empty() {
            configured_addresses(&context.config.first_registry())
        } else {
            Ok(self.registry.clone())
        }
    }

    /// The CA file: the flag's, the registry's, or `ca.crt` in the folder that `cert gen` writes to.
    pub fn ca_file(&self, context: &Context) -> PathBuf {
        let configured = || context.config.first_registry().ca.map(|file| context.resolve(&file));
        let made = || certs_folder(context).join("ca.crt");
        self.ca.clone().or_else(configured).unwrap_or_else(made)
    }
}

/// The folder that `cert gen` writes to where no flag says otherwise.
pub fn certs_folder(context: &Context) -> PathBuf {
    context.config.certs.out.as_ref().map_or_else(|| PathBuf::from("certs"), |out| context.resolve(out))
}

/// Every address of a configured registry: the one its VIP gives, then its other names.
pub fn configured_addresses(registry: &RegistryConfig) -> Result<Vec<RegistryAddress>> {
    let vip: Vip = registry.vip.as_deref().unwrap_or(DEFAULT_VIP).parse().map_err(in_config)?;
    let names = registry.names.iter().map(|name| name.parse().map_err(in_config));
    std::iter::once(Ok(vip.registry_address("marathon"))).chain(names).collect()
}

fn in_config(why: String) -> anyhow::Error {
    Fault::new(FaultKind::Config, format!("in regctl.toml: {why}")).into()
}
