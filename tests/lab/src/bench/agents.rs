//! The agents of a run: emptied before it, looked at after it, both from outside and without a login.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result, anyhow};

use super::kit;
use crate::Host;
use crate::servers::enter_network;

/// The sysctl as a file of the network namespace that reads it.
const SWITCH: &str = "/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal";

/// The folders where a setting is made to last.
const LASTING: [&str; 2] = ["etc/sysctl.d", "etc/modules-load.d"];

/// The folders that the work makes.
const MADE: [&str; 4] = ["etc/docker", "etc/containers", "var/lib/regctl", "root/.ansible"];

/// Brings an agent back to where nothing was done to it.
///
/// # Errors
/// Where a file cannot be removed or the kernel refuses.
pub(crate) fn empty(agent: &Host) -> Result<()> {
    let root = agent.root();
    for folder in MADE {
        match fs::remove_dir_all(root.join(folder)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("emptying {folder} of {}", agent.name()));
            }
            _ => {}
        }
    }
    for path in naming_conntrack(&root) {
        fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
    }
    on_network(agent.init_pid(), || fs::write(SWITCH, "0")).context("switching the sysctl off")
}

/// True where the CA is in its place byte for byte, the sysctl is on, and a file makes it last.
pub(crate) fn is_done(agent: &Host, ca: &str) -> bool {
    let switched = on_network(agent.init_pid(), || fs::read_to_string(SWITCH));
    agent.read(kit::CA_FILE).is_ok_and(|text| text == ca)
        && switched.is_ok_and(|value| value.trim() == "1")
        && naming_conntrack(&agent.root()).iter().any(|path| makes_last(path))
}

/// The files that make some setting of conntrack last.
fn naming_conntrack(root: &Path) -> Vec<std::path::PathBuf> {
    let entries = LASTING.iter().flat_map(|folder| fs::read_dir(root.join(folder)).into_iter().flatten());
    let names_it = |path: &Path| fs::read_to_string(path).is_ok_and(|text| text.contains("nf_conntrack"));
    entries.flatten().map(|entry| entry.path()).filter(|path| names_it(path)).collect()
}

/// True where a file of /etc/sysctl.d sets the sysctl to 1.
fn makes_last(path: &Path) -> bool {
    fs::read_to_string(path).unwrap_or_default().lines().any(|line| {
        line.split_once('=').is_some_and(|(key, value)| key.trim() == kit::SYSCTL && value.trim() == "1")
    })
}

/// Runs this on the network of another process, in a thread that ends with it.
pub(crate) fn on_network<T: Send>(pid: u32, work: impl FnOnce() -> std::io::Result<T> + Send) -> Result<T> {
    thread::scope(|scope| {
        let thread = scope.spawn(|| enter_network(pid).and_then(|()| Ok(work()?)));
        thread.join().map_err(|_| anyhow!("the thread ended by itself"))?
    })
}
