//! How to log in to agents, and how many at a time.

#![expect(rustdoc::broken_intra_doc_links, reason = "the flags' comments are help texts, not links")]

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::ClusterArgs;
use super::words::{in_config, merged, words};
use crate::commands::Context;
use crate::domain::duration;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;
use crate::domain::ssh::{HostKeys, Jump, Sudo};
use crate::effects::fan_out::Limits;
use crate::effects::files;
use crate::effects::ssh::{SshSettings, file_limit};
use crate::plan::width::{self, Machine};

/// Time for one connection where nothing else is said.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for one agent in all, likewise.
const AGENT_TIMEOUT: Duration = Duration::from_secs(60);

/// The ssh group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "SSH")]
pub struct SshArgs {
    /// Login user [default: what ssh's own configuration says].
    #[arg(long, value_name = "NAME", env = "REGCTL_SSH_USER")]
    pub ssh_user: Option<String>,
    /// Port of sshd.
    #[arg(long, value_name = "N", env = "REGCTL_SSH_PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub ssh_port: Option<u16>,
    /// Private key file.
    #[arg(long, value_name = "FILE", env = "REGCTL_SSH_KEY")]
    pub ssh_key: Option<PathBuf>,
    /// Option as for ssh -o; may be repeated.
    #[arg(long, value_name = "K=V", env = "REGCTL_SSH_OPTION")]
    pub ssh_option: Vec<String>,
    /// Jump host, [user@]host[:port].
    #[arg(long, value_name = "HOST", env = "REGCTL_JUMP")]
    pub jump: Option<Jump>,
    /// File for the host keys that are learnt [default: one per cluster in the state directory].
    #[arg(long, value_name = "FILE", env = "REGCTL_KNOWN_HOSTS")]
    pub known_hosts: Option<PathBuf>,
    /// What to do about host keys [default: accept-new].
    #[arg(long, value_name = "POLICY", env = "REGCTL_HOST_KEYS", value_parser = words::<HostKeys>(&HostKeys::WORDS))]
    pub host_keys: Option<HostKeys>,
    /// Whether to use sudo [default: auto, where the login is not root].
    #[arg(long, value_name = "WHEN", env = "REGCTL_SUDO", value_parser = words::<Sudo>(&Sudo::WORDS))]
    pub sudo: Option<Sudo>,
    /// File with the sudo password.
    #[arg(long, value_name = "FILE", env = "REGCTL_SUDO_PASSWORD_FILE")]
    pub sudo_password_file: Option<PathBuf>,
    /// Ask for the sudo password at the terminal, once for all agents; wins over --sudo-password-file.
    #[arg(long)]
    pub ask_sudo_password: bool,
    /// What was answered: a command may log in more than once.
    #[arg(skip)]
    answered: OnceLock<Secret>,
    /// Time for one connection [default: 10s].
    #[arg(long, value_name = "TIME", env = "REGCTL_CONNECT_TIMEOUT", value_parser = duration::parse)]
    pub connect_timeout: Option<Duration>,
}

impl SshArgs {
    /// Flags over regctl.toml over defaults. The cluster decides which file of learnt host keys is the default one.
    /// The sudo password is asked for here where that is wanted, the first time only.
    pub fn settings(&self, context: &Context, cluster: &ClusterArgs) -> Result<SshSettings> {
        let settings = self.settings_for_new_key(context, cluster)?;
        let key = settings.key.map(readable).transpose()?;
        let sudo_password = if self.ask_sudo_password && settings.sudo != Sudo::Never {
            Some(self.asked(settings.user.as_deref(), context)?)
        } else {
            settings.sudo_password
        };
        Ok(SshSettings { key, sudo_password, ..settings })
    }

    /// The same for a host whose sshd has this port; where none is named, that of all hosts.
    #[must_use]
    pub fn on_port(&self, port: Option<u16>) -> Self {
        Self { ssh_port: port.or(self.ssh_port), ..self.clone() }
    }

    /// The sudo password, from the terminal. Refused with exit 2 where there is none.
    fn asked(&self, user: Option<&str>, context: &Context) -> Result<Secret> {
        if let Some(answer) = self.answered.get() {
            return Ok(answer.clone());
        }
        if !context.screen.can_ask() {
            let why = say!("--ask-sudo-password needs a terminal, and there is nobody to ask");
            let hint =
                say!("Give --sudo-password-file instead, or allow sudo without a password (NOPASSWD).");
            return Err(Fault::new(FaultKind::PasswordNeeded, why).hint(hint).into());
        }
        let whose = user.map_or_else(String::new, |user| say!(" of {user}"));
        let answer = context.screen.secret(&say!("Sudo password{whose} on the agents"))?;
        Ok(self.answered.get_or_init(|| answer).clone())
    }

    /// As [`Self::settings`], but the key need not be there yet, and nothing is asked.
    pub fn settings_for_new_key(&self, context: &Context, cluster: &ClusterArgs) -> Result<SshSettings> {
        let config = &context.config.ssh;
        let configured = |file: &Option<PathBuf>| file.as_ref().map(|file| context.resolve(file));
        let known_hosts = match self.known_hosts.clone().or_else(|| configured(&config.known_hosts)) {
            Some(file) => file,
            None => super::state_dir(context, cluster)?.join("known_hosts"),
        };
        let password_file =
            self.sudo_password_file.clone().or_else(|| configured(&config.sudo_password_file));
        let password_file = password_file.filter(|_| !self.ask_sudo_password);
        let options = config.options.iter().map(|option| split(option).map_err(|why| in_config(&why)));
        let given = self.ssh_option.iter().map(|option| split(option).map_err(Fault::value));
        let user = self.ssh_user.clone().or_else(|| config.user.clone());
        let sudo = merged(self.sudo, config.sudo.as_deref())?.unwrap_or_default();
        Ok(SshSettings {
            sudo: sudo_of(user.as_deref(), sudo),
            user,
            port: self.ssh_port.or(config.port),
            key: self.ssh_key.clone().or_else(|| configured(&config.key)),
            target_key: None,
            login_password: None,
            options: given.chain(options).collect::<Result<_, Fault>>()?,
            jump: merged(self.jump.clone(), config.jump.as_deref())?,
            known_hosts,
            host_keys: merged(self.host_keys, config.host_keys.as_deref())?.unwrap_or_default(),
            sudo_password: password_file.map(|file| files::read_secret(&file)).transpose()?,
            connect_timeout: time(self.connect_timeout, config.connect_timeout.as_deref())?
                .unwrap_or(CONNECT_TIMEOUT),
        })
    }
}

/// Root needs no sudo; asking each agent whether its user is root would take a process there.
fn sudo_of(user: Option<&str>, asked: Sudo) -> Sudo {
    if asked == Sudo::Auto && user == Some("root") { Sudo::Never } else { asked }
}

/// A key that cannot be read would only fail at every agent, one after the other.
fn readable(key: PathBuf) -> Result<PathBuf, Fault> {
    let Err(error) = std::fs::File::open(&key) else { return Ok(key) };
    let message = say!("reading the key {}: {}", key.display(), files::plain(&error));
    Err(match error.kind() {
        std::io::ErrorKind::NotFound => Fault::new(FaultKind::NoSuchFile, message),
        _ => Fault::new(FaultKind::InputFile, message),
    })
}

fn time(flag: Option<Duration>, configured: Option<&str>) -> Result<Option<Duration>, Fault> {
    let parse = |text: &str| duration::parse(text).map_err(|why| in_config(&why));
    flag.map_or_else(|| configured.map(parse).transpose(), |value| Ok(Some(value)))
}

/// `Keyword=value`, as ssh takes it; a line break would start an option that nobody sees.
fn split(option: &str) -> Result<(String, String), String> {
    let legal = |(key, value): &(&str, &str)| {
        !key.is_empty()
            && key.bytes().all(|b| b.is_ascii_alphanumeric())
            && !value.is_empty()
            && !value.contains(|c: char| c.is_control())
    };
    let parts = option.split_once('=').map(|(key, value)| (key.trim(), value.trim())).filter(legal);
    parts
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| say!("`{}` is not Keyword=value", crate::domain::host::printable(option)))
}

/// How many agents at a time, and how long each may take.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "SSH")]
pub struct FanOutArgs {
    /// Agents at work at the same time [default: 32 per core, 32 to 256].
    #[arg(long, value_name = "N", env = "REGCTL_PARALLEL", value_parser = clap::value_parser!(u16).range(1..))]
    pub parallel: Option<u16>,
    /// Time for one agent in all [default: 60s].
    #[arg(long, value_name = "TIME", env = "REGCTL_SSH_TIMEOUT", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// Further tries after a failed connection, but not where nothing answers at all [default: 1].
    #[arg(long, value_name = "N", env = "REGCTL_RETRIES")]
    pub retries: Option<u32>,
}

impl FanOutArgs {
    /// Flags over regctl.toml over what suits this machine. Behind a jump host fewer go at a time.
    pub fn limits(&self, context: &Context, behind_jump_host: bool) -> Result<Limits> {
        let config = &context.config.ssh;
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let machine = Machine { cores, files: file_limit() };
        let asked = self.parallel.map(usize::from).or(config.parallel);
        let width = width::width(asked, machine, behind_jump_host);
        Ok(Limits {
            width,
            probes: width::probes(width, machine),
            deadline: time(self.timeout, config.timeout.as_deref())?.unwrap_or(AGENT_TIMEOUT),
            retries: self.retries.or(config.retries).unwrap_or(1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_unknown_user_is_asked_whether_it_is_root() {
        assert_eq!(sudo_of(Some("root"), Sudo::Auto), Sudo::Never);
        assert_eq!(sudo_of(Some("core"), Sudo::Auto), Sudo::Auto);
        assert_eq!(sudo_of(None, Sudo::Auto), Sudo::Auto);
        assert_eq!(sudo_of(Some("root"), Sudo::Always), Sudo::Always);
    }

    #[test]
    fn options_have_a_keyword_and_one_line() {
        assert_eq!(split("ServerAliveInterval = 5"), Ok(("ServerAliveInterval".to_owned(), "5".to_owned())));
        for text in ["", "=x", "Port", "Port=", "A b=c", "User=x\nProxyCommand=id", "-oX=1"] {
            assert!(split(text).is_err(), "{text:?}");
        }
    }
}
