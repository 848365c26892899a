//! A folder to run regctl in.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use regctl_lab::loopback::shell;
use serde_json::Value;
use tempfile::TempDir;

/// An empty folder, regctl's working directory and home.
pub(crate) struct Folder(TempDir);

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The permission bits of a file or folder.
    pub(crate) fn mode(&self, name: &str) -> u32 {
        let meta = self.file(name).metadata().unwrap_or_else(|error| panic!("{name}: {error}"));
        meta.permissions().mode() & 0o7777
    }

    /// Shell lines that have to succeed; what they print.
    pub(crate) fn shell(&self, lines: &str) -> String {
        shell(self.path(), lines)
    }

    /// Runs `regctl cert gen` with these words.
    pub(crate) fn cert_gen(&self, words: &[&str]) -> Run {
        self.cert("gen", words)
    }

    /// Runs a verb of `regctl cert` with these words.
    pub(crate) fn cert(&self, verb: &str, words: &[&str]) -> Run {
        self.regctl(&[&["cert", verb], words].concat())
    }

    /// Runs regctl with these words.
    pub(crate) fn regctl(&self, words: &[&str]) -> Run {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let output = Command::new(env!("CARGO_BIN_EXE_regctl"))
            .args(words)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", path)
            .output()
            .expect("regctl runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Run { exit: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The same, where it has to succeed.
    pub(crate) fn made(&self, words: &[&str]) -> Run {
        let run = self.cert_gen(words);
        assert_eq!(run.exit, Some(0), "{words:?}: {}", run.stderr);
        run
    }

    /// What is in a folder, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.file(folder)).expect("can be listed");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Run {
    /// Its JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
