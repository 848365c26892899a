//! Observe, look, plan, confirm, close, collect, and open again whatever has happened.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::collecting::{Collecting, End};
use super::on_docker_host::OnDockerHost;
use super::on_marathon::OnMarathon;
use super::place::Place;
use crate::commands::Context;
use crate::commands::docker_host::EngineHost;
use crate::commands::errand::Errand;
use crate::commands::flags::{self, AppIdArgs, ChangeArgs, ClusterArgs, PATIENCE, SshArgs, Terms};
use crate::domain::change::Change;
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::gc::{Garbage, GcMode, GcReport};
use crate::domain::script::Answer;
use crate::effects::interrupt::Interrupt;
use crate::effects::marathon::{Force, Marathon};
use crate::plan::gc::script::{self, Untagged};
use crate::report::{self, Format, Report};

/// What stopping and starting take beside the collection itself.
const AROUND: Duration = Duration::from_secs(20);

/// Flags of `gc`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Deleting a tag frees nothing: layers stay until they are collected. A registry that takes pushes meanwhile loses images \
by it, so it is stopped first, or with --read-only made to refuse pushes; it restarts twice then, and pulls work in \
between. The registry's own program collects, in a container of its own image on its host. Where nothing is garbage the \
registry is left alone. Whatever happens, it runs again afterwards as it did before; where it is not known that the \
collection has ended, it takes no pushes until the next run.

Manifests without a tag go too, but for the parts of an image for several platforms, which registry 2.x would delete: \
these stay as long as the image has a tag.")]
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
    let id = args.app.app_id(context)?;
    let patience = args.timeout.unwrap_or(PATIENCE);
    let mut interrupt = Interrupt::listen()?;
    let _lock = if args.change.plan_only() { None } else { Some(flags::lock(context, &args.cluster)?) };
    let report = if let Some(host) = args.app.docker_host(context)? {
        if args.read_only {
            return Err(Fault::new(
                FaultKind::NotApplicable,
                say!("--read-only is for a registry on Marathon, and this one is on a Docker host"),
            )
            .hint(say!("Leave it out: the container is stopped meanwhile, and started again."))
            .into());
        }
        let ssh = args.ssh.on_port(host.login.port);
        let engine = EngineHost { host: &host, ssh: &ssh, cluster: &args.cluster, context };
        let on = OnDockerHost { engine, id: &id, patience };
        let found = on.observe(&mut interrupt).await?;
        let place = Place::DockerHost(on, Box::new(found));
        Run { args: &args, ssh: &ssh, place, context }.run(&mut interrupt).await?
    } else {
        let marathon = Marathon::new(args.cluster.marathon(context)?);
        let terms = Terms { patience: Some(patience), force: Force::No };
        let app = OnMarathon { marathon: &marathon, id: &id, terms, context };
        let configured = args.app.config(context).host.and_then(|host| host.parse().ok());
        let place = Place::Marathon(app, Box::new(app.observe(configured).await?));
        Run { args: &args, ssh: &args.ssh, place, context }.run(&mut interrupt).await?
    };
    Ok(Report::Gc(report))
}

/// One run, with what there is.
struct Run<'a> {
    args: &'a Args,
    /// How to log in to the registry's host.
    ssh: &'a SshArgs,
    place: Place<'a>,
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
        let (ssh, cluster, context) = (self.ssh, &self.args.cluster, self.context);
        Collecting {
            errand: Errand { ssh, cluster, context },
            target: self.place.target(),
            collector: self.place.collector(),
            untagged: if self.args.keep_untagged { Untagged::Keep } else { Untagged::Delete },
        }
    }

    /// What would be done; nothing where there is no garbage, unless an earlier collection is to be brought to its end.
    fn plan(&self, garbage: &Garbage) -> GcReport {
        let asked = if self.args.read_only { GcMode::ReadOnly } else { GcMode::Stopped };
        let idle = garbage.is_none() && self.place.left_behind().is_none();
        GcReport {
            dry_run: self.args.change.plan_only(),
            subject: self.place.subject(),
            host: self.place.host().clone(),
            mode: self.place.mode(asked),
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
        let (screen, id) = (&self.context.screen, self.place.name());
        screen.show_plan(&report::render(&Report::Gc(plan.clone()), Format::Human, self.context.style()));
        if let Some(left) = self.place.left_behind() {
            self.context.tell(Event::Warning(format!("{id}: {left}")));
        }
        let time = duration::spell(Duration::from_secs(time.as_secs()));
        screen.consent(&match plan.mode {
            GcMode::Stopped => say!("stopping {id}: nobody pulls or pushes for about {time}"),
            GcMode::ReadOnly => {
                say!("making {id} read-only: nobody pushes for about {time}, and it restarts twice")
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
        let (place, name) = (&self.place, self.place.name());
        let end = match place.close(mode, interrupt).await {
            Ok(()) => collecting
                .collect(interrupt)
                .await
                .unwrap_or_else(|error| End::Known(Err(report::fault_of(&error)))),
            Err(error) => End::Known(Err(report::fault_of(&error))),
        };
        let ended = match end {
            End::Known(ended) => ended,
            End::Unknown(fault) => match collecting.clear(interrupt).await {
                Ok(()) => Err(fault),
                Err(error) => return Err(self.doubtful(fault, &error, mode).await.into()),
            },
        };
        let back = place.open(mode, interrupt).await;
        match (ended, back) {
            (Ok(answer), Ok(())) if interrupt.has_come() => Err(interrupted(&name, &answer).into()),
            (Ok(answer), Ok(())) => Ok(answer),
            (Ok(_), Err(why)) => {
                Err(not_back(Fault::new(FaultKind::Gc, say!("the garbage is collected")), &name, &why).into())
            }
            (Err(fault), Ok(())) => Err(told(fault, &name).into()),
            (Err(fault), Err(why)) => Err(not_back(fault, &name, &why).into()),
        }
    }

    /// Something may still be collecting. Pulls do no harm to that, pushes would.
    async fn doubtful(&self, fault: Fault, why: &anyhow::Error, mode: GcMode) -> Fault {
        let (id, host) = (self.place.name(), self.place.host());
        if let Err(error) = self.place.open_for_pulls(mode).await {
            return not_back(fault, &id, &error);
        }
        let message = say!(
            "{}; {why:#}; {id} takes no pushes until it is known that nothing collects on {host}",
            fault.message
        );
        Fault { message, ..fault }
            .hint(say!("regctl gc again makes sure of it, and brings the registry back."))
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
fn told(fault: Fault, id: &str) -> Fault {
    let message = say!("{}; {id} runs again as before", fault.message);
    let hint = fault.hint.clone();
    Fault { message, ..fault }
        .hint(hint.unwrap_or_else(|| say!("Mend that, then repeat the command.").to_owned()))
}

fn interrupted(id: &str, answer: &Answer) -> Fault {
    let blobs = script::garbage(answer).unwrap_or_default().blobs;
    let message = say!("interrupted when {blobs} blobs were deleted already; {id} runs again as before");
    Fault::new(FaultKind::Interrupted, message)
}

/// The registry does not run as it did, and why.
fn not_back(fault: Fault, id: &str, why: &anyhow::Error) -> Fault {
    let message = say!("{}; and {id}, closed for it, is not back: {why:#}", fault.message);
    let hint = say!("regctl deploy, or regctl gc again, brings {id} back.");
    Fault { kind: FaultKind::Gc, message, ..fault }.hint(hint)
}
