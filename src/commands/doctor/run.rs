//! The flags of `doctor`.

use anyhow::Result;

use super::Checkup;
use crate::commands::Context;
use crate::commands::flags::AppArgs;
use crate::commands::reach::ReachArgs;
use crate::report::Report;

/// Flags of `doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks Mesos and Marathon, and every agent in one login each, and changes nothing: no file, no setting, no app. Give it the \
flags that deploy and trust-agents are going to have.

Exit codes: 0 where nothing is in the way (warnings are no failure), 1 where something is, 3 where only some agents have \
trouble, 2 where a flag is wrong.

Examples:
  regctl doctor --host 192.168.1.80                   before the first deploy
  regctl doctor --host 192.168.1.80 --look-up-image   does the image's registry have it?
  regctl doctor --only 192.168.1.8* -o json")]
pub struct Args {
    #[command(flatten)]
    pub(in crate::commands) app: AppArgs,
    #[command(flatten)]
    pub(in crate::commands) reach: ReachArgs,
    /// Have the host ask the registry that the image comes from whether it has it.
    #[arg(long, help_heading = "Registry")]
    pub(in crate::commands) look_up_image: bool,
}

/// Observes, and makes findings of it.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let Args { app, reach, look_up_image } = &args;
    app.docker.refuse("doctor", &app.config(context))?;
    let checkup = Checkup { app, reach, look_up_image: *look_up_image, context };
    Ok(Report::Doctor(checkup.examine().await?))
}
