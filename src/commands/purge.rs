//! An app's folders on its hosts: measured, removed.

use std::time::Duration;

use anyhow::Result;

use super::Context;
use super::flags::{ClusterArgs, FanOutArgs, SshArgs};
use super::logins::{Logins, Round};
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::host_folder::HostFolder;
use crate::domain::undeploy::FolderFate;
use crate::effects::interrupt::Interrupt;
use crate::plan::purge;
use crate::plan::script::Mode;

/// Which folders where, and how to log in there.
pub(super) struct Purge<'a> {
    /// The hosts.
    pub(super) hosts: &'a [Host],
    /// The folders, the same on each.
    pub(super) folders: &'a [HostFolder],
    /// How to log in.
    pub(super) ssh: &'a SshArgs,
    /// Whose hosts they are.
    pub(super) cluster: &'a ClusterArgs,
    /// How long one host may take: removing millions of files takes its time.
    pub(super) patience: Duration,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Purge<'_> {
    /// Removes the folders in one login for each host, or with [`Mode::Check`] measures them.
    pub(super) async fn run(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<FolderFate>> {
        let script = purge::script(self.folders, mode, &self.context.holder())?;
        let target =
            |host: &Host| Target { name: host.to_string(), agent_id: None, host: host.clone(), port: None };
        let targets: Vec<Target> = self.hosts.iter().map(target).collect();
        let names: Vec<_> = self.hosts.iter().map(Host::to_string).collect();
        let doing = if mode == Mode::Apply { "Removing" } else { "Measuring" };
        let stage = format!("{doing} the registry's folders on {}", names.join(", "));
        let settings = self.ssh.settings(self.context, self.cluster)?;
        let fan_out = FanOutArgs { timeout: Some(self.patience), ..FanOutArgs::default() };
        let (ssh, cluster, context) = (self.ssh, self.cluster, self.context);
        let logins = Logins { ssh, fan_out: &fan_out, cluster, context, watcher: None };
        let outcomes = logins.round(Round { settings, script, targets: &targets, stage }, interrupt).await?;
        let mut fates = Vec::new();
        for (host, outcome) in self.hosts.iter().zip(outcomes) {
            let answer = outcome.result.map_err(|error| self.failed(host, error, mode))?;
            if let Some(error) = answer.failure.clone() {
                return Err(self.failed(host, error, mode).into());
            }
            fates.extend(purge::fates(host, self.folders, &answer));
        }
        Ok(fates)
    }

    fn failed(&self, host: &Host, error: AgentError, mode: Mode) -> Fault {
        let kind = match error.kind {
            AgentErrorKind::Interrupted => FaultKind::Interrupted,
            _ => FaultKind::Purge,
        };
        let folders: Vec<_> = self.folders.iter().map(HostFolder::as_str).collect();
        let folders = folders.join(", ");
        let (AgentError { message, .. }, word) = (&error, error.kind.word());
        match mode {
            Mode::Check => {
                let hint = error.hint.as_deref().unwrap_or("Mend the host, or undeploy without --purge.");
                let doing = format!("measuring {folders} on {host}");
                Fault::new(kind, format!("{doing}: {message} ({word}); nothing was changed")).hint(hint)
            }
            Mode::Apply => {
                let doing = format!("the app is gone, but removing {folders} on {host} failed");
                Fault::new(kind, format!("{doing}: {message} ({word})"))
                    .hint("Marathon no longer knows these folders: remove by hand what is left of them.")
            }
        }
    }
}
