//! One instance of an app: where it is placed, what its task does, how healthy it is.

use serde::{Deserialize, Serialize};

use super::health::Health;
use crate::marathon::clock::{Timestamp, uuid};
use crate::marathon::config::MarathonVersion;
use crate::marathon::definition::App;
use crate::marathon::launch::{Agent, TaskRecord};

/// What an instance is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Goal {
    Running,
    /// To be ended and forgotten.
    Decommissioned,
}

/// What an instance's task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Condition {
    /// There is none yet: it waits for an offer.
    Scheduled,
    /// It is being started.
    Staging,
    Running,
    /// It was told to end.
    Killing,
}

/// Where a task was put.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Placement {
    pub(crate) agent_id: String,
    pub(crate) hostname: String,
    /// The address that clients connect to.
    pub(crate) address: std::net::Ipv4Addr,
    pub(crate) attributes: Vec<(String, String)>,
    /// The agent's ports, one for each of the app's.
    pub(crate) host_ports: Vec<u16>,
    pub(crate) staged_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    /// How to find the task; known once it runs.
    pub(crate) record: Option<TaskRecord>,
}

impl Placement {
    pub(super) fn new(agent: &Agent, host_ports: Vec<u16>, staged_at: Timestamp) -> Self {
        Self {
            agent_id: agent.id.clone(),
            hostname: agent.hostname.clone(),
            address: agent.address,
            attributes: agent.attributes.clone(),
            host_ports,
            staged_at,
            started_at: None,
            record: None,
        }
    }
}

/// One instance of an app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    uuid: String,
    /// How many tasks it has had, this one included.
    incarnation: u32,
    /// The definition that it runs.
    pub(crate) app: App,
    pub(crate) goal: Goal,
    pub(crate) condition: Condition,
    pub(crate) scheduled_at: Timestamp,
    pub(crate) placement: Option<Placement>,
    /// One for each of the app's checks that has had a result.
    pub(crate) health: Vec<Option<Health>>,
}

impl Instance {
    pub(super) fn scheduled(app: &App, now: Timestamp) -> Self {
        Self {
            uuid: uuid(),
            incarnation: 1,
            app: app.clone(),
            goal: Goal::Running,
            condition: Condition::Scheduled,
            scheduled_at: now,
            placement: None,
            health: vec![None; app.health_checks().len()],
        }
    }

    /// Waits for an offer again, with this definition.
    pub(super) fn reschedule(&mut self, app: &App, now: Timestamp) {
        self.incarnation += 1;
        self.app = app.clone();
        self.condition = Condition::Scheduled;
        self.scheduled_at = now;
        self.placement = None;
        self.health = vec![None; app.health_checks().len()];
    }

    /// The id of the instance: `registry.instance-UUID`.
    pub(crate) fn id(&self, version: MarathonVersion) -> String {
        let prefix = if version == MarathonVersion::V1_4 { "marathon" } else { "instance" };
        format!("{}.{prefix}-{}", self.app.id.safe(), self.uuid_of_task(version))
    }

    /// The id of its present task.
    pub(crate) fn task_id(&self, version: MarathonVersion) -> String {
        match version {
            MarathonVersion::V1_4 => format!("{}.{}", self.app.id.safe(), self.uuid_of_task(version)),
            MarathonVersion::V1_11 => format!("{}._app.{}", self.id(version), self.incarnation),
        }
    }

    /// 1.4 has a new instance for every task: the count goes into the last digits of the UUID.
    fn uuid_of_task(&self, version: MarathonVersion) -> String {
        if version == MarathonVersion::V1_11 || self.incarnation == 1 {
            return self.uuid.clone();
        }
        format!("{}{:06x}", &self.uuid[..self.uuid.len() - 6], self.incarnation)
    }

    /// The same instance, whatever its present task.
    pub(crate) fn key(&self) -> &str {
        &self.uuid
    }

    /// Not told to end.
    pub(crate) fn is_wanted(&self) -> bool {
        self.goal == Goal::Running
    }

    /// Runs, and every check that the app has says so.
    pub(crate) fn is_ready(&self) -> bool {
        self.condition == Condition::Running
            && self.health.iter().all(|it| it.as_ref().is_some_and(Health::alive))
    }

    /// What the checks that have had results say; None without any.
    pub(crate) fn is_healthy(&self) -> Option<bool> {
        let results: Vec<bool> = self.health.iter().flatten().map(Health::alive).collect();
        (!results.is_empty()).then(|| results.iter().all(|alive| *alive))
    }

    /// Good enough to be counted when it is asked how many may go: without checks, running is enough.
    pub(super) fn is_considered_healthy(&self) -> bool {
        self.is_ready()
    }
}
