//! Where the registry runs: what is different between Marathon and a Docker host, and nothing else.

use anyhow::{Result, bail};

use super::on_docker_host::OnDockerHost;
use super::on_marathon::{OnMarathon, Registry};
use crate::commands::{delivery, staging};
use crate::domain::agent::Target;
use crate::domain::gc::{GcMode, GcSubject};
use crate::domain::host::Host;
use crate::effects::interrupt::Interrupt;
use crate::plan::docker_container::Found;
use crate::plan::gc::collector::Collector;

/// One registry, as it was found.
pub(super) enum Place<'a> {
    /// An app on Marathon.
    Marathon(OnMarathon<'a>, Box<Registry>),
    /// A container on a Docker host.
    DockerHost(OnDockerHost<'a>, Box<(Found, Collector)>),
}

impl Place<'_> {
    /// Its name, for the report.
    pub(super) fn subject(&self) -> GcSubject {
        match self {
            Self::Marathon(app, _) => GcSubject::AppId(app.id.clone()),
            Self::DockerHost(_, it) => GcSubject::Container(it.0.container.name.clone()),
        }
    }

    /// Its name, for messages.
    pub(super) fn name(&self) -> String {
        match self.subject() {
            GcSubject::AppId(id) => id.to_string(),
            GcSubject::Container(name) => name,
        }
    }

    /// Where its garbage is collected.
    pub(super) fn host(&self) -> &Host {
        match self {
            Self::Marathon(_, registry) => &registry.host,
            Self::DockerHost(on, _) => on.engine.host.host(),
        }
    }

    /// Where to log in there.
    pub(super) fn target(&self) -> Target {
        match self {
            Self::Marathon(_, registry) => staging::target(&registry.host),
            Self::DockerHost(on, _) => on.engine.host.target(),
        }
    }

    pub(super) fn collector(&self) -> &Collector {
        match self {
            Self::Marathon(_, registry) => &registry.collector,
            Self::DockerHost(_, it) => &it.1,
        }
    }

    /// What an earlier collection that was cut short has left.
    pub(super) fn left_behind(&self) -> Option<&'static str> {
        match self {
            Self::Marathon(_, registry) => registry.left_behind(),
            Self::DockerHost(_, it) => (!it.0.runs()).then_some(say!(
                "it is stopped, as by an earlier collection that was cut short; it will be started"
            )),
        }
    }

    /// What is not running need not be made read-only.
    pub(super) fn mode(&self, asked: GcMode) -> GcMode {
        match self {
            Self::Marathon(_, registry) => registry.mode(asked),
            Self::DockerHost(..) => GcMode::Stopped,
        }
    }

    /// From now on nobody pushes.
    pub(super) async fn close(&self, mode: GcMode, interrupt: &mut Interrupt) -> Result<()> {
        match self {
            Self::Marathon(app, registry) => {
                delivery::unless_interrupted(app.close(registry, mode), app.id, interrupt).await
            }
            Self::DockerHost(on, it) => on.close(&it.0, interrupt).await,
        }
    }

    /// It is as it was before anybody collected anything.
    pub(super) async fn open(&self, mode: GcMode, interrupt: &mut Interrupt) -> Result<()> {
        match self {
            Self::Marathon(app, registry) => app.open(registry, mode).await,
            Self::DockerHost(on, it) => on.open(&it.0, interrupt).await,
        }
    }

    /// It can be pulled from, but not pushed to: for as long as it is not known that nothing collects any more.
    pub(super) async fn open_for_pulls(&self, mode: GcMode) -> Result<()> {
        match self {
            Self::Marathon(app, registry) => app.open_for_pulls(registry, mode).await,
            Self::DockerHost(..) => bail!(say!("it is not known that nothing collects any more")),
        }
    }
}
