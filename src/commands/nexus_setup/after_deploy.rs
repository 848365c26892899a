//! The set-up of a Nexus that `deploy` has just brought up.

use anyhow::Result;

use super::first_password::FirstPassword;
use super::setting_up::{Passwords, SettingUp, client};
use super::web_page::web_page;
use crate::commands::deployment::Deployment;
use crate::commands::{Context, deploy};
use crate::domain::change::Change;
use crate::domain::deploy::{DeployPlan, RegistrySpec};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::nexus::{NexusSetupReport, NexusWishes, WITH_EULA};
use crate::domain::nexus_app;
use crate::domain::nexus_config::NexusConfig;
use crate::domain::user::UserName;
use crate::effects::interrupt::Interrupt;
use crate::effects::marathon::Marathon;
use crate::plan::nexus::app::UI_PORT;

/// What is to be done once it is healthy, with all that has to be asked for beforehand.
pub(in crate::commands) struct AfterDeploy {
    wishes: NexusWishes,
    /// None where it is not waited for, and so not set up.
    passwords: Option<Passwords>,
    config: NexusConfig,
}

impl AfterDeploy {
    /// Nothing where the registry is no Nexus. Errors, exit 2: a password is missing, or a value makes no sense.
    pub(in crate::commands) fn of(args: &deploy::Args, context: &Context) -> Result<Option<Self>> {
        let Some(nexus) = args.app.spec(context)?.nexus else { return Ok(None) };
        let config = args.app.config(context);
        let configured = || config.user.as_deref().map(str::parse::<UserName>).transpose();
        let user = args.first_user.user.clone().map_or_else(configured, |user| Ok(Some(user)));
        let user = user.map_err(Fault::value)?;
        let wishes = args.nexus.wishes(&config, nexus.connector_port, user.as_ref())?;
        let needed = !args.change.plan_only() && !args.rollout.no_wait;
        let passwords = || -> Result<Passwords> {
            let password = args.first_user.password.or_configured(&config, context);
            let user = user.as_ref().map(|user| password.of_new(user, context)).transpose()?;
            Ok(Passwords { admin: args.nexus.admin_password(&config.nexus, context)?, user })
        };
        let passwords = needed.then(passwords).transpose()?;
        Ok(Some(Self { wishes, passwords, config: config.nexus }))
    }

    /// Ends a first deployment of a version that would take no image. Errors, exit 2: the licence of the Community Edition
    /// is not accepted.
    pub(in crate::commands) fn agree(&self, plan: &DeployPlan, spec: &RegistrySpec) -> Result<()> {
        let version = nexus_app::version(&spec.image.to_string());
        let asks = plan.change == Change::Created && version.is_some_and(|version| version >= WITH_EULA);
        if !asks || self.wishes.accept_eula {
            return Ok(());
        }
        let why = say!("{} takes and gives no image before its licence is accepted", spec.image);
        Err(Fault::new(FaultKind::ConsentNeeded, why)
            .hint(say!(
                "Read it at https://links.sonatype.com/products/nxrm/ce-eula; --accept-eula (or \
                 accept_eula = true under [registry.nexus]) then accepts it in your name. Versions \
                 up to 3.76 do not ask."
            ))
            .into())
    }

    /// Sets it up where Marathon runs it, if it was waited for.
    pub(in crate::commands) async fn on_marathon(
        &self,
        deployment: &Deployment<'_>,
        marathon: &Marathon,
        interrupt: &mut Interrupt,
    ) -> Result<Option<NexusSetupReport>> {
        let spec = &deployment.spec;
        if self.passwords.is_none() {
            return self.at(deployment, None, interrupt).await;
        }
        let task = marathon.app(&spec.id).await?.and_then(|app| web_page(app.status.tasks));
        // The passwords go nowhere but to the app's own hosts.
        let task = task.filter(|(host, _)| spec.hosts.contains(host)).ok_or_else(|| no_task(spec))?;
        self.at(deployment, Some(task), interrupt).await
    }

    /// Sets it up where Docker Engine runs it on this host, if it was waited for.
    pub(in crate::commands) async fn on_docker_host(
        &self,
        deployment: &Deployment<'_>,
        host: &Host,
        interrupt: &mut Interrupt,
    ) -> Result<Option<NexusSetupReport>> {
        let port = deployment.spec.nexus.as_ref().map_or(UI_PORT, |nexus| nexus.ui_port);
        let url = format!("http://{}:{port}", host.bracketed());
        self.at(deployment, Some((host.clone(), url)), interrupt).await
    }

    async fn at(
        &self,
        deployment: &Deployment<'_>,
        place: Option<(Host, String)>,
        interrupt: &mut Interrupt,
    ) -> Result<Option<NexusSetupReport>> {
        let Deployment { ssh, cluster, context, spec, .. } = deployment;
        let (Some(passwords), Some((host, url))) = (&self.passwords, place) else {
            let later = say!("Nexus is not set up yet: once it is healthy, regctl nexus setup does that");
            context.tell(Event::Warning(later.to_owned()));
            return Ok(None);
        };
        let place = Some((host, spec.folders.data.clone()));
        let first = FirstPassword { file: None, place, ssh, cluster, context };
        let work = SettingUp { wishes: &self.wishes, passwords, first, context };
        let nexus = client(&self.config, self.config.url.as_deref().unwrap_or(&url), context)?;
        let prepared = work.prepare(nexus, interrupt).await?;
        work.consent(&prepared)?;
        let done = interrupt.unless_raised(work.carry_out(prepared)).await;
        done.unwrap_or_else(|| Err(super::run::interrupted().into())).map(Some)
    }
}

fn no_task(spec: &RegistrySpec) -> Fault {
    let why = say!("{} has no task any more whose web page could be asked", spec.id);
    Fault::new(FaultKind::NotHealthy, why).hint(say!("Deploy again: what is done already stays done."))
}
