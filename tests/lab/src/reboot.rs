//! Rebooting a host: its files stay; its processes, its network and its kernel settings start anew.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::address;
use crate::cluster::{Cluster, HostRecord};
use crate::engine;
use crate::host::{Host, log_file};
use crate::process::{Process, init_below};
use crate::servers::listens;
use crate::state::Record;
use crate::vip;
use crate::wait::{Progress, wait_for};

/// A reboot has this long on a busy machine.
const TIME: Duration = Duration::from_secs(60);

/// Reboots a host of the lab whose state is kept there. Faults are taken out first.
pub(crate) fn reboot(host: &Host, state: &Path) -> Result<()> {
    host.clear_faults()?;
    let holder = Record::read(state)?.holder;
    let old = Process::of(host.init_pid()).context("the host is dead")?;
    let starter = start_again(host, state, &holder)?;
    let init = wait_for(format_args!("{} to start again", host.name()), TIME, || {
        init_below(starter, 2).map_or_else(|| Progress::NotYet("no new pid 1".to_owned()), Progress::Done)
    })?;
    old.end()?;
    plug_in(&host.record(), init, &holder)?;
    wait_for(format_args!("{} to answer on port 22", host.name()), TIME, || {
        if listens(init, 22) {
            Progress::Done(())
        } else {
            Progress::NotYet("its sshd does not listen".to_owned())
        }
    })?;
    host.set_init_pid(init);
    let record = host.record();
    remember(&record, state)?;
    if record.engine {
        engine::start([host].into_iter(), &holder)?;
    }
    vip::program(&[record], &Cluster::open(state).services()?)
}

/// Starts what becomes the new pid 1, beside the old one and on its mounts; it waits for a network.
///
/// Returns the process outside. A shell starts it, so that whoever reaps orphans reaps it.
fn start_again(host: &Host, state: &Path, holder: &Process) -> Result<u32> {
    let (old, holder) = (host.init_pid(), holder.pid);
    let master = if host.record().is_agent() { String::new() } else { address::STANDBY.to_string() };
    let script = format!(
        "nsenter --pid=/proc/{holder}/ns/pid --mount=/proc/{old}/ns/mnt --uts=/proc/{old}/ns/uts \
         --root=/proc/{old}/root --wd=/proc/{old}/root \
         unshare --net --mount --pid --fork --kill-child sh -c \"$1\" reboot {six} {address} {master} {gateway} \
         </dev/null >>\"$2\" 2>&1 & echo $!",
        six = address::six(host.address()),
        address = host.address(),
        gateway = address::GATEWAY,
    );
    let output = Command::new("sh")
        .args(["-c", &script, "reboot", include_str!("../scripts/reboot.sh")])
        .arg(log_file(state, host.name()))
        .output()
        .with_context(|| format!("rebooting {}", host.name()))?;
    let pid = String::from_utf8_lossy(&output.stdout);
    pid.trim()
        .parse()
        .with_context(|| format!("rebooting {}: {}", host.name(), String::from_utf8_lossy(&output.stderr)))
}

/// Lays a new cable from the bridge to the host: the old one went with the old network.
fn plug_in(record: &HostRecord, init: u32, holder: &Process) -> Result<()> {
    let name = &record.name;
    let script = format!(
        "ip link del to-{name} 2>/dev/null; ip link add to-{name} type veth peer name eth0 netns {init} && \
         ip link set to-{name} master br0 up"
    );
    let output = Command::new("nsenter")
        .args(["-t", &holder.pid.to_string(), "-n", "--", "sh", "-c", &script])
        .output()
        .with_context(|| format!("connecting {name}"))?;
    if !output.status.success() {
        bail!("connecting {name}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Writes the host's new pid into the lab's list.
fn remember(record: &HostRecord, state: &Path) -> Result<()> {
    let cluster = Cluster::open(state);
    let mut hosts = cluster.hosts()?;
    for host in hosts.iter_mut().filter(|host| host.name == record.name) {
        host.init_pid = record.init_pid;
    }
    cluster.write_hosts(&hosts)
}
