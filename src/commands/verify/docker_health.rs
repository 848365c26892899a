//! The container of every registry that a Docker host runs.

use std::time::Duration;

use anyhow::Result;

use super::run::Args;
use crate::commands::Context;
use crate::commands::docker_host::EngineHost;
use crate::commands::flags::{self, NamedRegistry};
use crate::domain::app::AppId;
use crate::domain::container::name_of;
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Finding;
use crate::domain::transport::Transport;
use crate::effects::interrupt::Interrupt;
use crate::plan::checks::docker_host;
use crate::plan::docker_container::{Act, Came};
use crate::report::fault_of;

/// A registry on a Docker host.
struct OnHost {
    host: DockerHost,
    id: AppId,
    transport: Transport,
}

impl Args {
    /// Looks at the container of every registry that is meant and runs on a Docker host, each in a login of its own, and
    /// waits for it to be healthy. Errors: a bad value in regctl.toml, or an interruption.
    pub(super) async fn docker_health(
        &self,
        registries: &[NamedRegistry],
        patience: Option<Duration>,
        context: &Context,
        interrupt: &mut Interrupt,
    ) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for on_host in self.on_hosts(registries)? {
            let waited = self.wait_for(&on_host, patience, context, interrupt).await;
            let waited = waited.map_err(|error| fault_of(&error));
            if let Err(fault) = &waited
                && matches!(fault.kind, FaultKind::Interrupted)
            {
                return Err(fault.clone().into());
            }
            findings.push(docker_host::check(&on_host.id, &on_host.host, &waited));
        }
        Ok(findings)
    }

    /// Whether a registry that is meant runs on a Docker host.
    pub(super) fn is_on_host(&self, registry: &NamedRegistry) -> Result<bool> {
        Ok(self.docker.host(&registry.config)?.is_some())
    }

    /// Each once, however many addresses it has. An address that is no registry's of regctl.toml is another registry.
    fn on_hosts(&self, registries: &[NamedRegistry]) -> Result<Vec<OnHost>> {
        let default_id: AppId = "/registry".parse().expect("is an id");
        let mut all: Vec<OnHost> = Vec::new();
        for NamedRegistry { address, config, .. } in registries {
            let Some(host) = self.docker.host(config)? else { continue };
            let known = host.registry_address(config.transport()) == *address
                || flags::configured_addresses(config)?.contains(address);
            let id = config.id.as_deref().map(str::parse).transpose();
            let id: Option<AppId> =
                id.map_err(|why: String| Fault::new(FaultKind::Config, say!("in regctl.toml: {why}")))?;
            let id = self.id.clone().or(id).unwrap_or_else(|| default_id.clone());
            if known && !all.iter().any(|it| it.id == id && it.host == host) {
                all.push(OnHost { host, id, transport: config.transport() });
            }
        }
        Ok(all)
    }

    async fn wait_for(
        &self,
        on_host: &OnHost,
        patience: Option<Duration>,
        context: &Context,
        interrupt: &mut Interrupt,
    ) -> Result<Option<Came>> {
        let OnHost { host, id, transport } = on_host;
        let engine = EngineHost { host, ssh: &self.reach.ssh, cluster: &self.reach.cluster, context };
        let name = name_of(id);
        let sight = engine.look(&name, None, interrupt).await?;
        let Some(found) = sight.own(id, &name, host.host())? else { return Ok(None) };
        let probe = docker_host::probe(found, host.port, *transport);
        let act = Act {
            name: &name,
            seen: Some(&found.id),
            replacement: None,
            probe: probe.as_ref(),
            patience: Some(patience.unwrap_or_default()),
        };
        engine.bring_up(&act, interrupt).await.map(Some)
    }
}
