//! Faults on demand: a file in the state directory that says how Marathon is to misbehave.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The name of the control file, in the state directory.
pub const CONTROL_FILE: &str = "marathon-control.json";

/// How Marathon misbehaves. Without any of it, it behaves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Control {
    /// Ids of apps that a deployment of somebody else holds, until they are taken off this list.
    pub locked: Vec<String>,
    /// No leader: 502 as in an election, or 503 as under too much load, for every request.
    pub leaderless: Option<u16>,
    /// Marathon is not there: connections are refused, those that are open break, and nothing is decided.
    pub down: bool,
    /// As many deployments run as may: every change is refused with 403.
    pub crowded: bool,
    /// Every answer is held back so long.
    pub slow_ms: u64,
    /// Requests whose connection is reset, and which are not carried out.
    pub reset: Option<Requests>,
    /// Requests that are carried out, and whose connection is reset in place of an answer.
    pub lose_answer: Option<Requests>,
    /// Apps whose tasks are killed once, when this file is seen first.
    pub kill_tasks: Vec<String>,
    /// An nginx in the place of Marathon: the same page for everything.
    pub html: bool,
    /// Another product in the place of Marathon: JSON, but not Marathon's.
    pub other_product: bool,
    /// `user:password` that HTTP Basic wants.
    pub basic_auth: Option<String>,
    /// Definitions of pods that run beside the apps.
    pub pods: Vec<serde_json::Value>,
    /// A Marathon from before 1.4: it has no pods, and no resource for them.
    pub podless: bool,
    /// The Admin Router stands before Marathon: everything is under /service/marathon and wants this token.
    pub admin_router_token: Option<String>,
}

/// Some requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requests {
    /// How many of them, counted since the file was written.
    pub times: u32,
    /// Only those with this method.
    pub method: Option<String>,
    /// Only those whose path has this in it.
    pub path: Option<String>,
}

impl Requests {
    /// The next `times` requests with this method.
    #[must_use]
    pub fn next(times: u32, method: &str) -> Self {
        Self { times, method: Some(method.to_owned()), path: None }
    }

    fn are(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|it| it == method)
            && self.path.as_deref().is_none_or(|it| path.contains(it))
    }
}

impl Control {
    /// Writes the control file of the stand-in with this state directory, in one step.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&self, state_dir: &Path) -> Result<()> {
        let path = state_dir.join(CONTROL_FILE);
        let next = state_dir.join("marathon-control.json.next");
        fs::write(&next, serde_json::to_vec_pretty(self)?)
            .and_then(|()| fs::rename(&next, &path))
            .with_context(|| format!("writing {}", path.display()))
    }
}

/// The control file as it was seen last, and what of it is used up.
#[derive(Debug, Default)]
struct Seen {
    text: String,
    control: Control,
    resets: u32,
    losses: u32,
    killed: bool,
}

/// Watches the control file.
#[derive(Debug)]
pub(crate) struct Controls {
    path: PathBuf,
    seen: Mutex<Seen>,
}

impl Controls {
    pub(crate) fn new(state_dir: &Path) -> Self {
        Self { path: state_dir.join(CONTROL_FILE), seen: Mutex::default() }
    }

    /// What the file says now. One that cannot be understood says nothing new; no file says nothing at all.
    pub(crate) fn now(&self) -> Control {
        self.look().control.clone()
    }

    /// This request is to be reset; that is then used up.
    pub(crate) fn resets(&self, method: &str, path: &str) -> bool {
        let mut seen = self.look();
        let due =
            seen.control.reset.as_ref().is_some_and(|it| seen.resets < it.times && it.are(method, path));
        seen.resets += u32::from(due);
        due
    }

    /// The answer to this request is to be lost; that is then used up.
    pub(crate) fn loses_answer(&self, method: &str, path: &str) -> bool {
        let mut seen = self.look();
        let due = seen
            .control
            .lose_answer
            .as_ref()
            .is_some_and(|it| seen.losses < it.times && it.are(method, path));
        seen.losses += u32::from(due);
        due
    }

    /// The apps whose tasks are to be killed, once.
    pub(crate) fn kills(&self) -> Vec<String> {
        let mut seen = self.look();
        if std::mem::replace(&mut seen.killed, true) { Vec::new() } else { seen.control.kill_tasks.clone() }
    }

    fn look(&self) -> std::sync::MutexGuard<'_, Seen> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if text != seen.text {
            let understood =
                if text.is_empty() { Some(Control::default()) } else { serde_json::from_str(&text).ok() };
            if let Some(control) = understood {
                *seen = Seen { text, control, ..Seen::default() };
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> PathBuf {
        let directory =
            std::env::temp_dir().join(format!("marathon-control-{}", super::super::clock::uuid()));
        fs::create_dir(&directory).unwrap();
        directory
    }

    #[test]
    fn resets_are_used_up_and_a_new_file_brings_new_ones() {
        let directory = directory();
        let controls = Controls::new(&directory);
        assert!(!controls.resets("GET", "/v2/apps"));
        let faults = Control { reset: Some(Requests::next(1, "GET")), ..Control::default() };
        faults.write(&directory).unwrap();
        assert!(!controls.resets("POST", "/v2/apps"), "another method");
        assert!(controls.resets("GET", "/v2/apps"));
        assert!(!controls.resets("GET", "/v2/apps"), "used up");
        Control { slow_ms: 1, ..faults }.write(&directory).unwrap();
        assert!(controls.resets("GET", "/v2/apps"));
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn tasks_are_killed_once_and_a_broken_file_changes_nothing() {
        let directory = directory();
        let controls = Controls::new(&directory);
        assert_eq!(controls.kills(), Vec::<String>::new());
        Control { kill_tasks: vec!["/a".to_owned()], ..Control::default() }.write(&directory).unwrap();
        assert_eq!(controls.kills(), ["/a"]);
        assert_eq!(controls.kills(), Vec::<String>::new());
        fs::write(directory.join(CONTROL_FILE), "{\"slow\": ").unwrap();
        assert_eq!(controls.now().kill_tasks, ["/a"]);
        fs::remove_dir_all(directory).unwrap();
    }
}
