//! The folder of one login's socket. A login that is given up half-way (its time is over, the run is interrupted) leaves
//! an ssh process behind that the openssh crate does not end; dropping the place does.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::processes;

/// Where one login keeps its socket.
pub(super) struct Place {
    path: PathBuf,
    number: usize,
    finished: bool,
}

impl Place {
    /// A folder of its own inside the run's.
    pub(super) fn create(run_dir: &Path, number: usize) -> std::io::Result<Self> {
        let path = run_dir.join(number.to_string());
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self { path, number, finished: false })
    }

    /// Which login of the run it is, counted from 0.
    pub(super) const fn number(&self) -> usize {
        self.number
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The login has ended by itself; there is nothing to end.
    pub(super) const fn finished(&mut self) {
        self.finished = true;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.finished {
            processes::terminate(&self.path);
        }
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
