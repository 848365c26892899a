//! Processes of the machine: found, recognised again, and ended by their number, never by name.

use std::fs;
use std::time::Duration;

use anyhow::Result;
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

use crate::wait::{Progress, wait_for};

/// A process that can be told from a later one with the same number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number on the machine.
    pub pid: u32,
    /// When it started, in clock ticks since boot.
    pub started: u64,
}

impl Process {
    /// The process that has this number now. None where there is none, or where it is dead and only not yet reaped.
    #[must_use]
    pub fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in parentheses, may hold spaces: count from its end. Field 3 is the state, field 22 the start.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let dead = matches!(fields.first(), Some(&"Z" | &"X"));
        let started = fields.get(19)?.parse().ok()?;
        (!dead).then_some(Self { pid, started })
    }

    /// True while this very process runs.
    #[must_use]
    pub fn runs(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self)
    }

    /// Sends a signal, if it still runs.
    ///
    /// # Errors
    /// Where the kernel refuses; not where the process is gone.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        if self.runs()
            && let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw)
        {
            match kill_process(pid, signal) {
                Err(rustix::io::Errno::SRCH) | Ok(()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Kills it and waits until it is gone.
    ///
    /// # Errors
    /// Where it is still there after ten seconds.
    pub fn end(&self) -> Result<()> {
        self.signal(Signal::KILL)?;
        wait_for(format_args!("the end of process {}", self.pid), Duration::from_secs(10), || {
            if self.runs() { Progress::NotYet("it runs".to_owned()) } else { Progress::Done(()) }
        })
    }
}

/// The only descendant of `pid` that is pid 1 of the namespace `depth` levels below the machine's own.
///
/// nsenter and unshare each put one process between the one that was started and the one that matters.
#[must_use]
pub fn init_below(pid: u32, depth: usize) -> Option<u32> {
    let mut pid = pid;
    loop {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let numbers: Vec<&str> =
            status.lines().find_map(|line| line.strip_prefix("NSpid:"))?.split_whitespace().collect();
        // Seen from inside another pid namespace the list starts at this /proc's own level.
        if numbers.len() == depth + 1 && numbers.last() == Some(&"1") {
            return Some(pid);
        }
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
        pid = children.split_whitespace().next()?.parse().ok()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_runs_and_another_of_its_number_does_not() {
        let this = Process::of(std::process::id()).unwrap();
        assert!(this.runs());
        assert!(!Process { started: this.started + 1, ..this }.runs());
    }
}
