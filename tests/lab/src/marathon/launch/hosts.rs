//! Tasks on the hosts of a lab: in Docker Engine where an agent has one, else in namespaces of their own.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use tokio::process::Command;

use super::launcher::{
    Agent, LaunchFailure, LaunchOrder, Launched, Launcher, PublishedService, TaskRecord, Vantage, Work,
};
use super::loopback::end_process;
use super::sandbox::root;
use super::{container, docker};
use crate::cluster::{Cluster, HostRecord, Service, enter};
use crate::mesos::MASTER_ID;
use crate::process::Process;

/// The framework's name, which is part of the names of virtual addresses.
const FRAMEWORK: &str = "marathon";

/// Runs tasks on the hosts of a lab.
#[derive(Debug)]
pub struct Hosts {
    cluster: Cluster,
    /// Networks of tasks that are in use: agent and number.
    networks: Mutex<BTreeSet<(String, u16)>>,
}

impl Hosts {
    /// The agents of this lab.
    #[must_use]
    pub fn new(cluster: Cluster) -> Self {
        Self { cluster, networks: Mutex::default() }
    }

    /// The agents with their ids, in the order in which the Mesos masters list them.
    fn hosts(&self) -> Vec<(String, HostRecord)> {
        let hosts = self.cluster.hosts().unwrap_or_default();
        let agents = hosts.into_iter().filter(HostRecord::is_agent).enumerate();
        agents.map(|(index, host)| (format!("{MASTER_ID}-S{index}"), host)).collect()
    }

    fn host(&self, agent_id: &str) -> Option<HostRecord> {
        self.hosts().into_iter().find(|(id, _)| id == agent_id).map(|(_, host)| host)
    }

    /// A number that no network of this agent has, also none of an earlier Marathon.
    fn take_network(&self, agent_id: &str, host: &HostRecord) -> u16 {
        let mut taken = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there = |number: u16| root(host).join(format!("run/netns/task-{number}")).exists();
        let number = (0..u16::MAX)
            .find(|number| !taken.contains(&(agent_id.to_owned(), *number)) && !is_there(*number))
            .unwrap_or(u16::MAX);
        taken.insert((agent_id.to_owned(), number));
        number
    }

    fn release_network(&self, agent_id: &str, number: u16) {
        let mut taken = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        taken.remove(&(agent_id.to_owned(), number));
    }

    async fn start(&self, order: &LaunchOrder) -> Result<Launched, LaunchFailure> {
        let agent_id = &order.agent.id;
        let host = self.host(agent_id).ok_or_else(|| LaunchFailure("Agent is gone".to_owned()))?;
        let docker_type =
            order.app.container().is_some_and(|it| it.get("type").is_some_and(|it| it == "DOCKER"));
        if host.engine && docker_type {
            return docker::launch(&host, order).await;
        }
        let number = self.take_network(agent_id, &host);
        let launched = container::launch(&host, order, number).await;
        if !launched.as_ref().is_ok_and(|it| it.record.network.is_some()) {
            self.release_network(agent_id, number);
        }
        launched
    }

    async fn tidy(&self, record: &TaskRecord) {
        let Some(host) = self.host(&record.agent_id) else { return };
        if let Some(name) = &record.container {
            docker::remove(&host, name).await;
        }
        if let Some(number) = record.network {
            container::remove_network(&host, number).await;
            self.release_network(&record.agent_id, number);
        }
    }
}

impl Launcher for Hosts {
    fn agents(&self) -> Vec<Agent> {
        let alive = |host: &HostRecord| Process::of(host.init_pid).is_some();
        let hosts = self.hosts().into_iter().enumerate().filter(|(_, (_, host))| alive(host));
        hosts
            .map(|(index, (id, host))| Agent {
                public: host.public,
                attributes: attributes(index, host.public),
                resources: [4.0, 8192.0, 100_000.0, 0.0],
                ..Agent::ordinary(&id, host.address)
            })
            .collect()
    }

    fn launch<'a>(&'a self, order: &'a LaunchOrder) -> Work<'a, Result<Launched, LaunchFailure>> {
        Box::pin(self.start(order))
    }

    fn stop<'a>(&'a self, record: &'a TaskRecord, grace: Duration) -> Work<'a, ()> {
        Box::pin(async move {
            match (&record.container, self.host(&record.agent_id)) {
                (Some(name), Some(host)) => docker::stop(&host, name, grace).await,
                _ => end_process(record, grace).await,
            }
        })
    }

    fn clear<'a>(&'a self, record: &'a TaskRecord) -> Work<'a, ()> {
        Box::pin(self.tidy(record))
    }

    fn vantage(&self, record: &TaskRecord, from: Vantage) -> Command {
        let hosts = self.cluster.hosts().unwrap_or_default();
        let host = match from {
            Vantage::Marathon => hosts.into_iter().find(|host| !host.is_agent()),
            Vantage::Task => self.host(&record.agent_id),
        };
        // Without the host nothing can be asked, and asking must not happen from the machine itself.
        let Some(host) = host else { return Command::new("false") };
        if from == Vantage::Task
            && let Some(name) = &record.container
        {
            return docker::inside(&host, name);
        }
        let mut command = enter(host.init_pid);
        if let (Vantage::Task, Some(number)) = (from, record.network) {
            command.args(["nsenter", &format!("--net=/run/netns/task-{number}"), "--"]);
        }
        Command::from(command)
    }

    fn publish<'a>(&'a self, services: &'a [PublishedService]) -> Work<'a, anyhow::Result<()>> {
        let cluster = self.cluster.clone();
        let services: Vec<Service> = services.iter().map(service).collect();
        Box::pin(async move {
            let published = tokio::task::spawn_blocking(move || cluster.publish(&services)).await;
            published.context("programming the hosts")?
        })
    }
}

fn service(service: &PublishedService) -> Service {
    Service {
        vip: service.vip.clone(),
        framework: FRAMEWORK.to_owned(),
        service_port: service.service_port,
        haproxy_group: service.haproxy_group.clone(),
        backends: service.backends.clone(),
    }
}

/// As the Mesos masters list them.
fn attributes(index: usize, public: bool) -> Vec<(String, String)> {
    let mut attributes = vec![
        ("rack".to_owned(), format!("r{}", index % 2 + 1)),
        ("os".to_owned(), "debian".to_owned()),
        ("level".to_owned(), (index + 1).to_string()),
    ];
    if public {
        attributes.push(("public_ip".to_owned(), "true".to_owned()));
    }
    attributes
}
