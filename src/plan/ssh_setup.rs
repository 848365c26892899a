//! What every agent is to have so that a key logs in there.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::json;

use super::script::{self, Mode};
use super::selection::Selection;
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::change::Change;
use crate::domain::public_key::PublicKey;
use crate::domain::script::{Outcome, RemoteScript, StepLine};
use crate::domain::trust::{AgentReport, Status};

const TEMPLATE: &str = include_str!("../../templates/ssh-setup.sh.hbs");
/// The script that only answers: being able to run it is what is asked.
const KNOCK: &str = "{{> prelude}}\nmain() { :; }\n";
/// The step that says whether the key really logs in.
const LOGIN_STEP: &str = "key-login";

/// Whether the key is to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It is.
    Present,
    /// It is not, as far as it was put there by ssh-setup.
    Absent,
}

/// The script for every agent. Without a key, which a dry run does not make, none can be there.
pub fn script(key: Option<&PublicKey>, wanted: Wanted, mode: Mode, holder: &str) -> Result<RemoteScript> {
    let part = |part: fn(&PublicKey) -> &str| key.map_or("", part);
    let comment = part(|key| &key.comment);
    let values = json!({
        "kind": part(|key| &key.kind),
        "blob": part(|key| &key.blob),
        "comment": if comment.is_empty() { String::new() } else { format!("{comment} ") },
        "remove": wanted == Wanted::Absent,
    });
    script::render(TEMPLATE, mode, holder, &values)
}

/// A script that changes nothing, to see whether a login works at all.
pub fn knock(holder: &str) -> Result<RemoteScript> {
    script::render(KNOCK, Mode::Check, holder, &json!({}))
}

/// Where a login with the key is to be tried: at the targets, by index, that it was just put on.
pub fn to_try(selection: &Selection, agents: &[AgentReport]) -> Vec<usize> {
    let changed = selection.agents.iter().zip(agents).filter(|(_, agent)| agent.status == Status::Changed);
    let logins: BTreeSet<usize> = changed.filter_map(|(selected, _)| selected.login.clone().ok()).collect();
    logins.into_iter().collect()
}

/// Writes down how those logins went; `tried` is what [`to_try`] gave.
pub fn write_down(selection: &Selection, agents: &mut [AgentReport], tried: &[usize], outcomes: &[Outcome]) {
    for (selected, agent) in selection.agents.iter().zip(agents) {
        let login = selected.login.as_ref().ok();
        if let Some(at) = login.and_then(|login| tried.binary_search(login).ok()) {
            write_down_one(agent, &outcomes[at]);
        }
    }
}

fn write_down_one(agent: &mut AgentReport, outcome: &Outcome) {
    agent.elapsed_ms += u64::try_from(outcome.elapsed.as_millis()).unwrap_or_default();
    let (change, detail) = match &outcome.result {
        Ok(_) => (Change::Unchanged, String::new()),
        Err(error) => (Change::Failed, error.message.clone()),
    };
    agent.steps.push(StepLine { step: LOGIN_STEP.to_owned(), change, detail });
    if let Err(error) = &outcome.result {
        agent.status = Status::Failed;
        agent.error =
            Some(if error.kind == AgentErrorKind::Auth { not_accepted(error) } else { error.clone() });
    }
}

fn not_accepted(error: &AgentError) -> AgentError {
    let message = say!("the key is in its place, but not accepted: {}", error.message);
    AgentError::new(AgentErrorKind::Auth, message).hint(say!(
        "Look at AuthorizedKeysFile, PubkeyAuthentication and AllowUsers in its sshd_config, \
         and whether others can write to the home folder."
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::domain::answer;
    use crate::domain::script::Answer;

    const BLOB: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIOrcjjK+qyqE/XK55dKXp5hSIDVDF3+9fey/n0HvUa2T";
    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    fn key() -> PublicKey {
        format!("ssh-ed25519 {BLOB} op's key").parse().expect("is a key")
    }

    /// A home folder, and what the script makes of it.
    struct Home {
        dir: tempfile::TempDir,
        shell: &'static str,
    }

    impl Home {
        fn new(keys: Option<&[u8]>) -> Self {
            let home = Self { dir: tempfile::tempdir().expect("a folder"), shell: "sh" };
            if let Some(keys) = keys {
                fs::create_dir(home.dir.path().join(".ssh")).expect("made");
                fs::write(home.file(), keys).expect("written");
            }
            home
        }

        fn file(&self) -> std::path::PathBuf {
            self.dir.path().join(".ssh/authorized_keys")
        }

        fn keys(&self) -> Option<Vec<u8>> {
            fs::read(self.file()).ok()
        }

        fn run(&self, wanted: Wanted, mode: Mode) -> Answer {
            self.run_with(Some(&key()), wanted, mode)
        }

        fn run_with(&self, key: Option<&PublicKey>, wanted: Wanted, mode: Mode) -> Answer {
            let script = script(key, wanted, mode, "ann@bastion").expect("renders").call(NONCE);
            let mut command = Command::new(self.shell);
            let output = command.arg("-c").arg(script).env("HOME", self.dir.path()).output().expect("runs");
            answer::parse(&String::from_utf8_lossy(&output.stdout), NONCE).unwrap_or_else(|error| {
                panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
            })
        }

        fn change(&self, wanted: Wanted) -> Change {
            self.run(wanted, Mode::Apply).steps[0].change
        }
    }

    fn mode(path: &Path) -> u32 {
        path.metadata().expect("is there").permissions().mode() & 0o7777
    }

    #[test]
    fn what_was_there_is_there_again_byte_for_byte() {
        let other = b"ssh-rsa AAAAB3 other".as_slice();
        let texts: [&[u8]; 8] = [
            b"",
            b"\n",
            other,
            b"# keys\n\n  ssh-rsa AAAAB3 other\\n \t\n",
            b"ssh-rsa AAAAB3 other\r\n",
            b"caf\xe9 \xff\n",
            b"-n\n%s\n",
            b"\n\nx\n\n",
        ];
        for shell in ["dash", "bash"] {
            for before in texts.into_iter().map(Some).chain([None]) {
                let home = Home { shell, ..Home::new(before) };
                assert_eq!(home.change(Wanted::Present), Change::Changed, "{shell} {before:?}");
                let between = home.keys().expect("is there");
                let starts = between.starts_with(before.unwrap_or_default());
                assert!(starts && between.ends_with(b"\n"), "{shell} {before:?} {between:?}");
                assert_eq!(home.change(Wanted::Present), Change::Unchanged, "{shell} {before:?}");
                assert_eq!(home.change(Wanted::Absent), Change::Removed, "{shell} {before:?}");
                assert_eq!(home.keys().as_deref(), before, "{shell}");
                assert_eq!(home.file().parent().expect("has one").exists(), before.is_some());
                assert_eq!(home.change(Wanted::Absent), Change::Unchanged, "{shell} {before:?}");
            }
        }
    }

    #[test]
    fn lines_that_came_later_stay() {
        for before in [None, Some(b"first".as_slice()), Some(b"first\n"), Some(b"")] {
            let home = Home::new(before);
            home.change(Wanted::Present);
            let mut keys = home.keys().expect("is there");
            keys.extend_from_slice(b"later\n");
            fs::write(home.file(), &keys).expect("written");
            home.change(Wanted::Absent);
            let first = if before.is_some_and(|text| !text.is_empty()) { "first\n" } else { "" };
            assert_eq!(home.keys(), Some(format!("{first}later\n").into_bytes()), "{before:?}");
        }
    }

    #[test]
    fn a_line_that_others_wrote_for_the_key_is_theirs() {
        for line in ["K", "K somebody else", "  K x", "from=\"10.0.0.0/8\",no-pty K x"] {
            let line = line.replace('K', &format!("ssh-ed25519 {BLOB}")) + "\n";
            let home = Home::new(Some(line.as_bytes()));
            for wanted in [Wanted::Present, Wanted::Absent] {
                let answer = home.run(wanted, Mode::Apply);
                assert_eq!(answer.steps[0].change, Change::Unchanged, "{line}");
                assert!(answer.steps[0].detail.contains("did not write"), "{line}");
            }
            assert_eq!(home.keys(), Some(line.into_bytes()));
        }
        let home = Home::new(Some(format!(" # ssh-ed25519 {BLOB} retired\n").as_bytes()));
        assert_eq!(home.change(Wanted::Present), Change::Changed, "a comment is no key");
    }

    #[test]
    fn new_files_are_private_and_old_ones_keep_their_mode() {
        let home = Home::new(None);
        home.change(Wanted::Present);
        assert_eq!((mode(&home.dir.path().join(".ssh")), mode(&home.file())), (0o700, 0o600));
        for (before, after) in [(0o644, 0o644), (0o400, 0o400), (0o666, 0o644)] {
            let home = Home::new(Some(b"x\n"));
            fs::set_permissions(home.file(), fs::Permissions::from_mode(before)).expect("set");
            home.change(Wanted::Present);
            assert_eq!(mode(&home.file()), after);
            home.change(Wanted::Absent);
            assert_eq!(mode(&home.file()), after);
            let names: Vec<_> = fs::read_dir(home.dir.path().join(".ssh")).expect("lists").collect();
            assert_eq!(names.len(), 1, "a temporary file was left");
        }
    }

    #[test]
    fn a_link_stays_a_link() {
        let home = Home::new(Some(b"x\n"));
        let kept = home.dir.path().join("kept");
        fs::rename(home.file(), &kept).expect("moved");
        symlink("../kept", home.file()).expect("linked");
        home.change(Wanted::Present);
        assert!(fs::symlink_metadata(home.file()).expect("is there").is_symlink());
        assert!(fs::read(&kept).expect("is there").len() > 60);
        home.change(Wanted::Absent);
        assert_eq!(fs::read(&kept).expect("is there"), b"x\n");
    }

    #[test]
    fn looking_changes_nothing() {
        let home = Home::new(None);
        for key in [Some(&key()), None] {
            let answer = home.run_with(key, Wanted::Present, Mode::Check);
            assert_eq!(answer.steps[0].change, Change::Drifted);
            assert!(!home.dir.path().join(".ssh").exists());
        }
        home.change(Wanted::Present);
        let there = home.keys();
        assert_eq!(home.run(Wanted::Absent, Mode::Check).steps[0].change, Change::Drifted);
        assert_eq!(home.run(Wanted::Present, Mode::Check).steps[0].change, Change::Unchanged);
        assert_eq!(home.keys(), there);
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        let home = Home::new(Some(b"x"));
        fs::remove_file(home.file()).expect("gone");
        fs::create_dir(home.file()).expect("made");
        let answer = home.run(Wanted::Present, Mode::Apply);
        assert!(answer.failure.is_some_and(|error| error.message.ends_with("is a folder")));
        let home = Home::new(Some(b"a\0b\n"));
        assert_eq!(home.change(Wanted::Present), Change::Changed);
        let there = home.keys();
        let answer = home.run(Wanted::Absent, Mode::Apply);
        assert!(answer.failure.is_some_and(|error| error.message.ends_with("is not text")));
        assert_eq!(home.keys(), there, "foreign bytes were touched");
    }
}
