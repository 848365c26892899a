//! What the API says of apps, tasks, deployments and the queue.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::book::Book;
use super::health::Health;
use super::instance::{Condition, Instance};
use crate::marathon::app_id::AppId;
use crate::marathon::clock::Timestamp;
use crate::marathon::config::MarathonVersion;
use crate::marathon::definition::{App, DEFAULT_ROLE, Fields};
use crate::marathon::launch::Agent;

/// What is added to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Counts and deployments, as in lists.
    Counts,
    /// Tasks and the last failure, too.
    Tasks,
}

impl Book {
    /// An app as it is now.
    pub(crate) fn app_answer(&self, id: &AppId, detail: Detail) -> Option<Value> {
        let record = self.apps.get(id)?;
        let mut answer = record.current.answer(self.version);
        let mine: Vec<&Instance> = self.instances.iter().filter(|it| it.app.id == *id).collect();
        answer.extend(counts(&mine));
        let deployments = self.deployments.iter().filter(|it| it.app_id == *id);
        let ids: Vec<Value> = deployments.map(|it| json!({"id": it.id})).collect();
        answer.insert("deployments".to_owned(), Value::Array(ids));
        if detail == Detail::Tasks {
            let tasks: Vec<Value> = mine.iter().filter_map(|it| self.task_answer(it)).collect();
            answer.insert("tasks".to_owned(), Value::Array(tasks));
            if let Some(failure) = &record.last_failure {
                answer.insert("lastTaskFailure".to_owned(), failure.clone());
            }
        }
        Some(Value::Object(answer))
    }

    /// The answer to a POST: the app as it was accepted, before service ports are given and tasks start.
    pub(crate) fn creation_answer(&self, app: &App, deployment_id: &str) -> Value {
        let mut answer = app.answer(self.version);
        answer.shift_remove("versionInfo");
        answer.extend(counts(&[]));
        if self.version == MarathonVersion::V1_4 {
            answer.insert("tasks".to_owned(), json!([]));
        }
        answer.insert("deployments".to_owned(), json!([{"id": deployment_id}]));
        Value::Object(answer)
    }

    /// The tasks of one app, or of all.
    pub(crate) fn tasks(&self, id: Option<&AppId>) -> Vec<Value> {
        let mine = self.instances.iter().filter(|it| id.is_none_or(|id| it.app.id == *id));
        mine.filter_map(|it| self.task_answer(it)).collect()
    }

    /// Who listens where, one line for each port: app, service port, `host:port` of each task.
    pub(crate) fn endpoints(&self) -> String {
        let mut lines = String::new();
        for record in self.apps.values() {
            for (index, port) in record.current.ports().iter().enumerate() {
                let running = self.instances.iter().filter(|it| it.app.id == record.current.id);
                let at: Vec<String> = running
                    .filter_map(|it| it.placement.as_ref())
                    .filter_map(|at| Some(format!("{}:{}", at.hostname, at.host_ports.get(index)?)))
                    .collect();
                let _ =
                    writeln!(lines, "{}\t{}\t{}", record.current.id.safe(), port.service_port, at.join("\t"));
            }
        }
        lines
    }

    /// The deployments that run.
    pub(crate) fn deployments_answer(&self) -> Value {
        self.deployments.iter().map(super::deployment::Deployment::answer).collect()
    }

    /// What waits for offers; with `agents`, also the offers that did not do.
    pub(crate) fn queue_answer(&self, agents: Option<&[Agent]>, now: Timestamp) -> Value {
        let items: Vec<Value> =
            self.apps.values().filter_map(|record| self.queued(&record.current, agents, now)).collect();
        json!({ "queue": items })
    }

    /// Something of the app waits for an offer.
    pub(crate) fn is_queued(&self, id: &AppId) -> bool {
        self.instances.iter().any(|it| it.app.id == *id && it.condition == Condition::Scheduled)
    }

    /// Forgets how long an app was to wait.
    pub(crate) fn forget_delay(&mut self, id: &AppId) {
        self.delays.remove(id);
    }

    fn queued(&self, app: &App, agents: Option<&[Agent]>, now: Timestamp) -> Option<Value> {
        let waiting: Vec<&Instance> = self
            .instances
            .iter()
            .filter(|it| it.app.id == app.id && it.condition == Condition::Scheduled)
            .collect();
        let since = waiting.iter().map(|it| it.scheduled_at).min()?;
        let left = self.delay(app).map_or(0, |it| it.deadline().since(now).as_secs());
        let statistics = self.offers.get(&app.id).cloned().unwrap_or_default();
        let mut item = Map::new();
        item.insert("count".to_owned(), json!(waiting.len()));
        if self.version != MarathonVersion::V1_4 {
            item.insert("role".to_owned(), json!(DEFAULT_ROLE));
        }
        item.insert("delay".to_owned(), json!({"timeLeftSeconds": left, "overdue": left == 0}));
        item.insert("since".to_owned(), json!(since));
        item.insert("processedOffersSummary".to_owned(), statistics.summary());
        if let Some(agents) = agents {
            let unused = statistics.last_unused_offers().filter_map(|(agent_id, at, reasons)| {
                let agent = agents.iter().find(|it| it.id == agent_id)?;
                let reasons: Vec<String> = reasons.iter().map(|it| format!("{it:?}")).collect();
                Some(json!({"offer": self.offer(agent), "reason": reasons, "timestamp": at}))
            });
            item.insert("lastUnusedOffers".to_owned(), unused.collect());
        }
        item.insert("app".to_owned(), Value::Object(app.answer(self.version)));
        Some(Value::Object(item))
    }

    /// What an agent has left, as an offer.
    fn offer(&self, agent: &Agent) -> Value {
        let role = if agent.public { "slave_public" } else { "*" };
        let on_agent = |it: &&Instance| it.placement.as_ref().is_some_and(|at| at.agent_id == agent.id);
        let mut resources: Vec<Value> = Vec::new();
        for (index, name) in ["cpus", "mem", "disk", "gpus"].into_iter().enumerate() {
            let taken: f64 = self.instances.iter().filter(on_agent).map(|it| it.app.resources()[index]).sum();
            let left = agent.resources[index] - taken;
            resources.push(json!({"name": name, "role": role, "scalar": left}));
        }
        let (begin, end) = agent.ports;
        resources.push(json!({"name": "ports", "role": role, "ranges": [{"begin": begin, "end": end}]}));
        let attributes: Vec<Value> =
            agent.attributes.iter().map(|(name, text)| json!({"name": name, "text": text})).collect();
        json!({
            "id": format!("{}-O1", agent.id),
            "hostname": agent.hostname,
            "agentId": agent.id,
            "resources": resources,
            "attributes": attributes,
        })
    }

    /// A task; an instance without one has none.
    pub(crate) fn task_answer(&self, instance: &Instance) -> Option<Value> {
        let at = instance.placement.as_ref()?;
        let mut task = Map::new();
        let mut put = |key: &str, value: Value| task.insert(key.to_owned(), value);
        put("appId", json!(instance.app.id));
        let results: Vec<Value> =
            instance.health.iter().flatten().map(|it| self.health(instance, it)).collect();
        if !results.is_empty() {
            put("healthCheckResults", Value::Array(results));
        }
        put("host", json!(at.hostname));
        put("id", json!(instance.task_id(self.version)));
        let address = at.record.as_ref().and_then(|it| it.address);
        let addresses = address.map(|it| json!([{"ipAddress": it, "protocol": "IPv4"}]));
        put("ipAddresses", addresses.unwrap_or_else(|| json!([])));
        put("ports", json!(at.host_ports));
        let service_ports: Vec<u16> = instance.app.ports().iter().map(|it| it.service_port).collect();
        put("servicePorts", json!(service_ports));
        put("slaveId", json!(at.agent_id));
        put("state", json!(state(instance.condition)));
        put("stagedAt", json!(at.staged_at));
        if let Some(started_at) = at.started_at {
            put("startedAt", json!(started_at));
        }
        put("version", json!(instance.app.info.version));
        put("localVolumes", json!([]));
        if self.version != MarathonVersion::V1_4 {
            put("role", instance.app.fields().get("role").cloned().unwrap_or_default());
        }
        Some(Value::Object(task))
    }

    /// 1.4 writes what is not there as null, later ones leave it out.
    fn health(&self, instance: &Instance, health: &Health) -> Value {
        let mut result = Fields::new();
        let mut put = |key: &str, value: Value| {
            if self.version == MarathonVersion::V1_4 || !value.is_null() {
                result.insert(key.to_owned(), value);
            }
        };
        put("alive", json!(health.alive()));
        put("consecutiveFailures", json!(health.consecutive_failures));
        put("firstSuccess", json!(health.first_success));
        put("instanceId", json!(instance.id(self.version)));
        put("lastSuccess", json!(health.last_success));
        put("lastFailure", json!(health.last_failure));
        put("lastFailureCause", json!(health.last_failure_cause));
        Value::Object(result)
    }
}

fn state(condition: Condition) -> &'static str {
    match condition {
        Condition::Scheduled | Condition::Staging => "TASK_STAGING",
        Condition::Running => "TASK_RUNNING",
        Condition::Killing => "TASK_KILLING",
    }
}

/// A task that has checks but no result yet is neither healthy nor unhealthy.
fn counts(instances: &[&Instance]) -> Fields {
    let count = |fits: &dyn Fn(&Instance) -> bool| json!(instances.iter().filter(|it| fits(it)).count());
    let mut counts = Fields::new();
    counts.insert("tasksStaged".to_owned(), count(&|it| it.condition == Condition::Staging));
    counts.insert("tasksRunning".to_owned(), count(&|it| it.condition == Condition::Running));
    counts.insert("tasksHealthy".to_owned(), count(&|it| it.is_healthy() == Some(true)));
    counts.insert("tasksUnhealthy".to_owned(), count(&|it| it.is_healthy() == Some(false)));
    counts
}
