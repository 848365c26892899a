//! A lab with one Docker host, a1, and an operator's folder on the master. Neither Mesos nor Marathon is named.

use std::time::Duration;

use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Host, Lab, Tier, require};

use crate::run::Run;

/// The Docker host, by the address that clients use.
pub(crate) const HOST: &str = "192.168.1.11";

/// The lab.
pub(crate) struct Site {
    lab: Lab,
}

impl Site {
    /// A lab whose operator has a certificate for the Docker host.
    pub(crate) fn start() -> Option<Self> {
        require(Tier::T2)?;
        let builder = Lab::builder().agents(1).engines(1);
        let site = Self { lab: builder.binary(env!("CARGO_BIN_EXE_regctl")).start().expect("a lab starts") };
        site.write("regctl.toml", format!("[registry]\ndocker_host = \"{HOST}\"\n"));
        let made = site.regctl(&["cert", "gen"]);
        assert_eq!(made.code, Some(0), "{made:?}");
        Some(site)
    }

    /// The Docker host.
    pub(crate) fn host(&self) -> &Host {
        self.lab.host("a1")
    }

    /// Where the operator is.
    pub(crate) fn master(&self) -> &Host {
        self.lab.host("master")
    }

    /// A file in the operator's folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        self.lab.host("master").write(&format!("/{name}"), content).expect("writes");
    }

    /// A run of regctl in the operator's folder, with `-o json`.
    pub(crate) fn regctl(&self, words: &[&str]) -> Run {
        let words = [&["regctl", "-o", "json"], words].concat();
        self.lab.host("master").exec_with(&words, b"", Duration::from_secs(120)).expect("it runs").into()
    }

    /// `regctl deploy`.
    pub(crate) fn deploy(&self, words: &[&str]) -> Run {
        self.regctl(&[&["deploy"], words].concat())
    }

    /// A line of shell on a host, which must succeed.
    pub(crate) fn shell(&self, host: &str, line: &str) -> String {
        let output = self.lab.host(host).shell(line).expect("runs");
        output.good().unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    /// Waits until a line of shell on the Docker host says this.
    pub(crate) fn until(&self, line: &str, said: &str) {
        wait_for(format_args!("{line} to say {said}"), Duration::from_secs(30), || {
            let output = self.host().shell(line).expect("runs");
            if output.stdout.trim() == said {
                Progress::Done(())
            } else {
                Progress::NotYet(format!("{output:?}"))
            }
        })
        .expect("comes");
    }

    /// The status that an address gives when it is asked from the master with the registry's CA.
    pub(crate) fn status(&self, url: &str) -> String {
        self.shell(
            "master",
            &format!("curl -s --cacert certs/ca.crt -o /dev/null -w '%{{http_code}}' {url} || true"),
        )
    }

    /// The names of all containers, sorted.
    pub(crate) fn containers(&self) -> String {
        self.shell("a1", "docker ps -a --format '{{.Names}} {{.State}}' | sort")
    }

    /// The id of the registry's container.
    pub(crate) fn id(&self) -> String {
        self.shell("a1", "docker inspect --format '{{.Id}}' registry")
    }
}
