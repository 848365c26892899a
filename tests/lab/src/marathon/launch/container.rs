//! Tasks on agents without an engine: processes with namespaces of their own, made as a container's are.

use std::io;
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::sleep;

use super::image::{self, Image};
use super::launcher::{LaunchFailure, LaunchOrder, Launched, TaskRecord};
use super::plan::{TaskPlan, plan};
use super::sandbox::Sandbox;
use crate::cluster::{HostRecord, enter};
use crate::marathon::definition::NetworkMode;
use crate::nexus;
use crate::process::Process;

const NETWORK_SCRIPT: &str = include_str!("../../../scripts/task-network.sh");
const ROOT_SCRIPT: &str = include_str!("../../../scripts/task-root.sh");

/// The networks of tasks: 172.18.0.0/30, 172.18.0.4/30 … on every agent.
const FIRST_NETWORK: Ipv4Addr = Ipv4Addr::new(172, 18, 0, 0);

/// How long the process of a task may take to appear.
const APPEARANCE: Duration = Duration::from_secs(10);

/// Starts a task. `number` is one that no other network of that agent has; it is taken for bridge mode only.
pub(super) async fn launch(
    host: &HostRecord,
    order: &LaunchOrder,
    number: u16,
) -> Result<Launched, LaunchFailure> {
    let plan = plan(order)?;
    let failed = |error: io::Error| LaunchFailure(format!("Failed to launch container: {error}"));
    let sandbox = Sandbox::make(host, order).map_err(failed)?;
    let network = (order.app.network() == NetworkMode::Bridge).then_some(number);
    if let Some(number) = network {
        make_network(host, order, number).await.map_err(failed)?;
    }
    let started = start(host, order, &plan, &sandbox, network).await;
    if let (Err(_), Some(number)) = (&started, network) {
        remove_network(host, number).await;
    }
    started.map_err(failed)
}

async fn start(
    host: &HostRecord,
    order: &LaunchOrder,
    plan: &TaskPlan,
    sandbox: &Sandbox,
    network: Option<u16>,
) -> io::Result<Launched> {
    let mut command = enter(host.init_pid);
    if let Some(number) = network {
        command.args(["nsenter", &format!("--net=/run/netns/task-{number}"), "--"]);
    }
    match &plan.image {
        Some(image) => {
            command.args(["unshare", "--mount", "--propagation", "private", "--"]);
            let config = unpack(image, sandbox)?;
            command.args(["sh", "-c", ROOT_SCRIPT, "task-root.sh", &sandbox.inside, config]);
            for mount in &plan.mounts {
                let mode = if mount.read_only { "RO" } else { "RW" };
                command.args([&absolute(&mount.host_path, sandbox), &mount.container_path, mode]);
            }
            command.arg("--");
        }
        None => {
            let script = r#"cd "$1"; shift; exec env -i PATH="$PATH" MESOS_SANDBOX="$PWD" "$@""#;
            command.args(["sh", "-c", script, "sh", &sandbox.inside]);
        }
    }
    command.args(order.env.iter().map(|(key, value)| format!("{key}={value}"))).args(&plan.words);
    let (stdout, stderr) = sandbox.streams()?;
    command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).process_group(0);
    let child = Command::from(command).spawn()?;
    let process = below(&child).await?;
    let record = TaskRecord {
        task_id: order.task_id.clone(),
        agent_id: order.agent.id.clone(),
        pid: process.pid,
        started: process.started,
        sandbox: sandbox.outside.clone(),
        address: network.map(|number| sides(number).1),
        container: None,
        network,
    };
    Ok(Launched { record, child: Some(child) })
}

/// Puts what an image brings with it into the sandbox; hands back where its config.yml belongs, where it has one.
fn unpack(image: &Image, sandbox: &Sandbox) -> io::Result<&'static str> {
    match image {
        Image::Registry { config_path } => {
            std::fs::write(sandbox.outside.join("image-config.yml"), image::CONFIG)?;
            Ok(config_path)
        }
        Image::Nexus { .. } => nexus::unpack(&sandbox.outside.join("nexus")).map(|_| ""),
    }
}

/// A relative host path is one of the sandbox.
fn absolute(host_path: &str, sandbox: &Sandbox) -> String {
    if host_path.starts_with('/') { host_path.to_owned() } else { format!("{}/{host_path}", sandbox.inside) }
}

/// nsenter puts one process between itself and the task, to be in the agent's pid namespace.
async fn below(child: &Child) -> io::Result<Process> {
    let pid = child.id().unwrap_or_default();
    let deadline = tokio::time::Instant::now() + APPEARANCE;
    while tokio::time::Instant::now() < deadline {
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
        let task = children.split_whitespace().next().and_then(|it| it.parse().ok()).and_then(Process::of);
        if let Some(task) = task {
            return Ok(task);
        }
        sleep(Duration::from_millis(10)).await;
    }
    Err(io::Error::other("the task's process did not appear"))
}

/// The addresses of the agent and of the task in a task's network.
fn sides(number: u16) -> (Ipv4Addr, Ipv4Addr) {
    let base = u32::from(FIRST_NETWORK) + 4 * u32::from(number);
    (Ipv4Addr::from(base + 1), Ipv4Addr::from(base + 2))
}

async fn make_network(host: &HostRecord, order: &LaunchOrder, number: u16) -> io::Result<()> {
    let (outside, inside) = sides(number);
    let ports = order.app.ports();
    let mapped = ports.iter().zip(&order.host_ports).map(|(spec, host_port)| {
        let container_port = spec.container_port.filter(|port| *port != 0).unwrap_or(*host_port);
        format!("{host_port}:{container_port}")
    });
    let mut command = network_command(host, "make", number);
    command.args([outside.to_string(), inside.to_string(), host.address.to_string()]).args(mapped);
    let output = command.output().await?;
    if output.status.success() {
        return Ok(());
    }
    remove_network(host, number).await;
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

/// Takes a task's network away. On a host that is gone there is nothing to take.
pub(super) async fn remove_network(host: &HostRecord, number: u16) {
    let _ = network_command(host, "remove", number).output().await;
}

fn network_command(host: &HostRecord, action: &str, number: u16) -> Command {
    let mut command = enter(host.init_pid);
    command.args(["sh", "-c", NETWORK_SCRIPT, "task-network.sh", action, &number.to_string()]);
    command.stdin(Stdio::null());
    Command::from(command)
}
