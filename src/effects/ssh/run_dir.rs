//! The private folder of one run, for the sockets of its logins. A run that was killed leaves one behind, and the next
//! run clears it away.

use std::fs::{DirBuilder, File};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::{FlockOperation, flock};
use rustix::process::geteuid;

use super::processes;
use crate::domain::fault::{Fault, FaultKind};

/// A Unix socket's path has at most 107 bytes; ssh and the openssh crate add 46 of their own, and each login has a
/// folder of up to six characters.
const LONGEST: usize = 54;

/// A folder of mode 0700 with a short path. Its lock tells a living run from a dead one.
#[derive(Debug)]
pub(super) struct RunDir {
    path: PathBuf,
    _lock: File,
}

impl RunDir {
    /// Makes the folder in `XDG_RUNTIME_DIR`, or in /tmp where that is missing or too long, and clears away those of dead
    /// runs beside it.
    pub(super) fn create() -> Result<Self> {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let name = format!("regctl-{}-{}", geteuid().as_raw(), std::process::id());
        let fits = |base: &PathBuf| base.is_absolute() && base.as_os_str().len() + 1 + name.len() <= LONGEST;
        let bases = runtime.filter(fits).into_iter().chain([PathBuf::from("/tmp")]);
        let mut last = String::new();
        for base in bases {
            clear_dead(&base);
            match Self::create_at(&base.join(&name)) {
                Ok(made) => return Ok(made),
                Err(error) => last = format!("{}: {}", base.display(), crate::effects::files::plain(&error)),
            }
        }
        Err(Fault::new(FaultKind::Output, say!("making a folder for ssh's sockets in {last}")).into())
    }

    fn create_at(path: &Path) -> std::io::Result<Self> {
        DirBuilder::new().mode(0o700).create(path)?;
        let lock = File::create(path.join("lock"))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Self { path: path.to_path_buf(), _lock: lock })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        clear(&self.path);
    }
}

/// Ends what is left of the logins and removes the folder.
fn clear(path: &Path) {
    processes::end(path);
    let _ = std::fs::remove_dir_all(path);
}

/// Clears the folders of our own runs that nobody holds the lock of.
fn clear_dead(base: &Path) {
    let prefix = format!("regctl-{}-", geteuid().as_raw());
    let entries = std::fs::read_dir(base).into_iter().flatten().filter_map(Result::ok);
    for entry in entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes())) {
        let ours = entry.metadata().is_ok_and(|meta| meta.is_dir() && meta.uid() == geteuid().as_raw());
        if ours && is_dead(&entry.path()) {
            clear(&entry.path());
        }
    }
}

/// Whether nobody holds its lock. A process of that number may be just about to take it; one in another container is
/// not seen here, and has its lock by then.
fn is_dead(path: &Path) -> bool {
    if other_process(path).is_some_and(|number| Path::new("/proc").join(number.to_string()).exists()) {
        return false;
    }
    match File::open(path.join("lock")) {
        Ok(lock) => flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok(),
        // A run that is just starting has no lock yet, for some microseconds; an old folder without one is dead.
        Err(error) => error.kind() == ErrorKind::NotFound && is_old(path),
    }
}

/// The number of the process that made it, where that is not this one.
fn other_process(path: &Path) -> Option<u32> {
    let number = path.file_name()?.to_str()?.rsplit('-').next()?.parse().ok()?;
    (number != std::process::id()).then_some(number)
}

fn is_old(path: &Path) -> bool {
    let modified = path.metadata().and_then(|meta| meta.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age.as_secs() > 60))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_folder_is_private_and_goes_with_its_run() {
        let base = tempfile::tempdir().expect("a folder");
        let path = base.path().join("regctl-x");
        let run = RunDir::create_at(&path).expect("made");
        assert_eq!(path.metadata().expect("is there").permissions().mode() & 0o777, 0o700);
        assert!(!is_dead(&path), "its own run lives");
        drop(run);
        assert!(!path.exists());
    }

    #[test]
    fn only_dead_runs_of_ours_are_cleared() {
        let base = tempfile::tempdir().expect("a folder");
        let own = std::process::id().to_string();
        // No system has this many processes; process 1 always lives.
        let numbers = ["4194305", "4194306", "4194307", "1", &own];
        let folders =
            numbers.map(|number| base.path().join(format!("regctl-{}-{number}", geteuid().as_raw())));
        let [locked, dead, starting, living, earlier] = &folders;
        let _run = RunDir::create_at(locked).expect("made");
        for folder in [dead, starting, living, earlier] {
            std::fs::create_dir(folder).expect("made");
        }
        for folder in [dead, living, earlier] {
            std::fs::write(folder.join("lock"), "").expect("written");
        }
        std::fs::create_dir(base.path().join("other")).expect("made");
        clear_dead(base.path());
        let left: Vec<_> = folders.iter().map(|folder| folder.exists()).collect();
        assert_eq!(left, [true, false, true, true, false]);
        assert!(base.path().join("other").exists());
    }
}
