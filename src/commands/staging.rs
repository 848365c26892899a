//! Puts the registry's files onto its host, over one login.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::Context;
use super::registry_files::RegistryFiles;
use crate::domain::agent::{AgentError, Target};
use crate::domain::deploy::{RegistrySpec, StagedFile};
use crate::domain::event::{Event, Observer};
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::ssh::{Ssh, SshSettings};
use crate::plan::script::Mode;
use crate::plan::staging::{self, Contents};

/// The longest that the login and the script may take together.
const DEADLINE: Duration = Duration::from_secs(60);

/// What goes where, and how to log in there.
pub(super) struct Staging<'a> {
    /// The registry, with its host and folders.
    pub(super) spec: &'a RegistrySpec,
    /// Its files.
    pub(super) files: &'a RegistryFiles,
    /// How to log in.
    pub(super) login: SshSettings,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Staging<'_> {
    /// Stages the files, or with [`Mode::Check`] only says which of them differ.
    pub(super) async fn run(self, mode: Mode) -> Result<Vec<StagedFile>> {
        let Self { spec, files, login, context } = self;
        let contents = contents(files);
        let script = staging::script(spec, contents, mode, &context.holder())?;
        let doing = if mode == Mode::Apply { "Staging" } else { "Looking at" };
        context.tell(Event::Stage(format!("{doing} the registry's files on {}", spec.host)));
        let host = spec.host.clone();
        let target = Target { name: host.to_string(), agent_id: None, host, port: None };
        let observer: Arc<dyn Observer> = context.screen.clone();
        let ssh = Ssh::open(login, &observer)?;
        let answer = ssh.run(&target, &script, DEADLINE).await;
        ssh.close().await;
        let answer = answer.map_err(|error| failed(spec, error))?;
        match answer.failure.clone() {
            Some(error) => Err(failed(spec, error).into()),
            None => Ok(staging::staged(spec, contents, &answer)),
        }
    }
}

fn contents(files: &RegistryFiles) -> Contents<'_> {
    Contents {
        config_yml: &files.config_yml,
        pair: files.pair.as_ref().map(|pair| (pair.chain_pem.as_str(), &pair.key_pem)),
        htpasswd: files.htpasswd.as_ref(),
    }
}

fn failed(spec: &RegistrySpec, error: AgentError) -> Fault {
    let message =
        format!("staging the registry's files on {}: {} ({})", spec.host, error.message, error.kind.word());
    let fault = Fault::new(FaultKind::Staging, message);
    match error.hint {
        Some(hint) => fault.hint(hint),
        None => fault.hint("Nothing was sent to Marathon. Mend the host, or put the files there yourself and use --no-stage."),
    }
}
