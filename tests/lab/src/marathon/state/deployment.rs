//! A deployment: the steps from one state of an app to another, and how far it has come.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::event::Event;
use super::instance::{Condition, Goal, Instance};
use super::replacement::Replacement;
use crate::marathon::app_id::AppId;
use crate::marathon::clock::{Timestamp, uuid};
use crate::marathon::definition::App;

/// What a step does with the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Action {
    Start,
    Scale,
    Restart,
    Stop,
}

impl Action {
    /// Its name in the API.
    fn name(self) -> &'static str {
        match self {
            Self::Start => "StartApplication",
            Self::Scale => "ScaleApplication",
            Self::Restart => "RestartApplication",
            Self::Stop => "StopApplication",
        }
    }
}

/// How far the present step has come.
#[derive(Debug, Default)]
enum Progress {
    #[default]
    Fresh,
    /// These instances were started and have to become ready.
    Scaling(Vec<String>),
    Replacing(Replacement),
    /// Nothing is awaited but the end of what was told to end.
    Stopping,
}

/// A deployment of one app.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) version: Timestamp,
    pub(super) app_id: AppId,
    pub(super) original: Option<App>,
    pub(super) target: Option<App>,
    steps: Vec<Action>,
    /// The step being done, counted from 0.
    current: usize,
    /// It is not this Marathon's: it only holds the app.
    #[serde(default)]
    pub(super) is_foreign: bool,
    #[serde(skip)]
    progress: Progress,
}

impl Deployment {
    pub(super) fn new(
        app_id: AppId,
        original: Option<App>,
        target: Option<App>,
        steps: Vec<Action>,
        version: Timestamp,
    ) -> Self {
        Self {
            id: uuid(),
            version,
            app_id,
            original,
            target,
            steps,
            current: 0,
            is_foreign: false,
            progress: Progress::Fresh,
        }
    }

    /// One that holds an app and never ends by itself.
    pub(super) fn foreign(app_id: AppId, app: Option<&App>, now: Timestamp) -> Self {
        let held = Self::new(app_id, app.cloned(), app.cloned(), vec![Action::Restart], now);
        Self { is_foreign: true, ..held }
    }

    pub(super) fn is_done(&self) -> bool {
        self.current >= self.steps.len()
    }

    /// The configuration that its restart puts in place of the others.
    pub(super) fn restarts_to(&self) -> Option<&App> {
        let restarting = self.steps.get(self.current) == Some(&Action::Restart);
        self.target.as_ref().filter(|_| restarting && !self.is_foreign)
    }

    /// Goes on as far as it can; what it wants ended has the goal for it afterwards.
    pub(super) fn advance(&mut self, instances: &mut Vec<Instance>, now: Timestamp) -> Vec<Event> {
        let mut events = Vec::new();
        while !self.is_foreign && !self.is_done() {
            if matches!(self.progress, Progress::Fresh) {
                self.begin(instances, now);
                events.push(Event::new("deployment_info", self.announcement()));
            }
            if !self.step_is_done(instances, now) {
                break;
            }
            events.push(Event::new("deployment_step_success", self.announcement()));
            self.current += 1;
            self.progress = Progress::Fresh;
        }
        if self.is_done() {
            events.push(Event::new("deployment_success", json!({"id": self.id, "plan": self.plan()})));
        }
        events
    }

    fn begin(&mut self, instances: &mut Vec<Instance>, now: Timestamp) {
        self.progress = match (self.steps[self.current], &self.target) {
            (Action::Scale, Some(app)) => Progress::Scaling(scale(app, instances, now)),
            (Action::Restart, Some(app)) => Progress::Replacing(Replacement::begin(app, instances, now)),
            (Action::Stop, _) => {
                for instance in instances.iter_mut().filter(|it| it.app.id == self.app_id) {
                    instance.goal = Goal::Decommissioned;
                }
                Progress::Stopping
            }
            _ => Progress::Stopping,
        };
    }

    fn step_is_done(&mut self, instances: &mut Vec<Instance>, now: Timestamp) -> bool {
        match (&mut self.progress, &self.target) {
            (Progress::Scaling(started), _) => {
                let leaving = instances.iter().any(|it| it.app.id == self.app_id && !it.is_wanted());
                let ready = |key: &String| instances.iter().any(|it| it.key() == key && it.is_ready());
                !leaving && started.iter().all(ready)
            }
            (Progress::Replacing(replacement), Some(app)) => replacement.advance(app, instances, now),
            (Progress::Stopping, _) if self.steps[self.current] == Action::Stop => {
                !instances.iter().any(|it| it.app.id == self.app_id)
            }
            _ => true,
        }
    }

    /// As `/v2/deployments` lists it.
    pub(super) fn answer(&self) -> Value {
        let current = self.steps.get(self.current);
        let actions: Vec<Value> = current
            .iter()
            .map(|action| json!({"action": action.name(), "app": self.app_id, "readinessCheckResults": []}))
            .collect();
        json!({
            "id": self.id,
            "version": self.version,
            "affectedApps": [self.app_id],
            "affectedPods": [],
            "steps": self.steps(),
            "currentActions": actions,
            "currentStep": (self.current + 1).min(self.steps.len()),
            "totalSteps": self.steps.len(),
        })
    }

    fn steps(&self) -> Value {
        self.steps
            .iter()
            .map(|action| json!({"actions": [{"action": action.name(), "app": self.app_id}]}))
            .collect()
    }

    pub(super) fn plan(&self) -> Value {
        json!({"id": self.id, "steps": self.steps(), "version": self.version})
    }

    fn announcement(&self) -> Value {
        let step = self
            .steps
            .get(self.current)
            .map(|action| json!({"actions": [{"action": action.name(), "app": self.app_id}]}));
        json!({"plan": self.plan(), "currentStep": step})
    }
}

/// Starts or ends as many instances as the app has too few or too many; the keys of those started.
fn scale(app: &App, instances: &mut Vec<Instance>, now: Timestamp) -> Vec<String> {
    let wanted = app.instances();
    let mut present: Vec<&mut Instance> =
        instances.iter_mut().filter(|it| it.app.id == app.id && it.is_wanted()).collect();
    let surplus = present.len().saturating_sub(wanted);
    present.sort_by_key(|it| it.scheduled_at);
    if !app.kills_oldest_first() {
        present.reverse();
    }
    // What does not run goes first, then the sick; a stable sort keeps the ages in order.
    present.sort_by_key(|it| (it.condition == Condition::Running, it.is_ready()));
    for instance in present.iter_mut().take(surplus) {
        instance.goal = Goal::Decommissioned;
    }
    for instance in present.iter_mut().skip(surplus).filter(|it| it.condition == Condition::Scheduled) {
        // What waits for an offer is started by what the app is now.
        instance.app = app.clone();
    }
    let missing = wanted.saturating_sub(present.len());
    let started: Vec<Instance> = (0..missing).map(|_| Instance::scheduled(app, now)).collect();
    let keys = started.iter().map(|it| it.key().to_owned()).collect();
    instances.extend(started);
    keys
}
