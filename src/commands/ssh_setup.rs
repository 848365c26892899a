//! `regctl ssh-setup`: a key of the operator's onto every agent, so that the other commands can log in.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::fleet::FleetArgs;
use super::logins::Round;
use crate::domain::agent;
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::public_key::PublicKey;
use crate::domain::secret::Secret;
use crate::domain::ssh::Sudo;
use crate::domain::ssh_setup::{KeyReport, SshSetupReport};
use crate::domain::trust::AgentReport;
use crate::effects::interrupt::Interrupt;
use crate::effects::ssh::SshSettings;
use crate::effects::{files, ssh_key};
use crate::plan::script::Mode;
use crate::plan::selection::Selection;
use crate::plan::ssh_setup::{self, Wanted};
use crate::plan::trust;
use crate::report::Report;

/// Flags of `ssh-setup`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The key is --ssh-key, or the first of ~/.ssh/id_ed25519, id_ecdsa and id_rsa; one that is not there is made. It goes into \
~/.ssh/authorized_keys of the login user; sudo is not used.")]
pub struct Args {
    #[command(flatten)]
    fleet: FleetArgs,
    /// File with the login password [default: ask for it].
    #[arg(long, value_name = "FILE", help_heading = "Key")]
    login_password_file: Option<PathBuf>,
    /// Log in with this key file instead of a password; `agent` is for what ssh offers by itself.
    #[arg(long, value_name = "FILE|agent", conflicts_with = "login_password_file", help_heading = "Key")]
    via_key: Option<ViaKey>,
    /// Take the key away again, where ssh-setup has put it.
    #[arg(long, help_heading = "Key")]
    remove: bool,
}

/// The login that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ViaKey {
    /// What ssh offers by itself: ssh-agent's keys, and those of its own configuration.
    Agent,
    /// This private key.
    File(PathBuf),
}

impl FromStr for ViaKey {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "agent" { Self::Agent } else { Self::File(text.into()) })
    }
}

/// Observe key and agents, make the key where there is none, put it everywhere, try it where it is new, report.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let started = Instant::now();
    let (fleet, mode) = (&args.fleet, args.fleet.mode());
    let settings = fleet.reach.ssh.settings_for_new_key(context, &fleet.reach.cluster)?;
    let settings = SshSettings { sudo: Sudo::Never, ..settings };
    let file = ssh_key::file(settings.key.as_deref())?;
    let existing = ssh_key::read(&file)?;
    if args.remove && existing.is_none() {
        return Err(no_key(&file).into());
    }
    let selection = fleet.reach.select(context).await?;
    let login = args.login(settings, &file, context)?;
    let _lock = fleet.lock(context)?;
    let (key, change) = pair(existing, &file, mode, context)?;
    let agents = args.put(login, Pair { file: &file, key: key.as_ref() }, &selection, context).await?;
    let summary = trust::summary(&agents, started.elapsed());
    Ok(Report::SshSetup(SshSetupReport {
        key: KeyReport { fingerprint: key.as_ref().map(ssh_key::fingerprint), file, change },
        exit: trust::exit(&agents, &summary, fleet.drift()),
        removing: args.remove,
        only_looked: mode == Mode::Check,
        agents,
        summary,
    }))
}

/// The key and where it lies.
struct Pair<'a> {
    file: &'a Path,
    key: Option<&'a PublicKey>,
}

impl Args {
    /// Puts the key on every agent, or takes it from there, and tries it where it is new.
    async fn put(
        &self,
        login: SshSettings,
        pair: Pair<'_>,
        selection: &Selection,
        context: &Context,
    ) -> Result<Vec<AgentReport>> {
        let (mode, wanted) = (self.fleet.mode(), if self.remove { Wanted::Absent } else { Wanted::Present });
        let script = ssh_setup::script(pair.key, wanted, mode, &context.holder())?;
        let script = self.fleet.as_sent(script, &[], context);
        let logins = self.fleet.reach.logins(context);
        let mut interrupt = Interrupt::listen()?;
        let stage = stage(selection.targets.len(), wanted, mode);
        let with_key =
            SshSettings { login_password: None, target_key: Some(pair.file.to_path_buf()), ..login.clone() };
        let round = Round { settings: login, script, targets: &selection.targets, stage };
        let outcomes = logins.round(round, &mut interrupt).await?;
        let mut agents = trust::agents(selection, &outcomes, OffsetDateTime::now_utc());
        let to_try = ssh_setup::to_try(selection, &agents);
        let usable = pair.key.is_some_and(|key| ssh_key::is_usable(pair.file, key));
        if usable && wanted == Wanted::Present && !to_try.is_empty() {
            let targets: Vec<_> = to_try.iter().map(|index| selection.targets[*index].clone()).collect();
            let (script, stage) =
                (ssh_setup::knock(&context.holder())?, say!("Logging in there with the key").to_owned());
            let round = Round { settings: with_key, script, targets: &targets, stage };
            let outcomes = logins.round(round, &mut interrupt).await?;
            ssh_setup::write_down(selection, &mut agents, &to_try, &outcomes);
        }
        Ok(agents)
    }

    /// How to log in before the key is there. Asks for the password where nothing else is said. With a password the key
    /// itself is offered first: where it is accepted already, the password is not sent.
    fn login(&self, settings: SshSettings, file: &Path, context: &Context) -> Result<SshSettings> {
        let password = match (&self.via_key, &self.login_password_file) {
            (Some(ViaKey::Agent), _) => return Ok(SshSettings { key: None, ..settings }),
            (Some(ViaKey::File(key)), _) => {
                return Ok(SshSettings { target_key: Some(there(key)?), ..settings });
            }
            (None, Some(password)) => files::read_secret(password)?,
            (None, None) => ask(settings.user.as_deref(), context)?,
        };
        Ok(SshSettings { target_key: Some(file.to_path_buf()), login_password: Some(password), ..settings })
    }
}

fn there(key: &Path) -> Result<PathBuf> {
    let missing = || Fault::new(FaultKind::NoSuchFile, say!("there is no key {}", key.display()));
    if key.exists() { Ok(key.to_path_buf()) } else { Err(missing().into()) }
}

fn ask(user: Option<&str>, context: &Context) -> Result<Secret> {
    if !context.screen.can_ask() {
        let fault = Fault::new(
            FaultKind::PasswordNeeded,
            say!("the login password is needed, and there is nobody to ask"),
        );
        return Err(fault
            .hint(say!(
                "Give it with --login-password-file, or log in with a key that works there: --via-key."
            ))
            .into());
    }
    let whose = user.map_or_else(String::new, |user| say!(" of {user}"));
    context.screen.secret(&say!("Login password{whose} on the agents"))
}

/// The key, made where there is none and something may be changed.
fn pair(
    existing: Option<PublicKey>,
    file: &Path,
    mode: Mode,
    context: &Context,
) -> Result<(Option<PublicKey>, Change)> {
    match (existing, mode) {
        (Some(key), _) => Ok((Some(key), Change::Unchanged)),
        (None, Mode::Check) => Ok((None, Change::Drifted)),
        (None, Mode::Apply) => {
            context.tell(Event::Stage(say!("Making the key {}", file.display())));
            Ok((Some(ssh_key::make(file)?), Change::Created))
        }
    }
}

fn no_key(file: &Path) -> Fault {
    Fault::new(FaultKind::NoSuchFile, say!("there is no key {} to take back", file.display()))
        .hint(say!("Name the one that ssh-setup has put there with --ssh-key; its public half is enough."))
}

fn stage(count: usize, wanted: Wanted, mode: Mode) -> String {
    let agents = agent::counted(count);
    match (mode, wanted) {
        (Mode::Check, _) => say!("Looking at {agents}"),
        (Mode::Apply, Wanted::Present) => say!("Putting the key on {agents}"),
        (Mode::Apply, Wanted::Absent) => say!("Taking the key from {agents}"),
    }
}
