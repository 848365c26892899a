//! What the logins of one run share, from its beginning to its end.

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Result;

use super::client::{self, Client};
use super::route::{self, Routing};
use super::run_dir::RunDir;
use super::trial::Trial;
use super::{SshSettings, config, learn, probe};
use crate::domain::agent::{AgentError, Target};
use crate::domain::event::Observer;
use crate::domain::script::{Answer, RemoteScript};
use crate::domain::ssh::HostKeys;
use crate::effects::fan_out::Transport;

/// Everything that the logins of one run share. Must be closed with [`Ssh::close`].
pub struct Ssh {
    pub(super) settings: SshSettings,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) configs: Configs,
    pub(super) logins: AtomicUsize,
    pub(super) key_exchange: OnceLock<String>,
    pub(super) trial: Trial,
    pub(super) run_dir: RunDir,
    client: Client,
    routing: Routing,
}

/// The private configurations of the run.
pub(super) struct Configs {
    /// For every login.
    pub(super) usual: PathBuf,
    /// The same, with a log that tells the key exchange: for the first few.
    pub(super) telling: PathBuf,
}

impl Ssh {
    /// Gets ready to log in; connects to nothing yet. Errors: there is no `ssh`, it does not take the operator's options,
    /// or there is no place for its sockets or for the host keys that it learns.
    pub fn open(mut settings: SshSettings, observer: &Arc<dyn Observer>) -> Result<Self> {
        client::raise_file_limit();
        if let Some(folder) = settings.known_hosts.parent() {
            crate::effects::files::make_private_folder(folder)?;
        }
        let run_dir = RunDir::create()?;
        let usual = run_dir.path().join("config");
        std::fs::write(&usual, config::text(&settings)?)?;
        let client = client::check(&usual)?;
        if client == Client::WithoutAcceptNew {
            settings.host_keys = HostKeys::Strict;
            std::fs::write(&usual, config::text(&settings)?)?;
            // Whatever else it does not take is still an error.
            client::check(&usual)?;
        }
        let telling = run_dir.path().join("config-telling");
        std::fs::write(&telling, format!("LogLevel DEBUG1\nInclude {}\n", usual.display()))?;
        Ok(Self {
            routing: route::routing(&settings),
            settings,
            observer: Arc::clone(observer),
            configs: Configs { usual, telling },
            logins: AtomicUsize::new(0),
            key_exchange: OnceLock::new(),
            trial: Trial::new(),
            run_dir,
            client,
        })
    }

    /// Whether every login goes through a jump host, which takes fewer at a time.
    pub const fn is_proxied(&self) -> bool {
        matches!(self.routing, Routing::Proxied)
    }

    /// The key exchange that a first login agreed on, where it is one that takes several times the CPU of others:
    /// OpenSSH 9.0 to 9.9 choose it with each other.
    pub fn costly_key_exchange(&self) -> Option<&str> {
        self.key_exchange.get().map(String::as_str).filter(|name| name.starts_with("sntrup761"))
    }

    /// Learns the host's key where ssh cannot do it itself. Through a proxy there is no way to it.
    pub(super) async fn learn_key(&self, target: &Target) {
        if self.client == Client::Modern {
            return;
        }
        if let Some((host, port)) = self.destination(target).await {
            // Where it cannot be kept, the login fails of an unknown key, and says so.
            let _ = learn::learn(&host, port, &self.settings.known_hosts).await;
        }
    }

    /// Where a login to the target goes; `None` where that is through a proxy.
    async fn destination(&self, target: &Target) -> Option<(String, u16)> {
        let port = target.port.or(self.settings.port).unwrap_or(22);
        match self.routing {
            Routing::Proxied => None,
            Routing::Plain => Some((target.host.to_string(), port)),
            Routing::AskSsh => route::ask(&self.configs.usual, target, self.settings.port).await,
        }
    }

    /// Ends what is left of the logins and removes the run's folder.
    pub async fn close(self) {
        let _ = tokio::task::spawn_blocking(move || drop(self.run_dir)).await;
    }
}

impl Transport for Ssh {
    async fn probe(&self, target: &Target) -> Result<(), AgentError> {
        match self.destination(target).await {
            Some((host, port)) => probe::knock(&host, port).await,
            None => Ok(()),
        }
    }

    async fn run(
        &self,
        target: &Target,
        script: &RemoteScript,
        deadline: Duration,
    ) -> Result<Answer, AgentError> {
        Self::run(self, target, script, deadline).await
    }
}
