//! Debian's docker-registry on a port of 127.0.0.1 that the kernel chose.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};

use crate::wait::{Progress, wait_for};

/// All that is not set by environment variables. It listens on port 0, that is, on one that is free.
const CONFIG: &str = "\
version: 0.1
log: {accesslog: {disabled: true}}
storage:
  cache: {blobdescriptor: inmemory}
  filesystem: {rootdirectory: STORAGE}
  delete: {enabled: true}
http: {addr: '127.0.0.1:0', secret: loopback}
";

/// What to start.
#[derive(Debug, Clone)]
pub struct Setup {
    folder: PathBuf,
    config: String,
    environment: Vec<(String, String)>,
}

impl Setup {
    /// A plain HTTP registry that keeps its files in this folder, which must be there, and deletes on demand.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), config: CONFIG.to_owned(), environment: Vec::new() }
    }

    /// With a config.yml of somebody else's making, but for the address: it listens on a free port of 127.0.0.1.
    #[must_use]
    pub fn config(self, text: &str) -> Self {
        Self { config: text.to_owned(), ..self }.set("HTTP_ADDR", "127.0.0.1:0")
    }

    /// With TLS: PEM files of the certificate and its key.
    #[must_use]
    pub fn tls(self, certificate: &Path, key: &Path) -> Self {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        self.set("HTTP_TLS_CERTIFICATE", &path(certificate)).set("HTTP_TLS_KEY", &path(key))
    }

    /// With a setting, as in `REGISTRY_` and the name.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.push((format!("REGISTRY_{name}"), value.to_owned()));
        self
    }

    /// Starts it and waits until it listens.
    ///
    /// # Errors
    /// Where it does not listen within ten seconds; the message holds its log.
    pub fn start(self) -> Result<Registry> {
        let storage = self.folder.join("storage");
        fs::create_dir_all(&storage)?;
        let (config, log) = (self.folder.join("registry.yml"), self.folder.join("registry.log"));
        fs::write(&config, self.config.replace("STORAGE", &storage.to_string_lossy()))?;
        let said = File::create(&log)?;
        let child = Command::new("/usr/bin/docker-registry")
            .arg("serve")
            .arg(config)
            // As in a container: nothing of the operator's own, such as proxies or AWS_CA_BUNDLE.
            .env_clear()
            .envs(self.environment)
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said)
            .spawn()
            .context("starting docker-registry")?;
        let mut registry = Registry { child, port: 0, storage };
        registry.port = wait_for("docker-registry", Duration::from_secs(10), || {
            let text = fs::read_to_string(&log).unwrap_or_default();
            match (port(&text), registry.child.try_wait()) {
                (Some(port), _) => Progress::Done(port),
                (None, Ok(Some(status))) => Progress::Failed(anyhow!("it ended with {status}: {text}")),
                (None, _) => Progress::NotYet(text),
            }
        })?;
        Ok(registry)
    }
}

/// The port out of `msg="listening on 127.0.0.1:41233, tls"`.
fn port(log: &str) -> Option<u16> {
    let rest = log.split_once("listening on 127.0.0.1:")?.1;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A registry that runs; it ends when this is dropped.
#[derive(Debug)]
pub struct Registry {
    child: Child,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    /// The folder of its repositories and blobs.
    pub storage: PathBuf,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
