//! `regctl deploy`: the registry as an app on Marathon, waited for until it is healthy.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::deployment::{Deployment, Observed};
use super::first_user::FirstUserArgs;
use super::flags::{
    self, AppArgs, ChangeArgs, ClusterArgs, NexusArgs, PATIENCE, RolloutArgs, SshArgs, Terms,
};
use super::image_loading::ImageLoading;
use super::moving::{self, Moving};
use super::nexus_setup::AfterDeploy;
use super::registry_files::RegistryFiles;
use super::rollback::WayBack;
use super::users_file::NewUsers;
use super::{Context, delivery, docker_host};
use crate::domain::change::Change;
use crate::domain::data_move::DataMove;
use crate::domain::deploy::{Access, DeployPlan, DeployReport, RegistrySpec, StagedFile};
use crate::effects::interrupt::Interrupt;
use crate::plan::app::is_left_behind;
use crate::plan::script::Mode;
use crate::report::Report;

/// Flags of `deploy`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
A first deploy asks nothing. An update of a running app shows what changes and asks, since it restarts the registry. \
An app that is as asked is left alone. On a terminal, an update that fails offers to go back.

Where the host or the data directory changes, the images stay behind unless they are copied: --move-data does that, \
and on a terminal it is offered. The registry stands still meanwhile; if the copy fails, it runs again where it was.

With --docker-host, Docker Engine on that one host runs it, over SSH and without a cluster: the container is named after \
the id, the registry answers at HOST:PORT, and neither Mesos nor Marathon is asked. An update makes the new container \
beside the old one, which comes back if the new one does not become healthy (with --no-wait it goes at once). A container that regctl did not make is \
never touched. Several registries run side by side, each with an --id and a --port; their folders differ by default.

With --preset nexus (or an image of sonatype/nexus3) it is Sonatype Nexus 3: its data folder is made its user's, the app \
is waited for up to 20 minutes, and then Nexus is set up as regctl nexus setup does it. It is served over plain HTTP. Its \
web page is the app's second port; on a Docker host it is on port 8081.")]
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
    #[command(flatten)]
    pub(super) first_user: FirstUserArgs,
    /// Copy the images to the new host or data directory first, with the registry stopped meanwhile; the old ones stay
    /// where they are.
    #[arg(long, conflicts_with = "no_wait", help_heading = "Deployment")]
    pub(super) move_data: bool,
    /// Put no files onto the host: they are there already.
    #[arg(long, help_heading = "Deployment")]
    pub(super) no_stage: bool,
    /// Load the image onto the hosts from what docker save wrote, where they cannot pull it: nothing is sent to a host
    /// that has this very image.
    #[arg(long, value_name = "FILE", conflicts_with = "no_stage", help_heading = "Deployment")]
    pub(super) image_archive: Option<PathBuf>,
    #[command(flatten)]
    pub(super) nexus: NexusArgs,
}

/// How long to wait for a Nexus where nothing is said.
const NEXUS_PATIENCE: Duration = Duration::from_secs(20 * 60);

/// Observe, plan, confirm, stage, send, wait.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    if let Some(host) = args.app.docker_host(context)? {
        return docker_host::deploy::run(&args, host, context).await;
    }
    let (nexus, users) = match AfterDeploy::of(&args, context)? {
        Some(nexus) => (Some(nexus), None),
        None => (None, args.first_user.users(&args.app, &args.change, context)?),
    };
    let (spec, files) = described(&args, users.as_ref(), context)?;
    let (app, cluster, ssh) = (&args.app, &args.cluster, &args.ssh);
    let deployment = Deployment { app, cluster, ssh, context, spec, files };
    let image =
        args.image_archive.as_deref().map(|path| ImageLoading::open(path, &deployment)).transpose()?;
    let steps = Steps { deployment: &deployment, image, users, args: &args };
    if args.change.plan_only() {
        return steps.dry_run().await;
    }
    let _lock = flags::lock(context, &args.cluster)?;
    let observed = deployment.observe().await?;
    let mut interrupt = Interrupt::listen()?;
    let plan = steps.plan(&observed, Mode::Apply, &mut interrupt).await?;
    if let Some(nexus) = &nexus {
        nexus.agree(&plan, &deployment.spec)?;
    }
    let mut report = steps.carry_out(plan, &observed, &mut interrupt).await?;
    if let Some(nexus) = &nexus {
        report.nexus = nexus.on_marathon(&deployment, &observed.marathon, &mut interrupt).await?;
    }
    Ok(Report::Deploy(report))
}

/// How to send it, and how long to wait: a Nexus is a large image, and starts for minutes.
pub(super) fn terms(args: &Args, spec: &RegistrySpec) -> Terms {
    let usual = if spec.nexus.is_some() { NEXUS_PATIENCE } else { PATIENCE };
    args.rollout.terms_within(usual)
}

/// The registry as it is described, and the files to stage, with the user that is added to them.
pub(super) fn described(
    args: &Args,
    users: Option<&NewUsers>,
    context: &Context,
) -> Result<(RegistrySpec, Option<RegistryFiles>)> {
    let mut spec = args.app.spec(context)?;
    let files = match users {
        Some(users) => {
            spec.access = Access::Htpasswd;
            Some(RegistryFiles::read_for(Some(users.text.clone()), &args.app, &spec, context)?)
        }
        None if args.no_stage => None,
        None => Some(RegistryFiles::read(&args.app, &spec, context)?),
    };
    Ok((spec, files))
}

/// What both a run and a dry run do.
struct Steps<'a> {
    deployment: &'a Deployment<'a>,
    /// What the operator asked for.
    args: &'a Args,
    /// The image to load, where there is an archive of it.
    image: Option<ImageLoading<'a>>,
    /// The users' file with the one that is added, where one is.
    users: Option<NewUsers>,
}

impl Steps<'_> {
    async fn dry_run(&self) -> Result<Report> {
        let mut interrupt = Interrupt::listen()?;
        let observed = self.deployment.observe().await?;
        let mut plan = self.plan(&observed, Mode::Check, &mut interrupt).await?;
        plan.staged = self.stage(Mode::Check, &mut interrupt).await?;
        plan.exit = self.args.change.exit(plan.changes_anything());
        Ok(Report::DeployPlan(plan))
    }

    /// What would be done; where images are to be copied, both folders have been looked at.
    async fn plan(&self, observed: &Observed, mode: Mode, interrupt: &mut Interrupt) -> Result<DeployPlan> {
        let Self { deployment, args, .. } = self;
        deployment.stays_apart(observed).await?;
        let mut plan = deployment.plan(observed, mode)?;
        let offered = mode == Mode::Apply && !args.rollout.no_wait;
        if args.move_data || offered {
            let (current, wanted) = (observed.current(), plan.app.expose());
            plan.data_move = moving::chosen(args.move_data, current, wanted, deployment.context)?;
        }
        if let Some(way) = &plan.data_move {
            plan.warnings.retain(|warning| !is_left_behind(warning));
            self.moving(observed, way).look(interrupt).await?;
        }
        Ok(plan)
    }

    async fn carry_out(
        &self,
        mut plan: DeployPlan,
        observed: &Observed,
        interrupt: &mut Interrupt,
    ) -> Result<DeployReport> {
        let Self { deployment, args, .. } = self;
        let (id, updated) = (plan.app_id.clone(), plan.change == Change::Updated);
        delivery::confirm(&plan, &say!("updating {id}"), deployment.context)?;
        if let Some(users) = &self.users {
            users.write()?;
        }
        plan.staged = self.stage(Mode::Apply, interrupt).await?;
        let way = plan.data_move.clone();
        let moving = way.as_ref().map(|way| self.moving(observed, way));
        if let Some(moving) = &moving {
            moving.carry_out(interrupt).await?;
        }
        let work = deployment.carry_out(plan, observed, terms(self.args, &self.deployment.spec));
        let done = delivery::unless_interrupted(work, &id, interrupt).await;
        let error = match (done, moving) {
            (Ok(report), _) => return Ok(report),
            (Err(error), Some(moving)) => moving.go_back(error).await,
            (Err(error), None) => error,
        };
        if !updated {
            return Err(error);
        }
        let (marathon, rollout) = (&observed.marathon, &args.rollout);
        let Deployment { cluster, context, .. } = deployment;
        let back = WayBack { marathon, id: &id, cluster, rollout, context };
        Err(back.offer(error, interrupt).await)
    }

    fn moving<'a>(&'a self, observed: &'a Observed, way: &'a DataMove) -> Moving<'a> {
        Moving { deployment: self.deployment, observed, way, terms: terms(self.args, &self.deployment.spec) }
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
