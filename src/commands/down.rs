//! `regctl down`: back to a cluster without the registry.

use std::time::Duration;

use anyhow::Result;

use super::flags::{self, AppIdArgs, ChangeArgs, ReportFileArgs, RestartArgs, RolloutArgs};
use super::fleet::FleetArgs;
use super::reach::ReachArgs;
use super::stages::Stages;
use super::{Context, undeploy, untrust_agents};
use crate::domain::app::AppId;
use crate::domain::duration;
use crate::domain::fault::Exit;
use crate::domain::registry::RegistryAddress;
use crate::report::stages::{Course, StageStatus, StagesReport};
use crate::report::{self, Format, Report};

/// Flags of `down`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The stages are those commands, in this order: untrust-agents, undeploy. First it looks what each of them would do, shows \
it and asks once. Images, certificates and configuration stay on the registry's hosts, so that regctl up brings it back as \
it was; with --purge they go too. What is here, the certs folder and .regctl, stays in any case.

Where regctl.toml has several registries, it is the first one; without them all that trust-agents did is taken back, the \
conntrack setting too. A stage that fails ends the run with its exit code; where only some agents failed (3), the app is \
deleted all the same. Down again goes on from there.")]
pub struct Args {
    #[command(flatten)]
    app: AppIdArgs,
    #[command(flatten)]
    fleet: FleetArgs,
    /// Remove images, certificates and configuration from the registry's hosts, too.
    #[arg(long, help_heading = "Stages")]
    purge: bool,
    /// How long the app may take to be gone [default: 10m].
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Stages")]
    wait: Option<Duration>,
    /// Cancel a deployment that holds the app.
    #[arg(long, help_heading = "Stages")]
    force: bool,
}

/// Looks at everything, asks once, then does it.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    args.fleet.reach.agents.read_again_and_again()?;
    args.fleet.reach.ssh.settings(context, &args.fleet.reach.cluster)?;
    let look = ChangeArgs { dry_run: true, ..args.fleet.change.clone() };
    let plan = args.stages(look, context).await?;
    let hopeless = matches!(plan.exit(), Exit::Interrupted | Exit::Usage | Exit::NotAsAsked);
    if args.fleet.change.plan_only() {
        return Ok(Report::Stages(plan));
    }
    if hopeless || !plan.changes_anything() {
        return Ok(Report::Stages(StagesReport { dry_run: false, ..plan }));
    }
    let plan = Report::Stages(plan.about_to_be_done());
    context.screen.show_plan(&report::render(&plan, Format::Human, context.style()));
    context.screen.consent(&args.question(context)?)?;
    let agreed = context.agreed();
    let report = args.stages(ChangeArgs::default(), &agreed).await;
    agreed.screen.close();
    Ok(Report::Stages(report?))
}

impl Args {
    /// What is agreed to. Of an app that regctl.toml does not speak of no address is known, so that all trust goes.
    fn question(&self, context: &Context) -> Result<String> {
        let id = self.app.app_id(context)?;
        let own = AppIdArgs::default().app_id(context)?;
        Ok(question((id != own).then_some(&id), context.config.registry.len(), self.purge))
    }

    /// Both stages, with this much freedom to change something.
    async fn stages(&self, change: ChangeArgs, context: &Context) -> Result<StagesReport> {
        let dry = change.plan_only();
        let fleet = FleetArgs { change, ..self.fleet.clone() };
        let ReachArgs { cluster, ssh, .. } = fleet.reach.clone();
        let undeploy = undeploy::Args {
            app: self.app.clone(),
            purge: self.purge,
            cluster,
            ssh,
            change: fleet.change.clone(),
            rollout: RolloutArgs { timeout: self.wait, no_wait: false, force: self.force },
        };
        let on_host = self.app.docker_host(context)?.is_some();
        let nobody = on_host && !fleet.reach.agents.are_named(&fleet.reach.cluster, context);
        let untrust = untrust_agents::Args {
            registry: addresses(context)?,
            fleet,
            restarts: RestartArgs::default(),
            page: ReportFileArgs::default(),
        };
        let mut stages = Stages::begin(context)?;
        if nobody {
            stages.idle(
                UNTRUST,
                StageStatus::Skipped,
                say!("neither --agents-file nor --mesos names an agent"),
            );
        } else {
            stages.run(UNTRUST, untrust_agents::run(untrust, context)).await;
        }
        stages.run("undeploy", undeploy::run(undeploy, context)).await;
        let done = say!("What is here, the certificates too, stays; regctl up brings the registry back.");
        Ok(stages.report(Course::Down, dry, done.to_owned()))
    }
}

const UNTRUST: &str = "untrust-agents";

/// `other` is an app that is not the first of regctl.toml, `registries` how many are there.
fn question(other: Option<&AppId>, registries: usize, purge: bool) -> String {
    let what = other.map_or_else(|| say!("the registry").to_owned(), ToString::to_string);
    let trust = match other {
        Some(_) if registries < 2 => {
            say!(", with the agents' trust in every registry, also in one that stays,")
        }
        Some(_) => say!(", with the agents' trust in the first registry of regctl.toml,"),
        None => "",
    };
    let folders = if purge { say!(" and removing its folders, which cannot be got back") } else { "" };
    say!("taking {what} down{trust}{folders}").trim_end_matches(',').to_owned()
}

/// The addresses whose trust is taken back; none for all that `trust-agents` ever did.
fn addresses(context: &Context) -> Result<Vec<RegistryAddress>> {
    match context.config.registry.as_slice() {
        [first, _, ..] => flags::configured_addresses(first),
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_says_when_more_trust_goes_than_that_in_the_app() {
        let other: AppId = "/other".parse().expect("legal");
        assert_eq!(question(None, 1, false), "taking the registry down");
        assert!(question(None, 1, true).ends_with("down and removing its folders, which cannot be got back"));
        let all = "taking /other down, with the agents' trust in every registry, also in one that stays";
        assert_eq!(question(Some(&other), 0, false), all);
        assert!(question(Some(&other), 1, true).starts_with(&format!("{all}, and removing")));
        assert!(question(Some(&other), 2, false).ends_with("in the first registry of regctl.toml"));
    }
}
