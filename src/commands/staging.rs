//! Puts the registry's files onto its host, over one login.

use anyhow::Result;

use super::Context;
use super::flags::{ClusterArgs, FanOutArgs, SshArgs};
use super::logins::{Logins, Round};
use super::registry_files::RegistryFiles;
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::deploy::{RegistrySpec, StagedFile};
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::interrupt::Interrupt;
use crate::plan::script::Mode;
use crate::plan::staging::{self, Contents};

/// What goes where, and how to log in there.
pub(super) struct Staging<'a> {
    /// The registry, with its host and folders.
    pub(super) spec: &'a RegistrySpec,
    /// Its files.
    pub(super) files: &'a RegistryFiles,
    /// How to log in.
    pub(super) ssh: &'a SshArgs,
    /// Whose host it is, for the host keys that are learnt.
    pub(super) cluster: &'a ClusterArgs,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Staging<'_> {
    /// Stages the files, or with [`Mode::Check`] only says which of them differ.
    pub(super) async fn run(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<StagedFile>> {
        let contents = self.contents();
        let script = staging::script(self.spec, contents, mode, &self.context.holder())?;
        let host = self.spec.host.clone();
        let target = Target { name: host.to_string(), agent_id: None, host, port: None };
        let doing = if mode == Mode::Apply { "Staging" } else { "Looking at" };
        let stage = format!("{doing} the registry's files on {}", target.name);
        let (fan_out, context) = (&FanOutArgs::default(), self.context);
        let settings = self.ssh.settings(context, self.cluster)?;
        let logins = Logins { ssh: self.ssh, fan_out, cluster: self.cluster, context, watcher: None };
        let outcomes = logins.round(Round { settings, script, targets: &[target], stage }, interrupt).await?;
        let result = outcomes.into_iter().next().expect("one target has one outcome").result;
        let answer = result.map_err(|error| self.failed(error))?;
        match answer.failure.clone() {
            Some(error) => Err(self.failed(error).into()),
            None => Ok(staging::staged(self.spec, contents, &answer)),
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

    fn failed(&self, error: AgentError) -> Fault {
        let kind = match error.kind {
            AgentErrorKind::Interrupted => FaultKind::Interrupted,
            _ => FaultKind::Staging,
        };
        let doing = format!("staging the registry's files on {}", self.spec.host);
        let otherwise = "Mend the host, or put the files there yourself and use --no-stage.";
        Fault::new(
            kind,
            format!("{doing}: {} ({}); nothing was sent to Marathon", error.message, error.kind.word()),
        )
        .hint(error.hint.as_deref().unwrap_or(otherwise))
    }
}
