//! One look at everything that is meant.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;

use super::agents::FromAgents;
use super::registry::Visit;
use super::run::Args;
use crate::commands::Context;
use crate::commands::flags::{self, NamedRegistry};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::{CheckReport, Finding, Status};
use crate::domain::seen_certificate::SeenCertificate;
use crate::effects::interrupt::Interrupt;
use crate::plan::checks::registry as checks;
use crate::plan::selection::Selection;

/// One look: from here, and from every agent where that is asked for.
pub(super) struct Look<'a> {
    /// The flags.
    pub(super) args: &'a Args,
    /// What every command has at hand.
    pub(super) context: &'a Context,
    /// How long an app may take to be healthy, and then the way to it to be open; nothing where an outage is what the
    /// look is for.
    pub(super) patience: Option<Duration>,
}

impl Look<'_> {
    /// Makes every check. An interruption ends it with what was found so far; what was pushed goes again in any case.
    pub(super) async fn look(&self, interrupt: &mut Interrupt) -> Result<CheckReport> {
        let Self { args, context, patience } = self;
        let registries = args.registry.named(context, OffsetDateTime::now_utc())?;
        let pull = if args.pull { Some(flags::runtimes(args.runtime.as_ref(), context)?) } else { None };
        let proxies = args.way.proxies(&args.registry, context)?;
        let from_agents = FromAgents { args, context, pull, proxies };
        let selection =
            async { if args.from_agents { from_agents.select().await.map(Some) } else { Ok(None) } };
        let selection = interrupt.unless_raised(selection).await.unwrap_or_else(|| Err(nothing_yet()))?;
        let health = async {
            let mut findings = args.health(&registries, *patience, context).await?;
            findings.extend(args.nexus_status(&registries, context).await?);
            Ok(findings)
        };
        let health = interrupt.unless_raised(health).await;
        let mut findings = health.unwrap_or_else(|| Err(nothing_yet()))?;
        findings.extend(args.docker_health(&registries, *patience, context, interrupt).await?);
        let healthy = findings.iter().all(|finding| finding.status == Status::Pass);

        let mut visits = Vec::new();
        let entered =
            interrupt.unless_raised(self.enter(registries, patience.is_some() && healthy, &mut visits)).await;
        let agents = match &entered {
            Some(Ok(())) => ask(&from_agents, selection, &visits).await,
            _ => Ok(CheckReport::new(Vec::new())),
        };
        let mut certificates = Vec::new();
        for visit in &visits {
            SeenCertificate::add(&mut certificates, visit.certificates());
        }
        // The image goes again, whatever became of the agents.
        for visit in visits {
            findings.extend(visit.leave().await);
        }
        match entered {
            Some(entered) => entered?,
            None => findings.push(checks::interrupted()),
        }
        let CheckReport { checks, pulls, .. } = agents?;
        findings.extend(checks);
        Ok(CheckReport { pulls, certificates, ..CheckReport::new(findings) })
    }

    /// Visits every address. Each has an image of its own: two of them may lead to the same registry.
    async fn enter(
        &self,
        registries: Vec<NamedRegistry>,
        settled: bool,
        visits: &mut Vec<Visit>,
    ) -> Result<()> {
        let Self { args, context, .. } = self;
        for registry in registries {
            let credentials = args.login.credentials(&registry.config, context)?;
            let probe = args.probe.probe(&registry.config, args.push || args.pull)?;
            visits.push(Visit::new(registry, credentials, probe));
            let visit = visits.last_mut().expect("was pushed just now");
            context.tell(Event::Stage(say!("Checking {}", visit.address())));
            visit.enter(settled).await?;
        }
        Ok(())
    }
}

/// What the agents see, where they are asked.
async fn ask(
    agents: &FromAgents<'_>,
    selection: Option<Result<Selection, Finding>>,
    visits: &[Visit],
) -> Result<CheckReport> {
    match selection {
        Some(Ok(selection)) => agents.check(&selection, visits).await,
        Some(Err(nobody)) => Ok(CheckReport::new(vec![nobody])),
        None => Ok(CheckReport::new(Vec::new())),
    }
}

fn nothing_yet() -> anyhow::Error {
    Fault::new(FaultKind::Interrupted, say!("interrupted before anything was checked")).into()
}
