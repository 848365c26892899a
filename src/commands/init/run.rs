//! The flags of `init`, and its course.

use anyhow::Result;

use super::cluster::Search;
use super::notes::Notes;
use super::registry::{Settled, Settling};
use super::writing;
use crate::commands::Context;
use crate::commands::flags::{ChangeArgs, ClusterArgs, FanOutArgs, FilterArgs, SshArgs};
use crate::domain::app::AppId;
use crate::domain::deploy::Image;
use crate::domain::host::Host;
use crate::domain::host_folder::HostFolder;
use crate::domain::init::{InitChange, InitReport};
use crate::domain::registry::Vip;
use crate::effects::files::Existing;
use crate::plan::init::text::{self, Setting};
use crate::report::Report;

/// Flags of `init`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The cluster is looked for in this order: flags, REGCTL_* variables, the cluster that the dcos CLI is attached to, \
http://master.mesos:5050; then it is asked for. Names and a VIP are proposed that no other app of its Marathon has, and of \
its private agents the one with the most room. Nothing is changed anywhere but the file, which goes to --config, or to \
regctl.toml here.")]
pub struct Args {
    /// The agent that is to run the registry, by the hostname that Mesos has for it [default: the private one with the
    /// most room].
    #[arg(long, value_name = "AGENT", env = "REGCTL_HOST", help_heading = "Registry")]
    pub(super) host: Option<Host>,
    /// Marathon's id for it [default: /registry, or the first of /registry-2… that is free].
    #[arg(long, value_name = "ID", env = "REGCTL_ID", help_heading = "Registry")]
    pub(super) id: Option<AppId>,
    /// VIP: a private address or a name, with its port [default: 192.168.0.1:443, or the first free address after it].
    #[arg(long, value_name = "VIP:PORT", env = "REGCTL_VIP", help_heading = "Registry")]
    pub(super) vip: Option<Vip>,
    /// Port that Marathon-LB offers it on [default: 5000, or the first free one after it].
    #[arg(long, value_name = "PORT", env = "REGCTL_SERVICE_PORT", help_heading = "Registry", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) service_port: Option<u16>,
    /// Image with tag or digest [default: registry:2.8.3].
    #[arg(long, value_name = "IMAGE", env = "REGCTL_IMAGE", help_heading = "Registry")]
    pub(super) image: Option<Image>,
    /// Folder on the host for the images [default: /data/docker-registry].
    #[arg(long, value_name = "DIR", env = "REGCTL_DATA_DIR", help_heading = "Registry")]
    pub(super) data_dir: Option<HostFolder>,
    /// Serve plain HTTP, which every client must be told to accept.
    #[arg(long, help_heading = "Registry")]
    pub(super) no_tls: bool,
    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    /// Log in to no agent: judge their room by what Mesos counts.
    #[arg(long, help_heading = "SSH")]
    pub(super) no_ssh: bool,
    #[command(flatten)]
    pub(super) ssh: SshArgs,
    #[command(flatten)]
    pub(super) fan_out: FanOutArgs,
    /// Replace the file where there is one.
    #[arg(long)]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

/// Observes, settles what is open, writes.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let path = writing::target(context);
    writing::refuse_existing(&path, args.force)?;
    let notes = Notes::new(context);
    let search = Search { given: &args.cluster, filter: &args.filter, context, notes: &notes };
    let found = search.run().await?;
    let settled = Settling { args: &args, found: &found, context, notes: &notes }.run().await?;
    let mut settings = writing::of_cluster(&found.cluster, &args, &path);
    settings.extend(settled.settings(&args));
    settings.extend(writing::of_ssh(&args, &path));
    settings.extend(args.filter.address.map(|field| Setting::text("trust", "address", field.word())));
    let text = text::text(&settings);
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let change = InitChange::of(args.change.plan_only(), path.symlink_metadata().is_ok());
    if change.is_done() {
        writing::write(&path, &text, existing)?;
    }
    let Settled { host, room, id, vip, service_port, .. } = settled;
    Ok(Report::Init(Box::new(InitReport {
        config_flag: writing::config_flag(&path),
        path,
        change,
        cluster: found.cluster,
        host,
        vip,
        app_id: id,
        service_port,
        notes: notes.into_inner(),
        text: (!change.is_done()).then_some(text),
        room,
        exit: args.change.exit(true),
    })))
}
