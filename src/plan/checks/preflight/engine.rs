//! The checks of Docker Engine on an agent: `agent-engine` whether it runs, `engine-flags` what it is told.

use std::net::IpAddr;

use crate::domain::finding::Finding;
use crate::domain::registry::RegistryAddress;
use crate::domain::transport::Transport;
use crate::plan::engine::settings::EngineSettings;
use crate::plan::facts::Facts;
use crate::plan::network::within;

/// Older ones do not use the system's roots beside those of certs.d.
const OLD: (u64, u64) = (1, 13);

/// The `agent-engine` check.
pub(super) fn runs(facts: &Facts<'_>, settings: &EngineSettings) -> Finding {
    const NAME: &str = "agent-engine";
    if facts.get("docker").is_none() {
        return Finding::skip(NAME, say!("there is no Docker Engine"));
    }
    let Some(version) = settings.told("Server Version") else {
        let words = settings.info.lines().find(|line| line.contains("rror") || line.contains("annot"));
        let words = crate::domain::answer::shown(
            words.unwrap_or_else(|| say!("docker info says nothing of a server")),
        );
        let hint = say!("Look at systemctl status docker and journalctl -u docker there.");
        return Finding::fail(NAME, "engine-down", words, hint);
    };
    let shown = crate::domain::answer::shown(version);
    let mut numbers = version.split('.').map(|part| part.parse::<u64>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), Some(minor)) if (major, minor) < OLD => {
            let why = say!("Docker Engine {shown} trusts nobody but the CAs in certs.d");
            Finding::warn(NAME, "old-engine", why)
                .hint(say!("Docker 1.13 and later use the system's CAs as well."))
        }
        _ => Finding::pass(NAME, say!("Docker Engine {shown} runs")),
    }
}

/// The `engine-flags` check: what an engine is told that stands in the registry's way, the worst first.
pub(super) fn flags(
    settings: &EngineSettings,
    addresses: &[RegistryAddress],
    transport: Transport,
) -> Finding {
    const NAME: &str = "engine-flags";
    if let Some(Err(why)) = &settings.file {
        let why = say!("/etc/docker/daemon.json is not JSON: {}", crate::domain::answer::shown(why));
        return Finding::fail(
            NAME,
            "daemon-json-broken",
            why,
            say!("Mend it: the engine does not start again like this."),
        );
    }
    let twice = settings.set_twice();
    if let Some((key, whose)) = twice.first() {
        let key = crate::domain::answer::shown(key);
        let why = say!("{key} is set in /etc/docker/daemon.json and by a flag of {whose} too");
        let hint = say!("Keep one of the two: with both the engine does not start again.");
        return Finding::fail(NAME, "set-twice", why, hint);
    }
    if settings.is("iptables", false) || settings.list("bridge", "bridge", "").iter().any(|it| it == "none") {
        let why = say!("it is told to make no port mappings (--iptables=false or --bridge=none)");
        let hint =
            say!("The registry runs behind a port mapping: let the engine make its rules and its bridge.");
        return Finding::fail(NAME, "no-port-mappings", why, hint);
    }
    let insecure = settings.list("insecure-registry", "insecure-registries", "Insecure Registries");
    let doubted = |address: &&RegistryAddress| insecure.iter().any(|entry| names(entry, address));
    match (transport, addresses.iter().find(doubted)) {
        (Transport::Tls, Some(address)) => {
            return Finding::warn(
                NAME,
                "insecure-registry",
                say!("{address} is among its insecure-registries, so it checks no certificate of it"),
            )
            .hint(say!(
                "Take it out once the agents trust the CA (regctl trust-agents), then: systemctl \
                 reload docker."
            ));
        }
        (Transport::Plain, None) if !addresses.is_empty() => {
            let why = say!("{} is not among its insecure-registries, and is to have no TLS", addresses[0]);
            let named: Vec<_> = addresses.iter().map(|address| format!("--registry {address}")).collect();
            let hint = format!("regctl trust-agents --mode insecure {}", named.join(" "));
            return Finding::warn(NAME, "not-insecure", why).hint(hint);
        }
        _ => {}
    }
    rest(settings)
        .unwrap_or_else(|| Finding::pass(NAME, say!("nothing that the engine is told stands in the way")))
}

/// What does no harm yet.
fn rest(settings: &EngineSettings) -> Option<Finding> {
    const NAME: &str = "engine-flags";
    if let Some(path) = unread(settings) {
        let why = say!(
            "the flags in {path} are not those that the engine runs with: its unit does not read that file"
        );
        return Some(Finding::warn(NAME, "file-not-read", why).hint(say!(
            "Put them into /etc/docker/daemon.json or a drop-in (systemctl edit docker), not into that file."
        )));
    }
    settings.is("live-restore", true).then(|| {
        Finding::warn(
            NAME,
            "live-restore",
            say!("containers outlive the engine (live-restore), which DC/OS does not expect"),
        )
        .hint(say!(
            "Turn live-restore off in /etc/docker/daemon.json; Mesos takes the tasks for lost otherwise."
        ))
    })
}

/// A file of flags that the running process has none of, although its unit says what it is started with.
fn unread(settings: &EngineSettings) -> Option<&str> {
    if settings.running.is_empty() {
        return None;
    }
    let mut files = settings.next.iter().filter(|(path, flags)| !settings.is_read(path) && !flags.is_empty());
    let unknown =
        |flags: &[crate::plan::engine::flags::Flag]| !flags.iter().any(|it| settings.running.contains(it));
    files.find(|(_, flags)| unknown(flags)).map(|(path, _)| path.as_str())
}

/// Whether an entry of insecure-registries is about this address: the same text, or a network that it is in.
pub(super) fn names(entry: &str, address: &RegistryAddress) -> bool {
    let host = address.host();
    let same = entry == address.to_string() || entry == format!("{}:{}", host.bracketed(), address.port());
    same || host.ip().is_some_and(|ip: IpAddr| within(entry, ip))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;

    fn settings(facts: &[(&str, &str)]) -> EngineSettings {
        EngineSettings::read(&Facts::of(&answer(facts)))
    }

    fn judged(facts: &[(&str, &str)], transport: Transport) -> Finding {
        let addresses = ["192.168.0.1", "lb.example.com:5000"].map(|text| text.parse().expect("an address"));
        flags(&settings(facts), &addresses, transport)
    }

    const FILE: (&str, &str) = ("file.1", "/etc/docker/daemon.json");

    #[test]
    fn an_engine_that_runs_is_told_from_one_that_does_not() {
        let found = |info: &str| {
            let facts = [("docker", "there"), ("info#", info)];
            runs(&Facts::of(&answer(&facts)), &settings(&facts))
        };
        assert_eq!(
            found("Server:\n Server Version: 20.10.24+dfsg1\n").detail,
            "Docker Engine 20.10.24+dfsg1 runs"
        );
        assert_eq!(found(" Server Version: 1.12.6\n").cause, Some("old-engine"));
        assert_eq!(found(" Server Version: 17.03.1-ce\n").status, Status::Pass);
        let down =
            found("ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n\u{1b}[0m\n");
        assert_eq!(down.cause, Some("engine-down"));
        assert!(down.detail.contains("Cannot connect"), "{}", down.detail);
        assert_eq!(runs(&Facts::of(&answer(&[])), &settings(&[])).status, Status::Skip);
    }

    #[test]
    fn an_engine_that_is_told_nothing_odd_passes() {
        let file =
            r#"{"log-driver": "journald", "userland-proxy": false, "insecure-registries": ["10.0.0.0/8"]}"#;
        assert_eq!(judged(&[FILE, ("text.1#", file)], Transport::Tls).status, Status::Pass);
        assert_eq!(judged(&[], Transport::Tls).status, Status::Pass);
        let told = [FILE, ("text.1#", r#"{"insecure-registries": ["192.168.0.1"]}"#)];
        assert_eq!(judged(&told, Transport::Plain).status, Status::Pass);
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let of = |text: &str| judged(&[FILE, ("text.1#", text)], Transport::Tls).cause;
        assert_eq!(of("{\"a\": 1,}"), Some("daemon-json-broken"));
        assert_eq!(of(r#"{"iptables": false}"#), Some("no-port-mappings"));
        assert_eq!(of(r#"{"insecure-registries": ["192.168.0.0/16"]}"#), Some("insecure-registry"));
        assert_eq!(of(r#"{"insecure-registries": ["lb.example.com:5000"]}"#), Some("insecure-registry"));
        assert_eq!(of(r#"{"live-restore": true}"#), Some("live-restore"));
        let flag = [("arguments#", "dockerd\n--insecure-registry=192.168.0.1:443\n")];
        assert_eq!(judged(&flag, Transport::Tls).cause, Some("insecure-registry"));
        assert_eq!(judged(&[], Transport::Plain).cause, Some("not-insecure"));
        let twice = [FILE, ("text.1#", r#"{"debug": true}"#), ("arguments#", "dockerd\n-D\n")];
        assert_eq!(judged(&twice, Transport::Tls).cause, Some("set-twice"));
    }

    #[test]
    fn a_file_that_the_unit_does_not_read_is_named() {
        let facts = |unit: &'static str| {
            [
                ("file.1", "/etc/sysconfig/docker"),
                ("text.1#", "OPTIONS='--insecure-registry=10.9.9.9:5000'"),
                ("unit#", unit),
                ("arguments#", "dockerd\n-H\nfd://\n"),
            ]
        };
        assert_eq!(
            judged(&facts("ExecStart=/usr/bin/dockerd -H fd://"), Transport::Tls).cause,
            Some("file-not-read")
        );
        assert_eq!(judged(&facts("ExecStart=/usr/bin/dockerd $OPTIONS"), Transport::Tls).cause, None);
    }
}
