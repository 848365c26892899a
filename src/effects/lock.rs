//! One writing run at a time for each cluster: a second one is told who holds it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Result;
use rustix::fs::{FlockOperation, flock};

use super::files;
use crate::domain::answer::shown;
use crate::domain::fault::{Fault, FaultKind};

/// Held until it is dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of a state directory, which is made where it is missing. `holder` is who runs this, as
    /// `ann@bastion`. Errors: another run holds it.
    pub fn take(state_dir: &Path, holder: &str) -> Result<Self> {
        files::make_private_folder(state_dir)?;
        let path = state_dir.join("lock");
        let fault = |error: std::io::Error| {
            Fault::new(FaultKind::Output, say!("locking {}: {}", path.display(), files::plain(&error)))
        };
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(fault)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut held_by = String::new();
            let _ = file.take(400).read_to_string(&mut held_by);
            return Err(held(path.as_path(), &held_by).into());
        }
        let name = format!("{holder}, process {}\n", std::process::id());
        let written =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(name.as_bytes()));
        written.map_err(fault)?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    /// Closing the file is not enough: a child that is between fork and exec has it open for another moment.
    fn drop(&mut self) {
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

fn held(path: &Path, by: &str) -> Fault {
    let by = if by.trim().is_empty() { say!("another run").to_owned() } else { shown(by) };
    Fault::new(FaultKind::Locked, say!("{by} is changing this cluster already ({})", path.display()))
        .hint(say!("Wait until it is done; --check and --dry-run do not need the lock."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_was_first() {
        let dir = tempfile::tempdir().expect("a folder");
        let state = dir.path().join("cluster");
        let first = Lock::take(&state, "ann@bastion").expect("is free");
        let error = Lock::take(&state, "bob@laptop").expect_err("is held").to_string();
        assert!(error.contains("ann@bastion, process") && error.contains("already"), "{error}");
        drop(first);
        Lock::take(&state, "bob@laptop").expect("is free again");
        let name = std::fs::read_to_string(state.join("lock")).expect("reads");
        assert!(name.starts_with("bob@laptop, process ") && name.lines().count() == 1, "{name}");
    }
}
