//! `deploy` on a Docker host: observe, plan, confirm, stage, replace, wait.

use anyhow::Result;

use super::HostDeployment;
use crate::commands::deploy::{self, Args};
use crate::commands::deployment::Deployment;
use crate::commands::image_loading::ImageLoading;
use crate::commands::nexus_setup::AfterDeploy;
use crate::commands::users_file::NewUsers;
use crate::commands::{Context, delivery, flags};
use crate::domain::deploy::StagedFile;
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::interrupt::Interrupt;
use crate::plan::script::Mode;
use crate::report::Report;

/// Runs `deploy` for a registry on this host.
pub(in crate::commands) async fn run(args: &Args, host: DockerHost, context: &Context) -> Result<Report> {
    if args.move_data {
        return Err(Fault::new(
            FaultKind::NotApplicable,
            say!("--move-data copies images between agents, and this registry is on a Docker host"),
        )
        .hint(say!("Stop the container, copy the folder yourself, then deploy with --data-dir."))
        .into());
    }
    flags::apart_on_docker_hosts(context)?;
    let (nexus, users) = match AfterDeploy::of(args, context)? {
        Some(nexus) => (Some(nexus), None),
        None => (None, args.first_user.users(&args.app, &args.change, context)?),
    };
    let (spec, files) = deploy::described(args, users.as_ref(), context)?;
    let ssh = args.ssh.on_port(host.login.port);
    let deployment = Deployment { app: &args.app, cluster: &args.cluster, ssh: &ssh, context, spec, files };
    let deployment = HostDeployment { deployment, host };
    let image = args.image_archive.as_deref();
    let image = image.map(|path| ImageLoading::open(path, &deployment.deployment)).transpose()?;
    let run = Run { deployment: &deployment, image, users, nexus, args };
    let mut interrupt = Interrupt::listen()?;
    if args.change.plan_only() {
        return run.dry_run(&mut interrupt).await;
    }
    let _lock = flags::lock(context, &args.cluster)?;
    run.carry_out(&mut interrupt).await
}

struct Run<'a> {
    deployment: &'a HostDeployment<'a>,
    /// The image to load, where there is an archive of it.
    image: Option<ImageLoading<'a>>,
    /// The users' file with the one that is added, where one is.
    users: Option<NewUsers>,
    /// The set-up that follows where it is a Nexus.
    nexus: Option<AfterDeploy>,
    args: &'a Args,
}

impl Run<'_> {
    async fn dry_run(&self, interrupt: &mut Interrupt) -> Result<Report> {
        let (mut plan, _) = self.deployment.plan(Mode::Check, self.image_id(), interrupt).await?;
        plan.staged = self.stage(Mode::Check, interrupt).await?;
        plan.exit = self.args.change.exit(plan.changes_anything());
        Ok(Report::DeployPlan(plan))
    }

    async fn carry_out(&self, interrupt: &mut Interrupt) -> Result<Report> {
        let (mut plan, grounds) = self.deployment.plan(Mode::Apply, self.image_id(), interrupt).await?;
        if let Some(nexus) = &self.nexus {
            nexus.agree(&plan, &self.deployment.deployment.spec)?;
        }
        let doing = say!("updating {id}", id = plan.app_id);
        delivery::confirm(&plan, &doing, self.deployment.deployment.context)?;
        if let Some(users) = &self.users {
            users.write()?;
        }
        plan.staged = self.stage(Mode::Apply, interrupt).await?;
        let HostDeployment { deployment, host } = self.deployment;
        let patience = deploy::terms(self.args, &deployment.spec).patience;
        let mut report = self.deployment.carry_out(plan, grounds, patience, interrupt).await?;
        if let Some(nexus) = &self.nexus {
            report.nexus = nexus.on_docker_host(deployment, host.host(), interrupt).await?;
        }
        Ok(Report::Deploy(report))
    }

    /// The id of the image that is loaded.
    fn image_id(&self) -> Option<String> {
        self.image.as_ref().map(ImageLoading::id)
    }

    /// The image first: where it cannot be loaded, nothing else is touched.
    async fn stage(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<StagedFile>> {
        let mut staged = match &self.image {
            Some(image) => image.run(mode, interrupt).await?,
            None => Vec::new(),
        };
        staged.extend(self.deployment.deployment.stage(mode, interrupt).await?);
        Ok(staged)
    }
}
