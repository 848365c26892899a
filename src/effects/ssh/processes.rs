//! Ends ssh processes that were left behind: the openssh crate detaches its masters, so nobody else will.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, getppid, kill_process};

/// How long processes get to end by themselves before they are killed.
const GRACE: Duration = Duration::from_millis(500);

/// Asks every ssh process of ours whose command line names something in the folder to end.
pub(super) fn terminate(folder: &Path) {
    for pid in of(folder) {
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// Ends every ssh process of ours whose command line names something in the folder, at the latest by force. Blocks for
/// as long as that takes, at most about a second.
pub(super) fn end(folder: &Path) {
    terminate(folder);
    let started = std::time::Instant::now();
    while !of(folder).is_empty() && started.elapsed() < GRACE {
        std::thread::sleep(Duration::from_millis(10));
    }
    for pid in of(folder) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// The processes. An ssh on its way is started with `-S FOLDER/…`, and a detached master has its socket as title; one
/// that was told to stop has nothing but its log there, still open.
fn of(folder: &Path) -> Vec<Pid> {
    let needle = [folder.as_os_str().as_encoded_bytes(), b"/"].concat();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let ours = entries.filter(|entry| entry.metadata().is_ok_and(|meta| meta.uid() == geteuid().as_raw()));
    ours.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok().and_then(Pid::from_raw)?;
        let command = std::fs::read(entry.path().join("cmdline")).ok()?;
        let is_ssh = command.split(|byte| [0, b' ', b':'].contains(byte)).next()?.ends_with(b"ssh");
        let named = || command.windows(needle.len()).any(|part| part == needle);
        (is_ssh && (named() || holds_file_in(&entry.path().join("fd"), &needle))).then_some(pid)
    })
    .collect()
}

fn holds_file_in(descriptors: &Path, folder: &[u8]) -> bool {
    let entries = std::fs::read_dir(descriptors).into_iter().flatten().filter_map(Result::ok);
    let links = entries.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    links.into_iter().any(|file| file.as_os_str().as_encoded_bytes().starts_with(folder))
}

/// The process that started this one.
pub(super) fn parent_of(pid: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything: count from its end. After it come the state and the parent.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Ends the ssh that started this process. Whoever adopted it since is no ssh, and stays.
pub(super) fn end_parent_ssh() {
    let Some(parent) = getppid() else { return };
    let name = std::fs::read_to_string(format!("/proc/{}/comm", parent.as_raw_nonzero()));
    if name.is_ok_and(|name| name.trim_end() == "ssh") {
        let _ = kill_process(parent, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_child_names_its_parent() {
        let mut child = Command::new("sleep").arg("5").spawn().expect("starts");
        let pid = |id: u32| i32::try_from(id).expect("is small");
        assert_eq!(parent_of(pid(child.id())), Some(pid(std::process::id())));
        child.kill().expect("ends");
        child.wait().expect("ended");
        assert_eq!(parent_of(i32::MAX), None);
    }

    #[test]
    fn only_an_ssh_with_a_socket_in_the_folder_is_ended() {
        let dir = tempfile::tempdir().expect("a folder");
        let socket = dir.path().join("x/master");
        let sleeper = |name: &str| {
            let mut command = Command::new("sh");
            std::os::unix::process::CommandExt::arg0(&mut command, name);
            command.args(["-c", "read line"]).arg(&socket).stdin(Stdio::piped());
            command.spawn().expect("starts")
        };
        let (mut ssh, mut other) = (sleeper("ssh"), sleeper("sshd-other"));
        end(dir.path());
        assert!(!ssh.wait().expect("ended").success());
        assert!(other.try_wait().expect("asked").is_none(), "a process that is no ssh was ended");
        other.kill().expect("ends");
        other.wait().expect("ended");
    }
}
