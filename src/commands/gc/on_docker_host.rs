//! A registry on a Docker host that is stopped for a while, and runs again afterwards.

use std::time::Duration;

use anyhow::Result;

use crate::commands::docker_host::EngineHost;
use crate::domain::app::AppId;
use crate::domain::container::name_of;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::interrupt::Interrupt;
use crate::plan::docker_container::{Found, Pause, pause};
use crate::plan::gc::collector::{self, Collector};

/// What an engine may take to stop or start a container, beside waiting for it.
const AROUND: Duration = Duration::from_secs(240);

/// One container of a Docker host.
#[derive(Clone, Copy)]
pub(super) struct OnDockerHost<'a> {
    pub(super) engine: EngineHost<'a>,
    pub(super) id: &'a AppId,
    /// How long to wait until it is healthy again.
    pub(super) patience: Duration,
}

impl OnDockerHost<'_> {
    /// Asks the host. Errors: there is no such container, or none whose garbage can be collected.
    pub(super) async fn observe(&self, interrupt: &mut Interrupt) -> Result<(Found, Collector)> {
        let (name, host) = (name_of(self.id), self.engine.host.host());
        let sight = self.engine.look(&name, None, interrupt).await?;
        let found = sight.own(self.id, &name, host)?.cloned();
        let found = found.ok_or_else(|| {
            Fault::new(FaultKind::NoApp, say!("there is no container {name} on {host}"))
                .hint(say!("Run regctl deploy to create it, or name the right registry with --id."))
        })?;
        let collector = collector::of_container(self.id, &found.container, &found.image_id)
            .map_err(|why| Fault::new(FaultKind::NotApplicable, say!("the container {name} {why}")))?;
        Ok((found, collector))
    }

    /// From now on nobody pulls or pushes.
    pub(super) async fn close(&self, found: &Found, interrupt: &mut Interrupt) -> Result<()> {
        let name = &found.container.name;
        let doing = say!("Stopping {name}, so that nothing is pushed while its garbage is collected");
        self.pause(Pause::Begin, found, doing, interrupt).await?;
        if interrupt.has_come() {
            let message = say!("interrupted when {name} was stopped");
            return Err(Fault::new(FaultKind::Interrupted, message).into());
        }
        Ok(())
    }

    /// It runs again and answers.
    pub(super) async fn open(&self, found: &Found, interrupt: &mut Interrupt) -> Result<()> {
        let doing = say!("Starting {} again as it was", found.container.name);
        self.pause(Pause::End(self.patience), found, doing, interrupt).await
    }

    async fn pause(&self, of: Pause, found: &Found, doing: String, interrupt: &mut Interrupt) -> Result<()> {
        let script = pause(of, found, &self.engine.context.holder())?;
        self.engine.run(script, doing, AROUND + self.patience, interrupt).await.map(drop)
    }
}
