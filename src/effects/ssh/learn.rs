//! Learns the key of a new host where ssh is too old to do that itself; afterwards the host is held to it.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::host_key::is_key;

/// Seconds that ssh-keyscan waits for a host.
const PATIENCE: &str = "5";

/// Asks the host for its keys and adds them to the file, unless some file knows the host already. A host that does not
/// answer teaches nothing; the login then says why.
pub(super) async fn learn(host: &str, port: u16, known_hosts: &Path) -> std::io::Result<()> {
    for file in files(known_hosts) {
        if knows(&file, host, port).await {
            return Ok(());
        }
    }
    let mut scan = Command::new("ssh-keyscan");
    scan.args(["-T", PATIENCE, "-p", &port.to_string(), host]).stdin(Stdio::null()).kill_on_drop(true);
    let scanned = scan.output().await?;
    let text = String::from_utf8_lossy(&scanned.stdout);
    let keys: Vec<_> = text.lines().filter(|line| is_key(line)).collect();
    if keys.is_empty() {
        return Ok(());
    }
    // One write, so that lines of other hosts do not come between.
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(known_hosts)?;
    file.write_all((keys.join("\n") + "\n").as_bytes())
}

/// The files that count: the run's own, the user's and the system's.
fn files(known_hosts: &Path) -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".ssh/known_hosts"));
    let all = [Some(known_hosts.to_path_buf()), home, Some(PathBuf::from("/etc/ssh/ssh_known_hosts"))];
    all.into_iter().flatten().filter(|file| file.exists()).collect()
}

async fn knows(file: &Path, host: &str, port: u16) -> bool {
    let name = if port == 22 { host.to_owned() } else { format!("[{host}]:{port}") };
    let mut search = Command::new("ssh-keygen");
    search.arg("-F").arg(name).arg("-f").arg(file).stdin(Stdio::null()).kill_on_drop(true);
    search.output().await.is_ok_and(|found| found.status.success() && !found.stdout.is_empty())
}
