//! The list out of the registry's folder, over one login on the host that has it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::handing_out::HandingOut;
use crate::commands::Context;
use crate::commands::flags::{ClusterArgs, SshArgs, configured_docker_host, merged};
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::event::{Event, Observer};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::HostPort;
use crate::domain::host_folder::HostFolder;
use crate::domain::repo_ls::RepoEntry;
use crate::effects::ssh::{Leg, Ssh};
use crate::plan::storage_walk::{self, StorageWalk};

/// Walking through a large storage takes its time.
const PATIENCE: Duration = Duration::from_secs(600);
/// Where the images are kept where nothing else is said.
const DEFAULT_DATA: &str = "/data/docker-registry";

/// Which folder on which host.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "From its host")]
pub(super) struct FromHostArgs {
    /// Read the registry's folder on its host, as root over SSH, in place of asking the registry: for when it is down
    /// [default HOST: docker_host or host of regctl.toml].
    #[arg(long, value_name = "HOST[:SSHPORT]", num_args = 0..=1, require_equals = true)]
    from_host: Option<Option<HostPort>>,
    /// Folder there with the images [default: data_dir of regctl.toml, or /data/docker-registry].
    #[arg(long, value_name = "DIR", requires = "from_host")]
    data_dir: Option<HostFolder>,
    #[command(flatten)]
    ssh: SshArgs,
}

impl FromHostArgs {
    /// The host that is to be read; nothing where the registry is to be asked. Errors: none is named.
    pub(super) fn host(&self, context: &Context) -> Result<Option<HostPort>> {
        match &self.from_host {
            None => Ok(None),
            Some(Some(host)) => Ok(Some(host.clone())),
            Some(None) => configured(context).map(Some),
        }
    }

    fn folder(&self, context: &Context) -> Result<HostFolder> {
        let configured = context.config.first_registry().data_dir;
        let text = configured.as_deref().unwrap_or(DEFAULT_DATA);
        Ok(merged(self.data_dir.clone(), Some(text))?.expect("there is a default"))
    }
}

fn configured(context: &Context) -> Result<HostPort> {
    let config = context.config.first_registry();
    if let Some(host) = configured_docker_host(&config)? {
        return Ok(host.login);
    }
    let named = config.host.as_deref().or_else(|| config.hosts.first().map(String::as_str));
    let host = merged(None, named)?.ok_or_else(|| {
        Fault::new(FaultKind::MissingValue, say!("--from-host: nothing says which host keeps the images"))
            .hint(say!("Name it: --from-host=HOST, or host under [registry] in regctl.toml."))
    })?;
    Ok(HostPort { host, port: None })
}

/// Reads the folder and hands out what `wants` makes of it. Errors: the host, the folder, or a list that broke off.
pub(super) async fn list(
    args: &FromHostArgs,
    host: &HostPort,
    wants: impl Fn(RepoEntry) -> Option<RepoEntry>,
    (context, out): (&Context, &mut HandingOut<'_>),
) -> Result<()> {
    let folder = args.folder(context)?;
    let script = storage_walk::script(&folder, &context.holder())?;
    let target = Target { name: host.to_string(), agent_id: None, host: host.host.clone(), port: host.port };
    let observer: Arc<dyn Observer> = context.screen.clone();
    let ssh = Ssh::open(args.ssh.settings(context, &ClusterArgs::default())?, &observer)?;
    context.tell(Event::Stage(say!("Reading {folder} on {host}")));
    let mut walk = StorageWalk::default();
    let leg = Leg { target: &target, script: &script };
    let answer = ssh.fetch(leg, |bytes| walk.take(bytes), PATIENCE).await;
    ssh.close().await;
    let answer = answer.map_err(|error| failed(host, &error))?;
    if let Some(error) = answer.failure {
        return Err(failed(host, &error).into());
    }
    let broken = |why| failed(host, &AgentError::new(AgentErrorKind::Protocol, why));
    let (entries, bad) = walk.finish().map_err(broken)?;
    out.leave_out(&bad);
    out.entries(&entries.into_iter().filter_map(wants).collect::<Vec<_>>());
    Ok(())
}

fn failed(host: &HostPort, error: &AgentError) -> Fault {
    let fault = Fault::new(
        FaultKind::HostFolder,
        say!("reading the registry's folder on {host}: {} ({})", error.message, error.kind.word()),
    );
    match &error.hint {
        Some(hint) => fault.hint(hint.as_str()),
        None => fault,
    }
}
