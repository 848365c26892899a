//! A control group of a run's own: every process that the run starts is in it, those that detach themselves included.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::process::Process;
use crate::wait::{Progress, wait_for};

/// How the folders of all groups begin.
const PREFIX: &str = "regctl-bench-";

/// How long processes that were killed may take to disappear.
const END_TIME: Duration = Duration::from_secs(10);

/// Which kind of control groups counts the CPU time here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hierarchy {
    /// The cpuacct controller of version 1.
    Cpuacct,
    /// Version 2, which counts in every group without any controller.
    Unified,
}

impl Hierarchy {
    /// For people.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Cpuacct => "cgroup v1 cpuacct",
            Self::Unified => "cgroup v2",
        }
    }
}

/// A control group. Dropping it kills what is left in it and removes it.
#[derive(Debug)]
pub(crate) struct Group {
    folder: PathBuf,
    hierarchy: Hierarchy,
}

impl Group {
    /// A new, empty one below the group of this process.
    ///
    /// # Errors
    /// Where no hierarchy is mounted that this process may write to.
    pub(crate) fn create() -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let mounts = fs::read_to_string("/proc/mounts").context("reading /proc/mounts")?;
        let own = fs::read_to_string("/proc/self/cgroup").context("reading /proc/self/cgroup")?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{number}", std::process::id());
        let places = [Hierarchy::Cpuacct, Hierarchy::Unified]
            .map(|hierarchy| (hierarchy, place(hierarchy, &mounts, &own)));
        let mut refused = "no cpuacct and no cgroup2 is mounted".to_owned();
        for (hierarchy, parent) in places {
            let Some(parent) = parent else { continue };
            sweep(&parent);
            let folder = parent.join(&name);
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(Self { folder, hierarchy }),
                Err(error) => refused = format!("{}: {error}", folder.display()),
            }
        }
        anyhow::bail!("making a control group: {refused}")
    }

    /// What counts here.
    pub(crate) fn hierarchy(&self) -> Hierarchy {
        self.hierarchy
    }

    /// The file to which a process writes its number to join.
    pub(crate) fn door(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }

    /// Moves a process in; those that it starts from now on are in it too.
    ///
    /// # Errors
    /// Where the process is gone.
    pub(crate) fn admit(&self, pid: u32) -> Result<()> {
        fs::write(self.door(), pid.to_string()).with_context(|| format!("moving process {pid} into a group"))
    }

    /// User and system time of all that was ever in it.
    ///
    /// # Errors
    /// Where the kernel does not tell.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let read = |name: &str| {
            let path = self.folder.join(name);
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
        };
        match self.hierarchy {
            Hierarchy::Cpuacct => {
                Ok(Duration::from_nanos(read("cpuacct.usage")?.trim().parse().context("cpuacct.usage")?))
            }
            Hierarchy::Unified => {
                let stat = read("cpu.stat")?;
                let usage = stat.lines().find_map(|line| line.strip_prefix("usage_usec "));
                Ok(Duration::from_micros(usage.context("cpu.stat names no usage_usec")?.parse()?))
            }
        }
    }

    /// The processes in it now.
    pub(crate) fn pids(&self) -> Vec<u32> {
        let text = fs::read_to_string(self.door()).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// How many are still in it after they had this long to end.
    pub(crate) fn left_after(&self, grace: Duration) -> usize {
        let empty = wait_for("the last process to end", grace, || match self.pids().len() {
            0 => Progress::Done(()),
            left => Progress::NotYet(left.to_string()),
        });
        if empty.is_ok() { 0 } else { self.pids().len() }
    }

    /// Kills all that is in it, by number, until nothing is.
    fn clear(&self) -> Result<()> {
        wait_for("the run's last processes to end", END_TIME, || {
            let left = self.pids();
            for process in left.iter().filter_map(|pid| Process::of(*pid)) {
                let _ = process.signal(Signal::KILL);
            }
            if left.is_empty() {
                Progress::Done(())
            } else {
                Progress::NotYet(format!("{} left", left.len()))
            }
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let removed = self.clear().and_then(|()| Ok(fs::remove_dir(&self.folder)?));
        if let Err(error) = removed {
            eprintln!("regctl-lab: removing {}: {error:#}", self.folder.display());
        }
    }
}

/// Removes the groups that a killed benchmark has left.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let starter =
            name.to_string_lossy().strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()?.parse().ok());
        if starter.is_some_and(|pid| Process::of(pid).is_none()) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// The folder of this process' own group, from /proc/mounts and /proc/self/cgroup.
fn place(hierarchy: Hierarchy, mounts: &str, own: &str) -> Option<PathBuf> {
    let mount = mounts.lines().find_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (at, kind, options) = (fields.next()?, fields.next()?, fields.next()?);
        let fits = match hierarchy {
            Hierarchy::Cpuacct => kind == "cgroup" && options.split(',').any(|option| option == "cpuacct"),
            Hierarchy::Unified => kind == "cgroup2",
        };
        fits.then_some(at)
    })?;
    let path = own.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        let fits = match hierarchy {
            Hierarchy::Cpuacct => controllers.split(',').any(|controller| controller == "cpuacct"),
            Hierarchy::Unified => controllers.is_empty(),
        };
        fits.then_some(path)
    })?;
    let folder = Path::new(mount).join(path.trim_start_matches('/'));
    // In a container the path may be that of the machine outside.
    Some(if folder.is_dir() { folder } else { PathBuf::from(mount) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str =
        "cgroup /cg/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\ncgroup2 /cg/unified cgroup2 rw 0 0\n";

    #[test]
    fn each_hierarchy_is_found_where_it_is_mounted() {
        let own = "3:memory:/m\n2:cpu,cpuacct:/\n0::/\n";
        assert_eq!(place(Hierarchy::Cpuacct, MOUNTS, own), Some("/cg/cpu,cpuacct".into()));
        assert_eq!(place(Hierarchy::Unified, MOUNTS, own), Some("/cg/unified".into()));
        assert_eq!(place(Hierarchy::Cpuacct, "proc /proc proc rw 0 0\n", own), None);
    }
}
