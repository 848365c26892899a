//! Tasks on agents with Docker Engine: containers, run as Mesos' Docker executor runs them.

use std::io;
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt as _;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::launcher::{LaunchFailure, LaunchOrder, Launched, TaskRecord};
use super::plan::{args, command, mounts, reference};
use super::sandbox::Sandbox;
use crate::cluster::{HostRecord, enter};
use crate::marathon::clock::uuid;
use crate::marathon::definition::NetworkMode;
use crate::process::Process;

/// How long a container may take to run.
const START_TIME: Duration = Duration::from_secs(60);

/// Pulls where needed, runs the container, and returns once it runs.
pub(super) async fn launch(host: &HostRecord, order: &LaunchOrder) -> Result<Launched, LaunchFailure> {
    let failed = |error: io::Error| LaunchFailure(format!("Failed to launch container: {error}"));
    let image = reference(&order.app).unwrap_or_default();
    let always = order.app.docker().is_some_and(|it| it.get("forcePullImage") == Some(&Value::Bool(true)));
    pull(host, image, always).await?;
    let sandbox = Sandbox::make(host, order).map_err(failed)?;
    let name = format!("mesos-{}", uuid());
    let mut child = run(host, order, &sandbox, &name).map_err(failed)?;
    match running(host, &name, &mut child).await.map_err(failed)? {
        Running::At(address) => {
            let bridged = order.app.network() == NetworkMode::Bridge;
            let pid = child.id().unwrap_or_default();
            let record = TaskRecord {
                task_id: order.task_id.clone(),
                agent_id: order.agent.id.clone(),
                pid,
                started: Process::of(pid).map_or(0, |it| it.started),
                sandbox: sandbox.outside,
                address: address.filter(|_| bridged),
                container: Some(name),
                network: None,
            };
            Ok(Launched { record, child: Some(child) })
        }
        Running::Ended(message) => {
            remove(host, &name).await;
            Err(LaunchFailure(message))
        }
    }
}

async fn pull(host: &HostRecord, image: &str, always: bool) -> Result<(), LaunchFailure> {
    let is_there = docker(host, &["image", "inspect", image]).output().await;
    if !always && is_there.is_ok_and(|it| it.status.success()) {
        return Ok(());
    }
    let pulled = docker(host, &["pull", "-q", image]).output().await;
    match pulled {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(LaunchFailure(format!(
            "Failed to launch container: Failed to run 'docker -H unix:///var/run/docker.sock pull {image}': exited \
             with status {}; stderr='{}'",
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stderr)
        ))),
        Err(error) => Err(LaunchFailure(format!("Failed to launch container: {error}"))),
    }
}

fn run(host: &HostRecord, order: &LaunchOrder, sandbox: &Sandbox, name: &str) -> io::Result<Child> {
    let app = &order.app;
    let [cpus, mem, ..] = app.resources();
    let mut words = vec!["run".to_owned(), "--name".to_owned(), name.to_owned()];
    let mut option = |key: &str, value: String| words.push(format!("--{key}={value}"));
    option("cpu-shares", format!("{:.0}", (cpus * 1024.0).max(2.0)));
    // Docker takes no less.
    option("memory", format!("{:.0}m", mem.max(6.0)));
    option("env-file", format!("{}/environment", sandbox.inside));
    option("volume", format!("{}:/mnt/mesos/sandbox", sandbox.inside));
    option("label", format!("MESOS_TASK_ID={}", order.task_id));
    for mount in mounts(app) {
        let mode = if mount.read_only { "ro" } else { "rw" };
        option("volume", format!("{}:{}:{mode}", mount.host_path, mount.container_path));
    }
    if app.network() == NetworkMode::Host {
        option("network", "host".to_owned());
    } else {
        for (spec, host_port) in app.ports().iter().zip(&order.host_ports) {
            let container_port = spec.container_port.filter(|port| *port != 0).unwrap_or(*host_port);
            option("publish", format!("{host_port}:{container_port}"));
        }
    }
    for (key, value) in parameters(order) {
        option(&key, value);
    }
    if app.docker().is_some_and(|it| it.get("privileged") == Some(&Value::Bool(true))) {
        words.push("--privileged".to_owned());
    }
    let image = reference(app).unwrap_or_default().to_owned();
    match command(app) {
        Some(line) => {
            words.extend(["--entrypoint=/bin/sh".to_owned(), image, "-c".to_owned(), line.to_owned()])
        }
        None => {
            words.push(image);
            words.extend(args(app));
        }
    }
    write_environment(order, sandbox)?;
    let (stdout, stderr) = sandbox.streams()?;
    let mut command = enter(host.init_pid);
    command.arg("docker").args(&words).stdin(Stdio::null()).stdout(stdout).stderr(stderr).process_group(0);
    Command::from(command).spawn()
}

fn parameters(order: &LaunchOrder) -> Vec<(String, String)> {
    let list = order.app.docker().and_then(|it| it.get("parameters")?.as_array()).into_iter().flatten();
    list.filter_map(|it| Some((it["key"].as_str()?.to_owned(), it["value"].as_str()?.to_owned()))).collect()
}

/// As a file, so that it is not on a command line for all to see.
fn write_environment(order: &LaunchOrder, sandbox: &Sandbox) -> io::Result<()> {
    let mut text = String::from("MESOS_SANDBOX=/mnt/mesos/sandbox\n");
    for (key, value) in &order.env {
        text.push_str(&format!("{key}={}\n", value.replace('\n', " ")));
    }
    std::fs::write(sandbox.outside.join("environment"), text)
}

/// What became of a container that was started.
enum Running {
    /// It runs, perhaps with an address of its own.
    At(Option<Ipv4Addr>),
    /// It ended first.
    Ended(String),
}

async fn running(host: &HostRecord, name: &str, child: &mut Child) -> io::Result<Running> {
    let deadline = Instant::now() + START_TIME;
    let format = "{{.State.Running}} {{.NetworkSettings.IPAddress}}";
    loop {
        let output = docker(host, &["inspect", "-f", format, name]).output().await?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if let Some(address) = text.trim().strip_prefix("true") {
            return Ok(Running::At(address.trim().parse().ok()));
        }
        if let Some(status) = child.try_wait()? {
            return Ok(Running::Ended(format!(
                "Container exited with status {}",
                status.code().unwrap_or(-1)
            )));
        }
        if Instant::now() >= deadline {
            return Ok(Running::Ended("Container did not start in time".to_owned()));
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Stops a container: SIGTERM, after `grace` SIGKILL.
pub(super) async fn stop(host: &HostRecord, name: &str, grace: Duration) {
    let seconds = grace.as_secs().to_string();
    // One that is gone needs no stopping.
    let _: io::Result<Output> = docker(host, &["stop", "-t", &seconds, name]).output().await;
}

/// Removes a container and the volumes that only it had.
pub(super) async fn remove(host: &HostRecord, name: &str) {
    let _: io::Result<Output> = docker(host, &["rm", "-f", "-v", name]).output().await;
}

/// A command in a container's network; what is appended runs there.
pub(super) fn inside(host: &HostRecord, name: &str) -> Command {
    let script = r#"pid=$(docker inspect -f '{{.State.Pid}}' "$0") && exec nsenter -t "$pid" -n -- "$@""#;
    let mut command = enter(host.init_pid);
    command.args(["sh", "-c", script, name]);
    Command::from(command)
}

fn docker(host: &HostRecord, words: &[&str]) -> Command {
    let mut command = enter(host.init_pid);
    command.arg("docker").args(words).stdin(Stdio::null());
    Command::from(command)
}
