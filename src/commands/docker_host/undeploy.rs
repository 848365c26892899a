//! `undeploy` on a Docker host: the container goes, what is in its folders only on demand.

use anyhow::Result;

use super::EngineHost;
use crate::commands::purge::Purge;
use crate::commands::undeploy::{Args, confirm, kept, refused};
use crate::commands::{Context, flags};
use crate::domain::app::AppId;
use crate::domain::app_definition::AppDefinition;
use crate::domain::change::Change;
use crate::domain::container::name_of;
use crate::domain::docker_host::DockerHost;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault};
use crate::domain::host::Host;
use crate::domain::host_folder::HostFolder;
use crate::domain::undeploy::UndeployReport;
use crate::effects::interrupt::Interrupt;
use crate::plan::docker_container::{self, Found, Sight};
use crate::plan::purge;
use crate::plan::script::Mode;
use crate::report::Report;

/// What one host's engine may take to stop a container, which may need two minutes, and to remove it.
const REMOVING: std::time::Duration = std::time::Duration::from_secs(240);

/// Runs `undeploy` for a registry on this host.
pub(in crate::commands) async fn run(args: &Args, host: DockerHost, context: &Context) -> Result<Report> {
    let id = args.app.app_id(context)?;
    let engine = EngineHost { host: &host, ssh: &args.ssh, cluster: &args.cluster, context };
    let run = Run { args, engine, id: &id };
    let mut interrupt = Interrupt::listen()?;
    if args.change.plan_only() {
        return Ok(Report::Undeploy(run.plan(&mut interrupt).await?.report));
    }
    let _lock = flags::lock(context, &args.cluster)?;
    let plan = run.plan(&mut interrupt).await?;
    confirm(&plan.report, context)?;
    Ok(Report::Undeploy(run.carry_out(plan, &mut interrupt).await?))
}

struct Run<'a> {
    args: &'a Args,
    engine: EngineHost<'a>,
    id: &'a AppId,
}

/// What there is, and what would be done about it.
struct Plan {
    found: Option<Found>,
    folders: Vec<HostFolder>,
    report: UndeployReport,
}

impl Run<'_> {
    async fn plan(&self, interrupt: &mut Interrupt) -> Result<Plan> {
        let (name, host) = (name_of(self.id), self.engine.host.host());
        let sight = self.engine.look(&name, None, interrupt).await?;
        let found = sight.own(self.id, &name, host)?.cloned();
        let folders = found.iter().flat_map(|found| found.container.folders());
        let folders: Vec<HostFolder> = folders.filter_map(|folder| folder.parse().ok()).collect();
        let change = if found.is_some() { Change::Drifted } else { Change::Unchanged };
        let mut report = UndeployReport {
            dry_run: true,
            app_id: self.id.clone(),
            container: Some(name),
            change,
            deployment_id: None,
            gone: None,
            folders: kept(std::slice::from_ref(host), &folders),
            exit: self.args.change.exit(found.is_some()),
        };
        if self.args.purge && found.is_some() {
            self.judge(&folders, &sight)?;
            report.folders = self.purge(&folders, Mode::Check, interrupt).await?;
        } else if self.args.purge {
            let text =
                say!("there is no container to say which folders it had: nothing is removed from the host");
            self.engine.context.tell(Event::Warning(text.to_owned()));
        }
        Ok(Plan { found, folders, report })
    }

    /// Whether its folders may be removed at all, before anything is.
    fn judge(&self, folders: &[HostFolder], sight: &Sight) -> Result<(), Fault> {
        let own = AppDefinition { id: self.id.to_string(), ..AppDefinition::default() };
        purge::judge(&own, folders, &docker_container::neighbours(sight), &[]).map_err(refused)
    }

    async fn carry_out(&self, plan: Plan, interrupt: &mut Interrupt) -> Result<UndeployReport> {
        let Some(found) = &plan.found else {
            return Ok(UndeployReport { dry_run: false, gone: Some(true), exit: Exit::Done, ..plan.report });
        };
        let (name, host) = (&found.container.name, self.engine.host.host());
        let script = docker_container::remove(&name_of(self.id), &found.id, &self.engine.context.holder())?;
        self.engine.run(script, say!("Removing {name} from {host}"), REMOVING, interrupt).await?;
        let folders = match self.args.purge {
            true => self.purge(&plan.folders, Mode::Apply, interrupt).await?,
            false => plan.report.folders,
        };
        let (change, gone) = (Change::Removed, Some(true));
        Ok(UndeployReport { dry_run: false, change, gone, folders, exit: Exit::Done, ..plan.report })
    }

    async fn purge(
        &self,
        folders: &[HostFolder],
        mode: Mode,
        interrupt: &mut Interrupt,
    ) -> Result<Vec<crate::domain::undeploy::FolderFate>> {
        let EngineHost { host, ssh, cluster, context } = self.engine;
        let hosts: &[Host] = std::slice::from_ref(host.host());
        let patience = self.args.rollout.terms().patience.unwrap_or(flags::PATIENCE);
        let ssh = &ssh.on_port(host.login.port);
        Purge { hosts, folders, ssh, cluster, patience, context }.run(mode, interrupt).await
    }
}
