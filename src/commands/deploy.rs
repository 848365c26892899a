//! `regctl deploy`: the registry as an app on Marathon, waited for until it is healthy.

use std::path::PathBuf;

use anyhow::Result;

use super::deployment::Deployment;
use super::flags::{self, AppArgs, ChangeArgs, ClusterArgs, RolloutArgs, SshArgs};
use super::image_loading::ImageLoading;
use super::registry_files::RegistryFiles;
use super::{Context, delivery};
use crate::domain::deploy::StagedFile;
use crate::domain::fault::Exit;
use crate::effects::interrupt::Interrupt;
use crate::effects::lock::Lock;
use crate::plan::script::Mode;
use crate::report::Report;

/// Flags of `deploy`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A first deploy asks nothing. An update of a running app shows what changes and asks, since it restarts the registry. \
An app that is as asked is left alone.

Examples:
  regctl deploy --marathon http://marathon.mesos:8080 --host 192.168.1.80
  regctl deploy --dry-run
  regctl deploy --image-archive registry.tar   where no outside registry is reached
  regctl deploy --marathon https://dcos.example.com/service/marathon --token-file token")]
pub struct Args {
    #[command(flatten)]
    pub(super) app: AppArgs,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
    #[command(flatten)]
    pub(super) ssh: SshArgs,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
    #[command(flatten)]
    pub(super) rollout: RolloutArgs,
    /// Put no files onto the host: they are there already.
    #[arg(long, help_heading = "Deployment")]
    pub(super) no_stage: bool,
    /// Load the image onto the hosts from what docker save wrote, where they cannot pull it: nothing is sent to a host
    /// that has this very image.
    #[arg(long, value_name = "FILE", conflicts_with = "no_stage", help_heading = "Deployment")]
    pub(super) image_archive: Option<PathBuf>,
}

/// Observe, plan, confirm, stage, send, wait.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let spec = args.app.spec(context)?;
    let files = (!args.no_stage).then(|| RegistryFiles::read(&args.app, &spec, context)).transpose()?;
    let (app, cluster, ssh) = (&args.app, &args.cluster, &args.ssh);
    let deployment = Deployment { app, cluster, ssh, context, spec, files };
    let image =
        args.image_archive.as_deref().map(|path| ImageLoading::open(path, &deployment)).transpose()?;
    let steps = Steps { deployment: &deployment, image };
    if args.change.plan_only() {
        return steps.dry_run(&args.change).await;
    }
    let _lock = Lock::take(&flags::state_dir(context, &args.cluster)?, &context.holder())?;
    let observed = deployment.observe().await?;
    let mut plan = deployment.plan(&observed, Mode::Apply)?;
    delivery::confirm(&plan, &format!("updating {}", plan.app_id), context)?;
    let mut interrupt = Interrupt::listen()?;
    plan.staged = steps.stage(Mode::Apply, &mut interrupt).await?;
    let id = plan.app_id.clone();
    let work = deployment.carry_out(plan, &observed, args.rollout.terms());
    Ok(Report::Deploy(delivery::unless_interrupted(work, &id, &mut interrupt).await?))
}

/// What both a run and a dry run do.
struct Steps<'a> {
    deployment: &'a Deployment<'a>,
    /// The image to load, where there is an archive of it.
    image: Option<ImageLoading<'a>>,
}

impl Steps<'_> {
    async fn dry_run(&self, change: &ChangeArgs) -> Result<Report> {
        let mut plan = self.deployment.plan(&self.deployment.observe().await?, Mode::Check)?;
        plan.staged = self.stage(Mode::Check, &mut Interrupt::listen()?).await?;
        let differs = change.exit_by_difference() && plan.changes_anything();
        plan.exit = if differs { Exit::WouldChange } else { Exit::Done };
        Ok(Report::DeployPlan(plan))
    }

    /// The image first: where it cannot be loaded, nothing else is touched.
    async fn stage(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<StagedFile>> {
        let mut staged = match &self.image {
            Some(image) => image.run(mode, interrupt).await?,
            None => Vec::new(),
        };
        staged.extend(self.deployment.stage(mode, interrupt).await?);
        Ok(staged)
    }
}
