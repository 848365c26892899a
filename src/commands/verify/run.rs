//! The flags, and the checks in their order.

use std::time::Duration;

use anyhow::Result;

use super::look::Look;
use super::probe::ProbeArgs;
use super::watch::Watch;
use crate::commands::Context;
use crate::commands::flags::{
    DockerHostArgs, LoginArgs, NamedRegistry, RegistryArgs, ReportFileArgs, WayArgs,
};
use crate::commands::reach::ReachArgs;
use crate::commands::readiness::Readiness;
use crate::commands::report_page::{About, ReportPage};
use crate::domain::app::AppId;
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Finding;
use crate::domain::runtime::Runtimes;
use crate::effects::interrupt::Interrupt;
use crate::effects::marathon::Marathon;
use crate::plan::checks::marathon;
use crate::report::{Report, fault_of};

/// How long an app may take to be healthy where nothing else is said.
const HEALTHY_WITHIN: Duration = Duration::from_secs(5 * 60);

/// Flags of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
A watch waits for nothing: an app that is not healthy is a change to tell. It ends at Ctrl-C, and its exit code is \
that of the last full round: 0 all well, 1 a check fails, 3 some agents' do; 130 where not even the first round was \
over. With -o json each change is one line (regctl.verify.change/v1), and so is the summary at the end. A registry \
that does not delete keeps the image of every round with --push.")]
pub struct Args {
    #[command(flatten)]
    pub(in crate::commands) registry: RegistryArgs,
    #[command(flatten)]
    pub(in crate::commands) docker: DockerHostArgs,
    #[command(flatten)]
    pub(in crate::commands) login: LoginArgs,
    #[command(flatten)]
    pub(in crate::commands) probe: ProbeArgs,
    /// Marathon's id for it [default: /registry].
    #[arg(long, value_name = "ID", env = "REGCTL_ID", help_heading = "Registry")]
    pub(in crate::commands) id: Option<AppId>,
    /// How long to wait for the app to be healthy; a watch does so in its first round alone [default: 5m, not at all
    /// with --watch].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(in crate::commands) wait: Option<Duration>,
    /// Push a tiny image, read it back and delete it.
    #[arg(long)]
    pub(in crate::commands) push: bool,
    /// Look from every agent, too: one login each.
    #[arg(long)]
    pub(in crate::commands) from_agents: bool,
    /// Let every runtime that an agent has pull what is pushed, by its digest, and time it: Docker Engine, UCR by its
    /// curl, containerd by crictl, and podman or skopeo.
    #[arg(long, requires = "from_agents")]
    pub(in crate::commands) pull: bool,
    /// Runtimes that have to be able to pull, or auto for all that are there; the others are only told [default: those of
    /// regctl.toml, or docker].
    #[arg(long, value_name = "NAME[,NAME]…", requires = "pull")]
    pub(in crate::commands) runtime: Option<Runtimes>,
    /// Check again and again, so long after each round, and print what has changed alone.
    #[arg(long, value_name = "TIME", value_parser = duration::parse, conflicts_with = "report")]
    pub(in crate::commands) watch: Option<Duration>,
    #[command(flatten)]
    pub(in crate::commands) way: WayArgs,
    #[command(flatten)]
    pub(in crate::commands) reach: ReachArgs,
    #[command(flatten)]
    pub(in crate::commands) page: ReportFileArgs,
}

/// Observes one thing after the other and makes findings of it. Nothing is changed but by `--push` and `--pull`, whose
/// image goes again, also after an interruption.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let args = args.agreed(context)?;
    let about = About { registry: args.registry.every_address(context), cluster: &args.reach.cluster };
    let page = ReportPage::begin(&args.page, about, context)?;
    let result = carry_out(&args, context).await;
    ReportPage::end(page, &result, context);
    result
}

async fn carry_out(args: &Args, context: &Context) -> Result<Report> {
    let mut interrupt = Interrupt::listen()?;
    match args.watch {
        Some(pause) => Watch { args, context, pause }.run(&mut interrupt).await,
        None => {
            let look = Look { args, context, patience: args.patience() };
            Ok(Report::Verify(look.look(&mut interrupt).await?))
        }
    }
}

impl Args {
    /// A Docker host that a flag names is the registry's address too, where no other is named.
    fn agreed(mut self, context: &Context) -> Result<Self> {
        if self.registry.registry.is_empty() && self.docker.is_given() {
            let config = context.config.registry_of(self.id.as_ref());
            let host = self.docker.host(&config)?;
            self.registry.registry = host.iter().map(|it| it.registry_address(config.transport())).collect();
        }
        Ok(self)
    }

    /// How long the first look waits; nothing where it is not to wait at all.
    pub(super) const fn patience(&self) -> Option<Duration> {
        match (self.wait, self.watch) {
            (None, Some(_)) => None,
            (None, None) => Some(HEALTHY_WITHIN),
            (given, _) => given,
        }
    }

    /// Waits for the app of every registry that is meant, where a Marathon is named. A registry on a Docker host has none.
    pub(super) async fn health(
        &self,
        registries: &[NamedRegistry],
        patience: Option<Duration>,
        context: &Context,
    ) -> Result<Vec<Finding>> {
        let mut on_marathon = Vec::new();
        for registry in registries {
            if !self.is_on_host(registry)? {
                on_marathon.push(registry);
            }
        }
        if on_marathon.is_empty() && !registries.is_empty() {
            return Ok(Vec::new());
        }
        let Some(endpoint) = self.reach.cluster.named_marathon(context)? else {
            return Ok(vec![marathon::none()]);
        };
        let marathon = Marathon::new(endpoint);
        let mut findings = Vec::new();
        for id in self.ids(&on_marathon)? {
            context.tell(Event::Stage(say!("Asking {} for {id}", marathon.url())));
            let readiness = Readiness { marathon: &marathon, id: &id, context };
            let waited = readiness.wait(patience.unwrap_or_default()).await.map_err(|error| fault_of(&error));
            findings.push(marathon::check(&id, &waited));
        }
        Ok(findings)
    }

    /// The apps that are meant, each once.
    fn ids(&self, registries: &[&NamedRegistry]) -> Result<Vec<AppId>> {
        if let Some(id) = &self.id {
            return Ok(vec![id.clone()]);
        }
        let mut ids = Vec::new();
        for registry in registries {
            let id = registry.config.id.as_deref().unwrap_or("/registry").parse();
            let id = id.map_err(|why| Fault::new(FaultKind::Config, say!("in regctl.toml: {why}")))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        verify: Args,
    }

    fn patience(flags: &[&str]) -> Option<Duration> {
        let line = ["verify"].iter().chain(flags);
        Line::try_parse_from(line).expect("is parsed").verify.patience()
    }

    #[test]
    fn a_watch_does_not_wait_for_a_healthy_app_unless_it_is_told_to() {
        assert_eq!(patience(&[]), Some(HEALTHY_WITHIN));
        assert_eq!(patience(&["--wait", "1s"]), Some(Duration::from_secs(1)));
        assert_eq!(patience(&["--watch", "30s"]), None);
        assert_eq!(patience(&["--watch", "30s", "--wait", "1m"]), Some(Duration::from_secs(60)));
    }
}
