//! Has scripts tell the hosts' own logs what they have changed there.

use super::script::quote;
use crate::domain::answer::shown;
use crate::domain::script::RemoteScript;

/// The same script, which tells the host's own log what it has changed: these words, then how that came out. What the
/// host has no `logger` for it says as a step of its own.
pub fn told(script: RemoteScript, words: &str) -> RemoteScript {
    script.with_setting(&format!("regctl_syslog={}", quote(&shown(words))))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use serde_json::json;

    use super::*;
    use crate::plan::script::{Mode, render};

    const TEMPLATE: &str =
        "{{> prelude}}\nmain() { begin one; note changed /x; finish; begin two; finish; {{more}}; }\n";

    /// What a host's logger got, argument by argument, and what the script said.
    fn run(mode: Mode, more: &str, words: &str) -> (String, String) {
        let dir = tempfile::tempdir().expect("a folder");
        let (logger, log) = (dir.path().join("logger"), dir.path().join("log"));
        fs::write(&logger, format!("#!/bin/sh\nprintf '[%s]' \"$@\" >{}\n", log.display())).expect("writes");
        fs::set_permissions(&logger, fs::Permissions::from_mode(0o755)).expect("may be run");
        let script = render(TEMPLATE, mode, "ann@bastion", &json!({ "more": more })).expect("renders");
        let script = told(script, words).call(&"0".repeat(32));
        let path = format!("{}:/usr/bin:/bin", dir.path().display());
        let output = Command::new("sh").args(["-c", &script]).env("PATH", path).output().expect("sh runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (fs::read_to_string(log).unwrap_or_default(), said)
    }

    #[test]
    fn what_was_changed_is_told_as_one_argument() {
        let words = "trust-agents by a'; reboot; '$(id)\nx@bastion";
        let (log, said) = run(Mode::Apply, ":", words);
        let told = "trust-agents by a'; reboot; '$(id)?x@bastion: done: one changed";
        assert_eq!(log, format!("[-t][regctl][-p][authpriv.notice][--][{told}]"), "{said}");
        assert!(said.contains("end ok"), "{said}");
    }

    #[test]
    fn a_failure_is_told_and_what_only_looks_is_not() {
        let (log, said) = run(Mode::Apply, "begin three; fail no; finish", "w");
        assert!(log.ends_with("[w: failed: one changed, three failed]"), "{log}{said}");
        assert_eq!(run(Mode::Check, ":", "w").0, "");
    }
}
