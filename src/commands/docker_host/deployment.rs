//! A deployment on a Docker host in its parts: observe, plan, carry out. Staging is the same as for Marathon.

use std::time::Duration;

use anyhow::Result;

use super::EngineHost;
use crate::commands::deployment::Deployment;
use crate::commands::desired::Desired;
use crate::commands::registry_files::RegistryFiles;
use crate::domain::app::{AppDocument, MarathonVersion};
use crate::domain::change::Change;
use crate::domain::container::name_of;
use crate::domain::deploy::{DeployPlan, DeployReport};
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::effects::interrupt::Interrupt;
use crate::plan::app::{AppChange, bare_names};
use crate::plan::docker_container::{self, Act, Found, Wanted};
use crate::plan::registry_app::{FILES_DIGEST, HTTP_SECRET};
use crate::plan::script::Mode;

/// The form that the app is rendered in before it becomes a container.
const FORM: MarathonVersion = MarathonVersion { major: 1, minor: 11 };

/// A registry that is to run on one Docker host.
pub(in crate::commands) struct HostDeployment<'a> {
    /// What is to be deployed; its logins go to the port of the host's sshd.
    pub(in crate::commands) deployment: Deployment<'a>,
    /// The host.
    pub(in crate::commands) host: DockerHost,
}

/// What a plan was made of.
pub(in crate::commands) struct Grounds {
    /// The container that runs now.
    pub(in crate::commands) seen: Option<Found>,
    /// The container that is wanted, and its health check.
    wanted: Wanted,
}

impl HostDeployment<'_> {
    /// Asks the host what it has, and plans. With [`Mode::Check`] not even a secret is made for it. `image_id` is that of
    /// an image which is to be loaded first. Errors: something is in the registry's way, so that nothing is done at all.
    pub(in crate::commands) async fn plan(
        &self,
        mode: Mode,
        image_id: Option<String>,
        interrupt: &mut Interrupt,
    ) -> Result<(DeployPlan, Grounds)> {
        let Deployment { app, context, spec, files, .. } = &self.deployment;
        let endpoints = app.endpoints(context, "marathon")?;
        if let Some(files) = files {
            files.judge(&endpoints, context)?;
        }
        let (name, host) = (name_of(&spec.id), self.host.host());
        let mut sight = self.engine().look(&name, Some(&spec.image.to_string()), interrupt).await?;
        sight.image_id = image_id.or(sight.image_id);
        let current = sight.own(&spec.id, &name, host)?;
        let app = self.app(current, mode)?;
        let wanted = docker_container::wanted(app.expose(), self.host.port, sight.engine).map_err(unfit)?;
        let decided = docker_container::decide(&sight, &wanted.container, &spec.id, host)?;
        let (change, differences) = match decided {
            AppChange::Create => (Change::Created, Vec::new()),
            AppChange::Update(differences) => (Change::Updated, differences),
            AppChange::Unchanged => (Change::Unchanged, Vec::new()),
        };
        let running = current.and_then(|found| found.container.labels.get(FILES_DIGEST)).map(String::as_str);
        let admission = self.deployment.admission(change, running);
        let told = admission.into_iter().chain(bare_names(&endpoints, spec.transport, "--port 80"));
        let plan = DeployPlan {
            dry_run: true,
            app_id: spec.id.clone(),
            change,
            restores: None,
            differences,
            data_move: None,
            warnings: told.chain(docker_container::warnings(&sight, app.expose())).collect(),
            staged: Vec::new(),
            endpoints,
            app: wanted.container.document(),
            exit: Exit::Done,
            transport: spec.transport,
        };
        Ok((plan, Grounds { seen: current.cloned(), wanted }))
    }

    const fn engine(&self) -> EngineHost<'_> {
        let Deployment { ssh, cluster, context, .. } = &self.deployment;
        EngineHost { host: &self.host, ssh, cluster, context }
    }

    /// The app that the container follows from. One that runs keeps its secret, and the digest of files that this run
    /// does not stage.
    fn app(&self, current: Option<&Found>, mode: Mode) -> Result<AppDocument> {
        let Deployment { app, spec, files, context, .. } = &self.deployment;
        let kept = || current?.container.labels.get(FILES_DIGEST).cloned();
        let files_digest = files.as_ref().map(RegistryFiles::digest).or_else(kept);
        let desired = Desired { args: app, spec, marathon: FORM, files_digest, context };
        let secret = current.and_then(|found| found.container.env.get(HTTP_SECRET));
        let secret = secret.map(|secret| secret.as_str().into());
        if mode == Mode::Check { desired.preview(secret) } else { desired.document(secret) }
    }

    /// Replaces the container where it is to change, and waits for it as long as this; not at all without a time.
    pub(in crate::commands) async fn carry_out(
        &self,
        plan: DeployPlan,
        grounds: Grounds,
        patience: Option<Duration>,
        interrupt: &mut Interrupt,
    ) -> Result<DeployReport> {
        let Grounds { wanted, seen } = grounds;
        let changes = plan.change != Change::Unchanged;
        let act = Act {
            name: &wanted.container.name,
            seen: seen.as_ref().map(|found| found.id.as_str()),
            replacement: changes.then_some(&wanted.container),
            probe: wanted.probe.as_ref(),
            patience,
        };
        let came = self.engine().bring_up(&act, interrupt).await?;
        Ok(DeployReport {
            change: plan.change,
            restores: None,
            data_move: None,
            deployment_id: changes.then_some(came.id),
            version: came.created,
            healthy: patience.map(|_| true),
            staged: plan.staged,
            endpoints: plan.endpoints,
            nexus: None,
            transport: plan.transport,
            app_id: plan.app_id,
        })
    }
}

fn unfit(why: String) -> Fault {
    Fault::new(FaultKind::AppUnfit, say!("the registry cannot be a container: {why}"))
}
