//! The flags, and the way into a rotation: fresh, gone on with, taken back, or only looked at.

use std::time::Duration;

use anyhow::Result;

use super::course::Course;
use super::rotation::Rotation;
use crate::commands::Context;
use crate::commands::flags::{AppArgs, words};
use crate::commands::fleet::FleetArgs;
use crate::domain::cert::KeyType;
use crate::domain::duration;
use crate::domain::glob::Glob;
use crate::domain::registry::RegistryAddress;
use crate::domain::rotation::{Outcome, Progress, RotateReport, Stage};
use crate::domain::runtime::Runtimes;
use crate::plan::script::Mode;
use crate::report::Report;

/// Flags of `cert rotate-ca`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Stages, each recorded in rotation/ of the certificates' folder, so that the next run goes on after an interruption:
  trust-both  every agent gets the new CA beside the old one; from now on
              ca.crt here holds both
  swap        only when every agent has both: the registry gets a leaf by the
              new CA, which restarts it once
  verify      every agent is asked whether it reaches the registry and
              accepts the new leaf
  trust-new   the old CA is taken from every agent

An agent that cannot be reached or differs holds the rotation up before anything is done that it could not follow; it is \
named, and --except goes on without it. It takes all agents: those of Mesos, of --agents-file, and with --masters the \
masters. Stores of other runtimes in which an agent trusts the registry already are kept in step with --runtime.")]
pub struct Args {
    #[command(flatten)]
    pub(super) app: AppArgs,
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    /// Go on without agents whose address, hostname or id matches; may be repeated.
    #[arg(long, value_name = "GLOB", help_heading = "Rotation")]
    pub(super) except: Vec<Glob>,
    /// Further address by which agents trust the registry; may be repeated.
    #[arg(long, value_name = "HOST[:PORT]", value_delimiter = ',', help_heading = "Rotation")]
    pub(super) registry: Vec<RegistryAddress>,
    /// What trusts the registry, as for trust-agents: docker, ucr, containerd, podman or auto [default: docker].
    #[arg(long, value_name = "RUNTIME,…|auto", env = "REGCTL_RUNTIME", help_heading = "Rotation")]
    pub(super) runtime: Option<Runtimes>,
    /// Days that the new leaf is valid [default: 825].
    #[arg(long, value_name = "N", env = "REGCTL_DAYS", help_heading = "Rotation")]
    pub(super) days: Option<u32>,
    /// Days that the new CA is valid [default: 3650].
    #[arg(long, value_name = "N", env = "REGCTL_CA_DAYS", help_heading = "Rotation")]
    pub(super) ca_days: Option<u32>,
    /// Another key type than the old ones'.
    #[arg(long, value_name = "TYPE", help_heading = "Rotation", value_parser = words::<KeyType>(&KeyType::WORDS))]
    pub(super) key_type: Option<KeyType>,
    /// Take back a rotation whose leaf the registry does not have yet.
    #[arg(long, help_heading = "Rotation")]
    abort: bool,
    /// How long to wait until the registry is healthy again [default: 10m].
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Rotation")]
    pub(super) wait: Option<Duration>,
}

/// Observe the folder, Marathon and the agents, plan, confirm, then one stage after the other.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    // Before the folder is read: another run may be about to bring its rotation to its end.
    let _lock = args.fleet.lock(context)?;
    let rotation = Rotation::open(&args, context)?;
    let report = if args.abort {
        rotation.take_back().await?
    } else if args.fleet.mode() == Mode::Check {
        look(&rotation).await?
    } else {
        rotate(&rotation).await?
    };
    Ok(Report::Rotate(Box::new(report)))
}

async fn rotate(rotation: &Rotation<'_>) -> Result<RotateReport> {
    let set = rotation.set()?;
    let swap = rotation.swap(&set.pair)?;
    let outlook = swap.look(Mode::Apply).await?;
    let addresses = rotation.addresses(&outlook.plan.endpoints);
    rotation.confirm(&addresses).await?;
    let stage = match rotation.begun {
        Some(stage) => stage,
        None => rotation.begin(&set)?,
    };
    Course::new(rotation, set, addresses)?.run(stage).await
}

/// The stages that are left, and who would hold them up as things are.
async fn look(rotation: &Rotation<'_>) -> Result<RotateReport> {
    let swap = rotation.swap(&rotation.served)?;
    let outlook = swap.look(Mode::Check).await?;
    let addresses = rotation.addresses(&outlook.plan.endpoints);
    let (agents, mut held_up) = rotation.trust(&rotation.old, &addresses, Mode::Check).await?;
    // What an agent holds is to change anyway: only those count that there is no way to.
    held_up.retain(|held| held.kind != "differs");
    let report = rotation.report(addresses, Outcome::Planned);
    Ok(RotateReport {
        stages: RotateReport::stages_at(rotation.begun.or(Some(Stage::TrustBoth)), Progress::Ahead),
        agents,
        held_up,
        exit: rotation.args.fleet.change.exit(true),
        ..report
    })
}
