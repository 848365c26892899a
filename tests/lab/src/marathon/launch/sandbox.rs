//! A task's sandbox on its agent: the folder that Mesos gives every task, with what it writes.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::launcher::LaunchOrder;
use crate::cluster::HostRecord;
use crate::marathon::clock::uuid;

/// The id that Mesos gave Marathon.
pub(crate) const FRAMEWORK_ID: &str = "9b1b2d1d-7f3b-44c4-8a55-0e3b5a6a2f10-0001";

/// Where it is, seen from the agent and from the machine.
#[derive(Debug, Clone)]
pub(super) struct Sandbox {
    pub(super) inside: String,
    pub(super) outside: PathBuf,
}

impl Sandbox {
    /// Makes the sandbox of a task. Other users of the agent cannot look into it.
    pub(super) fn make(host: &HostRecord, order: &LaunchOrder) -> io::Result<Self> {
        use std::os::unix::fs::PermissionsExt as _;
        let runs = format!(
            "/var/lib/mesos/slave/slaves/{}/frameworks/{FRAMEWORK_ID}/executors/{}/runs",
            order.agent.id, order.task_id
        );
        let container = uuid();
        let inside = format!("{runs}/{container}");
        let outside = root(host).join(inside.trim_start_matches('/'));
        fs::create_dir_all(&outside)?;
        fs::set_permissions(&outside, fs::Permissions::from_mode(0o750))?;
        std::os::unix::fs::symlink(&container, outside.with_file_name("latest"))?;
        Ok(Self { inside, outside })
    }

    /// The files that the task writes to: `stdout` and `stderr`.
    pub(super) fn streams(&self) -> io::Result<(File, File)> {
        Ok((File::create(self.outside.join("stdout"))?, File::create(self.outside.join("stderr"))?))
    }
}

/// A host's root, seen from the machine.
pub(super) fn root(host: &HostRecord) -> PathBuf {
    Path::new("/proc").join(host.init_pid.to_string()).join("root")
}
