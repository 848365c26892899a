//! The sandboxes on one agent, as its `/state` lists them, and the virtual paths under which their files are read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::files::Refusal;
use crate::cluster::HostRecord;
use crate::marathon::{self, FRAMEWORK_ID};
use crate::mesos::MASTER_ID;

/// The sandboxes of one agent.
#[derive(Debug)]
pub(super) struct Sandboxes {
    agent_id: String,
    host: HostRecord,
    lab_state: PathBuf,
}

impl Sandboxes {
    /// Those of the agent with this index, counted from 0.
    pub(super) fn new(index: usize, host: &HostRecord, lab_state: &Path) -> Self {
        let agent_id = format!("{MASTER_ID}-S{index}");
        Self { agent_id, host: host.clone(), lab_state: lab_state.to_owned() }
    }

    /// The agent has had a task.
    pub(super) fn are_there(&self) -> bool {
        self.outside(&self.executors()).is_dir()
    }

    /// `/state`, as far as frameworks go.
    pub(super) fn state(&self) -> Value {
        let running = self.running();
        let ids = names(&self.outside(&self.executors()));
        let (live, ended): (Vec<String>, Vec<String>) = ids.into_iter().partition(|id| running.contains(id));
        let executors = |ids: &[String]| ids.iter().filter_map(|id| self.executor(id)).collect::<Value>();
        json!({
            "version": "1.11.0",
            "id": self.agent_id,
            "pid": format!("slave(1)@{}:5051", self.host.address),
            "hostname": self.host.address.to_string(),
            "frameworks": [{
                "id": FRAMEWORK_ID,
                "name": "marathon",
                "user": "root",
                "role": "slave_public",
                "hostname": "master.mesos",
                "executors": executors(&live),
                "completed_executors": executors(&ended),
            }],
            "completed_frameworks": [],
        })
    }

    /// The file on the machine that a virtual path names.
    pub(super) fn resolve(&self, path: &str) -> Result<PathBuf, Refusal> {
        let inside = path.strip_prefix(&format!("{}/", self.executors())).ok_or_else(Refusal::missing)?;
        let parts: Vec<&str> = inside.split('/').filter(|part| !part.is_empty()).collect();
        let [executor, "runs", run, file @ ..] = parts.as_slice() else { return Err(Refusal::missing()) };
        if file.contains(&"..") {
            return Err(Refusal::bad(format!("'{path}' is inaccessible.\n")));
        }
        let directory = self.outside(&format!("{}/{executor}/runs/{run}", self.executors()));
        if [*executor, *run].contains(&"..") || !directory.is_dir() {
            return Err(Refusal::missing());
        }
        Ok(file.iter().fold(directory, |path, part| path.join(part)))
    }

    fn executor(&self, id: &str) -> Option<Value> {
        let runs = format!("{}/{id}/runs", self.executors());
        let container = fs::read_link(self.outside(&format!("{runs}/latest"))).ok()?;
        let container = container.display().to_string();
        // Marathon names no executor of its own, so that Mesos names the one that it gives a task after the task.
        Some(json!({
            "id": id,
            "name": format!("Docker Executor (Task: {id}) (Command: NO EXECUTABLE)"),
            "source": id,
            "container": container,
            "directory": format!("{runs}/{container}"),
            "resources": {"cpus": 0.1, "disk": 0.0, "gpus": 0.0, "mem": 32.0},
            "tasks": [],
            "queued_tasks": [],
            "completed_tasks": [],
        }))
    }

    /// The tasks that run, as Marathon's book says.
    fn running(&self) -> BTreeSet<String> {
        let book = fs::read(marathon::state_dir(&self.lab_state).join("marathon-book.json"));
        let book: Value = book.ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let instances = book["instances"].as_array().cloned().unwrap_or_default();
        let task = |it: &Value| it.pointer("/placement/record/task_id")?.as_str().map(str::to_owned);
        instances.iter().filter_map(task).collect()
    }

    fn executors(&self) -> String {
        format!("/var/lib/mesos/slave/slaves/{}/frameworks/{FRAMEWORK_ID}/executors", self.agent_id)
    }

    fn outside(&self, inside: &str) -> PathBuf {
        Path::new("/proc")
            .join(self.host.init_pid.to_string())
            .join("root")
            .join(inside.trim_start_matches('/'))
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}
