//! Observe, look, plan, confirm, close, collect, and open again whatever has happened.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::collecting::{Collecting, End};
use super::on_marathon::{OnMarathon, Registry, not_back};
use crate::commands::errand::Errand;
use crate::commands::flags::{self, AppIdArgs, ChangeArgs, ClusterArgs, PATIENCE, SshArgs, Terms};
use crate::commands::{Context, delivery, staging};
use crate::domain::change::Change;
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::gc::{Garbage, GcMode, GcReport, GcSubject};
use crate::domain::script::Answer;
use crate::effects::interrupt::Interrupt;
use crate::effects::marathon::{Force, Marathon};
use crate::plan::gc::script::{self, Untagged};
use crate::report::{self, Format, Report};

/// What stopping and starting take beside the collection itself.
const AROUND: Duration = Duration::from_secs(20);

/// Flags of `gc`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Deleting a tag frees nothing: layers stay until they are collected. A registry that takes pushes meanwhile loses images \
by it, so it is stopped first, or with --read-only made to refuse pushes; it restarts twice then, and pulls work in \
between. The registry's own program collects, in a container of its own image on its host. Where nothing is garbage the \
registry is left alone. Whatever happens, it runs again afterwards as it did before; where it is not known that the \
collection has ended, it takes no pushes until the next run.

Manifests without a tag go too, but for the parts of an image for several platforms, which registry 2.x would delete: \
these stay as long as the image has a tag.

Exit codes: 0 collected, or no garbage; 1 it could not be done, and the registry is as it was; 2 something given is \
wrong, or nobody to ask; 4 --check found garbage.

Examples:
  regctl gc --dry-run
  regctl gc
  regctl gc --read-only --yes    pulls go on but for two restarts
  regctl gc --keep-untagged      for clients that pull by digest")]
pub struct Args {
    #[command(flatten)]
    app: AppIdArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    ssh: SshArgs,
    #[command(flatten)]
    change: ChangeArgs,
    /// Let the registry run meanwhile and refuse pushes.
    #[arg(long, help_heading = "Collection")]
    read_only: bool,
    /// Stop the registry meanwhile [the default].
    #[arg(long, conflicts_with = "read_only", help_heading = "Collection")]
    stopped: bool,
    /// Keep manifests that no tag leads to.
    #[arg(long, help_heading = "Collection")]
    keep_untagged: bool,
    /// How long to wait until the registry has stopped, and until it is healthy again [default: 10m].
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Collection")]
    timeout: Option<Duration>,
}

/// Observe, look, plan, confirm, close, collect, open.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    args.app.docker.refuse("gc", &args.app.config(context))?;
    let marathon = Marathon::new(args.cluster.marathon(context)?);
    let id = args.app.app_id(context)?;
    let _lock = if args.change.plan_only() { None } else { Some(flags::lock(context, &args.cluster)?) };
    let terms = Terms { patience: Some(args.timeout.unwrap_or(PATIENCE)), force: Force::No };
    let app = OnMarathon { marathon: &marathon, id: &id, terms, context };
    let configured = args.app.config(context).host.and_then(|host| host.parse().ok());
    let registry = app.observe(configured).await?;
    let run = Run { args: &args, app, registry: &registry, context };
    Ok(Report::Gc(run.run(&mut Interrupt::listen()?).await?))
}

/// One run, with what there is.
struct Run<'a> {
    args: &'a Args,
    app: OnMarathon<'a>,
    registry: &'a Registry,
    context: &'a Context,
}

impl Run<'_> {
    async fn run(&self, interrupt: &mut Interrupt) -> Result<GcReport> {
        let started = Instant::now();
        let collecting = self.collecting();
        let garbage = collecting.look(interrupt).await?;
        let plan = self.plan(&garbage);
        if self.args.change.plan_only() || plan.change == Change::Unchanged {
            return Ok(plan);
        }
        self.confirm(&plan, started.elapsed() * 2 + AROUND)?;
        let answer = self.carry_out(&collecting, plan.mode, interrupt).await?;
        Ok(done(plan, &answer))
    }

    fn collecting(&self) -> Collecting<'_> {
        let Args { ssh, cluster, keep_untagged, .. } = self.args;
        Collecting {
            errand: Errand { ssh, cluster, context: self.context },
            target: staging::target(&self.registry.host),
            collector: &self.registry.collector,
            untagged: if *keep_untagged { Untagged::Keep } else { Untagged::Delete },
        }
    }

    /// What would be done; nothing where there is no garbage, unless an earlier collection is to be brought to its end.
    fn plan(&self, garbage: &Garbage) -> GcReport {
        let asked = if self.args.read_only { GcMode::ReadOnly } else { GcMode::Stopped };
        let idle = garbage.is_none() && self.registry.left_behind().is_none();
        GcReport {
            dry_run: self.args.change.plan_only(),
            subject: GcSubject::AppId(self.app.id.clone()),
            host: self.registry.host.clone(),
            mode: self.registry.mode(asked),
            change: if idle { Change::Unchanged } else { Change::Drifted },
            bytes_before: garbage.storage,
            bytes_after: None,
            freed: garbage.bytes,
            manifests: garbage.manifests,
            blobs: garbage.blobs,
            kept_parts: garbage.parts,
            exit: self.args.change.exit(!idle),
        }
    }

    fn confirm(&self, plan: &GcReport, time: Duration) -> Result<()> {
        let (screen, id) = (&self.context.screen, self.app.id);
        screen.show_plan(&report::render(&Report::Gc(plan.clone()), Format::Human, self.context.style()));
        if let Some(left) = self.registry.left_behind() {
            self.context.tell(Event::Warning(format!("{id}: {left}")));
        }
        let time = duration::spell(Duration::from_secs(time.as_secs()));
        screen.consent(&match plan.mode {
            GcMode::Stopped => format!("stopping {id}: nobody pulls or pushes for about {time}"),
            GcMode::ReadOnly => {
                format!("making {id} read-only: nobody pushes for about {time}, and it restarts twice")
            }
        })
    }

    /// Whatever happens, the registry is opened again.
    async fn carry_out(
        &self,
        collecting: &Collecting<'_>,
        mode: GcMode,
        interrupt: &mut Interrupt,
    ) -> Result<Answer> {
        let (app, registry, id) = (&self.app, self.registry, self.app.id);
        let closed = delivery::unless_interrupted(app.close(registry, mode), id, interrupt).await;
        let end = match closed {
            Ok(()) => collecting.collect(interrupt).await?,
            Err(error) => End::Known(Err(report::fault_of(&error))),
        };
        let ended = match end {
            End::Known(ended) => ended,
            End::Unknown(fault) => match collecting.clear(interrupt).await {
                Ok(()) => Err(fault),
                Err(error) => return Err(self.doubtful(fault, &error, mode).await.into()),
            },
        };
        let back = app.open(registry, mode).await;
        match (ended, back) {
            (Ok(answer), Ok(())) if interrupt.has_come() => Err(interrupted(id, &answer).into()),
            (Ok(answer), Ok(())) => Ok(answer),
            (Ok(_), Err(why)) => {
                Err(not_back(Fault::new(FaultKind::Gc, "the garbage is collected"), id, &why).into())
            }
            (Err(fault), Ok(())) => Err(told(fault, id).into()),
            (Err(fault), Err(why)) => Err(not_back(fault, id, &why).into()),
        }
    }

    /// Something may still be collecting. Pulls do no harm to that, pushes would.
    async fn doubtful(&self, fault: Fault, why: &anyhow::Error, mode: GcMode) -> Fault {
        let (id, host) = (self.app.id, &self.registry.host);
        if let Err(error) = self.app.open_for_pulls(self.registry, mode).await {
            return not_back(fault, id, &error);
        }
        let message = format!(
            "{}; {why:#}; {id} takes no pushes until it is known that nothing collects on {host}",
            fault.message
        );
        Fault { message, ..fault }.hint("regctl gc again makes sure of it, and brings the registry back.")
    }
}

fn done(plan: GcReport, answer: &Answer) -> GcReport {
    let garbage = script::garbage(answer).unwrap_or_default();
    let after = script::size_after(answer);
    let freed = garbage.storage.zip(after).map(|(before, after)| before.saturating_sub(after));
    GcReport {
        dry_run: false,
        change: Change::Changed,
        bytes_before: garbage.storage,
        bytes_after: after,
        freed,
        manifests: garbage.manifests,
        blobs: garbage.blobs,
        kept_parts: garbage.parts,
        exit: Exit::Done,
        ..plan
    }
}

/// What went wrong, with the registry as it was.
fn told(fault: Fault, id: &crate::domain::app::AppId) -> Fault {
    let message = format!("{}; {id} runs again as before", fault.message);
    let hint = fault.hint.clone();
    Fault { message, ..fault }.hint(hint.unwrap_or_else(|| "Mend that, then repeat the command.".to_owned()))
}

fn interrupted(id: &crate::domain::app::AppId, answer: &Answer) -> Fault {
    let blobs = script::garbage(answer).unwrap_or_default().blobs;
    let message = format!("interrupted when {blobs} blobs were deleted already; {id} runs again as before");
    Fault::new(FaultKind::Interrupted, message)
}
