//! How to log in, merged from flags and regctl.toml by the caller.

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::secret::Secret;
use crate::domain::ssh::{HostKeys, Jump, Sudo};

/// How to log in to every host of a run.
#[derive(Debug, Clone, Default)]
pub struct SshSettings {
    /// Login user; without one ssh's own configuration decides.
    pub user: Option<String>,
    /// Port of sshd, where neither the agent nor ssh's own configuration names one.
    pub port: Option<u16>,
    /// The only private key to offer.
    pub key: Option<PathBuf>,
    /// A key to offer to the hosts themselves; jump hosts are not offered it.
    pub target_key: Option<PathBuf>,
    /// The login password, sent only to hosts that accept no key, and nowhere again once a host has refused it.
    pub login_password: Option<Secret>,
    /// Further options as for `ssh -o`: keyword and value. They come first and so win.
    pub options: Vec<(String, String)>,
    /// The way to hosts that cannot be reached directly.
    pub jump: Option<Jump>,
    /// The file that learns host keys; its folder is made when needed.
    pub known_hosts: PathBuf,
    /// What to do about host keys.
    pub host_keys: HostKeys,
    /// Whether commands run under sudo.
    pub sudo: Sudo,
    /// The password for sudo, sent only when sudo asks for it.
    pub sudo_password: Option<Secret>,
    /// Time for TCP connection and key exchange.
    pub connect_timeout: Duration,
}
