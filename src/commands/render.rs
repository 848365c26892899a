//! `regctl render`: the app definition alone, or what a build container needs, without a cluster.

use anyhow::Result;

use super::Context;
use super::desired::Desired;
use super::flags::{AppArgs, TrustArgs, words};
use super::registry_files::RegistryFiles;
use crate::domain::app::MarathonVersion;
use crate::domain::event::Event;
use crate::domain::runtime::Runtimes;
use crate::domain::trust::TrustMode;
use crate::plan::build_container;
use crate::report::Report;

/// Flags of `render`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The app's document holds the registry's HTTP secret, since it is the one to POST. deploy sends the same one.

--for jenkins-agent prints what a container that builds images needs of its agent, once trust-agents has been there: \
the volumes, as containerInfo of the agent spec in Jenkins' Mesos plugin (or its configuration as code) has them, and \
the same as flags of docker run. The engine's socket is what pushes and pulls go through, by the trust of the host's \
own engine; who has it is root on that host. The folder of CAs, read only, is for programs that ask the registry \
themselves, such as skopeo. A line VOLUME \"/etc/docker\" in the image does not share that folder: it makes an empty one \
for each container. A login stays with who logged in: let the build run docker login, or mount its config.json.")]
pub struct Args {
    /// What to print: the registry's app, or the setting of a container that builds images.
    #[arg(long = "for", value_name = "WHAT", default_value = "app")]
    subject: Subject,
    /// With --for jenkins-agent: how agents were made to accept the registry [default: that of regctl.toml, or ca].
    #[arg(long, env = "REGCTL_TRUST_MODE", value_parser = words::<TrustMode>(&TrustMode::WORDS))]
    mode: Option<TrustMode>,
    /// With --for jenkins-agent: what was made to trust it [default: those of regctl.toml, or docker].
    #[arg(long, value_name = "RUNTIME,…|auto", env = "REGCTL_RUNTIME")]
    runtime: Option<Runtimes>,
    /// Version of the Marathon that it is for.
    #[arg(long, value_name = "VERSION", default_value = "1.11")]
    marathon_version: MarathonVersion,
    #[command(flatten)]
    app: AppArgs,
}

/// What can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Subject {
    /// The app definition.
    App,
    /// What a build container of Jenkins needs.
    JenkinsAgent,
}

/// Prints what is asked for.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    match args.subject {
        Subject::App => app(&args, context),
        Subject::JenkinsAgent => jenkins_agent(&args, context),
    }
}

fn jenkins_agent(args: &Args, context: &Context) -> Result<Report> {
    let trust = TrustArgs { mode: args.mode, runtime: args.runtime.clone(), ..TrustArgs::default() };
    let (mode, runtimes) = (trust.mode(context)?, trust.runtimes(context)?);
    Ok(Report::BuildContainer(build_container::setting(mode, &runtimes)))
}

/// Renders the app as `deploy` would send it. Files that are not there yet leave their digest out.
fn app(args: &Args, context: &Context) -> Result<Report> {
    args.app.docker.refuse("render", &args.app.config(context))?;
    let spec = args.app.spec(context)?;
    let files_digest = match RegistryFiles::read(&args.app, &spec, context) {
        Ok(files) => Some(files.digest()),
        Err(error) => {
            context.tell(Event::Warning(say!("the digest of the registry's files is left out: {error:#}")));
            None
        }
    };
    let desired =
        Desired { args: &args.app, spec: &spec, marathon: args.marathon_version, files_digest, context };
    desired.document(None).map(Report::App)
}
