//! A deployment of the registry in its parts: observe, plan, stage, carry out. Commands that deploy put them together.

use anyhow::Result;
use serde_json::Value;

use super::Context;
use super::delivery::Delivery;
use super::desired::Desired;
use super::flags::{AppArgs, ClusterArgs, SshArgs, Terms};
use super::registry_files::RegistryFiles;
use super::staging::Staging;
use crate::domain::app::AppDocument;
use crate::domain::app_definition::AppDefinition;
use crate::domain::change::Change;
use crate::domain::deploy::{DeployPlan, DeployReport, RegistrySpec, StagedFile};
use crate::domain::event::Event;
use crate::domain::fault::Exit;
use crate::effects::interrupt::Interrupt;
use crate::effects::marathon::{Found, Info, Marathon};
use crate::plan::app::{AppChange, apart, bare_names, decide, new_folders, warnings};
use crate::plan::registry_app::{FILES_DIGEST, HTTP_SECRET};
use crate::plan::script::Mode;

/// One registry that is to be deployed.
pub(super) struct Deployment<'a> {
    /// What the operator said about the app.
    pub(super) app: &'a AppArgs,
    /// The cluster.
    pub(super) cluster: &'a ClusterArgs,
    /// How to log in to the registry's host.
    pub(super) ssh: &'a SshArgs,
    /// Where progress is shown, and where secrets are kept.
    pub(super) context: &'a Context,
    /// The registry.
    pub(super) spec: RegistrySpec,
    /// The files to stage; none where they are there already.
    pub(super) files: Option<RegistryFiles>,
}

/// What there is before anything is changed.
pub(super) struct Observed {
    pub(super) marathon: Marathon,
    pub(super) info: Info,
    /// The app that runs, where there is one.
    pub(super) found: Option<Found>,
}

impl Observed {
    /// The app as Marathon has it.
    pub(super) fn current(&self) -> Option<&Value> {
        self.found.as_ref().map(|found| found.document.expose())
    }
}

impl Deployment<'_> {
    /// Asks Marathon what it has.
    pub(super) async fn observe(&self) -> Result<Observed> {
        let marathon = Marathon::new(self.cluster.marathon(self.context)?);
        self.context.tell(Event::Stage(say!("Asking {} about {}", marathon.url(), self.spec.id)));
        let info = marathon.info().await?;
        self.context.tell(Event::Detail(say!("Marathon {}, framework {}", info.version, info.framework)));
        let found = marathon.app(&self.spec.id).await?;
        Ok(Observed { marathon, info, found })
    }

    /// Whether the folders that the app is to have on its hosts are its own. Errors: another app has one of them.
    pub(super) async fn stays_apart(&self, observed: &Observed) -> Result<()> {
        let read = |app: &Value| serde_json::from_value::<AppDefinition>(app.clone()).ok();
        let preview = self.wanted(observed, Mode::Check)?;
        let Some(wanted) = read(preview.expose()) else { return Ok(()) };
        let current = observed.current().and_then(read);
        let folders = new_folders(&wanted, current.as_ref());
        if folders.is_empty() {
            return Ok(());
        }
        let apps = observed.marathon.apps().await?;
        Ok(apart(&self.spec.id, &folders, &self.spec.hosts, &apps)?)
    }

    /// What would be done. With [`Mode::Check`] not even a secret is made for it.
    pub(super) fn plan(&self, observed: &Observed, mode: Mode) -> Result<DeployPlan> {
        let endpoints = self.app.endpoints(self.context, &observed.info.framework)?;
        if let Some(files) = &self.files {
            files.judge(&endpoints, self.context)?;
        }
        let app = self.wanted(observed, mode)?;
        let current = observed.current();
        let (change, differences) = match decide(current, app.expose()) {
            AppChange::Create => (Change::Created, Vec::new()),
            AppChange::Update(differences) => (Change::Updated, differences),
            AppChange::Unchanged => (Change::Unchanged, Vec::new()),
        };
        let running = current.and_then(|app| app["labels"][FILES_DIGEST].as_str());
        let admission = self.admission(change, running);
        let remedy = format!("--vip {}", self.spec.vip.on_port(80));
        let told = admission.into_iter().chain(bare_names(&endpoints, self.spec.transport, &remedy));
        Ok(DeployPlan {
            dry_run: true,
            app_id: self.spec.id.clone(),
            change,
            restores: None,
            differences,
            data_move: None,
            warnings: told.chain(warnings(current, app.expose())).collect(),
            staged: Vec::new(),
            endpoints,
            app,
            exit: Exit::Done,
            transport: self.spec.transport,
        })
    }

    /// Whom a registry that is to change lets in then, where that may be news. `running` is the digest of the files that
    /// it runs with.
    pub(super) fn admission(&self, change: Change, running: Option<&str>) -> Option<String> {
        let files = self.files.as_ref().filter(|_| change == Change::Updated && self.spec.nexus.is_none())?;
        files.admission(running)
    }

    /// The app as it is to be. One that runs keeps its secret, and the digest of files that this run does not stage.
    fn wanted(&self, observed: &Observed, mode: Mode) -> Result<AppDocument> {
        let current = observed.current();
        let has =
            |map: &str, key: &str| current?.get(map)?.get(key).filter(|value| !value.is_null()).cloned();
        let kept = || has("labels", FILES_DIGEST).as_ref().and_then(Value::as_str).map(str::to_owned);
        let desired = Desired {
            args: self.app,
            spec: &self.spec,
            marathon: observed.info.version,
            files_digest: self.files.as_ref().map(RegistryFiles::digest).or_else(kept),
            context: self.context,
        };
        let secret = has("env", HTTP_SECRET);
        if mode == Mode::Check { desired.preview(secret) } else { desired.document(secret) }
    }

    /// Puts the files onto the host, or only says which of them differ.
    pub(super) async fn stage(&self, mode: Mode, interrupt: &mut Interrupt) -> Result<Vec<StagedFile>> {
        let Some(files) = &self.files else { return Ok(Vec::new()) };
        let Self { ssh, cluster, context, spec, .. } = self;
        Staging { spec, files, ssh, cluster, context }.run(mode, interrupt).await
    }

    /// Sends the app where it is to change, and waits for it.
    pub(super) async fn carry_out(
        &self,
        plan: DeployPlan,
        observed: &Observed,
        terms: Terms,
    ) -> Result<DeployReport> {
        let (marathon, seen) = (&observed.marathon, observed.found.as_ref());
        let Self { cluster, context, .. } = self;
        Delivery { marathon, seen, terms, cluster, context }.carry_out(plan).await
    }
}
