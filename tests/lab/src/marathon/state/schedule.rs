//! One round of decisions: deployments go on, tasks are placed and ended, services are published.

use serde_json::json;

use super::book::{Book, Command};
use super::event::Event;
use super::instance::{Condition, Instance, Placement};
use super::offers;
use crate::marathon::clock::{Timestamp, random_below};
use crate::marathon::environment::environment;
use crate::marathon::launch::{Agent, LaunchOrder};

impl Book {
    /// Decides what is to be done now. `offers` are the agents whose offers came in this round.
    pub(crate) fn tick(&mut self, now: Timestamp, offers: &[Agent]) -> Vec<Command> {
        self.delays.retain(|_, (_, delay)| !delay.is_over(now));
        self.advance_deployments(now);
        let mut commands = std::mem::take(&mut self.pending);
        commands.extend(self.end_the_unwanted());
        commands.extend(self.place(now, offers));
        let services = self.services();
        if self.published.as_ref() != Some(&services) {
            self.published = Some(services.clone());
            commands.push(Command::Publish(services));
        }
        commands
    }

    fn advance_deployments(&mut self, now: Timestamp) {
        for deployment in &mut self.deployments {
            self.events.extend(deployment.advance(&mut self.instances, now));
        }
        self.deployments.retain(|it| !it.is_done());
        let waiting = |it: &Instance| it.condition == Condition::Scheduled && !it.is_wanted();
        self.instances.retain(|it| !waiting(it));
    }

    fn end_the_unwanted(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        for instance in self.instances.iter_mut().filter(|it| !it.is_wanted()) {
            if let Some(stop) = stop(instance) {
                commands.push(stop);
            }
        }
        commands
    }

    fn place(&mut self, now: Timestamp, offered: &[Agent]) -> Vec<Command> {
        let mut commands = Vec::new();
        for index in 0..self.instances.len() {
            let instance = &self.instances[index];
            let delayed = self.delay(&instance.app).is_some_and(|it| it.deadline() > now);
            if instance.condition == Condition::Scheduled && !delayed {
                commands.extend(self.place_one(index, now, offered));
            }
        }
        let done: Vec<_> = self.offers.keys().filter(|id| !self.is_queued(id)).cloned().collect();
        for id in done {
            self.offers.remove(&id);
        }
        commands
    }

    /// Looks at the offers from a random one on, as they come in no order.
    fn place_one(&mut self, index: usize, now: Timestamp, offered: &[Agent]) -> Option<Command> {
        let start = random_below(offered.len());
        let app = self.instances[index].app.clone();
        for agent in offered.iter().cycle().skip(start).take(offered.len()) {
            let statistics = self.offers.entry(app.id.clone()).or_default();
            match offers::judge(agent, &app, &self.instances) {
                Err(reasons) => statistics.unused(&agent.id, reasons, now),
                Ok(host_ports) => {
                    statistics.used(now);
                    return Some(self.launch(index, agent, host_ports, now));
                }
            }
        }
        None
    }

    fn launch(&mut self, index: usize, agent: &Agent, host_ports: Vec<u16>, now: Timestamp) -> Command {
        let version = self.version;
        let instance = &mut self.instances[index];
        instance.condition = Condition::Staging;
        instance.placement = Some(Placement::new(agent, host_ports.clone(), now));
        let task_id = instance.task_id(version);
        let env = environment(&instance.app, &task_id, &agent.hostname, &host_ports);
        let order = LaunchOrder { task_id, agent: agent.clone(), host_ports, env, app: instance.app.clone() };
        let key = instance.key().to_owned();
        self.announce(&key, "Staging");
        Command::Launch(order)
    }

    /// Tells the world that an instance's condition is another now.
    pub(super) fn announce(&mut self, key: &str, condition: &str) {
        let Some(instance) = self.instances.iter().find(|it| it.key() == key) else { return };
        let at = instance.placement.as_ref();
        let content = json!({
            "instanceId": instance.id(self.version),
            "condition": condition,
            "runSpecId": instance.app.id,
            "agentId": at.map(|it| &it.agent_id),
            "host": at.map(|it| &it.hostname),
            "runSpecVersion": instance.app.info.version,
        });
        self.events.push(Event::new("instance_changed_event", content));
    }
}

/// The command that ends an instance's task; None while there is none, or where it was told already.
pub(super) fn stop(instance: &mut Instance) -> Option<Command> {
    if instance.condition != Condition::Running {
        return None;
    }
    let record = instance.placement.as_ref()?.record.clone()?;
    instance.condition = Condition::Killing;
    Some(Command::Stop { record, grace: instance.app.kill_grace() })
}
