//! A stand-in for Sonatype Nexus Repository 3, in Python: on 127.0.0.1 for tests without a lab, and as the task of an app.

use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};

use crate::wait::{Progress, wait_for};

/// The programs that it is made of beside its own files.
pub const PROGRAMS: [(&str, &str); 4] = [
    ("python3", "python3"),
    ("docker-registry", "docker-registry"),
    ("htpasswd", "apache2-utils"),
    ("setpriv", "util-linux"),
];

/// Its own files; the first is its program.
pub const FILES: [(&str, &str); 3] = [
    ("nexus.py", include_str!("../nexus/nexus.py")),
    ("state.py", include_str!("../nexus/state.py")),
    ("connector.py", include_str!("../nexus/connector.py")),
];

/// The ports that it listens on in its container: the web page's, and any that a repository's connector may be given.
const UI: u16 = 8081;
const CONNECTORS: [u16; 2] = [5001, 5002];

/// Puts the stand-in's files into a folder; hands back its program.
pub(crate) fn unpack(folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    for (name, text) in FILES {
        fs::write(folder.join(name), text)?;
    }
    Ok(folder.join(FILES[0].0))
}

/// One that runs on 127.0.0.1; it ends when this is dropped.
#[derive(Debug)]
pub struct Nexus {
    child: Child,
    folder: PathBuf,
    ports: Vec<(u16, u16)>,
}

impl Nexus {
    /// Starts one of this version in a folder of its own, and waits until it answers.
    ///
    /// # Errors
    /// Where it does not listen within ten seconds; the message holds its log.
    pub fn start(folder: &Path, version: &str) -> Result<Self> {
        let (data, log) = (folder.join("data"), folder.join("nexus.log"));
        fs::create_dir_all(&data)?;
        let program = unpack(&folder.join("program"))?;
        let ports: Vec<(u16, u16)> =
            [UI].into_iter().chain(CONNECTORS).map(|port| Ok((port, free_port()?))).collect::<Result<_>>()?;
        let mapped: Vec<_> =
            ports.iter().map(|(inside, port)| format!("{inside}=127.0.0.1:{port}")).collect();
        let said = File::create(&log)?;
        let child = Command::new("python3")
            .arg("-B")
            .arg(program)
            .arg(version)
            .arg(&data)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("NEXUS_LAB_LISTEN", mapped.join(" "))
            .env("NEXUS_LAB_USER", "0")
            .env("NEXUS_LAB_STARTS_FOR", "0")
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said)
            .spawn()
            .context("starting python3")?;
        let mut nexus = Self { child, folder: data, ports };
        wait_for("the stand-in for Nexus", Duration::from_secs(10), || {
            let text = fs::read_to_string(&log).unwrap_or_default();
            match nexus.child.try_wait() {
                Ok(Some(status)) => Progress::Failed(anyhow!("it ended with {status}: {text}")),
                _ if text.contains("listening on") => Progress::Done(()),
                _ => Progress::NotYet(text),
            }
        })?;
        Ok(nexus)
    }

    /// Its web page and REST API.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address(UI))
    }

    /// Where a port of its container is to be found.
    ///
    /// # Panics
    /// Where it has no such port.
    #[must_use]
    pub fn address(&self, port: u16) -> String {
        let (_, outside) =
            self.ports.iter().find(|(inside, _)| *inside == port).expect("a port of the stand-in");
        format!("127.0.0.1:{outside}")
    }

    /// A file of its data folder.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The requests that were to change something, each with its status.
    #[must_use]
    pub fn writes(&self) -> Vec<String> {
        let text = fs::read_to_string(self.file("requests.log")).unwrap_or_default();
        text.lines().filter(|line| !line.starts_with("GET ")).map(str::to_owned).collect()
    }
}

impl Drop for Nexus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One that was free a moment ago.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
