//! What the agents report of tasks, written into the book.

use serde_json::json;

use super::book::Book;
use super::event::Event;
use super::health::{self, CheckOutcome, Consequence};
use super::instance::{Condition, Instance};
use super::queue::Delay;
use super::schedule::stop;
use crate::marathon::clock::Timestamp;
use crate::marathon::launch::{Exit, LaunchFailure, TaskRecord};

/// What happened to a task.
#[derive(Debug)]
pub(crate) enum TaskUpdate {
    Started(TaskRecord),
    NotStarted(LaunchFailure),
    Ended(Exit),
    /// The app's health check of this index has a result.
    Checked(usize, CheckOutcome),
}

/// How Mesos calls the end of a task, and what it says of it.
struct Ending {
    state: &'static str,
    message: String,
}

impl Book {
    /// Notes what happened to the task of this id; a task that is not known any more changes nothing.
    pub(crate) fn note(&mut self, task_id: &str, update: TaskUpdate, now: Timestamp) {
        let version = self.version;
        let Some(index) = self.instances.iter().position(|it| it.task_id(version) == task_id) else {
            return;
        };
        match update {
            TaskUpdate::Started(record) => self.started(index, record, now),
            TaskUpdate::NotStarted(LaunchFailure(message)) => {
                self.ended(index, &Ending { state: "TASK_FAILED", message }, now);
            }
            TaskUpdate::Ended(exit) => {
                let ending = ending(&self.instances[index], &exit);
                self.ended(index, &ending, now);
            }
            TaskUpdate::Checked(check, outcome) => self.checked(index, check, &outcome, now),
        }
    }

    /// Ends a task that its app still wants: it will get another one.
    pub(crate) fn kill(&mut self, task_id: &str) -> bool {
        let version = self.version;
        let instance = self.instances.iter_mut().find(|it| it.task_id(version) == task_id);
        let command = instance.and_then(stop);
        let told = command.is_some();
        self.pending.extend(command);
        told
    }

    fn started(&mut self, index: usize, record: TaskRecord, now: Timestamp) {
        let instance = &mut self.instances[index];
        instance.condition = Condition::Running;
        if let Some(placement) = &mut instance.placement {
            placement.started_at = Some(now);
            placement.record = Some(record);
        }
        let key = instance.key().to_owned();
        let id = instance.app.id.clone();
        if let Some((_, delay)) = self.delays.get_mut(&id) {
            *delay = delay.advanced(now);
        }
        self.status(index, "TASK_RUNNING", "");
        self.announce(&key, "Running");
    }

    fn ended(&mut self, index: usize, ending: &Ending, now: Timestamp) {
        self.status(index, ending.state, &ending.message);
        let instance = &self.instances[index];
        let key = instance.key().to_owned();
        if ending.state == "TASK_FAILED" {
            self.remember_failure(index, ending.state, &ending.message, now);
        }
        if matches!(ending.state, "TASK_FAILED" | "TASK_FINISHED") {
            self.back_off(index, now);
        }
        let condition = match ending.state {
            "TASK_FAILED" => "Failed",
            "TASK_FINISHED" => "Finished",
            _ => "Killed",
        };
        self.announce(&key, condition);
        self.replace_or_forget(index, now);
    }

    /// An instance that is wanted waits for an offer again, with what its app is now.
    fn replace_or_forget(&mut self, index: usize, now: Timestamp) {
        let instance = &self.instances[index];
        let id = instance.app.id.clone();
        let superseded = self
            .deployments
            .iter()
            .filter(|it| it.app_id == id)
            .filter_map(|it| it.restarts_to())
            .any(|app| app.info.version != instance.app.info.version);
        match self.app(&id).cloned() {
            Some(app) if instance.is_wanted() && !superseded => {
                self.instances[index].reschedule(&app, now);
            }
            _ => {
                self.instances.remove(index);
            }
        }
    }

    fn back_off(&mut self, index: usize, now: Timestamp) {
        let app = self.instances[index].app.clone();
        let grown = Delay::grown(self.delay(&app), &app, now);
        self.delays.insert(app.id.clone(), (app.info.configured_at, grown));
    }

    fn remember_failure(&mut self, index: usize, state: &str, message: &str, now: Timestamp) {
        let instance = &self.instances[index];
        let at = instance.placement.as_ref();
        let failure = json!({
            "appId": instance.app.id,
            "host": at.map_or("", |it| it.hostname.as_str()),
            "message": message,
            "state": state,
            "taskId": instance.task_id(self.version),
            "timestamp": now,
            "version": instance.app.info.version,
            "slaveId": at.map(|it| &it.agent_id),
        });
        let id = instance.app.id.clone();
        if let Some(record) = self.apps.get_mut(&id) {
            record.last_failure = Some(failure);
        }
    }

    fn status(&mut self, index: usize, state: &str, message: &str) {
        let instance = &self.instances[index];
        let Some(at) = &instance.placement else { return };
        let content = json!({
            "slaveId": at.agent_id,
            "taskId": instance.task_id(self.version),
            "taskStatus": state,
            "message": message,
            "appId": instance.app.id,
            "host": at.hostname,
            "ipAddresses": [],
            "ports": at.host_ports,
            "version": instance.app.info.version,
        });
        self.events.push(Event::new("status_update_event", content));
    }

    fn checked(&mut self, index: usize, check: usize, outcome: &CheckOutcome, now: Timestamp) {
        let consequence = health::note(&mut self.instances[index], check, outcome, now);
        if consequence == Consequence::Nothing {
            return;
        }
        let instance = &self.instances[index];
        let content = json!({
            "appId": instance.app.id,
            "instanceId": instance.id(self.version),
            "version": instance.app.info.version,
            "alive": *outcome == CheckOutcome::Success,
        });
        if let CheckOutcome::Failure(cause) = outcome
            && consequence == Consequence::Kill
        {
            let by_marathon = !instance.app.health_checks()[check].is_mesos();
            if by_marathon {
                let message = format!("Task was killed since health check failed. Reason: {cause}");
                self.remember_failure(index, "TASK_KILLED", &message, now);
                self.events.push(Event::new("unhealthy_instance_kill_event", content.clone()));
            }
            let command = stop(&mut self.instances[index]);
            self.pending.extend(command);
        }
        self.events.push(Event::new("health_status_changed_event", content));
    }
}

/// A container's end and a command's end are told in different words.
fn ending(instance: &Instance, exit: &Exit) -> Ending {
    let what = if instance.app.docker().is_some() { "Container" } else { "Command" };
    let killed = instance.condition == Condition::Killing;
    let (by_itself, message) = match exit {
        Exit::Status(0) => ("TASK_FINISHED", format!("{what} exited with status 0")),
        Exit::Status(status) => ("TASK_FAILED", format!("{what} exited with status {status}")),
        Exit::Signal(signal) => ("TASK_FAILED", format!("{what} terminated with signal {}", name(*signal))),
        Exit::Unseen => ("TASK_FAILED", format!("{what} exited with unknown status")),
    };
    Ending { state: if killed { "TASK_KILLED" } else { by_itself }, message }
}

fn name(signal: i32) -> String {
    match signal {
        2 => "Interrupt".to_owned(),
        6 => "Aborted".to_owned(),
        9 => "Killed".to_owned(),
        11 => "Segmentation fault".to_owned(),
        15 => "Terminated".to_owned(),
        other => format!("{other}"),
    }
}
