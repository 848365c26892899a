//! A changed file of users on its way: looked whether the registry would take it, written here, brought to its hosts.

use anyhow::Result;
use serde_json::Value;

use crate::commands::Context;
use crate::commands::deployment::Deployment;
use crate::commands::docker_host::EngineHost;
use crate::commands::flags::{self, AppArgs, ChangeArgs, ClusterArgs, SshArgs};
use crate::commands::registry_files::RegistryFiles;
use crate::commands::users_file::NewUsers;
use crate::domain::change::Change;
use crate::domain::container::name_of;
use crate::domain::deploy::{Access, RegistrySpec};
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::user::{Reach, UserChangeReport};
use crate::effects::interrupt::Interrupt;
use crate::plan::registry_app::FILES_DIGEST;
use crate::plan::script::Mode;
use crate::report::fault_of;

/// Flags that adding and removing a user have in common.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct AccountArgs {
    #[command(flatten)]
    pub(super) app: AppArgs,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
    #[command(flatten)]
    pub(super) ssh: SshArgs,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
    /// Change the file here alone and bring it to no host.
    #[arg(long)]
    pub(super) no_stage: bool,
}

/// What the registry would make of the file.
enum Taker<'a> {
    /// None runs, or none was to be asked.
    Nobody,
    /// It runs without users.
    NotYet,
    /// It runs with users; these are its files.
    Registry(Box<Deployment<'a>>),
}

impl AccountArgs {
    /// Writes the file here and brings it to the registry's hosts, or only says what would be done. What cannot be
    /// reached ends it before anything is written.
    pub(super) async fn bring(&self, users: NewUsers, context: &Context) -> Result<UserChangeReport> {
        let mode = self.change.mode();
        let host = self.app.docker_host(context)?;
        let ssh = host.as_ref().map_or_else(|| self.ssh.clone(), |host| self.ssh.on_port(host.login.port));
        let mut interrupt = Interrupt::listen()?;
        let runner = Runner { account: self, ssh: &ssh, host: host.as_ref(), context };
        let taker = runner.taker(&users, &mut interrupt).await?;
        let _lock = (mode == Mode::Apply).then(|| flags::lock(context, &self.cluster)).transpose()?;
        if mode == Mode::Apply {
            users.write()?;
        }
        let (reach, staged) = match taker {
            Taker::Nobody => (Reach::Here, Vec::new()),
            Taker::NotYet => (Reach::DeployNext, Vec::new()),
            Taker::Registry(deployment) => (Reach::Registry, deployment.stage(mode, &mut interrupt).await?),
        };
        let differs =
            users.change != Change::Unchanged || staged.iter().any(|file| file.change == Change::Drifted);
        Ok(UserChangeReport {
            dry_run: mode == Mode::Check,
            change: users.change,
            users: users.count(),
            exit: if mode == Mode::Check { self.change.exit(differs) } else { Exit::Done },
            file: self.app.users_file(context),
            user: users.user,
            reach,
            staged,
        })
    }
}

/// Whatever runs the registry.
struct Runner<'a> {
    account: &'a AccountArgs,
    /// How to log in to the registry's hosts.
    ssh: &'a SshArgs,
    /// The Docker host, where it is not Marathon.
    host: Option<&'a DockerHost>,
    context: &'a Context,
}

impl<'a> Runner<'a> {
    /// The registry's own files tell whether it asks for users: their digest is a label of what runs. Errors: it cannot
    /// be asked, or the registry runs with files that are neither.
    async fn taker(&self, users: &NewUsers, interrupt: &mut Interrupt) -> Result<Taker<'a>> {
        let AccountArgs { app, cluster, no_stage, .. } = self.account;
        let (ssh, context) = (self.ssh, self.context);
        if *no_stage || (self.host.is_none() && !app.names_host(context)) {
            return Ok(Taker::Nobody);
        }
        let spec = RegistrySpec { access: Access::Htpasswd, ..app.spec(context)? };
        let mut deployment = Deployment { app, cluster, ssh, context, spec, files: None };
        let asked = self.runs_with(&deployment, interrupt).await.map_err(|error| {
            fault_of(&error)
                .hint(say!("Nothing was written. With --no-stage the file here is changed alone."))
        })?;
        let Some(runs_with) = asked else { return Ok(Taker::Nobody) };
        let files = RegistryFiles::read_for(Some(users.text.clone()), app, &deployment.spec, context)?;
        if runs_with == files.digest() {
            deployment.files = Some(files);
            return Ok(Taker::Registry(Box::new(deployment)));
        }
        let open = RegistrySpec { access: Access::Open, ..deployment.spec };
        let without = RegistryFiles::read_for(None, app, &open, context)?;
        if runs_with == without.digest() { Ok(Taker::NotYet) } else { Err(differs(&open).into()) }
    }

    /// The digest of the files that the registry runs with, empty where it is not known; none where it does not run.
    async fn runs_with(
        &self,
        deployment: &Deployment<'_>,
        interrupt: &mut Interrupt,
    ) -> Result<Option<String>> {
        let Self { ssh, context, .. } = *self;
        let id = &deployment.spec.id;
        let Some(host) = self.host else {
            let observed = deployment.observe().await?;
            let label = |app: &Value| app["labels"][FILES_DIGEST].as_str().unwrap_or_default().to_owned();
            return Ok(observed.current().map(label));
        };
        let name = name_of(id);
        let engine = EngineHost { host, ssh, cluster: &self.account.cluster, context };
        let sight = engine.look(&name, None, interrupt).await?;
        let found = sight.own(id, &name, host.host())?;
        Ok(found.map(|found| found.container.labels.get(FILES_DIGEST).cloned().unwrap_or_default()))
    }
}

fn differs(spec: &RegistrySpec) -> Fault {
    let message = say!("{} runs with another certificate or configuration than is described here", spec.id);
    Fault::new(FaultKind::AppDiffers, message).hint(say!(
        "Nothing was written. Run regctl deploy first (--dry-run shows what it would \
         change), or change the file here alone with --no-stage."
    ))
}
