//! The flags, and the checks in their order.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use aws_lc_rs::rand;
use time::OffsetDateTime;

use super::agents::FromAgents;
use super::registry::Visit;
use crate::commands::Context;
use crate::commands::flags::{AgentArgs, ClusterArgs, FanOutArgs, NamedRegistry, RegistryArgs, SshArgs};
use crate::commands::readiness::Readiness;
use crate::domain::app::AppId;
use crate::domain::config::RegistryConfig;
use crate::domain::credentials::Credentials;
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::{CheckReport, Finding, Status};
use crate::effects::files;
use crate::effects::marathon::Marathon;
use crate::plan::checks::marathon;
use crate::plan::probe_image;
use crate::report::{Report, fault_of};

/// Flags of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  regctl verify                                       from this machine, reading only
  regctl verify --push                                and push a tiny image and read it back
  regctl verify --from-agents --pull                  and pull it on every agent
  regctl verify --registry lb.example.com:5000 --ca certs/ca.crt")]
pub struct Args {
    #[command(flatten)]
    registry: RegistryArgs,
    /// User to log in to the registry as.
    #[arg(long, value_name = "NAME", env = "REGCTL_USER", help_heading = "Registry")]
    user: Option<String>,
    /// File with that user's password.
    #[arg(long, value_name = "FILE", env = "REGCTL_PASSWORD_FILE", help_heading = "Registry")]
    password_file: Option<PathBuf>,
    /// Marathon's id for it [default: /registry].
    #[arg(long, value_name = "ID", env = "REGCTL_ID", help_heading = "Registry")]
    id: Option<AppId>,
    /// How long to wait for the app to be healthy.
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse)]
    wait: Duration,
    /// Push a tiny image, read it back and delete it.
    #[arg(long)]
    push: bool,
    /// Look from every agent, too: one login each.
    #[arg(long)]
    from_agents: bool,
    /// Let every agent's own container engine pull what is pushed.
    #[arg(long, requires = "from_agents")]
    pull: bool,
    #[command(flatten)]
    pub(super) agents: AgentArgs,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
    #[command(flatten)]
    pub(super) ssh: SshArgs,
    #[command(flatten)]
    pub(super) fan_out: FanOutArgs,
}

/// Observes one thing after the other and makes findings of it. Nothing is changed but by `--push` and `--pull`, whose
/// image goes again.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let registries = args.registry.named(context, OffsetDateTime::now_utc())?;
    let from_agents = FromAgents { args: &args, context, pull: args.pull };
    let selection = if args.from_agents { Some(from_agents.select().await?) } else { None };
    let mut findings = args.health(&registries, context).await?;
    let settled = findings.iter().all(|finding| finding.status == Status::Pass);
    let mut visits = Vec::new();
    for registry in registries {
        let credentials = args.credentials(&registry.config, context)?;
        // Each address has an image of its own: two of them may lead to the same registry.
        let image = if args.push || args.pull { Some(probe_image::image(&nonce()?)) } else { None };
        let mut visit = Visit::new(registry, credentials, image);
        context.tell(Event::Stage(format!("Checking {}", visit.address())));
        visit.enter(settled).await?;
        visits.push(visit);
    }
    let agents = match selection {
        Some(Ok(selection)) => from_agents.check(&selection, &visits).await,
        Some(Err(nobody)) => Ok(vec![nobody]),
        None => Ok(Vec::new()),
    };
    // The image goes again, whatever became of the agents.
    for visit in visits {
        findings.extend(visit.leave().await);
    }
    findings.extend(agents?);
    Ok(Report::Verify(CheckReport::new(findings)))
}

impl Args {
    /// Waits for the app of every registry that is meant, where a Marathon is named.
    async fn health(&self, registries: &[NamedRegistry], context: &Context) -> Result<Vec<Finding>> {
        let Some(endpoint) = self.cluster.named_marathon(context)? else { return Ok(vec![marathon::none()]) };
        let marathon = Marathon::new(endpoint);
        let mut findings = Vec::new();
        for id in self.ids(registries)? {
            context.tell(Event::Stage(format!("Asking {} for {id}", marathon.url())));
            let readiness = Readiness { marathon: &marathon, id: &id, context };
            let waited = readiness.wait(self.wait).await.map_err(|error| fault_of(&error));
            findings.push(marathon::check(&id, &waited));
        }
        Ok(findings)
    }

    /// The apps that are meant, each once.
    fn ids(&self, registries: &[NamedRegistry]) -> Result<Vec<AppId>> {
        if let Some(id) = &self.id {
            return Ok(vec![id.clone()]);
        }
        let mut ids = Vec::new();
        for registry in registries {
            let id = registry.config.id.as_deref().unwrap_or("/registry").parse();
            let id = id.map_err(|why| Fault::new(FaultKind::Config, format!("in regctl.toml: {why}")))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    fn credentials(&self, config: &RegistryConfig, context: &Context) -> Result<Option<Credentials>> {
        let configured = config.password_file.as_ref().map(|file| context.resolve(file));
        let user = self.user.clone().or_else(|| config.user.clone());
        match (user, self.password_file.clone().or(configured)) {
            (None, _) => Ok(None),
            (Some(user), Some(file)) => {
                Ok(Some(Credentials::Basic { user, password: files::read_secret(&file)? }))
            }
            (Some(user), None) => {
                Err(Fault::usage(format!("there is no password file for the registry's user {user}")).into())
            }
        }
    }
}

/// Sixteen random bytes in hexadecimal digits.
fn nonce() -> Result<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).context("the system has no random numbers to give")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
