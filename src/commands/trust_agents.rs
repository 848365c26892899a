//! `regctl trust-agents`: the CA and the conntrack setting onto every agent, in one login each.

use std::sync::Arc;

use anyhow::Result;
use time::OffsetDateTime;

use super::engine_restarts::Restarts;
use super::flags::{self, RegistryArgs, ReportFileArgs, TrustArgs};
use super::fleet::{FleetArgs, Job};
use super::report_page::{About, ReportPage};
use super::stream::Stream;
use super::{Context, local_proxy};
use crate::domain::certificate::CaFile;
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::registry::RegistryAddress;
use crate::domain::runtime::Runtimes;
use crate::domain::script::RemoteScript;
use crate::domain::seen_certificate::SeenCertificate;
use crate::domain::trust::{TrustMode, TrustReport, Work};
use crate::effects::unfinished as kept;
use crate::plan::engine::{EngineWish, Restart, Terms, Wanted};
use crate::plan::script::Mode;
use crate::plan::selection::Selection;
use crate::plan::trust_script::{Stores, TrustPlan};
use crate::plan::unfinished::{self, Scope};
use crate::report::Report;

/// Flags of `trust-agents`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Entries of --hosts-entry are kept in one block of /etc/hosts (# BEGIN regctl to # END regctl), which each run that has \
any writes anew; whatever is outside of it stays byte for byte. A name that has another address there already would win, \
since the first line does: that agent is failed and the line named. So is one on which half a block is left. Docker \
Engine, as all programs in Go, reads that file anew after 5 s at most.

With --mode insecure no CA is needed: the addresses go into insecure-registries of Docker Engine's daemon.json, as \
--mirror goes into registry-mirrors. What is there stays as it is, in its order; a copy is left beside it \
(daemon.json.regctl-backup), and a file that is not sound JSON is never written. An entry or a network that covers an \
address counts as the address. The engine is signalled and asked whether it took it; where it did not, the agent is \
drifted, the exit code is 3, and --restart-engines restarts it. A flag that says the same (unit, drop-in, \
/etc/sysconfig/docker, /etc/default/docker) would keep the engine from starting again beside the key: such an agent is \
failed and the line named, until --move-flags moves it.")]
pub struct Args {
    #[command(flatten)]
    pub(super) registry: RegistryArgs,
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    #[command(flatten)]
    pub(super) trust: TrustArgs,
    /// Only agents that failed or were not reached in the last runs.
    #[arg(long, help_heading = "Agents")]
    pub(super) failed: bool,
    /// With -o json: one line of JSON for each agent as soon as it is done, and one with the counts at the end.
    #[arg(long, help_heading = "Report")]
    pub(super) stream: bool,
    #[command(flatten)]
    pub(super) page: ReportFileArgs,
}

/// Observe CA and agents, plan one script, run it everywhere, report.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let about = About { registry: args.registry.every_address(context), cluster: &args.fleet.reach.cluster };
    let page = ReportPage::begin(&args.page, about, context)?;
    let result = carry_out(args, context).await;
    ReportPage::end(page, &result, context);
    result
}

async fn carry_out(args: Args, context: &Context) -> Result<Report> {
    let Course { registry, script, restarts, certificates } = args.course(context).await?;
    let selection = select(&args, context).await?;
    if args.stream && (args.trust.engine.move_flags || args.trust.engine.restarts.restart_engines) {
        let fault = Fault::usage(say!("--stream does not go with --restart-engines or --move-flags"));
        return Err(fault.hint(say!("An agent is done twice then; leave --stream out.")).into());
    }
    let stream = if args.stream { Some(Arc::new(Stream::begin(&selection, context)?)) } else { None };
    let job = Job { registry, selection: &selection, script, work: Work::Trust, stream, restarts };
    let report = TrustReport { certificates, ..args.fleet.run(job, context).await? };
    if args.fleet.mode() == Mode::Apply {
        let whole = !args.failed && args.fleet.reach.agents.takes_all(context)?;
        let scope = if whole { Scope::Whole } else { Scope::Part };
        let state = flags::state_dir(context, &args.fleet.reach.cluster)?;
        kept::write(&state, unfinished::after(kept::read(&state)?, &report.agents, scope))?;
    }
    Ok(if args.stream { Report::Streamed(report) } else { Report::Trust(report) })
}

/// How agents come to accept which registry.
struct Ways {
    /// By the CA that their certificates come from.
    by_ca: Vec<(RegistryAddress, CaFile)>,
    /// By being told to do without TLS.
    without_tls: Vec<RegistryAddress>,
}

/// What is to be done.
struct Course {
    /// The registries that the agents are to take.
    registry: Vec<RegistryAddress>,
    script: RemoteScript,
    restarts: Option<Restarts>,
    /// The CAs that they get.
    certificates: Vec<SeenCertificate>,
}

impl Args {
    /// What is to be done, by the mode of trust.
    async fn course(&self, context: &Context) -> Result<Course> {
        let (mode, holder) = (self.fleet.mode(), context.holder());
        if self.trust.mode(context)? == TrustMode::LocalProxy {
            if !self.trust.engine.mirror.is_empty() {
                let fault = Fault::usage(say!(
                    "--mirror does not go with mode local-proxy, which leaves Docker Engine alone"
                ));
                return Err(fault
                    .hint(say!("Run trust-agents twice: with --mode local-proxy, and with --mirror."))
                    .into());
            }
            let plan = local_proxy::plan(&self.registry, &self.trust, context).await?;
            let registry = plan.proxies.iter().map(|proxy| proxy.registry.clone()).collect();
            return Ok(Course {
                registry,
                script: plan.script(mode, &holder)?,
                restarts: None,
                certificates: Vec::new(),
            });
        }
        let plan = self.plan(context)?;
        let registry = self.registry.every_address(context)?;
        let restarts = Restarts {
            script: restarting(&plan).script(Mode::Apply, &holder)?,
            args: self.trust.engine.restarts.clone(),
            moves: self.trust.engine.move_flags,
        };
        let script = plan.script(mode, &holder)?;
        Ok(Course { registry, script, restarts: Some(restarts), certificates: certificates(&plan) })
    }

    /// What every agent is to have, by CA or by a setting of its Docker Engine.
    fn plan(&self, context: &Context) -> Result<TrustPlan> {
        let runtimes = self.trust.runtimes(context)?;
        let Ways { by_ca: registries, without_tls: insecure } = self.ways(context)?;
        if !insecure.is_empty() && runtimes != Runtimes::default() {
            let fault = Fault::usage(say!("mode insecure is for Docker Engine alone, not for {runtimes}"));
            return Err(fault
                .hint(say!("Leave --runtime out, or say runtimes = [\"docker\"] in regctl.toml."))
                .into());
        }
        let wanted = Wanted::new(&insecure, &self.trust.engine.mirrors(context)?);
        Ok(TrustPlan {
            registries,
            runtimes,
            stores: Stores::OfRuntimes,
            sysctl: self.trust.sysctl(context),
            hosts: self.trust.hosts(context)?,
            engine: EngineWish { wanted, terms: self.trust.engine.terms() },
        })
    }

    /// The registries that are to be trusted by their CA, and those that the engine is to take without TLS: where no mode
    /// is chosen, each as it is spoken to.
    fn ways(&self, context: &Context) -> Result<Ways> {
        let chosen = self.trust.chosen_mode(context)?;
        if chosen == Some(TrustMode::Insecure) {
            let without_tls = self.registry.every_address(context)?;
            return Ok(Ways { by_ca: Vec::new(), without_tls });
        }
        let by_ca = self.registry.trusted(context, OffsetDateTime::now_utc())?;
        let plain = self.registry.plain(context)?;
        match (chosen, plain.first()) {
            (Some(TrustMode::Ca), Some(address)) if by_ca.is_empty() => Err(Fault::usage(say!(
                "mode ca gives agents a CA, and {address} is said to speak plain HTTP"
            ))
            .hint(say!(
                "Leave --mode out, or choose insecure; without --plain-http and tls = false it is \
                 one with TLS."
            ))
            .into()),
            (Some(TrustMode::Ca), _) => Ok(Ways { by_ca, without_tls: Vec::new() }),
            _ => Ok(Ways { by_ca, without_tls: plain }),
        }
    }
}

/// The CAs of a plan.
fn certificates(plan: &TrustPlan) -> Vec<SeenCertificate> {
    let mut seen = Vec::new();
    for (_, ca) in &plan.registries {
        let source = ca.path.display().to_string();
        SeenCertificate::add(&mut seen, SeenCertificate::all(&source, &ca.certificates));
    }
    seen
}

/// The second round, which does nothing but what an engine needs a restart for.
fn restarting(plan: &TrustPlan) -> TrustPlan {
    let EngineWish { wanted, terms } = plan.engine.clone();
    TrustPlan {
        registries: Vec::new(),
        sysctl: false,
        hosts: Vec::new(),
        engine: EngineWish { wanted, terms: Terms { restart: Restart::Now, ..terms } },
        ..plan.clone()
    }
}

/// All agents that are meant or, with `--failed`, those of them that are on the list.
async fn select(args: &Args, context: &Context) -> Result<Selection> {
    if !args.failed {
        return args.fleet.reach.select(context).await;
    }
    let list = kept::read(&flags::state_dir(context, &args.fleet.reach.cluster)?)?;
    if list.is_empty() {
        return Ok(Selection::default());
    }
    let (selection, gone) = unfinished::narrow(args.fleet.reach.select(context).await?, &list);
    if !gone.is_empty() {
        let names: Vec<_> = gone.into_iter().collect();
        let names = names.join(", ");
        context.tell(Event::Warning(say!("failed before, but not among the agents any more: {names}")));
    }
    Ok(selection)
}
