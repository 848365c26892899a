//! The plainest fast form of an SSH fan-out: one process of OpenSSH's client for each host, so many at once.
//!
//! It is what the others are measured against, so it does nothing that is not needed: no shell between, no
//! multiplexing, and of each answer only whether the script came to its end.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};
use clap::Args;

/// Runs a script on many hosts, as root.
#[derive(Debug, Args)]
pub struct Runner {
    /// How many at once.
    #[arg(long)]
    width: usize,
    /// A file with one host a line.
    hosts: PathBuf,
    /// The script, handed to sh on its standard input.
    script: PathBuf,
    /// Options for ssh.
    #[arg(last = true)]
    options: Vec<String>,
}

impl Runner {
    /// Runs it; the failed hosts are named, and make the exit code 1.
    ///
    /// # Errors
    /// Where the list cannot be read.
    pub fn run(&self) -> Result<ExitCode> {
        let list =
            fs::read_to_string(&self.hosts).with_context(|| format!("reading {}", self.hosts.display()))?;
        let waiting: Mutex<VecDeque<&str>> = Mutex::new(list.lines().collect());
        let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let failed = thread::scope(|scope| {
            let lane = || -> Vec<&str> {
                std::iter::from_fn(&next).filter(|host| !self.on_host(host).unwrap_or(false)).collect()
            };
            let lanes: Vec<_> = (0..self.width).map(|_| scope.spawn(lane)).collect();
            lanes.into_iter().flat_map(|lane| lane.join().unwrap_or_default()).collect::<Vec<_>>()
        });
        for host in &failed {
            println!("failed: {host}");
        }
        Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// True where the script succeeded and its last line, the state it read back, arrived.
    fn on_host(&self, host: &str) -> Result<bool> {
        let output = Command::new("ssh")
            .args(&self.options)
            .arg(format!("root@{host}"))
            .args(["sh", "-s"])
            .stdin(open(&self.script)?)
            .stderr(Stdio::inherit())
            .output()
            .context("running ssh")?;
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(output.status.success() && answer.lines().last().is_some_and(|line| line.starts_with("state ca ")))
    }
}

fn open(script: &Path) -> Result<File> {
    File::open(script).with_context(|| format!("opening {}", script.display()))
}
