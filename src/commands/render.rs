//! `regctl render`: the app definition alone, without a cluster.

use anyhow::Result;

use super::Context;
use super::desired::Desired;
use super::flags::AppArgs;
use super::registry_files::RegistryFiles;
use crate::domain::app::MarathonVersion;
use crate::domain::event::Event;
use crate::report::Report;

/// Flags of `render`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The document holds the registry's HTTP secret, since it is the one to POST. deploy sends the same one.

Examples:
  regctl render --host 192.168.1.80 > app.json
  regctl render --host 192.168.1.80 --marathon-version 1.4")]
pub struct Args {
    /// Version of the Marathon that it is for.
    #[arg(long, value_name = "VERSION", default_value = "1.11")]
    marathon_version: MarathonVersion,
    #[command(flatten)]
    app: AppArgs,
}

/// Renders the app as `deploy` would send it. Files that are not there yet leave their digest out.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    args.app.docker.refuse("render", &args.app.config(context))?;
    let spec = args.app.spec(context)?;
    let files_digest = match RegistryFiles::read(&args.app, &spec, context) {
        Ok(files) => Some(files.digest()),
        Err(error) => {
            context
                .tell(Event::Warning(format!("the digest of the registry's files is left out: {error:#}")));
            None
        }
    };
    let desired =
        Desired { args: &args.app, spec: &spec, marathon: args.marathon_version, files_digest, context };
    desired.document(None).map(Report::App)
}
