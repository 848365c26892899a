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
                let mut peak = Peak::default();
                while !told.load(Ordering::Relaxed) {
                    peak = peak.or(look(&group.pids()));
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

fn look(pids: &[u32]) -> Peak {
    let mut seen = Peak { processes: pids.len(), ..Peak::default() };
    for pid in pids {
        // One that has just ended takes nothing.
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        seen.pss += kib(&rollup, "Pss:");
        seen.rss += kib(&rollup, "Rss:");
    }
    seen
}

/// The value of a line such as `Pss:     1234 kB`; 0 where there is none.
fn kib(rollup: &str, key: &str) -> u64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_rollup_is_read() {
        let rollup = "55d0-7ffd ---p 00000000 00:00 0 [rollup]\nRss:        4120 kB\nPss:         1021 kB\nPss_Anon: 7 kB\n";
        assert_eq!(kib(rollup, "Pss:"), 1021);
        assert_eq!(kib(rollup, "Rss:"), 4120);
        assert_eq!(kib("", "Rss:"), 0);
    }

    #[test]
    fn this_process_takes_memory() {
        let seen = look(&[std::process::id()]);
        assert!(seen.pss > 0 && seen.rss >= seen.pss && seen.processes == 1, "{seen:?}");
    }
}
