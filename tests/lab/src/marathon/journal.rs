//! A log for those who look into the lab: what happened, and what went wrong inside the stand-in.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::clock::Timestamp;
use super::state::Event;

/// The file `marathon.log` of a state directory.
pub(crate) struct Journal {
    path: PathBuf,
}

impl Journal {
    pub(crate) fn new(state_dir: &Path) -> Self {
        Self { path: state_dir.join("marathon.log") }
    }

    /// Writes a line. A log that cannot be written is no reason to stop.
    pub(crate) fn note(&self, line: &str) {
        if let Ok(mut file) = OpenOptions::new().create(true).append(true).open(&self.path) {
            let _ = writeln!(file, "{} {line}", Timestamp::now());
        }
    }

    /// Writes an event's main words.
    pub(crate) fn event(&self, event: &Event) {
        let words = ["taskId", "taskStatus", "message", "instanceId", "condition", "alive", "id"];
        let said: Vec<String> =
            words.iter().filter_map(|key| Some(format!("{key}={}", event.data.get(*key)?))).collect();
        self.note(&format!("{} {}", event.kind, said.join(" ")));
    }
}
