//! The unit of Docker Engine and its drop-ins: what it is started with, and how that is changed without touching what a
//! package owns.

use super::draft::File;

/// What regctl overrides a package's unit with.
pub(super) const DROP_IN: &str = "/etc/systemd/system/docker.service.d/regctl.conf";

/// Whether an operator may edit it; the others belong to packages, or are gone after a boot.
pub(super) fn is_editable(path: &str) -> bool {
    path.starts_with("/etc/")
}

/// Whether it is the unit or a drop-in of it.
pub(super) fn is_unit(path: &str) -> bool {
    path.contains("/docker.service")
}

/// The command that starts the engine, by the unit and its drop-ins, in one line; `None` where there is none, or more than
/// one.
pub(super) fn exec_start(files: &[File]) -> Option<String> {
    let mut units: Vec<_> = files.iter().filter(|file| is_unit(&file.path)).collect();
    // The unit itself first, then drop-ins by their names alone, as systemd reads them.
    units.sort_by_key(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        (name != "docker.service", name)
    });
    let mut commands: Vec<String> = Vec::new();
    for unit in units {
        for line in joined(unit.becomes.as_deref().unwrap_or_default()).lines() {
            match line
                .trim_start()
                .strip_prefix("ExecStart")
                .map(str::trim_start)
                .and_then(|rest| rest.strip_prefix('='))
            {
                Some(command) if command.trim().is_empty() => commands.clear(),
                Some(command) => commands.push(command.trim().to_owned()),
                None => {}
            }
        }
    }
    let only = commands.pop()?;
    commands.is_empty().then_some(only)
}

/// Whether a unit gives the flag in a variable rather than in its command.
pub(super) fn in_environment(text: &str, name: &str) -> bool {
    let flag = format!("--{name}");
    joined(text).lines().any(|line| line.starts_with("Environment") && line.contains(&flag))
}

/// Lines that end with a backslash go on in the next one; comments between them do not.
fn joined(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with(['#', ';']));
    let mut whole = String::new();
    for line in lines {
        match line.strip_suffix('\\') {
            Some(begun) => whole.push_str(&format!("{} ", begun.trim_end())),
            None => whole.push_str(&format!("{}\n", line.trim())),
        }
    }
    whole
}

/// A drop-in that has the engine started by this command alone.
pub(super) fn drop_in(command: &str) -> String {
    format!("# Written by regctl trust-agents.\n[Service]\nExecStart=\nExecStart={command}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        let text = Some(text.to_owned());
        File { path: path.to_owned(), mode: "644".to_owned(), was: text.clone(), becomes: text }
    }

    #[test]
    fn the_last_word_about_the_command_counts() {
        let unit = file(
            "/usr/lib/systemd/system/docker.service",
            "[Service]\n# ExecStart=/no\nExecStart=/bin/dockerd -H fd:// \\\n          $OPTIONS\n",
        );
        assert_eq!(
            exec_start(std::slice::from_ref(&unit)).as_deref(),
            Some("/bin/dockerd -H fd:// $OPTIONS")
        );
        let proxy =
            file("/etc/systemd/system/docker.service.d/http-proxy.conf", "[Service]\nEnvironment=A=b\n");
        let late = file(
            "/run/systemd/system/docker.service.d/z.conf",
            "[Service]\nExecStart=\nExecStart = /bin/dockerd\n",
        );
        assert_eq!(exec_start(&[late.clone(), proxy, unit.clone()]).as_deref(), Some("/bin/dockerd"));
        assert_eq!(
            exec_start(&[unit, file("/etc/systemd/system/docker.service.d/two.conf", "ExecStart=/bin/x")]),
            None
        );
        assert_eq!(exec_start(&[]), None);
        assert!(is_editable(DROP_IN) && is_unit(DROP_IN) && !is_unit("/etc/sysconfig/docker"));
    }
}
