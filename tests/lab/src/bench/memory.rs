//! How much memory a tree of processes takes at its highest, looked at ten times a second.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};

use super::group::Group;

const INTERVAL: Duration = Duration::from_millis(100);

/// The highest of each, seen at one of the looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Peak {
    /// Memory in KiB, where a page that several processes share is divided among them (PSS).
    pub pss: u64,
    /// Memory in KiB, where a shared page counts for each of them (RSS).
    pub rss: u64,
    /// How many processes there were.
    pub processes: usize,
}

impl Peak {
    /// The higher of both, each by itself.
    fn or(self, other: Self) -> Self {
        Self {
            pss: self.pss.max(other.pss),
            rss: self.rss.max(other.rss),
            processes: self.processes.max(other.processes),
        }
    }
}

/// Looks at a group until it is told to stop.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Peak>,
}

impl Watch {
    /// Begins to look.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub(crate) fn begin(group: Arc<Group>) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("memory".to_owned())
            .spawn(move || {
                let (mut peak, mut before) = (Peak::default(), Vec::new());
                while !told.load(Ordering::Relaxed) {
                    let pids = group.pids();
                    peak = peak.or(look(&pids, &before));
                    before = pids;
                    thread::sleep(INTERVAL);
                }
                peak
            })
            .context("starting a thread")?;
        Ok(Self { stop, thread })
    }

    /// Stops, and says what was seen.
    pub(crate) fn end(self) -> Peak {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

/// A process that still runs its parent's program counts from the second look on: until then it may be one that is
/// only about to become another, and has borrowed all of its parent's memory for that moment (vfork).
fn look(pids: &[u32], before: &[u32]) -> Peak {
    let counted: Vec<u32> =
        pids.iter().copied().filter(|pid| before.contains(pid) || !is_like_its_parent(*pid)).collect();
    let mut seen = Peak { processes: counted.len(), ..Peak::default() };
    for pid in counted {
        // One that has just ended takes nothing.
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        seen.pss += kib(&rollup, "Pss:");
        seen.rss += kib(&rollup, "Rss:");
    }
    seen
}

fn is_like_its_parent(pid: u32) -> bool {
    let program = |pid: &str| fs::read_link(format!("/proc/{pid}/exe")).ok();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in parentheses, may hold spaces: count from its end.
    let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1));
    let own = program(&pid.to_string());
    own.is_some() && own == parent.and_then(program)
}

/// The value of a line such as `Pss:     1234 kB`; 0 where there is none.
fn kib(rollup: &str, key: &str) -> u64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;
    use crate::wait::{Progress, wait_for};

    #[test]
    fn a_line_of_the_rollup_is_read() {
        let rollup = "55d0-7ffd ---p 00000000 00:00 0 [rollup]\nRss:        4120 kB\nPss:         1021 kB\nPss_Anon: 7 kB\n";
        assert_eq!(kib(rollup, "Pss:"), 1021);
        assert_eq!(kib(rollup, "Rss:"), 4120);
        assert_eq!(kib("", "Rss:"), 0);
    }

    #[test]
    fn this_process_takes_memory() {
        let seen = look(&[std::process::id()], &[]);
        assert!(seen.pss > 0 && seen.rss >= seen.pss && seen.processes == 1, "{seen:?}");
    }

    #[test]
    fn a_copy_of_its_parent_counts_at_the_second_look() {
        // The shell waits for a copy of itself.
        let mut shell =
            Command::new("sh").args(["-c", "(read line; :); :"]).stdin(Stdio::piped()).spawn().unwrap();
        let children = format!("/proc/{0}/task/{0}/children", shell.id());
        let copy = wait_for("the copy", Duration::from_secs(10), || {
            let found = fs::read_to_string(&children).unwrap_or_default();
            found.trim().parse().map_or_else(|_| Progress::NotYet(found), Progress::Done)
        })
        .unwrap();
        assert_eq!(look(&[shell.id(), copy], &[]).processes, 1);
        assert_eq!(look(&[shell.id(), copy], &[shell.id(), copy]).processes, 2);
        drop(shell.stdin.take());
        shell.wait().unwrap();
    }
}
