//! What ssh's and sudo's words mean. Both speak to people only, so their texts are all there is to go by.

use std::path::Path;

use super::host_key;
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::answer::shown;

/// One row: words that ssh says, what they mean, and what to do.
struct Row(&'static str, AgentErrorKind, &'static str);

/// The first row whose words occur counts.
const CONNECTION: [Row; 16] = {
    use AgentErrorKind::*;
    const FULL: &str =
        later!("Too many logins at a time? Lower --parallel or raise MaxStartups in its sshd_config.");
    const KEY: &str = later!("Is the key in authorized_keys there? See --ssh-user and --ssh-key.");
    [
        Row("REMOTE HOST IDENTIFICATION HAS CHANGED", HostKey, ""),
        Row(
            "Host key verification failed",
            HostKey,
            later!("The host is not known: see --host-keys and --known-hosts."),
        ),
        Row(
            "host key is known for",
            HostKey,
            later!("The host is not known: see --host-keys and --known-hosts."),
        ),
        Row(
            "Could not resolve hostname",
            Resolve,
            later!("Add it to DNS or /etc/hosts, or name the host by its address."),
        ),
        Row(
            "Connection refused",
            ConnectRefused,
            later!("Is sshd running there, on this port? See --ssh-port."),
        ),
        Row(
            "during banner exchange",
            ConnectTimeout,
            later!("Something accepts connections on that port but is no sshd, or hangs."),
        ),
        Row(
            "Connection timed out",
            ConnectTimeout,
            later!("Is the host up, and does a firewall let ssh through from here?"),
        ),
        Row(
            "Operation timed out",
            ConnectTimeout,
            later!("Is the host up, and does a firewall let ssh through from here?"),
        ),
        Row("incorrect passphrase", Auth, later!("The key has a passphrase: load it into ssh-agent first.")),
        Row(
            "Too many authentication failures",
            Auth,
            later!("ssh-agent offers too many keys: name one with --ssh-key."),
        ),
        Row("Permission denied (", Auth, KEY),
        Row("No route to host", Unreachable, later!("Is there a route to this host from here?")),
        Row("Network is unreachable", Unreachable, later!("Is there a route to this host from here?")),
        Row("exchange_identification", Unreachable, FULL),
        Row("Connection closed by", Unreachable, FULL),
        Row("Connection reset by", Unreachable, FULL),
    ]
};

/// What a login failed of, by what ssh wrote to its log.
pub(super) fn connection(log: &str) -> AgentError {
    let said: Vec<_> = log.lines().filter(|line| !is_debug(line)).collect();
    let log = said.join("\n").replace('\r', "");
    let log = log.as_str();
    let row = CONNECTION.iter().find(|Row(words, ..)| log.contains(words));
    let Some(Row(words, kind, hint)) = row else {
        return AgentError::new(AgentErrorKind::Protocol, format!("ssh: {}", last_line(log)))
            .hint(say!("Try `ssh -v` to this host by hand."));
    };
    if *words == "REMOTE HOST IDENTIFICATION HAS CHANGED" {
        return changed_key(log);
    }
    let line = log.lines().find(|line| line.contains(words)).unwrap_or_default();
    AgentError::new(*kind, shown(line.strip_prefix("ssh: ").unwrap_or(line))).hint(*hint)
}

/// The log of a run's first logins tells more than what went wrong.
fn is_debug(line: &str) -> bool {
    line.starts_with("debug1: ") || line.starts_with("OpenSSH_")
}

/// A changed host key: which one was expected, which one came, and where the expected one is written down.
fn changed_key(log: &str) -> AgentError {
    let came = log.split_whitespace().find(|word| word.starts_with("SHA256:"));
    let came = shown(came.unwrap_or_default().trim_end_matches('.'));
    let offending = log.lines().find_map(|line| {
        let (file, number) =
            line.trim().strip_prefix("Offending ")?.split_once(" key in ")?.1.rsplit_once(':')?;
        Some((file.to_owned(), number.parse::<usize>().ok()?))
    });
    let Some((file, number)) = offending else {
        return AgentError::new(AgentErrorKind::HostKey, say!("the host key has changed: it sent {came}"));
    };
    let expected =
        host_key::fingerprint_at(Path::new(&file), number).unwrap_or_else(|| say!("another key").to_owned());
    AgentError::new(
        AgentErrorKind::HostKey,
        say!("the host key has changed: expected {expected}, it sent {came}"),
    )
    .hint(say!(
        "If the host was reinstalled, take line {number} out of {}; if not, somebody may be listening in.",
        shown(&file)
    ))
}

/// What a command failed of before its script could say anything, by what came on its standard error.
pub(super) fn command(stderr: &str, status: Option<i32>) -> AgentError {
    let sudo = |hint: &str| {
        let line = stderr.lines().find(|line| line.contains("sudo")).unwrap_or_else(|| say!("sudo said no"));
        AgentError::new(AgentErrorKind::Sudo, shown(line)).hint(hint)
    };
    if stderr.contains("you must have a tty") {
        return sudo(say!(
            "Take `Defaults requiretty` out of sudoers there for this user, or log in as root."
        ));
    }
    if stderr.contains("incorrect password") || stderr.contains("Sorry, try again") {
        return sudo(say!("The sudo password that was given is not this user's."));
    }
    if stderr.contains("a password is required") || stderr.contains("no password was provided") {
        return sudo(say!(
            "Allow sudo without a password for this user (NOPASSWD), or give --ask-sudo-password \
             or --sudo-password-file."
        ));
    }
    if stderr.contains("not in the sudoers") || stderr.contains("not allowed to") {
        return sudo(say!("Let this user run /bin/sh as root, or log in as another one: --ssh-user."));
    }
    if status == Some(127) && stderr.contains("sudo") {
        return sudo(say!(
            "There is no sudo there: log in as root with --ssh-user root, or say --sudo never."
        ));
    }
    let ended =
        status.map_or_else(|| say!("the link broke off").to_owned(), |code| say!("exit status {code}"));
    let said = last_line(stderr);
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    AgentError::new(
        AgentErrorKind::Protocol,
        say!("no answer came back ({ended}{said}); what was done is not known"),
    )
    .hint(say!("Repeat the command: what is right already is left alone."))
}

fn last_line(text: &str) -> String {
    shown(text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ssh_says_gets_its_word() {
        use AgentErrorKind::*;
        for (log, kind) in [
            ("ssh: Could not resolve hostname a1: Name or service not known", Resolve),
            ("ssh: connect to host 10.0.0.1 port 22: Connection refused", ConnectRefused),
            ("ssh: connect to host 10.0.0.1 port 22: Connection timed out", ConnectTimeout),
            ("ssh: connect to host 10.0.0.1 port 22: No route to host", Unreachable),
            (
                "Connection timed out during banner exchange\nConnection to 10.0.0.1 port 22 timed out",
                ConnectTimeout,
            ),
            ("kex_exchange_identification: Connection closed by remote host", Unreachable),
            ("ssh_exchange_identification: read: Connection reset by peer", Unreachable),
            ("alice@10.0.0.1: Permission denied (publickey).", Auth),
            (
                "No ED25519 host key is known for a1 and you have requested strict checking.\nHost key verification failed.",
                HostKey,
            ),
            (
                "OpenSSH_9.2p1, OpenSSL\ndebug1: x: Permission denied (\r\nssh: connect to host a port 22: Connection refused\r",
                ConnectRefused,
            ),
            ("Unable to negotiate with 10.0.0.1 port 22: no matching key exchange method found.", Protocol),
        ] {
            let error = connection(log);
            assert_eq!(error.kind, kind, "{log}");
            assert!(error.hint.is_some(), "{log}");
        }
    }

    #[test]
    fn a_changed_key_names_both_fingerprints() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("known_hosts");
        let key = "AAAAC3NzaC1lZDI1NTE5AAAAIFn1D6Nd3sZKZ9WUpGVcAiQT+1tWm4WlXnYtEu0L0S1v";
        std::fs::write(&file, format!("# learnt\na1 ssh-ed25519 {key}\n")).expect("writes");
        let log = format!(
            "@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nThe fingerprint for the ED25519 key sent by the \
             remote host is\nSHA256:abcDEF.\nOffending ED25519 key in {}:2\nHost key verification failed.",
            file.display()
        );
        let error = connection(&log);
        assert_eq!(error.kind, AgentErrorKind::HostKey);
        assert!(error.message.contains("it sent SHA256:abcDEF"), "{}", error.message);
        assert!(error.message.contains("expected SHA256:"), "{}", error.message);
        assert!(error.hint.expect("a hint").contains("line 2"));
    }

    #[test]
    fn sudo_is_told_from_a_broken_link() {
        for (stderr, kind) in [
            ("sudo: a password is required", AgentErrorKind::Sudo),
            ("sudo: sorry, you must have a tty to run sudo", AgentErrorKind::Sudo),
            (
                "Sorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt",
                AgentErrorKind::Sudo,
            ),
            ("alice is not in the sudoers file.", AgentErrorKind::Sudo),
            ("", AgentErrorKind::Protocol),
        ] {
            assert_eq!(command(stderr, Some(1)).kind, kind, "{stderr}");
        }
        assert_eq!(command("/bin/sh: 1: exec: sudo: not found", Some(127)).kind, AgentErrorKind::Sudo);
        assert!(command("", None).message.contains("the link broke off"));
    }
}
