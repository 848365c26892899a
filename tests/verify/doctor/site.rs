//! One lab for all of these tests, which take turns in it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use regctl_lab::{Host, Lab, Tier, require};

use crate::bench::Verified;

/// The lab while any of the tests needs it; it ends with the last of them.
static SITE: Mutex<Weak<Site>> = Mutex::new(Weak::new());

/// Three agents: a1 has a Docker Engine and is to run the registry, a3 is a public one.
pub(super) struct Site {
    lab: Lab,
    turn: Mutex<()>,
}

impl Site {
    /// Nothing, with a word why, where the machine cannot host it.
    pub(super) fn shared() -> Option<Arc<Self>> {
        require(Tier::T2)?;
        let mut shared = SITE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(site) = shared.upgrade() {
            return Some(site);
        }
        let builder = Lab::builder().agents(3).engines(1).public_agents(1);
        let lab = builder.binary(env!("CARGO_BIN_EXE_regctl")).start().expect("a lab starts");
        let site = Arc::new(Self { lab, turn: Mutex::new(()) });
        site.done("master", "regctl cert gen");
        // Memory is taken only as it is written to.
        site.done("a1", "mkdir -p /data && mount -t tmpfs -o size=20g data /data");
        *shared = Arc::downgrade(&site);
        Some(site)
    }

    /// Until this is dropped nobody else changes anything. Whoever has it leaves the lab as it was.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn host(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    /// What a line of shell prints, which has to succeed.
    pub(super) fn done(&self, host: &str, line: &str) -> String {
        self.host(host).shell(line).expect("runs").good().unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    /// `regctl doctor` on the master, with the registry meant for a1.
    pub(super) fn doctor(&self, more: &[&str]) -> Verified {
        let host = if more.contains(&"--host") { &[][..] } else { &["--host", "192.168.1.11"] };
        let words = [&["regctl", "doctor", "-o", "json"], host, more].concat();
        let output = self.host("master").exec_with(&words, b"", Duration::from_secs(120)).expect("it runs");
        Verified::new(output.status.code(), &output.stdout, &output.stderr)
    }

    /// Status and cause of that check of a host.
    pub(super) fn seen(&self, verified: &Verified, check: &str, host: &str) -> (String, String) {
        let text = |key| self.told(verified, (check, host), key);
        assert!(text("status") != "fail" || !text("hint").is_empty(), "{check} of {host} has no hint");
        (text("status"), text("cause"))
    }

    /// A field of that check of a host.
    pub(super) fn told(&self, verified: &Verified, check: (&str, &str), key: &str) -> String {
        let (check, host) = check;
        let address = self.host(host).address().to_string();
        let mut checks = verified.checks().iter();
        let found = checks.find(|it| it["name"] == check && it["subject"] == *address);
        let found = found.unwrap_or_else(|| panic!("no {check} of {host} in {:#}", verified.report));
        found[key].as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn assert_seen(&self, verified: &Verified, check: &str, host: &str, expected: (&str, &str)) {
        let seen = self.seen(verified, check, host);
        assert_eq!((&*seen.0, &*seen.1), expected, "{check} of {host}: {:#}", verified.report);
    }
}
