//! Files of the operator's own machine: private where they must be, whole or not there at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;

pub use super::reason::plain;

/// Nothing that an operator names is larger than this; a slip such as `--ca /dev/zero` must not fill the memory.
const MOST_BYTES: u64 = 16 << 20;

/// Reads a text file that the operator named. `kind` says what it means when that fails.
pub fn read_text(path: &Path, kind: FaultKind) -> Result<String> {
    read_text_up_to(MOST_BYTES, path, kind)
}

/// As [`read_text`], for files that may be larger, or must be smaller, than others.
pub fn read_text_up_to(most: u64, path: &Path, kind: FaultKind) -> Result<String> {
    let fault = |kind, why: String| Fault::new(kind, say!("reading {}: {why}", path.display()));
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => fault(FaultKind::NoSuchFile, plain(&error)),
        ErrorKind::PermissionDenied => fault(FaultKind::NotPermitted, plain(&error)),
        _ => fault(kind, plain(&error)),
    })?;
    read_bounded(file, most).map_err(|why| fault(kind, why).into())
}

/// As [`read_text`], with `-` for standard input.
pub fn read_text_or_stdin(path: &Path, kind: FaultKind) -> Result<String> {
    if path.as_os_str() != "-" {
        return read_text(path, kind);
    }
    read_bounded(std::io::stdin().lock(), MOST_BYTES)
        .map_err(|why| Fault::new(kind, say!("reading stdin: {why}")).into())
}

fn read_bounded(source: impl Read, most: u64) -> Result<String, String> {
    let mut text = String::new();
    source.take(most + 1).read_to_string(&mut text).map_err(|error| plain(&error))?;
    if text.len() as u64 > most { Err(say!("larger than {} MiB", most >> 20)) } else { Ok(text) }
}

/// Reads a secret from a file: the first line, without its line break.
pub fn read_secret(path: &Path) -> Result<Secret> {
    first_line(&read_text(path, FaultKind::InputFile)?, path)
}

/// As [`read_secret`], with `-` for standard input.
pub fn read_secret_or_stdin(path: &Path) -> Result<Secret> {
    first_line(&read_text_or_stdin(path, FaultKind::InputFile)?, path)
}

fn first_line(text: &str, path: &Path) -> Result<Secret> {
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        let path = if path.as_os_str() == "-" { Path::new("stdin") } else { path };
        let message = say!("reading {}: the first line is empty", path.display());
        return Err(Fault::new(FaultKind::InputFile, message).into());
    }
    Ok(Secret::new(line))
}

/// A file to be written: its name in the folder, its bytes and its permission bits.
#[derive(Debug)]
pub struct NewFile<'a> {
    /// Name within the folder.
    pub name: &'a str,
    /// All of its bytes.
    pub bytes: &'a [u8],
    /// Permission bits, such as 0o600.
    pub mode: u32,
}

/// Whether what is there already may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Fail before anything is written.
    Keep,
    /// Replace it.
    Replace,
}

/// Writes a set of files into a folder (made with mode 0700 if it is not there): all of them are complete under
/// temporary names before the first gets its own, so that bad luck leaves no half-written file.
pub fn write_set(folder: &Path, files: &[NewFile<'_>], existing: Existing) -> Result<()> {
    make_private_folder(folder)?;
    if existing == Existing::Keep {
        refuse_existing(folder, files)?;
    }
    let mut staged = Staged::default();
    for file in files {
        staged
            .add(folder, file)
            .map_err(|error| output_fault(say!("writing"), &folder.join(file.name), &error))?;
    }
    staged.commit(existing)
}

/// Writes one file for its owner alone (0600) and at one stroke, in place of what is there; where that is a link, in place
/// of what it names. Its folder is made with mode 0700 if it is not there.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().and_then(|name| name.to_str());
    let no_name = || Fault::new(FaultKind::Output, say!("{} is no name of a file", path.display()));
    let file = NewFile { name: name.ok_or_else(no_name)?, bytes, mode: 0o600 };
    write_set(folder_of(&path), &[file], Existing::Replace)
}

/// Makes sure that [`write_page`] is going to succeed, as far as that can be known. Errors, exit 2: there is no such folder,
/// nobody may write to it, or what is there is no file.
pub fn check_writable(path: &Path) -> Result<()> {
    let no_file = || Fault::new(FaultKind::Output, say!("{} is no name of a file", path.display()));
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        return Err(Fault::new(FaultKind::Output, say!("{} is there and is no file", path.display())).into());
    }
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(no_file)?;
    let mut staged = Staged::default();
    let trial = NewFile { name, bytes: b"", mode: 0o600 };
    staged.add(folder_of(&path), &trial).map_err(|error| output_fault("writing", &path, &error))?;
    Ok(())
}

/// Writes a file at one stroke, in place of what is there, whose permissions it keeps; a new one is for its owner alone.
pub fn write_page(path: &Path, bytes: &[u8]) -> Result<()> {
    check_writable(path)?;
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let mode = path.metadata().map_or(0o600, |there| there.permissions().mode() & 0o777);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    write_set(folder_of(&path), &[NewFile { name, bytes, mode }], Existing::Replace)
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Writes a folder with these files at one stroke: it is complete, and on the disk, under a temporary name before it gets
/// its own. Errors: it is there already.
pub fn write_folder(folder: &Path, files: &[NewFile<'_>]) -> Result<()> {
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
        return Err(Fault::new(FaultKind::Output, say!("{} is no folder", folder.display())).into());
    };
    let temporary = parent.join(format!(".{}.{}.new", name.to_string_lossy(), std::process::id()));
    write_set(&temporary, files, Existing::Replace)?;
    let placed = || {
        File::open(&temporary)?.sync_all()?;
        fs::rename(&temporary, folder)?;
        File::open(parent)?.sync_all()
    };
    placed().map_err(|error| output_fault(say!("writing"), folder, &error).into())
}

/// Whether a file holds exactly these bytes; nothing where no file can be read.
pub fn holds(path: &Path, bytes: &[u8]) -> Option<bool> {
    let mut found = Vec::new();
    let file = File::open(path).ok()?;
    file.take(bytes.len() as u64 + 1).read_to_end(&mut found).ok()?;
    Some(found == bytes)
}

/// Makes a folder with mode 0700, and its parents; one that is there already is left as it is.
pub fn make_private_folder(folder: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| output_fault(say!("making the folder"), folder, &error).into())
}

/// Errors, exit 2: one of the files is there, were it only as a link to nowhere.
pub(super) fn refuse_existing(folder: &Path, files: &[NewFile<'_>]) -> Result<()> {
    let there: Vec<_> = files
        .iter()
        .map(|file| folder.join(file.name))
        .filter(|path| path.symlink_metadata().is_ok())
        .collect();
    let Some(first) = there.first() else { return Ok(()) };
    let message = match there.len() {
        1 => say!("{} exists", first.display()),
        more => say!("{} and {} more exist", first.display(), more - 1),
    };
    Err(Fault::new(FaultKind::WouldOverwrite, message)
        .hint(say!("Choose another folder with --out, or replace them with --force."))
        .into())
}

/// Complete files under temporary names; what was not committed is removed.
#[derive(Default)]
struct Staged {
    pairs: Vec<(PathBuf, PathBuf)>,
}

impl Staged {
    fn add(&mut self, folder: &Path, file: &NewFile<'_>) -> std::io::Result<()> {
        let temporary = folder.join(format!(".{}.{}.new", file.name, std::process::id()));
        // The number is ours now, so whoever left this is dead. In a container it is the same in every run.
        let _ = fs::remove_file(&temporary);
        let mut handle = OpenOptions::new().write(true).create_new(true).mode(file.mode).open(&temporary)?;
        self.pairs.push((temporary, folder.join(file.name)));
        handle.write_all(file.bytes)?;
        handle.sync_all()
    }

    fn commit(&mut self, existing: Existing) -> Result<()> {
        for (temporary, path) in &self.pairs {
            let placed = match existing {
                Existing::Replace => fs::rename(temporary, path),
                // A hard link fails where the name is taken, even if it was taken a moment ago.
                Existing::Keep => fs::hard_link(temporary, path),
            };
            placed.map_err(|error| output_fault(say!("writing"), path, &error))?;
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (temporary, _) in &self.pairs {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// A file or folder of the operator's that could not be written.
pub(super) fn output_fault(doing: &str, path: &Path, error: &std::io::Error) -> Fault {
    let kind = match error.kind() {
        ErrorKind::PermissionDenied => FaultKind::NotPermitted,
        ErrorKind::StorageFull => FaultKind::DiskFull,
        _ => FaultKind::Output,
    };
    Fault::new(kind, say!("{doing} {}: {}", path.display(), plain(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file<'a>(name: &'a str, bytes: &'a [u8]) -> NewFile<'a> {
        NewFile { name, bytes, mode: 0o600 }
    }

    #[test]
    fn files_are_private_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("certs");
        write_set(&folder, &[file("a.key", b"secret"), file("b.key", b"too")], Existing::Keep)
            .expect("writes");
        let mode = |path: &Path| path.metadata().expect("is there").permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("a.key"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&folder).expect("lists").count(), 2);
    }

    #[test]
    fn what_a_killed_run_of_the_same_number_left_is_in_nobodys_way() {
        let dir = tempfile::tempdir().expect("a folder");
        let left = dir.path().join(format!(".a.key.{}.new", std::process::id()));
        fs::write(&left, "half").expect("writes");
        write_set(dir.path(), &[file("a.key", b"whole")], Existing::Keep).expect("writes");
        assert_eq!(fs::read_to_string(dir.path().join("a.key")).expect("reads"), "whole");
        assert!(!left.exists());
    }

    #[test]
    fn an_existing_key_is_kept_and_its_siblings_are_not_written() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("b.key"), "old").expect("writes");
        let set = [file("a.key", b"new"), file("b.key", b"new")];
        let error = write_set(dir.path(), &set, Existing::Keep).expect_err("must refuse");
        assert_eq!(error.downcast_ref::<Fault>().map(|fault| fault.kind), Some(FaultKind::WouldOverwrite));
        assert_eq!(fs::read_to_string(dir.path().join("b.key")).expect("reads"), "old");
        assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 1);
        write_set(dir.path(), &set, Existing::Replace).expect("writes");
        assert_eq!(fs::read_to_string(dir.path().join("b.key")).expect("reads"), "new");
    }
}
