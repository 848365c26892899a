//! Tasks as plain processes on the loopback interface: no root, no namespaces (tier 0).
//!
//! A task has no file system and no network of its own here, so what its container would see is written into its
//! environment, its arguments and its config.yml: real paths for container paths, the agent's port for its own.

use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::image::{self, Image};
use super::launcher::{
    Agent, LaunchFailure, LaunchOrder, Launched, Launcher, PublishedService, TaskRecord, Vantage, Work,
};
use super::paths::PathMap;
use super::plan::{TaskPlan, plan};
use crate::marathon::watch::gone;
use crate::process::Process;

/// Runs tasks on addresses of 127.0.0.0/8.
#[derive(Debug)]
pub struct Loopback {
    root: PathBuf,
    agents: Vec<Agent>,
}

impl Loopback {
    /// Agents at these addresses, whose files are kept under `root`.
    #[must_use]
    pub fn new(root: PathBuf, addresses: &[Ipv4Addr]) -> Self {
        let agents = addresses.iter().enumerate().map(|(index, address)| {
            Agent::ordinary(&format!("20250101-000000-16777343-5050-1-S{index}"), *address)
        });
        Self { root, agents: agents.collect() }
    }

    /// The same, with other agents.
    #[must_use]
    pub fn with_agents(root: PathBuf, agents: Vec<Agent>) -> Self {
        Self { root, agents }
    }

    /// Where an agent's `/` is.
    #[must_use]
    pub fn agent_root(&self, hostname: &str) -> PathBuf {
        self.root.join("agents").join(hostname)
    }

    fn start(&self, order: &LaunchOrder) -> Result<Launched, LaunchFailure> {
        let mut plan = plan(order)?;
        if let Some(Image::Nexus { .. }) = plan.image {
            return Err(LaunchFailure("the stand-in for Nexus needs a container".to_owned()));
        }
        let failed = |what: &str, error: std::io::Error| LaunchFailure(format!("{what}: {error}"));
        let sandbox = self.root.join("sandboxes").join(&order.task_id);
        fs::create_dir_all(&sandbox).map_err(|error| failed("Failed to create the sandbox", error))?;
        let agent_root = self.agent_root(&order.agent.hostname);
        for mount in &plan.mounts {
            make_mount_point(&agent_root, &mount.host_path)
                .map_err(|error| failed("Failed to create a host path", error))?;
        }
        let mut env = order.env.clone();
        env.push(("MESOS_SANDBOX".to_owned(), sandbox.display().to_string()));
        self.in_real_paths(&mut plan, &mut env, order, &sandbox)
            .map_err(|error| failed("Failed to prepare the container", error))?;
        spawn(order, &plan, &env, &sandbox).map_err(|error| failed("Failed to launch container", error))
    }

    fn in_real_paths(
        &self,
        plan: &mut TaskPlan,
        env: &mut Vec<(String, String)>,
        order: &LaunchOrder,
        sandbox: &Path,
    ) -> std::io::Result<()> {
        let agent_root = self.agent_root(&order.agent.hostname);
        let real = |path: &str| agent_root.join(path.trim_start_matches('/')).display().to_string();
        let mut map = PathMap::new(&plan.mounts, real);
        let inside = |name: &str| sandbox.join(name).display().to_string();
        if let Some(Image::Registry { config_path }) = plan.image {
            if !map.covers(config_path) {
                fs::write(sandbox.join("image-config.yml"), image::CONFIG)?;
            }
            map.add(config_path, &inside("image-config.yml"));
            map.add("/var/lib/registry", &inside("data"));
            translate_configs(plan, &map, sandbox)?;
            env.retain(|(key, _)| key != "REGISTRY_HTTP_ADDR");
            let port = order.host_ports.first().copied().unwrap_or(0);
            env.push(("REGISTRY_HTTP_ADDR".to_owned(), format!("{}:{port}", order.agent.address)));
        }
        for word in &mut plan.words {
            *word = map.translate(word);
        }
        for (_, value) in env {
            *value = map.translate(value);
        }
        Ok(())
    }
}

/// A config file among the arguments is copied with real paths in it.
fn translate_configs(plan: &mut TaskPlan, map: &PathMap, sandbox: &Path) -> std::io::Result<()> {
    for (index, word) in plan.words.iter_mut().enumerate().filter(|(_, it)| it.ends_with(".yml")) {
        let Ok(text) = fs::read_to_string(map.translate(word)) else { continue };
        let copy = sandbox.join(format!("config-{index}.yml"));
        fs::write(&copy, map.translate(&text))?;
        *word = copy.display().to_string();
    }
    Ok(())
}

/// Docker makes a host path that is not there, as a folder.
fn make_mount_point(agent_root: &Path, host_path: &str) -> std::io::Result<()> {
    let path = agent_root.join(host_path.trim_start_matches('/'));
    if path.exists() { Ok(()) } else { fs::create_dir_all(path) }
}

fn spawn(
    order: &LaunchOrder,
    plan: &TaskPlan,
    env: &[(String, String)],
    sandbox: &Path,
) -> std::io::Result<Launched> {
    // It dies with the thread that started it: with the test, however that ends.
    let child = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "--"])
        .args(&plan.words)
        .env_clear()
        .env("PATH", crate::cluster::HOST_PATH)
        .envs(env.iter().map(|(key, value)| (key, value)))
        .current_dir(sandbox)
        .stdin(Stdio::null())
        .stdout(File::create(sandbox.join("stdout"))?)
        .stderr(File::create(sandbox.join("stderr"))?)
        .process_group(0)
        .spawn()?;
    let pid = child.id().unwrap_or_default();
    let started = Process::of(pid).map_or(0, |it| it.started);
    let record = TaskRecord {
        task_id: order.task_id.clone(),
        agent_id: order.agent.id.clone(),
        pid,
        started,
        sandbox: sandbox.to_path_buf(),
        address: None,
        container: None,
        network: None,
    };
    Ok(Launched { record, child: Some(child) })
}

impl Launcher for Loopback {
    fn agents(&self) -> Vec<Agent> {
        self.agents.clone()
    }

    fn launch<'a>(&'a self, order: &'a LaunchOrder) -> Work<'a, Result<Launched, LaunchFailure>> {
        Box::pin(async move { self.start(order) })
    }

    fn stop<'a>(&'a self, record: &'a TaskRecord, grace: Duration) -> Work<'a, ()> {
        Box::pin(end_process(record, grace))
    }

    fn clear<'a>(&'a self, _: &'a TaskRecord) -> Work<'a, ()> {
        Box::pin(async {})
    }

    fn vantage(&self, _: &TaskRecord, _: Vantage) -> Command {
        // `env` runs what is appended to it, as it stands.
        Command::new("env")
    }

    fn publish<'a>(&'a self, _: &'a [PublishedService]) -> Work<'a, anyhow::Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// SIGTERM, and SIGKILL after `grace`; returns once the process is gone.
pub(super) async fn end_process(record: &TaskRecord, grace: Duration) {
    let process = Process { pid: record.pid, started: record.started };
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::KILL] {
        // One that is gone already needs no signal.
        let _ = process.signal(signal);
        if timeout(grace, gone(record)).await.is_ok() {
            return;
        }
    }
}
