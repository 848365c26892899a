//! Docker Engine in agents that are to have one.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use crate::host::Host;
use crate::process::Process;
use crate::wait::{Progress, wait_for};

/// Starting an engine and importing an image into it takes 2 s, and far longer where all cores are busy.
const START_TIME: Duration = Duration::from_secs(120);

/// Where the machine's control groups are.
const CGROUPS: &str = "/sys/fs/cgroup";

/// Starts the engines of these hosts, all at once.
pub(crate) fn start<'host>(hosts: impl Iterator<Item = &'host Host>, holder: &Process) -> Result<()> {
    let group = group(holder);
    thread::scope(|scope| {
        let starting: Vec<_> = hosts.map(|host| scope.spawn(|| start_one(host, &group))).collect();
        starting
            .into_iter()
            .try_for_each(|one| one.join().map_err(|_| anyhow!("starting an engine panicked"))?)
    })
}

fn start_one(host: &Host, group: &str) -> Result<()> {
    host.exec_with(&["sh", "-s", "--", group], include_bytes!("../scripts/engine.sh"), START_TIME)?
        .good()
        .map(drop)
        .with_context(|| format!("starting Docker Engine in {}", host.name()))
}

/// The control group that holds the containers of the lab whose first process is this one.
fn group(holder: &Process) -> String {
    format!("regctl-lab.{}", holder.pid)
}

/// Removes what the engines of a lab have left when all its processes are dead: control groups are the machine's.
pub(crate) fn remove_groups(holder: &Process) -> Result<()> {
    let group = group(holder);
    let controllers = fs::read_dir(CGROUPS).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in controllers.chain([PathBuf::from(CGROUPS)]).map(|folder| folder.join(&group)) {
        if path.is_dir() {
            // A group stays busy for a moment after its last process.
            wait_for(format_args!("{} to go", path.display()), Duration::from_secs(5), || {
                match remove(&path) {
                    Ok(()) => Progress::Done(()),
                    Err(error) => Progress::NotYet(error.to_string()),
                }
            })?;
        }
    }
    Ok(())
}

/// Removes a control group and those below it; the files in them are not files that one removes.
fn remove(group: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(group)?.flatten() {
        if entry.file_type()?.is_dir() {
            remove(&entry.path())?;
        }
    }
    fs::remove_dir(group)
}

impl Host {
    /// How often a systemctl was called that would restart, start or stop something on this host.
    ///
    /// # Errors
    /// Where the host is gone.
    pub fn systemctl_calls(&self) -> Result<Vec<String>> {
        const CALLS: &str = "/var/log/systemctl.calls";
        Ok(if self.exists(CALLS) {
            self.read(CALLS)?.lines().map(str::to_owned).collect()
        } else {
            Vec::new()
        })
    }
}
