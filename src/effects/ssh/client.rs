//! The ssh client of this machine: whether it is there, and what it takes.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::domain::answer::shown;
use crate::domain::fault::{Fault, FaultKind};

/// Raises the soft limit of open files to the hard one: each login needs eight, each probe one.
pub(super) fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// Files that may be open at the same time.
pub fn file_limit() -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
}

/// What this machine's ssh can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    /// All that regctl asks of it.
    Modern,
    /// It has no `accept-new` (before OpenSSH 7.6): new host keys must be learnt by other means.
    WithoutAcceptNew,
}

/// Has ssh read the configuration. Errors: there is no ssh, or it does not take an option of the operator's.
pub(super) fn check(config: &Path) -> Result<Client> {
    let mut command = Command::new("ssh");
    command.arg("-F").arg(config).args(["-G", "localhost"]).stdin(Stdio::null()).stdout(Stdio::null());
    let output = command.output().map_err(|_| {
        Fault::new(FaultKind::NoSsh, say!("there is no ssh on this machine"))
            .hint(say!("Install OpenSSH's client."))
    })?;
    if output.status.success() {
        return Ok(Client::Modern);
    }
    if String::from_utf8_lossy(&output.stderr).contains("unsupported option \"accept-new\"") {
        return Ok(Client::WithoutAcceptNew);
    }
    let said = String::from_utf8_lossy(&output.stderr).replace(&config.display().to_string(), "ssh options");
    let line = said.lines().next().unwrap_or_else(|| say!("no reason given"));
    Err(Fault::new(FaultKind::SshOption, say!("ssh does not take its options: {}", shown(line)))
        .hint(say!("Look at --ssh-option, at [ssh] in regctl.toml and at ~/.ssh/config."))
        .into())
}
