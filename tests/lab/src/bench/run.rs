//! One measured run: a way's line in the master host, in a control group of its own.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::group::{Group, Hierarchy};
use super::kit;
use super::left::Things;
use super::memory::{Peak, Watch};
use crate::Host;

/// What takes longer than this is stuck.
const LIMIT: &str = "1800";

/// Processes that end by themselves within this time after the run were not left behind.
const GRACE: Duration = Duration::from_secs(2);

/// What a run cost and what it left behind.
#[derive(Debug, Clone)]
pub(crate) struct Cost {
    /// The exit code; none where a signal ended it.
    pub exit: Option<i32>,
    pub wall: Duration,
    /// User and system time of all its processes, until the last one ended or the grace was over.
    pub cpu: Duration,
    pub left: Left,
    /// Only where it was asked for: looking costs time.
    pub peak: Option<Peak>,
    pub counted_by: Hierarchy,
}

/// What is still there when a run is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Left {
    /// Processes, after a grace of two seconds.
    pub processes: usize,
    /// Sockets, anywhere.
    pub sockets: usize,
    /// Folders below /tmp, /run and /dev/shm.
    pub folders: usize,
}

/// Whether memory is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Away,
    AtMemory,
}

/// Runs a line of shell in the master host's folder of the benchmark, its output into `log`.
///
/// # Errors
/// Where it cannot be started or counted. A line that fails is no error: see [`Cost::exit`].
pub(crate) fn measure(master: &Host, line: &str, log: &Path, look: Look) -> Result<Cost> {
    let group = Arc::new(Group::create()?);
    let before = Things::of(&master.root());
    let mut command = inside(master, &group, line);
    let output = File::create(log).with_context(|| format!("making {}", log.display()))?;
    command.stdin(Stdio::null()).stdout(output.try_clone().context("sharing the log")?).stderr(output);
    let watch = match look {
        Look::AtMemory => Some(Watch::begin(Arc::clone(&group))?),
        Look::Away => None,
    };
    let started = Instant::now();
    let status = command.status().with_context(|| format!("running {line}"))?;
    let wall = started.elapsed();
    let processes = group.left_after(GRACE);
    let (sockets, folders) = Things::of(&master.root()).more_than(&before);
    Ok(Cost {
        exit: status.code(),
        wall,
        cpu: group.cpu()?,
        left: Left { processes, sockets, folders },
        peak: watch.map(Watch::end),
        counted_by: group.hierarchy(),
    })
}

/// The command that joins the group outside and then goes into the host.
fn inside(master: &Host, group: &Group, line: &str) -> Command {
    let entering = master.command("timeout");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", r#"echo $$ >"$0" && exec "$@""#]).arg(group.door());
    command.arg(entering.get_program()).args(entering.get_args());
    command.args(["-s", "KILL", LIMIT, "sh", "-c"]).arg(format!("cd {} && {line}", kit::FOLDER));
    command.env_clear().envs(entering.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command
}
