//! `regctl undeploy`: the registry's app away from Marathon; what it had on its hosts only on demand.

use std::time::Instant;

use anyhow::Result;
use serde::Deserialize as _;

use super::absence::Absence;
use super::flags::{self, AppIdArgs, ChangeArgs, ClusterArgs, RolloutArgs, SshArgs};
use super::purge::Purge;
use super::rollout::{Goal, Rollout};
use super::{Context, delivery, docker_host};
use crate::domain::app::AppId;
use crate::domain::app_definition::AppDefinition;
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault};
use crate::domain::host::{Host, printable};
use crate::domain::host_folder::HostFolder;
use crate::domain::undeploy::{FolderFate, UndeployReport};
use crate::effects::interrupt::Interrupt;
use crate::effects::marathon::{Accepted, Found, Marathon};
use crate::plan::purge;
use crate::plan::script::Mode;
use crate::report::{self, Format, Report};

/// Flags of `undeploy`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
It names what is deleted and what stays, and asks. Images, certificates and configuration stay on the host, so that \
regctl deploy brings the registry back as it was. With --purge they go too, once the last task has ended: only folders \
that the app's definition mounts, never a folder of the system's, one that another app or a pod uses, or one with a mount in it. \
Where there is no app nothing is done. On a Docker host (--docker-host) the container goes, with the same rules; \
one that regctl did not make is never touched.")]
pub struct Args {
    #[command(flatten)]
    pub(super) app: AppIdArgs,
    /// Remove images, certificates and configuration from the host, too.
    #[arg(long, conflicts_with = "no_wait", help_heading = "Registry")]
    pub(super) purge: bool,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
    #[command(flatten)]
    pub(super) ssh: SshArgs,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
    #[command(flatten)]
    pub(super) rollout: RolloutArgs,
}

/// Observe, plan, confirm, delete, wait, purge.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    if let Some(host) = args.app.docker_host(context)? {
        return docker_host::undeploy::run(&args, host, context).await;
    }
    let marathon = Marathon::new(args.cluster.marathon(context)?);
    let id = args.app.app_id(context)?;
    let run = Run { args: &args, marathon: &marathon, id: &id, context };
    let mut interrupt = Interrupt::listen()?;
    if args.change.plan_only() {
        return Ok(Report::Undeploy(run.plan(&mut interrupt).await?.report));
    }
    let _lock = flags::lock(context, &args.cluster)?;
    let plan = run.plan(&mut interrupt).await?;
    confirm(&plan.report, context)?;
    let mut report = delivery::unless_interrupted(run.delete(&plan), &id, &mut interrupt).await?;
    if args.purge && report.change == Change::Removed {
        report.folders = run.purge(&plan).run(Mode::Apply, &mut interrupt).await?;
    }
    Ok(Report::Undeploy(report))
}

/// One run, with what the operator gave.
struct Run<'a> {
    args: &'a Args,
    marathon: &'a Marathon,
    id: &'a AppId,
    context: &'a Context,
}

/// What there is, and what would be done about it.
struct Plan {
    found: Option<Found>,
    hosts: Vec<Host>,
    folders: Vec<HostFolder>,
    report: UndeployReport,
}

impl Run<'_> {
    async fn plan(&self, interrupt: &mut Interrupt) -> Result<Plan> {
        let Self { marathon, id, context, args } = self;
        context.tell(Event::Stage(say!("Asking {} about {id}", marathon.url())));
        let found = marathon.app(id).await?;
        let definition = definition(found.as_ref(), args.purge)?;
        // An app that mounts something odd can be deleted all the same, as long as nothing of it is to be removed.
        let folders = match purge::folders(&definition) {
            Err(why) if args.purge => return Err(refused(why).into()),
            folders => folders.unwrap_or_else(|_| purge::plain_folders(&definition)),
        };
        let hosts = found.as_ref().map(|found| hosts(&definition, found)).unwrap_or_default();
        let change = if found.is_some() { Change::Drifted } else { Change::Unchanged };
        let exits = args.change.exit_by_difference() && change == Change::Drifted;
        let report = UndeployReport {
            dry_run: true,
            container: None,
            app_id: (*id).clone(),
            change,
            deployment_id: None,
            gone: None,
            folders: kept(&hosts, &folders),
            exit: if exits { Exit::WouldChange } else { Exit::Done },
        };
        let mut plan = Plan { found, hosts, folders, report };
        if args.purge && plan.found.is_some() {
            self.judge(&plan, &definition).await?;
            plan.report.folders = self.purge(&plan).run(Mode::Check, interrupt).await?;
        } else if args.purge {
            let text =
                say!("with the app Marathon has forgotten its folders: nothing is removed from any host");
            context.tell(Event::Warning(text.to_owned()));
        }
        Ok(plan)
    }

    /// Whether its folders may be removed at all, before anything is.
    async fn judge(&self, plan: &Plan, definition: &AppDefinition) -> Result<()> {
        let (apps, pods) = (self.marathon.apps().await?, self.marathon.pods().await?);
        if plan.hosts.is_empty() {
            return Err(refused(say!("nothing says on which host the folders of {} are", self.id)).into());
        }
        Ok(purge::judge(definition, &plan.folders, &apps, &pods).map_err(refused)?)
    }

    async fn delete(&self, plan: &Plan) -> Result<UndeployReport> {
        let Self { marathon, id, context, args } = self;
        let (started, terms) = (Instant::now(), args.rollout.terms());
        let mut accepted = Accepted::default();
        if plan.found.is_some() {
            context.tell(Event::Stage(say!("Deleting {id}")));
            let (seen, patience) = (plan.found.as_ref(), terms.patience);
            let rollout = Rollout { marathon, id, seen, goal: Goal::Gone, patience, started, context };
            accepted = rollout.send(Change::Removed, terms.force).await?;
        }
        if let Some(patience) = terms.patience {
            Absence { marathon, id, context }.wait_since(started, patience).await?;
        }
        let change = if plan.found.is_some() { Change::Removed } else { Change::Unchanged };
        Ok(UndeployReport {
            dry_run: false,
            container: None,
            change,
            deployment_id: accepted.deployment_id,
            gone: terms.patience.map(|_| true),
            exit: Exit::Done,
            ..plan.report.clone()
        })
    }

    fn purge<'a>(&'a self, plan: &'a Plan) -> Purge<'a> {
        let Args { ssh, cluster, rollout, .. } = self.args;
        // --no-wait says nothing about how long a host may take.
        let patience = rollout.terms().patience.unwrap_or(flags::PATIENCE);
        Purge { hosts: &plan.hosts, folders: &plan.folders, ssh, cluster, patience, context: self.context }
    }
}

/// Shows what goes and what stays, and asks.
pub(super) fn confirm(report: &UndeployReport, context: &Context) -> Result<()> {
    if report.change == Change::Unchanged {
        return Ok(());
    }
    let shown = Report::Undeploy(report.clone());
    context.screen.show_plan(&report::render(&shown, Format::Human, context.style()));
    let lost = report.folders.iter().any(|folder| folder.change == Change::Drifted);
    let name = report.container.as_deref().unwrap_or(report.app_id.as_str());
    context.screen.consent(&if lost {
        say!("deleting {name} and its folders, which cannot be got back")
    } else {
        say!("deleting {name}")
    })
}

/// What the app says of itself. One that cannot be read may be deleted all the same, but nothing says which folders it
/// had. Errors: so it is, and they are to be purged.
fn definition(found: Option<&Found>, purge: bool) -> Result<AppDefinition, Fault> {
    match found.map(|found| AppDefinition::deserialize(found.document.expose())) {
        Some(Err(why)) if purge => {
            Err(refused(say!("the app's definition cannot be read: {}", printable(&why.to_string()))))
        }
        read => Ok(read.and_then(Result::ok).unwrap_or_default()),
    }
}

/// What is not to be removed.
pub(super) fn refused(why: String) -> Fault {
    Fault::usage(format!("--purge: {why}"))
        .hint(say!("Undeploy without --purge, and remove by hand what is not needed any more."))
}

/// The hosts that its constraints name; where they name none, those that its tasks are on.
fn hosts(definition: &AppDefinition, found: &Found) -> Vec<Host> {
    let named = definition.named_hosts();
    if !named.is_empty() {
        return named;
    }
    let mut hosts: Vec<Host> = found.status.tasks.iter().filter_map(|task| task.host.parse().ok()).collect();
    hosts.sort_by_key(ToString::to_string);
    hosts.dedup();
    hosts
}

/// The folders of these hosts, all of which stay.
pub(super) fn kept(hosts: &[Host], folders: &[HostFolder]) -> Vec<FolderFate> {
    let fate = |host: &Host, path: &HostFolder| FolderFate {
        host: host.clone(),
        path: path.clone(),
        bytes: None,
        change: Change::Unchanged,
    };
    hosts.iter().flat_map(|host| folders.iter().map(move |path| fate(host, path))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::app::AppDocument;
    use crate::domain::app_status::AppStatus;

    #[test]
    fn an_app_that_cannot_be_read_may_be_deleted_but_not_purged() {
        let app = json!({"id": "/registry", "container": {"volumes": [{"hostPath": 7}]}});
        let found = Found { document: AppDocument::new(app), status: AppStatus::default() };
        assert_eq!(definition(Some(&found), false).expect("is let be"), AppDefinition::default());
        let fault = definition(Some(&found), true).expect_err("is refused");
        assert!(fault.message.contains("definition cannot be read: invalid type"), "{fault:?}");
        assert_eq!(definition(None, true).expect("there is none"), AppDefinition::default());
    }
}
