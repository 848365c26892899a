//! The private ssh configuration of a run: our options, then the user's and the system's files, so that Host blocks,
//! keys and jump hosts keep working. In ssh's files the first value of a keyword wins.

use std::path::Path;

use anyhow::Result;

use super::SshSettings;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::ssh::HostKeys;

/// What every login wants, unless the operator's own options say otherwise. Nobody is there to answer a question, and
/// nothing of the operator's (agent, forwardings, display) may reach an agent. Learnt keys are kept in plain: looking
/// through 10,000 hashed lines costs 94 ms of CPU a host.
const ALWAYS: [(&str, &str); 16] = [
    ("BatchMode", "yes"),
    ("PreferredAuthentications", "publickey"),
    ("GSSAPIAuthentication", "no"),
    ("ForwardAgent", "no"),
    ("ForwardX11", "no"),
    ("ClearAllForwardings", "yes"),
    ("PermitLocalCommand", "no"),
    ("RequestTTY", "no"),
    ("Tunnel", "no"),
    ("HashKnownHosts", "no"),
    ("CheckHostIP", "no"),
    ("VisualHostKey", "no"),
    ("ServerAliveInterval", "5"),
    ("ServerAliveCountMax", "2"),
    ("LogLevel", "ERROR"),
    // Anything else would end in a second login of the same ssh, through a socket that is not ours.
    ("ControlPath", "none"),
];

/// The files that a login without regctl would read. `~` is for ssh to expand.
const INCLUDES: [&str; 2] = ["~/.ssh/config", "/etc/ssh/ssh_config"];

/// The text of the configuration. Errors: a path that ssh's file format cannot hold.
pub(super) fn text(settings: &SshSettings) -> Result<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |key: &str, value: &str| lines.push(format!("{key} {value}"));
    for (key, value) in &settings.options {
        add(key, value);
    }
    if let Some(key) = &settings.key {
        add("IdentityFile", &quoted(key)?);
        add("IdentitiesOnly", "yes");
    }
    // Said here too, for the jump host: it reads this file but not our command line.
    add("StrictHostKeyChecking", strictness(settings.host_keys));
    if settings.host_keys == HostKeys::Off {
        add("UserKnownHostsFile", "/dev/null");
        add("GlobalKnownHostsFile", "/dev/null");
    } else {
        let ours = quoted(&settings.known_hosts)?;
        add("UserKnownHostsFile", &format!("{ours} ~/.ssh/known_hosts ~/.ssh/known_hosts2"));
    }
    add("ConnectTimeout", &settings.connect_timeout.as_secs().max(1).to_string());
    ALWAYS.iter().for_each(|(key, value)| add(key, value));
    INCLUDES.iter().for_each(|file| add("Include", file));
    Ok(lines.join("\n") + "\n")
}

/// ssh's own word for the policy; `accept-new` is known since OpenSSH 7.6.
pub(super) const fn strictness(host_keys: HostKeys) -> &'static str {
    match host_keys {
        HostKeys::AcceptNew => "accept-new",
        HostKeys::Strict => "yes",
        HostKeys::Off => "no",
    }
}

/// A path in ssh's spelling: absolute, in double quotes, with the `%` of its tokens doubled.
fn quoted(path: &Path) -> Result<String> {
    let path = std::path::absolute(path)?;
    let legal = |text: &&str| !text.contains(|c: char| c.is_control() || c == '"' || c == '\\');
    let text = path.to_str().filter(legal).ok_or_else(|| {
        Fault::new(
            FaultKind::BadValue,
            say!("ssh cannot be told the path {}: it has quotes or control characters", path.display()),
        )
    })?;
    Ok(format!("\"{}\"", text.replace('%', "%%")))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn settings() -> SshSettings {
        SshSettings {
            known_hosts: "/state/100% sure/known_hosts".into(),
            connect_timeout: Duration::from_secs(10),
            options: vec![("Port".to_owned(), "2222".to_owned())],
            ..SshSettings::default()
        }
    }

    #[test]
    fn the_operators_options_come_first_and_the_files_last() {
        let text = text(&settings()).expect("legal");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "Port 2222");
        assert_eq!(lines[1], "StrictHostKeyChecking accept-new");
        assert_eq!(lines[lines.len() - 2..], ["Include ~/.ssh/config", "Include /etc/ssh/ssh_config"]);
        assert!(text.contains("UserKnownHostsFile \"/state/100%% sure/known_hosts\" ~/.ssh/known_hosts"));
    }

    #[test]
    fn a_path_that_would_end_its_quotes_is_refused() {
        let settings = SshSettings { key: Some("/a\"\nProxyCommand id\"".into()), ..settings() };
        assert!(text(&settings).is_err());
    }
}
