//! Puts the registry's files onto its hosts, over one login each.

use anyhow::Result;

use super::Context;
use super::flags::{ClusterArgs, FanOutArgs, SshArgs};
use super::logins::{Logins, Round};
use super::registry_files::RegistryFiles;
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::deploy::{RegistrySpec, StagedFile};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::effects::interrupt::Interrupt;
use crate::plan::script::Mode;
use crate::plan::staging::{self, Contents};

/// What goes where, and how to log in there.
pub(super) struct Staging<'a> {
    /// The registry, with its hosts and folders.
    pub(super) spec: &'a RegistrySpec,
    /// Its files.
    pub(super) files: &'a RegistryFiles,
    /// How to log in.
    pub(super) ssh: &'a SshArgs,
    /// Whose hosts they are, for the host keys that are learnt.
    pub(super) cluster: &'a ClusterArgs,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Staging<'_> {
    /// Stages the files, or with [`Mode::Check`] only says which of them differ.
    pub(super) async fn run(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<StagedFile>> {
        let contents = self.contents();
        let script = staging::script(self.spec, contents, mode, &self.context.holder())?;
        let hosts = &self.spec.hosts;
        let targets = targets(hosts);
        let names = hosts.iter().map(Host::to_string).collect::<Vec<_>>().join(", ");
        let stage = match mode {
            Mode::Apply => say!("Staging the registry's files on {names}"),
            Mode::Check => say!("Looking at the registry's files on {names}"),
        };
        let (fan_out, context) = (&FanOutArgs::default(), self.context);
        let settings = self.ssh.settings(context, self.cluster)?;
        let logins = Logins { ssh: self.ssh, fan_out, cluster: self.cluster, context, watcher: None };
        let outcomes = logins.round(Round { settings, script, targets: &targets, stage }, interrupt).await?;
        let mut staged = Vec::new();
        for (host, outcome) in hosts.iter().zip(outcomes) {
            let answer = outcome.result.map_err(|error| failed(host, error))?;
            if let Some(error) = answer.failure.clone() {
                return Err(failed(host, error).into());
            }
            staged.extend(staging::staged(self.spec, host, contents, &answer));
        }
        // The logins were let finish, but what comes after them is not wanted any more.
        match hosts.first().filter(|_| interrupt.has_come()) {
            None => Ok(staged),
            Some(host) => {
                Err(failed(host, AgentError::new(AgentErrorKind::Interrupted, say!("the files are there")))
                    .into())
            }
        }
    }

    fn contents(&self) -> Contents<'_> {
        let files = self.files;
        Contents {
            config_yml: &files.config_yml,
            pair: files.pair.as_ref().map(|pair| (pair.chain_pem.as_str(), &pair.key_pem)),
            htpasswd: files.htpasswd.as_ref(),
        }
    }
}

/// Where to log in for each of the registry's hosts.
pub(super) fn targets(hosts: &[Host]) -> Vec<Target> {
    hosts.iter().map(target).collect()
}

/// Where to log in for one of them.
pub(super) fn target(host: &Host) -> Target {
    Target { name: host.to_string(), agent_id: None, host: host.clone(), port: None }
}

/// What a host that could not be staged on ends the run with.
pub(super) fn failed(host: &Host, error: AgentError) -> Fault {
    let kind = match error.kind {
        AgentErrorKind::Interrupted => FaultKind::Interrupted,
        _ => FaultKind::Staging,
    };
    let doing = say!("staging the registry's files on {host}");
    let otherwise = say!("Mend the host, or put the files there yourself and use --no-stage.");
    let AgentError { message, .. } = &error;
    Fault::new(kind, say!("{doing}: {message} ({}); nothing was deployed", error.kind.word()))
        .hint(error.hint.as_deref().unwrap_or(otherwise))
}
