//! The way by which agents come to the registry, for commands that look at it from there.

use anyhow::Result;
use clap::Args;

use super::words::words;
use super::{LocalProxyArgs, RegistryArgs, TrustArgs};
use crate::commands::Context;
use crate::domain::registry::RegistryAddress;
use crate::domain::trust::TrustMode;

/// The flags that trust-agents had.
#[derive(Debug, Clone, Default, Args)]
pub struct WayArgs {
    /// How agents were made to accept the registry; with local-proxy they are asked by localhost:PORT [default: that of
    /// regctl.toml, or ca].
    #[arg(long, env = "REGCTL_TRUST_MODE", value_parser = words::<TrustMode>(&TrustMode::WORDS))]
    pub mode: Option<TrustMode>,
    /// With --mode local-proxy: the first port on their 127.0.0.1 [default: 5001].
    #[arg(long, value_name = "PORT", env = "REGCTL_PROXY_PORT")]
    pub proxy_port: Option<u16>,
}

impl WayArgs {
    /// The flags of a run of trust-agents.
    pub fn of(trust: &TrustArgs) -> Self {
        Self { mode: trust.mode, proxy_port: trust.proxy.proxy_port }
    }

    /// The registries that have a local proxy on every agent, with its port; nothing where agents come to the registry by
    /// its own addresses. Errors: as of [`LocalProxyArgs::registries`].
    pub fn proxies(
        &self,
        registries: &RegistryArgs,
        context: &Context,
    ) -> Result<Option<Vec<(RegistryAddress, u16)>>> {
        let trust = TrustArgs { mode: self.mode, ..TrustArgs::default() };
        if trust.mode(context)? != TrustMode::LocalProxy {
            return Ok(None);
        }
        let proxy = LocalProxyArgs { proxy_port: self.proxy_port, ..LocalProxyArgs::default() };
        let proxied = proxy.registries(registries, context)?.into_iter();
        Ok(Some(proxied.map(|(registry, port)| (registry.address, port)).collect()))
    }
}
