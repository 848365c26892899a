//! What agents are to trust a registry with.

use anyhow::Result;
use clap::Args;

use super::words::{in_config, merged, words};
use super::{EngineArgs, LocalProxyArgs, runtimes};
use crate::commands::Context;
use crate::domain::fault::Fault;
use crate::domain::hosts_entry::HostsEntry;
use crate::domain::runtime::Runtimes;
use crate::domain::trust::TrustMode;

/// The trust group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Trust")]
pub struct TrustArgs {
    /// How agents come to accept the registry: ca gives them its CA, insecure tells their Docker Engine to do without
    /// TLS (insecure-registries), local-proxy gives them an nginx by which it is localhost:5001 to Docker Engine, which
    /// takes that without TLS [default: ca, or insecure for a registry that speaks plain HTTP].
    #[arg(long, env = "REGCTL_TRUST_MODE", value_parser = words::<TrustMode>(&TrustMode::WORDS))]
    pub mode: Option<TrustMode>,
    /// What is to trust the registry: docker, ucr, containerd, podman, several with commas between, or auto for those
    /// that an agent has [default: docker].
    #[arg(long, value_name = "RUNTIME,…|auto", env = "REGCTL_RUNTIME")]
    pub runtime: Option<Runtimes>,
    /// Put this entry into every agent's /etc/hosts, for a name that their DNS does not know; may be repeated. All that
    /// are given replace those of the run before.
    #[arg(long, value_name = "IP=NAME", env = "REGCTL_HOSTS_ENTRY", value_delimiter = ',')]
    pub hosts_entry: Vec<HostsEntry>,
    /// Leave the conntrack setting alone.
    #[arg(long)]
    pub no_sysctl: bool,
    /// How mode local-proxy goes about it.
    #[command(flatten)]
    pub proxy: LocalProxyArgs,
    /// What Docker Engine is told beside that.
    #[command(flatten)]
    pub engine: EngineArgs,
}

impl TrustArgs {
    /// How agents come to accept the registry. Errors: a bad word in regctl.toml.
    pub fn mode(&self, context: &Context) -> Result<TrustMode> {
        Ok(self.chosen_mode(context)?.unwrap_or_default())
    }

    /// The same; none where nobody has said, so that it depends on how a registry is spoken to.
    pub fn chosen_mode(&self, context: &Context) -> Result<Option<TrustMode>> {
        merged(self.mode, context.config.trust.mode.as_deref())
    }

    /// What is to trust the registry. Errors: a bad word in regctl.toml.
    pub fn runtimes(&self, context: &Context) -> Result<Runtimes> {
        runtimes(self.runtime.as_ref(), context)
    }

    /// What agents are to have in /etc/hosts: the entries of the flags, or those of regctl.toml. Errors: a bad one, or a
    /// name with two addresses.
    pub fn hosts(&self, context: &Context) -> Result<Vec<HostsEntry>> {
        let configured = || {
            let entries = context.config.trust.hosts_entries.iter();
            entries.map(|(name, address)| HostsEntry::new(address, name)).collect::<Result<_, _>>()
        };
        match self.hosts_entry.as_slice() {
            [] => Ok(configured().and_then(HostsEntry::agreeing).map_err(|why| in_config(&why))?),
            given => Ok(HostsEntry::agreeing(given.to_vec()).map_err(Fault::value)?),
        }
    }

    /// Whether the conntrack setting is made too.
    pub fn sysctl(&self, context: &Context) -> bool {
        !self.no_sysctl && context.config.trust.sysctl.unwrap_or(true)
    }
}
