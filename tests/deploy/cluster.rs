//! A lab in which regctl runs on the master, as an operator would run it.

use std::time::Duration;

use regctl_lab::{Host, Lab, Tier, require};

use crate::run::Run;

/// A lab of three agents, with certificates made on its master.
pub(crate) struct Cluster {
    lab: Lab,
}

impl Cluster {
    /// Nothing, with a word why, where the machine cannot host it.
    pub(crate) fn start() -> Option<Self> {
        Self::start_on(Tier::T1)
    }

    /// The same with a container engine on a1, where the tier has one.
    pub(crate) fn start_on(tier: Tier) -> Option<Self> {
        require(tier)?;
        let engines = u8::from(tier == Tier::T2);
        let lab = Lab::builder().agents(3).engines(engines).binary(env!("CARGO_BIN_EXE_regctl"));
        let lab = lab.start().expect("a lab starts");
        let cluster = Self { lab };
        let made = cluster.regctl(&["cert", "gen"]);
        assert_eq!(made.code, Some(0), "{made:?}");
        Some(cluster)
    }

    pub(crate) fn host(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    /// A run of regctl on the master.
    pub(crate) fn regctl(&self, args: &[&str]) -> Run {
        let words: Vec<&str> = ["regctl"].into_iter().chain(args.iter().copied()).collect();
        self.host("master").exec_with(&words, b"", Duration::from_secs(180)).expect("it runs").into()
    }

    /// `regctl deploy -o json` onto a2; further arguments may say otherwise.
    pub(crate) fn deploy(&self, args: &[&str]) -> Run {
        let host = if args.contains(&"--host") { &[][..] } else { &["--host", "192.168.1.12"] };
        self.regctl(&[&["deploy", "-o", "json"], host, args].concat())
    }

    /// Sends a signal to regctl on the master as soon as its log says this; how it ended, with 0 for SIGKILL.
    pub(crate) fn signal(&self, name: &str, words: &str, args: &str) -> Run {
        let line = format!(
            "regctl -v -o json {args} 2>run.log >run.out & pid=$!
             for try in $(seq 600); do ! grep -q '{words}' run.log || break; sleep 0.05; done
             kill -{name} $pid; wait $pid; code=$?; cat run.out; cat run.log >&2; exit $((code % 137))"
        );
        let words = ["bash", "-c", &line];
        self.host("master").exec_with(&words, b"", Duration::from_secs(180)).expect("it runs").into()
    }

    /// What a line of shell on a host prints; it has to succeed.
    pub(crate) fn shell(&self, host: &str, line: &str) -> String {
        self.host(host).shell(line).expect("runs").good().unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    /// The status that a URL answers on the master, `000` where it does not answer.
    pub(crate) fn status(&self, curl: &str) -> String {
        let line =
            format!("curl -s -m 10 -o /dev/null -w '%{{http_code}}' --cacert certs/ca.crt {curl} || true");
        self.shell("master", &line)
    }
}
