//! Ending a lab: by whoever started it, or by its state directory alone.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Child;

use anyhow::{Context, Result};

use crate::engine;
use crate::servers::{Part, Threads, start_process};
use crate::state::Record;

/// What this process has to end.
#[derive(Debug)]
pub(crate) struct Owned {
    state: PathBuf,
    children: Vec<Child>,
    threads: Vec<Threads>,
}

impl Owned {
    pub(crate) fn new(state: &Path) -> Self {
        Self { state: state.to_path_buf(), children: Vec::new(), threads: Vec::new() }
    }

    pub(crate) fn state(&self) -> &Path {
        &self.state
    }

    /// Waits for these children when the lab ends.
    pub(crate) fn adopt(&mut self, children: impl IntoIterator<Item = Child>) {
        self.children.extend(children);
    }

    /// Starts the stand-ins on the network of the master with this pid 1.
    pub(crate) fn serve(&mut self, program: Option<&Path>, master: u32) -> Result<()> {
        for part in Part::ALL {
            match program {
                None => self.threads.push(Threads::start(part, &self.state, master)?),
                Some(program) => {
                    let process = start_process(part, program, &self.state, master)?;
                    let mut record = Record::read(&self.state)?;
                    record.servers.push(process);
                    record.write(&self.state)?;
                }
            }
        }
        Ok(())
    }

    /// Leaves everything running: dropping would end it.
    pub(crate) fn release(self) {
        std::mem::forget(self);
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.threads.clear();
        if let Err(error) = end(&self.state) {
            let _ = writeln!(std::io::stderr(), "regctl-lab: {error:#}");
        }
        for mut child in self.children.drain(..) {
            let _ = child.kill().and_then(|()| child.wait());
        }
    }
}

/// Ends the lab that keeps its state there, and removes the state. Without one there is nothing to do.
///
/// # Errors
/// Where a process does not end or a file cannot be removed.
pub fn end(state: &Path) -> Result<()> {
    if let Ok(lab) = Record::read(state) {
        for process in lab.servers.iter().chain([&lab.holder, &lab.keeper]) {
            process.end()?;
        }
        engine::remove_groups(&lab.holder)?;
    }
    match fs::remove_dir_all(state) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", state.display()))
        }
        _ => Ok(()),
    }
}
