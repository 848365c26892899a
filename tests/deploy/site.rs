//! A Marathon on the loopback interface with one agent, 127.0.0.1, whose files are in place, and a folder to run regctl in.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use regctl_lab::marathon::{MarathonStandIn, MarathonVersion};
use serde_json::Value;

use crate::run::Run;

/// The stand-in and the operator's folder.
pub(crate) struct Site {
    pub(crate) marathon: MarathonStandIn,
    dir: tempfile::TempDir,
}

impl Site {
    /// A site with certificate and configuration on the agent; none where the machine has no registry to run.
    pub(crate) fn start(version: MarathonVersion) -> Option<Self> {
        if !Path::new("/usr/bin/docker-registry").exists() {
            let test = std::thread::current().name().unwrap_or("test").to_owned();
            // Past the test harness' capture.
            let _ = writeln!(
                std::io::stderr(),
                "{test}: skipped: no docker-registry (apt-get install docker-registry)"
            );
            return None;
        }
        let marathon = MarathonStandIn::start_loopback(version);
        let site = Self { marathon, dir: tempfile::tempdir().expect("a folder") };
        let made = site.regctl(&["cert", "gen"]);
        assert_eq!(made.code, Some(0), "{made:?}");
        let etc = site.marathon.agent_root().join("etc/privateregistry");
        fs::create_dir_all(etc.join("config")).expect("makes");
        fs::create_dir_all(etc.join("certs")).expect("makes");
        for name in ["domain.crt", "domain.key"] {
            fs::copy(site.path().join("certs").join(name), etc.join("certs").join(name)).expect("copies");
        }
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden/config.yml");
        fs::copy(golden, etc.join("config/config.yml")).expect("copies");
        Some(site)
    }

    /// The folder that regctl runs in.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A run of regctl there.
    pub(crate) fn regctl(&self, args: &[&str]) -> Run {
        self.command(args).output().expect("regctl runs").into()
    }

    /// regctl there, to be started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_regctl"));
        command.args(args).current_dir(self.path());
        command.env_clear().env("HOME", self.path()).env("PATH", "/usr/bin:/bin");
        command
    }

    /// `regctl deploy -o json --no-stage` to this Marathon, on its agent; further arguments may say otherwise.
    pub(crate) fn deploy(&self, args: &[&str]) -> Run {
        let url = self.marathon.url();
        let mut all = vec!["deploy", "-o", "json", "--no-stage"];
        for (flag, value) in [("--marathon", url.as_str()), ("--host", "127.0.0.1")] {
            if !args.contains(&flag) {
                all.extend([flag, value]);
            }
        }
        all.extend(args);
        self.regctl(&all)
    }

    /// Another command with `-o json`, about this Marathon.
    pub(crate) fn about(&self, command: &str, args: &[&str]) -> Run {
        let url = self.marathon.url();
        self.regctl(&[&[command, "-o", "json", "--marathon", &url], args].concat())
    }

    /// What Marathon answers to a GET.
    pub(crate) fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.marathon.url());
        let output = Command::new("curl").args(["-sS", "-m", "20", &url]).output().expect("curl runs");
        serde_json::from_slice(&output.stdout).expect("is JSON")
    }

    /// The ids of the registry's tasks.
    pub(crate) fn task_ids(&self) -> Vec<String> {
        let app = self.get("/v2/apps/registry");
        let tasks = app["app"]["tasks"].as_array().cloned().unwrap_or_default();
        tasks.iter().filter_map(|task| task["id"].as_str()).map(str::to_owned).collect()
    }
}
