//! Which values of the command line the audit trail keeps. Only those that are named here are: a flag that comes later is
//! kept by its name alone until somebody has thought of it.

use super::masking::{MASK, without_passwords};

/// One flag or positional argument with the values that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// `--ca` without its dashes; for a positional argument the name of its value, in lower case.
    pub name: String,
    /// Whether it is positional.
    pub positional: bool,
    /// Its values; none for a switch.
    pub values: Vec<String>,
}

/// Values that are no secrets: paths (of secrets too), names, numbers, and URLs, whose passwords are masked.
const KEPT: &[&str] = &[
    "accept-role",
    "address",
    "admin-password-file",
    "agents-file",
    "anonymous",
    "archive",
    "archive-owner",
    "archive-path",
    "attribute",
    "basic-auth",
    "blob-store",
    "ca",
    "ca-cert",
    "ca-days",
    "ca-key",
    "cert",
    "certs",
    "certs-dir",
    "chain",
    "cluster-ca",
    "cluster-password-file",
    "cluster-user",
    "config",
    "config-dir",
    "connect-timeout",
    "connector-port",
    "cpus",
    "data-dir",
    "data-host",
    "days",
    "dns",
    "docker-host",
    "except",
    "file",
    "for-user",
    "host",
    "host-keys",
    "hosts-entry",
    "htpasswd",
    "id",
    "if-expires-within",
    "image",
    "image-archive",
    "initial-password-file",
    "instances",
    "ip",
    "jump",
    "keep",
    "key",
    "key-type",
    "known-hosts",
    "lang",
    "login-password-file",
    "marathon",
    "mem",
    "mesos",
    "mirror",
    "mode",
    "older-than",
    "only",
    "out",
    "output",
    "parallel",
    "password-file",
    "pattern",
    "port",
    "preset",
    "proxy",
    "proxy-image",
    "proxy-image-archive",
    "proxy-password-file",
    "proxy-port",
    "proxy-runtime",
    "proxy-user",
    "reference",
    "registry",
    "report",
    "repository",
    "restart-batch",
    "retries",
    "role",
    "runtime",
    "service-port",
    "skip",
    "ssh-key",
    "ssh-port",
    "ssh-user",
    "subject",
    "sudo",
    "sudo-password-file",
    "template",
    "timeout",
    "to",
    "token-file",
    "ui-port",
    "ui-vip",
    "url",
    "user",
    "via-key",
    "vip",
    "wait",
];

/// Values of the kind KEY=VALUE that may well be secrets, so that the keys alone are kept.
const KEYS_ALONE: &[&str] = &["set", "ssh-option"];

/// Every argument that the tables name, so that a name without an argument can be found.
#[cfg(test)]
pub fn named() -> impl Iterator<Item = &'static str> {
    KEPT.iter().chain(KEYS_ALONE).copied()
}

/// The arguments as they are kept, one for each value.
pub fn kept(given: &[Given]) -> Vec<String> {
    given.iter().flat_map(of_one).collect()
}

fn of_one(given: &Given) -> Vec<String> {
    if given.values.is_empty() {
        return vec![format!("--{}", given.name)];
    }
    let one = |value: &String| {
        let value = value_of(&given.name, value);
        if given.positional { value } else { format!("--{}={value}", given.name) }
    };
    given.values.iter().map(one).collect()
}

fn value_of(name: &str, value: &str) -> String {
    if KEPT.contains(&name) {
        return without_passwords(value);
    }
    match value.split_once('=') {
        Some((key, _)) if KEYS_ALONE.contains(&name) => format!("{key}={MASK}"),
        _ => MASK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, values: &[&str]) -> Given {
        let values = values.iter().map(|it| (*it).to_owned()).collect();
        Given { name: name.to_owned(), positional: false, values }
    }

    #[test]
    fn only_what_is_named_is_kept_with_its_value() {
        let given = [
            given("registry", &["192.168.0.1", "lb.example.com:5000"]),
            given("mesos", &["http://op:hunter2@10.0.0.1:5050"]),
            given("password-file", &["/run/secrets/pw"]),
            given("set", &["TOKEN=hunter2", "hunter2"]),
            given("ssh-option", &["ProxyCommand=sshpass -p hunter2 ssh"]),
            given("flag-of-next-year", &["hunter2"]),
            given("force", &[]),
        ];
        let kept = kept(&given);
        assert_eq!(
            kept,
            [
                "--registry=192.168.0.1",
                "--registry=lb.example.com:5000",
                "--mesos=http://op:(not kept)@10.0.0.1:5050",
                "--password-file=/run/secrets/pw",
                "--set=TOKEN=(not kept)",
                "--set=(not kept)",
                "--ssh-option=ProxyCommand=(not kept)",
                "--flag-of-next-year=(not kept)",
                "--force",
            ]
        );
        assert!(!kept.concat().contains("hunter2"));
    }

    #[test]
    fn a_positional_argument_stands_without_a_flag() {
        let file = Given { name: "file".to_owned(), positional: true, values: vec!["undo.json".to_owned()] };
        assert_eq!(kept(&[file]), ["undo.json"]);
    }
}
