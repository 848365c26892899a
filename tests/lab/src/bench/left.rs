//! What a run leaves behind on the machine it was started from, apart from processes.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

/// Where temporary things are made; a folder that stays here was forgotten.
const PASSING: [&str; 3] = ["tmp", "run", "dev/shm"];

/// The lab's own; through it all that a host has written is seen a second time.
const LAB: &str = "run/lab";

/// Where a socket that stays was forgotten.
const HOME: &str = "root";

/// The sockets and folders that are there at one moment.
#[derive(Debug, Default)]
pub(crate) struct Things {
    sockets: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl Things {
    /// Those of a host, whose root is seen here.
    pub(crate) fn of(root: &Path) -> Self {
        let mut found = Self::default();
        for folder in PASSING {
            found.walk(&root.join(folder), true);
        }
        found.walk(&root.join(HOME), false);
        found
    }

    fn walk(&mut self, folder: &Path, passing: bool) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_socket() {
                self.sockets.insert(entry.path());
            } else if kind.is_dir() && !entry.path().ends_with(LAB) {
                if passing {
                    self.folders.insert(entry.path());
                }
                self.walk(&entry.path(), passing);
            }
        }
    }

    /// How many sockets and folders are there that were not there before.
    pub(crate) fn more_than(&self, before: &Self) -> (usize, usize) {
        (self.sockets.difference(&before.sockets).count(), self.folders.difference(&before.folders).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn what_came_since_is_counted_and_what_was_there_is_not() {
        let root = std::env::temp_dir().join(format!("regctl-bench-left-{}", std::process::id()));
        fs::create_dir_all(root.join("tmp/old")).unwrap();
        fs::create_dir_all(root.join("root/.cache")).unwrap();
        let before = Things::of(&root);
        fs::create_dir_all(root.join("tmp/new")).unwrap();
        fs::create_dir_all(root.join("root/.state")).unwrap();
        let _socket = UnixListener::bind(root.join("root/.state/control")).unwrap();
        assert_eq!(Things::of(&root).more_than(&before), (1, 1));
        fs::remove_dir_all(root).unwrap();
    }
}
