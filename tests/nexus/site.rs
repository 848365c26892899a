//! A stand-in for Nexus on 127.0.0.1, and a folder to run regctl in.

use std::fs;
use std::path::Path;
use std::process::Command;

use regctl_lab::{nexus, require_programs};

use crate::run::Run;

/// What no output may ever hold.
const SECRETS: [&str; 3] = ["admins-own", "anns-own", "anns-other"];

/// The stand-in and the operator's folder.
pub(crate) struct Site {
    pub(crate) nexus: nexus::Nexus,
    dir: tempfile::TempDir,
}

impl Site {
    /// A Nexus of this version that nobody has touched; none, with a word why, where the machine cannot run it.
    pub(crate) fn start(version: &str) -> Option<Self> {
        require_programs(&nexus::PROGRAMS)?;
        let dir = tempfile::tempdir().expect("a folder");
        let nexus = nexus::Nexus::start(&dir.path().join("nexus"), version).expect("starts");
        let site = Self { nexus, dir };
        for (name, text) in [("admin.pw", SECRETS[0]), ("ann.pw", SECRETS[1]), ("other.pw", SECRETS[2])] {
            site.write(name, text);
        }
        // As somebody who may read it would copy it, and only so far as it is there.
        let _ = fs::copy(site.nexus.file("admin.password"), site.path().join("initial.pw"));
        Some(site)
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), format!("{text}\n")).expect("writes");
    }

    /// A run of regctl there with `-o json`; no password may be in what it says.
    pub(crate) fn regctl(&self, args: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_regctl"));
        command.args(args).args(["-o", "json", "-v"]).current_dir(self.path());
        command.env_clear().env("HOME", self.path()).env("PATH", "/usr/bin:/bin");
        let run: Run = command.output().expect("regctl runs").into();
        let initial = fs::read_to_string(self.path().join("initial.pw")).unwrap_or_default();
        for secret in SECRETS.into_iter().chain([initial.trim()]).filter(|it| !it.is_empty()) {
            assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{secret}: {run:?}");
        }
        run
    }

    /// `nexus setup` with both passwords, and the generated one where there is one.
    pub(crate) fn set_up(&self, args: &[&str]) -> Run {
        let url = self.nexus.url();
        let mut all = vec!["nexus", "setup", "--url", &url];
        if !args.contains(&"--admin-password-file") {
            all.extend(["--admin-password-file", "admin.pw"]);
        }
        if self.path().join("initial.pw").exists() {
            all.extend(["--initial-password-file", "initial.pw"]);
        }
        if !args.contains(&"--user") {
            all.extend(["--user", "ann", "--password-file", "ann.pw"]);
        }
        all.extend(args);
        self.regctl(&all)
    }

    /// What a path of the REST API tells its administrator.
    pub(crate) fn read(&self, path: &str) -> serde_json::Value {
        let url = format!("{}/service/rest/v1{path}", self.nexus.url());
        let login = format!("admin:{}", SECRETS[0]);
        let output = Command::new("curl").args(["-sSf", "-u", &login, &url]).output().expect("curl runs");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{path}: {error}: {output:?}"))
    }

    /// A change that somebody else makes there.
    pub(crate) fn change(&self, method: &str, path: &str, body: &str) {
        let url = format!("{}/service/rest/v1{path}", self.nexus.url());
        let login = format!("admin:{}", SECRETS[0]);
        let args =
            ["-sSf", "-u", &login, "-X", method, "-H", "Content-Type: application/json", "-d", body, &url];
        let output = Command::new("curl").args(args).output().expect("curl runs");
        assert!(output.status.success(), "{output:?}");
    }
}
