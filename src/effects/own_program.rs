//! This program as a file, and what PATH has under its name. Nothing that is found there is run.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::domain::program::OnPath;

/// Where this program is. Errors: the kernel does not say.
pub fn path() -> Result<PathBuf> {
    std::env::current_exe().context(say!("asking the kernel where this program is"))
}

/// What a shell would start for `name`, compared with the program at `ours`. A shell passes over what cannot be run.
pub fn on_path(name: &str, ours: &Path) -> OnPath {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    first(name, &folders, ours)
}

fn first(name: &str, folders: &OsStr, ours: &Path) -> OnPath {
    // An empty entry means the working directory, as it does for a shell.
    let candidates = std::env::split_paths(folders).map(|folder| Path::new(".").join(folder).join(name));
    let mut runnable = candidates.filter(|path| fs::metadata(path).is_ok_and(|it| is_runnable(&it)));
    match runnable.next() {
        None => OnPath::Nothing,
        Some(found) => {
            let is_ours = same(&found, ours).unwrap_or(false);
            if is_ours { OnPath::Ours(found) } else { OnPath::Another(found) }
        }
    }
}

fn is_runnable(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
}

/// Whether both are one file, or files with the same bytes: a copy of this program is this program.
fn same(one: &Path, other: &Path) -> std::io::Result<bool> {
    let (a, b) = (fs::metadata(one)?, fs::metadata(other)?);
    if (a.dev(), a.ino()) == (b.dev(), b.ino()) {
        return Ok(true);
    }
    Ok(a.len() == b.len() && fs::read(one)? == fs::read(other)?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn program(path: &Path, text: &str, mode: u32) {
        fs::create_dir_all(path.parent().expect("is in a folder")).expect("makes folders");
        fs::write(path, text).expect("writes");
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("sets the mode");
    }

    #[test]
    fn the_first_program_that_can_be_run_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let ours = at("opt/regctl");
        program(&ours, "ours", 0o755);
        program(&at("copy/regctl"), "ours", 0o755);
        program(&at("other/regctl"), "else", 0o755);
        program(&at("data/regctl"), "else", 0o644);
        fs::create_dir_all(at("folder/regctl")).expect("makes folders");
        fs::create_dir_all(at("link")).expect("makes folders");
        symlink(&ours, at("link/regctl")).expect("links");
        let seen = |folders: &[&str]| {
            let folders = std::env::join_paths(folders.iter().map(|name| at(name))).expect("joins");
            first("regctl", &folders, &ours)
        };
        assert_eq!(seen(&["nowhere", "data", "folder"]), OnPath::Nothing);
        assert_eq!(seen(&["link", "other"]), OnPath::Ours(at("link/regctl")));
        assert_eq!(seen(&["data", "copy"]), OnPath::Ours(at("copy/regctl")));
        assert_eq!(seen(&["folder", "other", "opt"]), OnPath::Another(at("other/regctl")));
    }
}
