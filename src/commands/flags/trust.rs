//! What agents are to trust a registry with.

use anyhow::Result;
use clap::Args;

use super::runtimes;
use super::words::{merged, words};
use crate::commands::Context;
use crate::domain::runtime::Runtimes;
use crate::domain::trust::TrustMode;

/// The trust group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Trust")]
pub struct TrustArgs {
    /// How agents come to accept the registry: ca gives them its CA, insecure tells their Docker Engine to do without
    /// TLS (insecure-registries) [default: ca].
    #[arg(long, env = "REGCTL_TRUST_MODE", value_parser = words::<TrustMode>(&TrustMode::WORDS))]
    pub mode: Option<TrustMode>,
    /// What is to trust the registry: docker, ucr, containerd, podman, several with commas between, or auto for those
    /// that an agent has [default: docker].
    #[arg(long, value_name = "RUNTIME,…|auto", env = "REGCTL_RUNTIME")]
    pub runtime: Option<Runtimes>,
    /// Leave the conntrack setting alone.
    #[arg(long)]
    pub no_sysctl: bool,
}

impl TrustArgs {
    /// How agents come to accept the registry. Errors: a bad word in regctl.toml.
    pub fn mode(&self, context: &Context) -> Result<TrustMode> {
        Ok(merged(self.mode, context.config.trust.mode.as_deref())?.unwrap_or_default())
    }

    /// What is to trust the registry. Errors: a bad word in regctl.toml.
    pub fn runtimes(&self, context: &Context) -> Result<Runtimes> {
        runtimes(self.runtime.as_ref(), context)
    }

    /// Whether the conntrack setting is made too.
    pub fn sysctl(&self, context: &Context) -> bool {
        !self.no_sysctl && context.config.trust.sysctl.unwrap_or(true)
    }
}
