//! A registry on Marathon that is closed to pushes for a while, and is afterwards just what it was.

use std::time::Instant;

use anyhow::Result;
use serde::Deserialize as _;

use crate::commands::Context;
use crate::commands::flags::{PATIENCE, Terms};
use crate::commands::readiness::{Readiness, no_app};
use crate::commands::rollout::{Goal, Rollout};
use crate::commands::standstill::Standstill;
use crate::domain::app::AppId;
use crate::domain::app_definition::AppDefinition;
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::gc::GcMode;
use crate::domain::host::Host;
use crate::effects::marathon::{Force, Found, Marathon};
use crate::plan::gc::collector::{self, Collector};
use crate::plan::gc::maintenance::{self, Patch};

/// One app of a Marathon.
#[derive(Clone, Copy)]
pub(super) struct OnMarathon<'a> {
    pub(super) marathon: &'a Marathon,
    pub(super) id: &'a AppId,
    pub(super) terms: Terms,
    pub(super) context: &'a Context,
}

/// The registry as it was found.
pub(super) struct Registry {
    pub(super) found: Found,
    /// How many instances are to run afterwards.
    pub(super) instances: u32,
    /// Where its garbage is collected.
    pub(super) host: Host,
    pub(super) collector: Collector,
}

impl Registry {
    /// Whether an earlier collection left it stopped or read-only.
    pub(super) fn left_behind(&self) -> Option<&'static str> {
        if maintenance::is_read_only(self.found.document.expose()) {
            return Some(say!(
                "an earlier collection was cut short and left it read-only; it will take pushes again"
            ));
        }
        let stopped = self.found.status.instances == 0;
        stopped.then_some(say!(
            "it is stopped, as by an earlier collection that was cut short; it will be started"
        ))
    }

    /// What is not running need not be made read-only.
    pub(super) fn mode(&self, asked: GcMode) -> GcMode {
        if self.found.status.instances == 0 { GcMode::Stopped } else { asked }
    }

    fn is_read_only(&self) -> bool {
        maintenance::is_read_only(self.found.document.expose())
    }

    /// As it is while it is closed, but for the number of its instances.
    fn closed(&self, mode: GcMode) -> Found {
        match mode {
            GcMode::Stopped => self.found.clone(),
            GcMode::ReadOnly => {
                let document = maintenance::read_only(self.found.document.expose()).app;
                Found { document, status: self.found.status.clone() }
            }
        }
    }
}

impl OnMarathon<'_> {
    /// Asks Marathon. `configured` is where regctl.toml says that it runs. Errors: there is no such app, or it is none
    /// whose garbage can be collected.
    pub(super) async fn observe(&self, configured: Option<Host>) -> Result<Registry> {
        let Self { marathon, id, context, .. } = self;
        context.tell(Event::Stage(say!("Asking {} about {id}", marathon.url())));
        let found = marathon.app(id).await?.ok_or_else(|| no_app(id, marathon))?;
        let app = found.document.expose();
        let unfit = |why: String| Fault::new(FaultKind::NotApplicable, format!("{id} {why}"));
        let collector = collector::of_app(id, app).map_err(unfit)?;
        let definition = AppDefinition::deserialize(app).unwrap_or_default();
        let mut running: Vec<Host> =
            found.status.tasks.iter().filter_map(|task| task.host.parse().ok()).collect();
        running.sort_by_key(ToString::to_string);
        let host = running.into_iter().chain(definition.named_hosts()).chain(configured).next();
        let host = host.ok_or_else(|| {
            unfit(say!("has no task, and nothing says on which host its images are").to_owned())
                .hint(say!("Say [registry] host in regctl.toml."))
        })?;
        let instances = match found.status.instances {
            0 => self.instances_before().await?,
            instances => instances,
        };
        Ok(Registry { found, instances, host, collector })
    }

    /// How many ran before it was stopped, as of the newest version that ran at all.
    async fn instances_before(&self) -> Result<u32> {
        for version in self.marathon.versions(self.id).await? {
            let app = self.marathon.app_at(self.id, &version).await?;
            let instances = app.expose().get("instances").map_or(Some(1), |count| count.as_u64());
            if let Some(instances @ 1..) = instances {
                return Ok(u32::try_from(instances).unwrap_or(1));
            }
        }
        Ok(1)
    }

    /// From now on nobody pushes.
    pub(super) async fn close(&self, registry: &Registry, mode: GcMode) -> Result<()> {
        match mode {
            GcMode::Stopped => {
                let name = self.id;
                let doing = say!("Stopping {name}, so that nothing is pushed while its garbage is collected");
                self.standstill(registry).begin(doing).await
            }
            GcMode::ReadOnly if registry.is_read_only() => self.wait().await,
            GcMode::ReadOnly => {
                self.context.tell(Event::Stage(say!("Letting {} take no pushes", self.id)));
                let patch = maintenance::read_only(registry.found.document.expose());
                self.patch(&registry.found, &patch, Force::No).await
            }
        }
    }

    /// It is as it was before anybody collected anything.
    pub(super) async fn open(&self, registry: &Registry, mode: GcMode) -> Result<()> {
        if mode == GcMode::Stopped && !registry.is_read_only() {
            return self.standstill(registry).end().await.map(drop);
        }
        self.context.tell(Event::Stage(say!("Letting {} take pushes again", self.id)));
        let patch =
            maintenance::writable(registry.found.document.expose()).with_instances(registry.instances);
        // What still holds the app is the deployment that has closed it.
        self.patch(&registry.closed(mode), &patch, Force::Yes).await
    }

    /// It can be pulled from, but not pushed to: for as long as it is not known that nothing collects any more.
    pub(super) async fn open_for_pulls(&self, registry: &Registry, mode: GcMode) -> Result<()> {
        if mode == GcMode::ReadOnly {
            return self.wait().await;
        }
        let patch =
            maintenance::read_only(registry.found.document.expose()).with_instances(registry.instances);
        self.patch(&registry.closed(mode), &patch, Force::Yes).await
    }

    async fn patch(&self, seen: &Found, patch: &Patch, force: Force) -> Result<()> {
        let Self { marathon, id, context, .. } = *self;
        let (started, patience) = (Instant::now(), Some(self.patience()));
        let (seen, goal) = (Some(seen), Goal::Patched(patch));
        let rollout = Rollout { marathon, id, seen, goal, patience, started, context };
        rollout.send(Change::Updated, force).await?;
        self.wait().await
    }

    async fn wait(&self) -> Result<()> {
        let Self { marathon, id, context, .. } = *self;
        Readiness { marathon, id, context }.wait(self.patience()).await.map(drop)
    }

    fn standstill<'a>(&'a self, registry: &'a Registry) -> Standstill<'a> {
        let standstill = Standstill::of(&registry.found, (self.marathon, self.id), self.terms, self.context);
        Standstill { instances: registry.instances, ..standstill }
    }

    fn patience(&self) -> std::time::Duration {
        self.terms.patience.unwrap_or(PATIENCE)
    }
}
