//! The flags, and the course of a run.

use std::path::PathBuf;

use anyhow::Result;

use super::first_password::FirstPassword;
use super::setting_up::{Passwords, SettingUp, client};
use crate::commands::Context;
use crate::commands::flags::{self, ChangeArgs, ClusterArgs, NexusArgs, PasswordArgs, SshArgs};
use crate::domain::config::RegistryConfig;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::host_folder::HostFolder;
use crate::domain::user::UserName;
use crate::effects::interrupt::Interrupt;
use crate::report::Report;

/// Flags of `nexus setup`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Looks first and changes only what differs: the administrator's password, the licence (only with --accept-eula), \
anonymous access (only where it is spoken of), the blob store, the hosted Docker repository with its HTTP connector, \
the Docker Bearer Token realm, a role for the repository, and a user with that role. What somebody else has set in \
them stays. It asks before it changes a repository that is there.

The first password of a new Nexus is read on the host that has its data folder, or out of --initial-password-file; up \
to 3.16 it is admin123. Nexus from 3.27 on can be set up; for older ones the steps by hand are told.")]
pub struct Args {
    /// Where its web page and REST API are [default: url under [registry.nexus] in regctl.toml].
    #[arg(long, value_name = "URL", env = "REGCTL_NEXUS_URL", help_heading = "Nexus")]
    url: Option<String>,
    #[command(flatten)]
    nexus: NexusArgs,
    /// Port of its Docker connector in the container [default: 5001].
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Nexus")]
    connector_port: Option<u16>,
    /// User who is to push and pull; made where there is none of that name.
    #[arg(long, value_name = "NAME", env = "REGCTL_USER", help_heading = "User")]
    user: Option<UserName>,
    #[command(flatten)]
    password: PasswordArgs,
    /// File with the password that a new Nexus has made up.
    #[arg(long, value_name = "FILE", help_heading = "Nexus")]
    initial_password_file: Option<PathBuf>,
    /// Host to read that password on [default: host of regctl.toml].
    #[arg(long, value_name = "HOST", help_heading = "Nexus")]
    data_host: Option<Host>,
    /// Nexus' data folder there [default: data_dir of regctl.toml, or /data/nexus].
    #[arg(long, value_name = "DIR", help_heading = "Nexus")]
    data_dir: Option<HostFolder>,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    ssh: SshArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Observe, plan, confirm, act.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let config = context.config.first_registry();
    let user = flags::merged(args.user.clone(), config.user.as_deref())?;
    let port = flags::connector_port(args.connector_port, &config.nexus)?;
    let wishes = args.nexus.wishes(&config, port, user.as_ref())?;
    let nexus = client(&config.nexus, &args.url(&config)?, context)?;
    let passwords = args.passwords(&config, user.as_ref(), context)?;
    let first = args.first_password(&config, context)?;
    let work = SettingUp { wishes: &wishes, passwords: &passwords, first, context };
    let mut interrupt = Interrupt::listen()?;
    let _lock = (!args.change.plan_only()).then(|| flags::lock(context, &args.cluster)).transpose()?;
    let prepared = work.prepare(nexus, &mut interrupt).await?;
    if args.change.plan_only() {
        let exit = args.change.exit(prepared.changes_anything());
        return Ok(Report::NexusSetup(prepared.into_report(exit)));
    }
    work.consent(&prepared)?;
    let done = interrupt.unless_raised(work.carry_out(prepared)).await;
    Ok(Report::NexusSetup(done.unwrap_or_else(|| Err(interrupted().into()))?))
}

impl Args {
    fn url(&self, config: &RegistryConfig) -> Result<String> {
        let url = self.url.clone().or_else(|| config.nexus.url.clone());
        url.ok_or_else(|| {
            Fault::new(FaultKind::MissingValue, say!("no address of a Nexus is named"))
                .hint(say!(
                    "Name that of its web page: --url http://HOST:8081, or url under [registry.nexus]."
                ))
                .into()
        })
    }

    fn passwords(
        &self,
        config: &RegistryConfig,
        user: Option<&UserName>,
        context: &Context,
    ) -> Result<Passwords> {
        let password = self.password.or_configured(config, context);
        let user = user.map(|user| password.of_new(user, context)).transpose()?;
        Ok(Passwords { admin: self.nexus.admin_password(&config.nexus, context)?, user })
    }

    fn first_password<'a>(
        &'a self,
        config: &RegistryConfig,
        context: &'a Context,
    ) -> Result<FirstPassword<'a>> {
        let host = flags::merged(self.data_host.clone(), config.host.as_deref())?;
        let folder = flags::merged(self.data_dir.clone(), config.data_dir.as_deref())?;
        let folder = folder.unwrap_or_else(|| "/data/nexus".parse().expect("is a folder"));
        let Self { initial_password_file, ssh, cluster, .. } = self;
        let place = host.map(|host| (host, folder));
        Ok(FirstPassword { file: initial_password_file.clone(), place, ssh, cluster, context })
    }
}

/// What an interrupted set-up ends with.
pub(super) fn interrupted() -> Fault {
    Fault::new(FaultKind::Interrupted, say!("interrupted while Nexus was being set up"))
        .hint(say!("What was done stays done; the same command again goes on from there."))
}
