//! What a Marathon stand-in is told when it starts.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::launch::Launcher;

/// Where a lab keeps the version of its Marathon.
const VERSION_FILE: &str = "marathon-version";

/// The generation of Marathon that is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarathonVersion {
    /// 1.4.13, as in DC/OS 1.9: ports under `container.docker`, type errors are 400, unknown routes 404.
    V1_4,
    /// 1.11.24, as in DC/OS 2.2: `networks` and `container.portMappings`, type errors are 422, unknown routes 500.
    V1_11,
}

impl MarathonVersion {
    /// The version as `/v2/info` says it.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::V1_4 => "1.4.13",
            Self::V1_11 => "1.11.24",
        }
    }
}

impl FromStr for MarathonVersion {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim() {
            "1.4" => Ok(Self::V1_4),
            "1.11" => Ok(Self::V1_11),
            other => bail!("there is a Marathon 1.4 and a 1.11, but no {other}"),
        }
    }
}

impl MarathonVersion {
    /// Has the lab with this state directory run this version.
    pub(crate) fn write(self, lab_state: &Path) -> Result<()> {
        let path = lab_state.join(VERSION_FILE);
        let word = if self == Self::V1_4 { "1.4" } else { "1.11" };
        fs::write(&path, word).with_context(|| format!("writing {}", path.display()))
    }

    /// The version that the lab with this state directory is to run.
    pub(crate) fn read(lab_state: &Path) -> Result<Self> {
        let path = lab_state.join(VERSION_FILE);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?.parse()
    }
}

/// When the first health check of a task runs, and when those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckPace {
    /// As the real one: Mesos checks after `delaySeconds`, Marathon's own after the interval or 5 s, then each interval.
    Honest,
    /// Until the first success within the grace period, where failures do not count, every 300 ms; then as the real one.
    QuickStart,
}

/// A certificate with its chain, and its key, as PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The server's certificate, then those of its issuers.
    pub certificates: String,
    /// Its private key.
    pub key: String,
}

impl TlsFiles {
    /// What takes connections with this certificate.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor> {
        let certificates: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(self.certificates.as_bytes())
                .collect::<Result<_, _>>()
                .context("reading the certificates of the stand-in")?;
        let key =
            PrivateKeyDer::from_pem_slice(self.key.as_bytes()).context("reading the key of the stand-in")?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certificates, key)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// A Marathon stand-in to be started.
pub struct MarathonConfig {
    /// Where state, the control file and (without hosts of their own) the agents' files are kept.
    pub state_dir: PathBuf,
    /// Where the API listens.
    pub listen: SocketAddr,
    /// Which Marathon is played.
    pub version: MarathonVersion,
    /// What runs the tasks.
    pub launcher: Arc<dyn Launcher>,
    /// How health checks are timed.
    pub check_pace: CheckPace,
    /// With these, HTTPS only.
    pub tls: Option<TlsFiles>,
    /// How long after one round of offers the next one comes.
    pub offer_interval: Duration,
}

impl MarathonConfig {
    /// A stand-in with quick first health checks and offers every 500 ms.
    #[must_use]
    pub fn new(
        state_dir: PathBuf,
        listen: SocketAddr,
        version: MarathonVersion,
        launcher: Arc<dyn Launcher>,
    ) -> Self {
        let check_pace = CheckPace::QuickStart;
        let offer_interval = Duration::from_millis(500);
        Self { state_dir, listen, version, launcher, check_pace, tls: None, offer_interval }
    }
}
