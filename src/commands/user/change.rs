//! A changed file of users on its way: looked whether the registry would take it, written here, brought to its hosts.

use anyhow::Result;

use crate::commands::Context;
use crate::commands::deployment::Deployment;
use crate::commands::flags::{self, AppArgs, ChangeArgs, ClusterArgs, SshArgs};
use crate::commands::registry_files::RegistryFiles;
use crate::commands::users_file::NewUsers;
use crate::domain::change::Change;
use crate::domain::deploy::{Access, RegistrySpec};
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
        let mode = if self.change.plan_only() { Mode::Check } else { Mode::Apply };
        let taker = self.taker(&users, context).await?;
        let _lock = (mode == Mode::Apply).then(|| flags::lock(context, &self.cluster)).transpose()?;
        let mut interrupt = Interrupt::listen()?;
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

    /// The registry's own files tell whether it asks for users: their digest is a label of its app. Errors: Marathon
    /// cannot be asked, or the registry runs with files that are neither.
    async fn taker<'a>(&'a self, users: &NewUsers, context: &'a Context) -> Result<Taker<'a>> {
        if self.no_stage || !self.app.names_host(context) {
            return Ok(Taker::Nobody);
        }
        self.app.docker.refuse("bringing users to the registry", &self.app.config(context))?;
        let spec = RegistrySpec { access: Access::Htpasswd, ..self.app.spec(context)? };
        let Self { app, cluster, ssh, .. } = self;
        let mut deployment = Deployment { app, cluster, ssh, context, spec, files: None };
        let observed = deployment.observe().await.map_err(|error| {
            fault_of(&error)
                .hint("Without --no-stage the file is brought to the registry too; nothing was written.")
        })?;
        let Some(current) = observed.current() else { return Ok(Taker::Nobody) };
        let runs_with = current["labels"][FILES_DIGEST].as_str();
        let files = RegistryFiles::read_for(Some(users.text.clone()), app, &deployment.spec, context)?;
        if runs_with == Some(&files.digest()) {
            deployment.files = Some(files);
            return Ok(Taker::Registry(Box::new(deployment)));
        }
        let open = RegistrySpec { access: Access::Open, ..deployment.spec };
        let without = RegistryFiles::read_for(None, app, &open, context)?;
        if runs_with == Some(&without.digest()) { Ok(Taker::NotYet) } else { Err(differs(&open).into()) }
    }
}

fn differs(spec: &RegistrySpec) -> Fault {
    let message =
        format!("{} runs with another certificate or configuration than is described here", spec.id);
    Fault::new(FaultKind::AppDiffers, message).hint(
        "Nothing was written. Run regctl deploy first (--dry-run shows what it would change), or change the file here \
         alone with --no-stage.",
    )
}
