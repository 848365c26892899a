//! One host of the lab: run commands in it, read and write its files, count who came.

use std::fs;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cluster::{HostRecord, enter};

/// How long a command in a host may take unless told otherwise.
const COMMAND_TIME: Duration = Duration::from_secs(60);

/// What `timeout` answers when it had to kill.
const KILLED: i32 = 128 + 9;

/// What a command answered.
#[derive(Debug, Clone)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote; bytes that are no UTF-8 are replaced.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Output {
    /// Standard output, trimmed, of a command that succeeded.
    ///
    /// # Errors
    /// Where it failed: with its exit status and what it wrote.
    pub fn good(self) -> Result<String> {
        if self.status.success() {
            return Ok(self.stdout.trim().to_owned());
        }
        bail!("{}: {}{}", self.status, self.stdout.trim(), self.stderr.trim())
    }
}

impl From<std::process::Output> for Output {
    fn from(raw: std::process::Output) -> Self {
        Self {
            status: raw.status,
            stdout: String::from_utf8_lossy(&raw.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&raw.stderr).into_owned(),
        }
    }
}

/// A running host.
#[derive(Debug)]
pub struct Host {
    record: HostRecord,
    /// Changes when the host is rebooted.
    init_pid: AtomicU32,
    log: PathBuf,
}

impl Host {
    /// The host of this record, in the lab whose state is kept in `state`.
    pub(crate) fn new(record: HostRecord, state: &Path) -> Self {
        let log = log_file(state, &record.name);
        Self { init_pid: AtomicU32::new(record.init_pid), record, log }
    }

    /// Its name: `master`, `a1` …
    #[must_use]
    pub fn name(&self) -> &str {
        &self.record.name
    }

    /// Its address on the lab's network.
    #[must_use]
    pub fn address(&self) -> Ipv4Addr {
        self.record.address
    }

    /// Its entry in the lab's list, with the pid that it has now.
    #[must_use]
    pub fn record(&self) -> HostRecord {
        HostRecord { init_pid: self.init_pid(), ..self.record.clone() }
    }

    /// The number, on the machine, of the process that is pid 1 inside.
    #[must_use]
    pub fn init_pid(&self) -> u32 {
        self.init_pid.load(Ordering::Relaxed)
    }

    /// After a reboot.
    pub(crate) fn set_init_pid(&self, pid: u32) {
        self.init_pid.store(pid, Ordering::Relaxed);
    }

    /// True while its pid 1 lives.
    #[must_use]
    pub fn runs(&self) -> bool {
        crate::process::Process::of(self.init_pid()).is_some()
    }

    /// A command to be run inside as root, for tests that stream, signal or wait themselves.
    ///
    /// Killing the process that this starts does not end what runs inside; kill that through the host.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = enter(self.init_pid());
        command.arg(program);
        command
    }

    /// Runs a command inside as root, for a minute at most.
    ///
    /// # Errors
    /// Where it cannot be run or takes too long. A failing command is no error: see [`Output::good`].
    pub fn exec(&self, words: &[&str]) -> Result<Output> {
        self.exec_with(words, b"", COMMAND_TIME)
    }

    /// Runs a line of shell inside as root, for a minute at most.
    ///
    /// # Errors
    /// As [`Host::exec`].
    pub fn shell(&self, script: &str) -> Result<Output> {
        self.exec(&["sh", "-c", script])
    }

    /// Runs a command inside as root with this on its standard input, and kills it when time is up.
    ///
    /// # Errors
    /// As [`Host::exec`].
    pub fn exec_with(&self, words: &[&str], input: &[u8], limit: Duration) -> Result<Output> {
        let what = || format!("running {} in {}", words.join(" "), self.name());
        let mut child = self
            .command("timeout")
            .args(["-s", "KILL", &limit.as_secs_f64().to_string()])
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(what)?;
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let input = input.to_vec();
        // In a thread of its own: both pipes may fill at once. A command need not read its input.
        let writer = thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().with_context(what)?;
        let _ = writer.join();
        if output.status.code() == Some(KILLED) {
            bail!("{}: not done within {limit:?}", what());
        }
        Ok(output.into())
    }

    /// Where this host's root can be seen from outside.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root", self.init_pid()))
    }

    /// A file of this host, by its absolute path inside, as seen from outside.
    fn path(&self, inside: &str) -> PathBuf {
        self.root().join(inside.trim_start_matches('/'))
    }

    /// The text of a file.
    ///
    /// # Errors
    /// Where it is not there or is no UTF-8.
    pub fn read(&self, inside: &str) -> Result<String> {
        fs::read_to_string(self.path(inside)).with_context(|| format!("reading {inside} in {}", self.name()))
    }

    /// Writes a file and the folders above it.
    ///
    /// # Errors
    /// Where the host's disk refuses.
    pub fn write(&self, inside: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let path = self.path(inside);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, content))
            .with_context(|| format!("writing {inside} in {}", self.name()))
    }

    /// True where something has this path, even a link that leads nowhere.
    #[must_use]
    pub fn exists(&self, inside: &str) -> bool {
        fs::symlink_metadata(self.path(inside)).is_ok()
    }

    /// What sshd has said since the host was started.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn sshd_log(&self) -> Result<String> {
        let bytes = fs::read(&self.log).with_context(|| format!("reading the log of {}", self.name()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// How many SSH logins succeeded so far.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn logins(&self) -> Result<usize> {
        // "Accepted key" is said of every key that would do, also before the client has proved that it has it.
        let log = self.sshd_log()?;
        Ok(count(&log, "Accepted ") - count(&log, "Accepted key "))
    }

    /// How many commands, shells and subsystems were started over SSH so far.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn sessions(&self) -> Result<usize> {
        Ok(count(&self.sshd_log()?, "Starting session: "))
    }

    /// How many TCP connections reached sshd so far, logged in or not.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn connections(&self) -> Result<usize> {
        Ok(count(&self.sshd_log()?, "Connection from "))
    }
}

/// How many lines of sshd's log start with `head`.
fn count(log: &str, head: &str) -> usize {
    log.lines().filter(|line| line.starts_with(head)).count()
}

/// Where a host's sshd and start script write.
pub(crate) fn log_file(state: &Path, name: &str) -> PathBuf {
    state.join("log").join(format!("{name}.log"))
}
