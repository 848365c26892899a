//! Starting a stand-in: as long as a lab lasts, or inside a test.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, anyhow};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::address;
use crate::cluster::Cluster;

use super::clock::uuid;
use super::config::{MarathonConfig, MarathonVersion, TlsFiles};
use super::control::Control;
use super::http::serve_connections;
use super::launch::{Agent, Hosts, Loopback};
use super::marathon::Marathon;

/// The port of a lab's Marathon.
pub const PORT: u16 = 8080;

/// Serves a Marathon until this future is dropped. Its tasks run on then, and the next one takes them over.
///
/// # Errors
/// Where it cannot listen, or its state cannot be read.
pub async fn serve(config: MarathonConfig) -> Result<()> {
    let (_stop, stopped) = watch::channel(false);
    run(config, stopped, |_| ()).await
}

/// Serves the Marathon of a lab, on the master's address and with the lab's hosts as agents.
///
/// # Errors
/// As [`serve`], and where no lab keeps its state there.
pub(crate) async fn serve_lab(lab_state: &Path) -> Result<()> {
    let version = MarathonVersion::read(lab_state)?;
    let listen = SocketAddr::from((address::MASTER, PORT));
    let launcher = Arc::new(Hosts::new(Cluster::open(lab_state)));
    serve(MarathonConfig::new(state_dir(lab_state), listen, version, launcher)).await
}

/// Where the Marathon of the lab with this state directory keeps its own state.
#[must_use]
pub fn state_dir(lab_state: &Path) -> PathBuf {
    lab_state.join("marathon")
}

async fn run(
    config: MarathonConfig,
    stopped: watch::Receiver<bool>,
    listens: impl FnOnce(SocketAddr),
) -> Result<()> {
    let at = config.listen;
    let listener = TcpListener::bind(at).await.with_context(|| format!("listening on {at}"))?;
    let at = listener.local_addr()?;
    let marathon = Arc::new(Marathon::open(config, at.to_string())?);
    // A set, so that the connections end also where this future is dropped.
    let mut connections = JoinSet::new();
    connections.spawn(serve_connections(listener, Arc::clone(&marathon)));
    listens(at);
    marathon.run(stopped).await;
    connections.abort_all();
    marathon.end_tasks().await;
    Ok(())
}

/// A Marathon inside a test, on the loopback interface. Dropping it ends it and all its tasks.
#[derive(Debug)]
pub struct MarathonStandIn {
    address: SocketAddr,
    scheme: &'static str,
    state_dir: PathBuf,
    agents: Vec<Agent>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl MarathonStandIn {
    /// A stand-in with one agent, 127.0.0.1.
    ///
    /// # Panics
    /// Where the machine lets nothing listen on 127.0.0.1: no test can go on then.
    #[must_use]
    pub fn start_loopback(version: MarathonVersion) -> Self {
        Self::with_agents(version, vec![Agent::ordinary("lab-S0", Ipv4Addr::LOCALHOST)])
    }

    /// A stand-in with these agents, whose addresses have to be of 127.0.0.0/8.
    ///
    /// # Panics
    /// As [`MarathonStandIn::start_loopback`].
    #[must_use]
    pub fn with_agents(version: MarathonVersion, agents: Vec<Agent>) -> Self {
        Self::start(version, agents, |config| config).expect("a stand-in on the loopback interface starts")
    }

    /// A stand-in with these agents and a configuration that `adjust` has had its hands on.
    ///
    /// # Errors
    /// Where it cannot listen.
    pub fn start(
        version: MarathonVersion,
        agents: Vec<Agent>,
        adjust: impl FnOnce(MarathonConfig) -> MarathonConfig,
    ) -> Result<Self> {
        let state_dir = std::env::temp_dir().join(format!("marathon-{}", uuid()));
        let launcher = Arc::new(Loopback::with_agents(state_dir.clone(), agents.clone()));
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = adjust(MarathonConfig::new(state_dir.clone(), listen, version, launcher));
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        let (stop, stopped) = watch::channel(false);
        let (tell, told) = mpsc::channel();
        // One thread for everything: tasks die with the thread that started them.
        let thread = thread::Builder::new().name("marathon".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(run(config, stopped, |address| {
                // Whoever started this waits for the address.
                let _ = tell.send(address);
            }))
        })?;
        match told.recv() {
            Ok(address) => Ok(Self { address, scheme, state_dir, agents, stop, thread: Some(thread) }),
            Err(_) => Err(match thread.join() {
                Ok(Err(error)) => error,
                _ => anyhow!("the stand-in ended at once"),
            }),
        }
    }

    /// A stand-in with one agent that speaks HTTPS with this certificate.
    ///
    /// # Panics
    /// As [`MarathonStandIn::start_loopback`], and where certificate and key are no good.
    #[must_use]
    pub fn start_https(version: MarathonVersion, tls: TlsFiles) -> Self {
        let agents = vec![Agent::ordinary("lab-S0", Ipv4Addr::LOCALHOST)];
        let adjust = |config| MarathonConfig { tls: Some(tls), ..config };
        Self::start(version, agents, adjust).expect("a stand-in with a good certificate starts")
    }

    /// The base URL: `http://127.0.0.1:PORT`, or `https:`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its state and its log are kept, until it is dropped.
    #[must_use]
    pub fn state_dir(&self) -> &Path {
        &self.state_dir
    }

    /// Where the `/` of its first agent is: files that an app mounts belong there.
    #[must_use]
    pub fn agent_root(&self) -> PathBuf {
        let hostname = self.agents.first().map_or("", |it| it.hostname.as_str());
        self.state_dir.join("agents").join(hostname)
    }

    /// Has it misbehave like this from now on.
    ///
    /// # Panics
    /// Where its state directory is gone.
    pub fn control(&self, control: &Control) {
        control.write(&self.state_dir).expect("the state directory is there as long as the stand-in");
    }

    /// Has it behave again.
    ///
    /// # Panics
    /// As [`MarathonStandIn::control`].
    pub fn behave(&self) {
        self.control(&Control::default());
    }
}

impl Drop for MarathonStandIn {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = std::fs::remove_dir_all(&self.state_dir);
    }
}
