//! The flags of `doctor`.

use anyhow::Result;

use super::Checkup;
use super::repair::Repair;
use crate::commands::Context;
use crate::commands::flags::{self, AppArgs, ReportFileArgs};
use crate::commands::reach::ReachArgs;
use crate::commands::report_page::{About, ReportPage};
use crate::domain::finding::Finding;
use crate::effects::own_program;
use crate::plan::checks::on_path;
use crate::plan::script::Mode;
use crate::report::Report;

/// Flags of `doctor`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Asks Mesos and Marathon, and every agent in one login each, and changes nothing: no file, no setting, no app. Give it the \
flags that deploy and trust-agents are going to have.

What was set up by hand before is found too (leftovers). --repair mends two kinds of it, asking for each: \
/root/.docker/config.json with typographic quotes or `auth` for `auths`, where it can be meant in one way only, and \
private keys in certs.d, which are moved to /var/lib/regctl/before. The old files are kept there. The others have a hint.")]
pub struct Args {
    #[command(flatten)]
    pub(in crate::commands) app: AppArgs,
    #[command(flatten)]
    pub(in crate::commands) reach: ReachArgs,
    /// Have the host ask the registry that the image comes from whether it has it.
    #[arg(long, help_heading = "Registry")]
    pub(in crate::commands) look_up_image: bool,
    /// Mend on the agents what is left of settings made by hand and can be mended safely.
    #[arg(long, help_heading = "Repair")]
    pub(in crate::commands) repair: bool,
    /// With --repair: say what would be mended, and change nothing.
    #[arg(short = 'n', long, requires = "repair", help_heading = "Repair")]
    pub(in crate::commands) dry_run: bool,
    #[command(flatten)]
    pub(in crate::commands) page: ReportFileArgs,
}

/// Observes, and makes findings of it.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let about = About { registry: Ok(Vec::new()), cluster: &args.reach.cluster };
    let page = ReportPage::begin(&args.page, about, context)?;
    let result = carry_out(&args, context).await;
    ReportPage::end(page, &result, context);
    result
}

async fn carry_out(args: &Args, context: &Context) -> Result<Report> {
    let Args { app, reach, look_up_image, repair, dry_run, .. } = args;
    app.docker.refuse("doctor", &app.config(context))?;
    let checkup = Checkup { app, reach, look_up_image: *look_up_image, context };
    let _lock = if *repair && !dry_run { Some(flags::lock(context, &reach.cluster)?) } else { None };
    let mut report = checkup.examine().await?;
    report.checks.insert(0, on_path()?);
    if !repair {
        return Ok(Report::Doctor(report));
    }
    let mode = if *dry_run { Mode::Check } else { Mode::Apply };
    Ok(Report::Doctor(Repair { reach, mode, context }.run(report).await?))
}

/// Whether a shell that is told `regctl` starts this program.
fn on_path() -> Result<Finding> {
    let ours = own_program::path()?;
    Ok(on_path::check(&own_program::on_path("regctl", &ours), &ours))
}
