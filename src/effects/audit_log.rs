//! The files of the audit trail: one line for each record, only ever added to.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use rustix::fs::{FlockOperation, flock};

use super::files::{self, output_fault};
use crate::domain::fault::{Fault, FaultKind};

/// A file that has grown to this becomes `audit.1.jsonl`: some thousands of runs.
const MOST_BYTES: u64 = 8 << 20;
/// So many files are kept beside the one that is written to; the oldest goes.
const KEPT_FILES: u32 = 4;
/// What is read of one file at most; it is a little larger than it may grow.
const MOST_READ: u64 = MOST_BYTES + (4 << 20);
/// How often and how long to wait for another run that is writing its line.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// The trail of one cluster.
#[derive(Debug, Clone)]
pub struct AuditLog {
    folder: PathBuf,
    most_bytes: u64,
}

impl AuditLog {
    /// The trail in this state directory; nothing is made yet.
    pub fn in_folder(state_dir: &Path) -> Self {
        Self { folder: state_dir.to_path_buf(), most_bytes: MOST_BYTES }
    }

    /// The trails of all clusters whose state directories are in this folder, by name. Errors: the folder is there and
    /// cannot be listed.
    pub fn all(state_root: &Path) -> Result<Vec<Self>> {
        let entries = match fs::read_dir(state_root) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| unreadable(state_root, &error))?,
        };
        let logs = entries.filter_map(|entry| Some(Self::in_folder(&entry.ok()?.path())));
        let mut logs: Vec<Self> = logs.filter(|log| log.file().exists()).collect();
        logs.sort_by(|one, other| one.folder.cmp(&other.folder));
        Ok(logs)
    }

    /// The name of its state directory, which is the cluster's.
    pub fn name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The file that is written to.
    pub fn file(&self) -> PathBuf {
        self.folder.join("audit.jsonl")
    }

    fn older(&self, number: u32) -> PathBuf {
        self.folder.join(format!("audit.{number}.jsonl"))
    }

    /// Adds one line, which is on the disk when this comes back. Errors: the file cannot be written; then it is as it was.
    pub fn append(&self, line: &str) -> Result<()> {
        files::make_private_folder(&self.folder)?;
        let added = self.lock().and_then(|_lock| {
            self.make_room(line.len() as u64)?;
            add_line(&self.file(), line)
        });
        added.map_err(|error| output_fault(say!("writing"), &self.file(), &error).into())
    }

    /// The texts of its files, the oldest first; none where nothing was ever recorded. Errors: a file that is there cannot
    /// be read.
    pub fn read(&self) -> Result<Vec<String>> {
        let paths = (1..=KEPT_FILES).rev().map(|number| self.older(number)).chain([self.file()]);
        paths.filter(|path| path.exists()).map(|path| read_file(&path)).collect()
    }

    /// Two runs must not write at once: one of them may be renaming the file.
    fn lock(&self) -> io::Result<File> {
        let path = self.folder.join("audit.lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        for _ in 0..TRIES {
            if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
                return Ok(file);
            }
            sleep(PAUSE);
        }
        Err(io::Error::new(ErrorKind::WouldBlock, say!("another run holds its lock")))
    }

    fn make_room(&self, bytes: u64) -> io::Result<()> {
        let size = fs::metadata(self.file()).map_or(0, |it| it.len());
        if size == 0 || size + bytes <= self.most_bytes {
            return Ok(());
        }
        for number in (1..KEPT_FILES).rev().filter(|number| self.older(*number).exists()) {
            fs::rename(self.older(number), self.older(number + 1))?;
        }
        fs::rename(self.file(), self.older(1))
    }
}

/// What a crash left of a line gets a break of its own first; what does not fit onto the disk is taken back.
fn add_line(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    let size = file.metadata()?.len();
    let whole =
        if ends_within_a_line(&mut file, size)? { format!("\n{line}\n") } else { format!("{line}\n") };
    let written = file.write_all(whole.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = file.set_len(size);
    }
    written
}

fn ends_within_a_line(file: &mut File, size: u64) -> io::Result<bool> {
    if size == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::Start(size - 1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Bytes that are no text become `\u{fffd}`, so that they spoil their own line alone.
fn read_file(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_READ).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(path, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(FaultKind::Failed, say!("reading {}: {}", path.display(), files::plain(error)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn log(dir: &Path) -> AuditLog {
        AuditLog::in_folder(&dir.join("cluster"))
    }

    #[test]
    fn lines_are_private_and_in_order() {
        let dir = tempfile::tempdir().expect("a folder");
        let log = log(dir.path());
        assert!(log.read().expect("nothing is there").is_empty());
        log.append("one").and_then(|()| log.append("two")).expect("writes");
        assert_eq!(log.read().expect("reads"), ["one\ntwo\n"]);
        let mode = |path: &Path| path.metadata().expect("is there").permissions().mode() & 0o777;
        assert_eq!((mode(&log.file()), mode(&dir.path().join("cluster"))), (0o600, 0o700));
    }

    #[test]
    fn a_half_written_line_never_swallows_the_next() {
        let dir = tempfile::tempdir().expect("a folder");
        let log = log(dir.path());
        log.append("one").expect("writes");
        fs::write(log.file(), b"one\n{\"half\xff").expect("writes");
        log.append("two").expect("writes");
        assert_eq!(log.read().expect("reads"), ["one\n{\"half\u{fffd}\ntwo\n"]);
    }

    #[test]
    fn lines_of_concurrent_runs_do_not_interleave() {
        let dir = tempfile::tempdir().expect("a folder");
        let log = log(dir.path());
        let writer = |name: char| {
            let log = log.clone();
            move || (0..20).for_each(|_| log.append(&name.to_string().repeat(9_000)).expect("writes"))
        };
        let threads: Vec<_> = ['a', 'b', 'c'].into_iter().map(|it| std::thread::spawn(writer(it))).collect();
        threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
        let text = log.read().expect("reads").concat();
        let whole = |line: &str| line.len() == 9_000 && line.chars().all(|c| line.starts_with(c));
        assert!(text.lines().count() == 60 && text.lines().all(whole));
    }

    #[test]
    fn the_oldest_file_goes_when_there_are_enough() {
        let dir = tempfile::tempdir().expect("a folder");
        let log = AuditLog { most_bytes: 10, ..log(dir.path()) };
        for number in 0..7 {
            log.append(&format!("line {number}")).expect("writes");
        }
        assert_eq!(log.read().expect("reads"), ["line 2\n", "line 3\n", "line 4\n", "line 5\n", "line 6\n"]);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        let log = log(dir.path());
        fs::create_dir_all(log.file()).expect("makes");
        let error = log.append("one").expect_err("is a folder").to_string();
        assert!(error.contains("audit.jsonl: is a directory"), "{error}");
    }
}
