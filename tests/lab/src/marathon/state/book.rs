//! The book in which everything stands that Marathon knows.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::deployment::Deployment;
use super::event::Event;
use super::instance::Instance;
use super::queue::{Delay, OfferStatistics};
use crate::marathon::app_id::AppId;
use crate::marathon::clock::Timestamp;
use crate::marathon::config::MarathonVersion;
use crate::marathon::definition::App;
use crate::marathon::launch::{LaunchOrder, PublishedService, TaskRecord};

/// Something to be done outside the book.
#[derive(Debug)]
pub(crate) enum Command {
    /// Start this task.
    Launch(LaunchOrder),
    /// End this task.
    Stop { record: TaskRecord, grace: Duration },
    /// Make exactly these services reachable.
    Publish(Vec<PublishedService>),
}

/// One app and its past.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AppRecord {
    pub(super) current: App,
    /// Earlier versions, the oldest first.
    pub(super) earlier: Vec<App>,
    /// `lastTaskFailure`.
    pub(super) last_failure: Option<Value>,
}

/// Everything that Marathon knows.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Book {
    #[serde(skip, default = "any_version")]
    pub(super) version: MarathonVersion,
    pub(super) apps: BTreeMap<AppId, AppRecord>,
    pub(super) instances: Vec<Instance>,
    pub(super) deployments: Vec<Deployment>,
    /// Back-off by app, with the configuration that it is about.
    pub(super) delays: BTreeMap<AppId, (Timestamp, Delay)>,
    #[serde(skip)]
    pub(super) offers: BTreeMap<AppId, OfferStatistics>,
    #[serde(skip)]
    pub(super) events: Vec<Event>,
    /// Done at the next tick.
    #[serde(skip)]
    pub(super) pending: Vec<Command>,
    /// Apps that somebody else held until a change was forced.
    #[serde(skip)]
    pub(super) overridden: BTreeSet<AppId>,
    #[serde(skip)]
    pub(super) published: Option<Vec<PublishedService>>,
    last_version: Option<Timestamp>,
}

/// Replaced by the configured one as soon as a saved book is opened.
fn any_version() -> MarathonVersion {
    MarathonVersion::V1_11
}

impl Book {
    /// An empty book.
    pub(crate) fn new(version: MarathonVersion) -> Self {
        Self {
            version,
            apps: BTreeMap::new(),
            instances: Vec::new(),
            deployments: Vec::new(),
            delays: BTreeMap::new(),
            offers: BTreeMap::new(),
            events: Vec::new(),
            pending: Vec::new(),
            overridden: BTreeSet::new(),
            published: None,
            last_version: None,
        }
    }

    /// A book saved by an earlier Marathon.
    pub(crate) fn resumed(saved: &[u8], version: MarathonVersion) -> serde_json::Result<Self> {
        Ok(Self { version, ..serde_json::from_slice(saved)? })
    }

    /// The present definition of an app.
    pub(crate) fn app(&self, id: &AppId) -> Option<&App> {
        self.apps.get(id).map(|record| &record.current)
    }

    /// The definition that an app had at this version.
    pub(crate) fn app_at(&self, id: &AppId, version: Timestamp) -> Option<&App> {
        let record = self.apps.get(id)?;
        record.earlier.iter().chain([&record.current]).find(|app| app.info.version == version)
    }

    /// The versions of an app, the newest first.
    pub(crate) fn versions(&self, id: &AppId) -> Option<Vec<Timestamp>> {
        let record = self.apps.get(id)?;
        Some(record.earlier.iter().chain([&record.current]).rev().map(|app| app.info.version).collect())
    }

    /// Which Marathon is played.
    pub(crate) fn version(&self) -> MarathonVersion {
        self.version
    }

    /// Something happened that the world should hear of.
    pub(crate) fn happened(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The ids of an app's tasks.
    pub(crate) fn tasks_of(&self, id: &AppId) -> Vec<String> {
        let mine = self.instances.iter().filter(|it| it.app.id == *id && it.placement.is_some());
        mine.map(|it| it.task_id(self.version)).collect()
    }

    /// Tasks that run, as they were recorded, and the ids of those that were being started.
    pub(crate) fn adoptable(&self) -> (Vec<TaskRecord>, Vec<String>) {
        let placed = self.instances.iter().filter_map(|it| Some((it, it.placement.as_ref()?)));
        let (mut running, mut unstarted) = (Vec::new(), Vec::new());
        for (instance, placement) in placed {
            match &placement.record {
                Some(record) => running.push(record.clone()),
                None => unstarted.push(instance.task_id(self.version)),
            }
        }
        (running, unstarted)
    }

    /// All ids there are.
    pub(crate) fn app_ids(&self) -> impl Iterator<Item = &AppId> {
        self.apps.keys()
    }

    /// The instance that has this task now.
    pub(crate) fn instance_of_task(&self, task_id: &str) -> Option<&Instance> {
        self.instances.iter().find(|it| it.task_id(self.version) == task_id)
    }

    /// What happened since this was asked last.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// A version that no app has had yet.
    pub(super) fn next_version(&mut self, now: Timestamp) -> Timestamp {
        let next = match self.last_version {
            Some(last) if last >= now => last.after(Duration::from_millis(1)),
            _ => now,
        };
        self.last_version = Some(next);
        next
    }

    /// The back-off of an app's present configuration.
    pub(super) fn delay(&self, app: &App) -> Option<Delay> {
        let (configured_at, delay) = self.delays.get(&app.id)?;
        (*configured_at == app.info.configured_at).then_some(*delay)
    }
}
