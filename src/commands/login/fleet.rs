//! Logins on agents.

use anyhow::Result;

use crate::commands::Context;
use crate::commands::flags;
use crate::commands::fleet::{FleetArgs, Job};
use crate::domain::fault::Fault;
use crate::domain::host_folder::HostFolder;
use crate::domain::trust::{TrustReport, Work};
use crate::plan::docker_login::{Archive, Errand, Purpose};
use crate::plan::script::Mode;
use crate::plan::selection::Selection;

const ROOT: &str = "root";

/// Which user of each agent is meant, beside which agents.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Agents")]
pub(super) struct AgentLoginArgs {
    /// On every agent too, in one login each.
    #[arg(long)]
    pub(super) agents: bool,
    /// The user of the agents whose logins are meant: /root/.docker/config.json, or that in the home of another user
    /// [default: root].
    #[arg(long, value_name = "NAME", requires = "agents", value_parser = system_user)]
    pub(super) for_user: Option<String>,
    /// Where the archive is on agents [default: /etc/docker.tar.gz].
    #[arg(long, value_name = "PATH")]
    pub(super) archive_path: Option<HostFolder>,
    /// The user of the agents whom the archive belongs to: Mesos fetches it as the user that a task runs as [default:
    /// root].
    #[arg(long, value_name = "NAME", requires = "agents", value_parser = system_user)]
    pub(super) archive_owner: Option<String>,
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
}

impl AgentLoginArgs {
    /// Where the archive is on agents.
    pub(super) fn archive_path(&self) -> &str {
        self.archive_path.as_ref().map_or("/etc/docker.tar.gz", HostFolder::as_str)
    }

    /// The archive for the agents; without bytes, to be taken back.
    pub(super) fn archive(&self, bytes: Option<Vec<u8>>) -> Archive {
        let owner = self.archive_owner.clone().unwrap_or_else(|| ROOT.to_owned());
        Archive { path: self.archive_path().to_owned(), owner, bytes }
    }

    /// The agents that are meant; nothing where none is to be visited. Errors: agents are chosen by flags, but not meant,
    /// or Mesos cannot be asked for them.
    pub(super) async fn select(&self, context: &Context) -> Result<Option<Selection>> {
        if self.agents {
            return self.fleet.reach.select(context).await.map(Some);
        }
        let agents = &self.fleet.reach.agents;
        if agents.are_narrowed() || agents.masters || !agents.agents_file.is_empty() {
            return Err(Fault::usage(say!("agents are chosen, but without --agents none is visited")).into());
        }
        Ok(None)
    }

    /// Puts a run that is to change something on record, with agents or without.
    pub(super) fn on_record(&self, context: &Context) {
        if self.fleet.mode() == Mode::Apply {
            flags::on_record(context, &self.fleet.reach.cluster);
        }
    }

    /// Visits the agents, where there are any to visit.
    pub(super) async fn visit(
        &self,
        selection: Option<Selection>,
        (purpose, archive): (Purpose, Option<Archive>),
        context: &Context,
    ) -> Result<Option<TrustReport>> {
        let Some(selection) = selection else { return Ok(None) };
        let registry = purpose.registries();
        let work = match purpose {
            Purpose::In(_) => Work::Trust,
            Purpose::Out(_) => Work::Untrust,
        };
        let user = self.for_user.clone().unwrap_or_else(|| ROOT.to_owned());
        let errand = Errand { purpose, archive, user, mode: self.fleet.mode(), holder: context.holder() };
        let script = errand.script()?;
        let job = Job { registry, selection: &selection, script, work, stream: None, restarts: None };
        self.fleet.run(job, context).await.map(Some)
    }
}

/// A name that can be no option and no pattern.
fn system_user(text: &str) -> Result<String, String> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if text.is_empty() || text.len() > 32 || text.starts_with('-') || !text.bytes().all(legal) {
        return Err(say!("a user of an agent has letters, digits, _ and - in its name").to_owned());
    }
    Ok(text.to_owned())
}
