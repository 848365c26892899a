//! How to log in to agents, and how many at a time.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::domain::duration;

/// What to do about host keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HostKeys {
    /// Learn the key of a host that was never seen; refuse a changed one.
    AcceptNew,
    /// Refuse a host that was never seen.
    Strict,
    /// Accept anything. Not for a network that you do not own from end to end.
    Off,
}

/// Whether commands run under sudo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sudo {
    /// Where the login is not root.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The ssh group of flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "SSH")]
pub struct SshArgs {
    /// Login user [default: what ssh's own configuration says].
    #[arg(long, value_name = "NAME", env = "REGCTL_SSH_USER")]
    pub ssh_user: Option<String>,
    /// Port of sshd.
    #[arg(long, value_name = "N", env = "REGCTL_SSH_PORT")]
    pub ssh_port: Option<u16>,
    /// Private key file.
    #[arg(long, value_name = "FILE", env = "REGCTL_SSH_KEY")]
    pub ssh_key: Option<PathBuf>,
    /// Option as for ssh -o; may be repeated.
    #[arg(long, value_name = "K=V")]
    pub ssh_option: Vec<String>,
    /// Jump host, [user@]host[:port].
    #[arg(long, value_name = "HOST", env = "REGCTL_JUMP")]
    pub jump: Option<String>,
    /// File for the host keys that are learnt [default: one per cluster in the state directory].
    #[arg(long, value_name = "FILE", env = "REGCTL_KNOWN_HOSTS")]
    pub known_hosts: Option<PathBuf>,
    /// What to do about host keys [default: accept-new].
    #[arg(long, value_enum, value_name = "POLICY")]
    pub host_keys: Option<HostKeys>,
    /// Whether to use sudo [default: auto].
    #[arg(long, value_enum, value_name = "WHEN")]
    pub sudo: Option<Sudo>,
    /// File with the sudo password.
    #[arg(long, value_name = "FILE", env = "REGCTL_SUDO_PASSWORD_FILE")]
    pub sudo_password_file: Option<PathBuf>,
    /// Time for one connection [default: 10s].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub connect_timeout: Option<Duration>,
}

/// How many agents at a time, and how long each may take.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "SSH")]
pub struct FanOutArgs {
    /// Agents at work at the same time [default: 32 per core, 32 to 256].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub parallel: Option<u16>,
    /// Time for one agent in all [default: 60s].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// Further tries after a failed connection [default: 1].
    #[arg(long, value_name = "N")]
    pub retries: Option<u32>,
}
