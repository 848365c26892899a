//! The `agent-kernel` and `engine-warnings` checks: forwarding and bridges, without which containers are not reached.

use crate::domain::answer::shown;
use crate::domain::finding::Finding;
use crate::plan::engine::settings::EngineSettings;
use crate::plan::facts::Facts;

/// The ports that Mesos offers where nothing else is said.
const OFFERED: (u64, u64) = (31_000, 32_000);
/// Warnings of `docker info` that say nothing about reaching a registry.
const HARMLESS: [&str; 8] =
    ["swap", "blkio", "cpu", "pids", "oom", "kernel memory", "bridge-nf-call-ip6tables", "cgroup"];

/// Warnings that other checks are about: `agent-kernel`, and `leftovers`, which looks into root's config.json by itself.
const TOLD_ELSEWHERE: [&str; 3] = ["bridge-nf-call-iptables", "IPv4 forwarding", "/.docker/config.json"];

/// The `agent-kernel` check.
pub(super) fn kernel(facts: &Facts<'_>, settings: &EngineSettings) -> Finding {
    const NAME: &str = "agent-kernel";
    let warned =
        |words: &str| settings.info.lines().any(|line| line.contains("WARNING") && line.contains(words));
    if facts.get("docker").is_none() {
        return Finding::skip(NAME, say!("there is no Docker Engine whose containers would need it"));
    }
    let forward = facts.number("sysctl.forward");
    if forward == Some(0) || warned("IPv4 forwarding is disabled") {
        let why = say!("net.ipv4.ip_forward is 0, so nobody reaches its containers from outside");
        return Finding::fail(NAME, "ip-forward-off", why, sysctl("net.ipv4.ip_forward"));
    }
    if facts.number("sysctl.bridge") == Some(0) || warned("bridge-nf-call-iptables is disabled") {
        let why = say!(
            "bridge-nf-call-iptables is 0, so containers of one agent miss each other behind port mappings and VIPs"
        );
        let hint = format!("modprobe br_netfilter; {}", sysctl("net.bridge.bridge-nf-call-iptables"));
        return Finding::warn(NAME, "bridge-nf-off", why).hint(hint);
    }
    if let Some((low, high)) = port_range(facts)
        && low <= OFFERED.1
        && high >= OFFERED.0
    {
        let (first, last) = OFFERED;
        let why =
            say!("its own connections use ports {low} to {high}, of which Mesos offers {first} to {last}");
        return Finding::warn(NAME, "port-range", why)
            .hint(say!("Leave net.ipv4.ip_local_port_range as it is by default: 32768 60999."));
    }
    match forward {
        Some(_) => Finding::pass(NAME, say!("forwards packets to containers")),
        None => Finding::skip(NAME, say!("its kernel does not tell its settings")),
    }
}

fn sysctl(key: &str) -> String {
    say!("sysctl -w {key}=1; echo '{key} = 1' >/etc/sysctl.d/91-docker.conf keeps it after a reboot.")
}

fn port_range(facts: &Facts<'_>) -> Option<(u64, u64)> {
    let mut numbers =
        facts.get("sysctl.ports")?.split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The `engine-warnings` check: what else `docker info` warns of.
pub(super) fn warnings(settings: &EngineSettings) -> Finding {
    const NAME: &str = "engine-warnings";
    if settings.info.is_empty() {
        return Finding::skip(NAME, say!("there is no docker info to read"));
    }
    let warnings = settings.info.lines().filter_map(|line| line.trim().strip_prefix("WARNING: "));
    let heavy = |line: &&str| !HARMLESS.iter().any(|word| line.to_lowercase().contains(word));
    let known = |line: &&str| !TOLD_ELSEWHERE.iter().any(|words| line.contains(words));
    let told: Vec<&str> = warnings.filter(heavy).filter(known).take(4).collect();
    match told.as_slice() {
        [] => Finding::pass(NAME, say!("docker info warns of nothing that matters here")),
        told if told.iter().any(|line| line.contains("without encryption")) => {
            Finding::warn(NAME, "open-engine", shown(&told.join("; "))).hint(say!(
                "Whoever reaches that port is root there: take the -H tcp:// out, or give it --tlsverify."
            ))
        }
        told => Finding::warn(NAME, "engine-warning", shown(&told.join("; ")))
            .hint(say!("docker info there says the same; its manual says what to do.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;

    fn found(facts: &[(&str, &str)]) -> (Finding, Finding) {
        let answer = answer(facts);
        let facts = Facts::of(&answer);
        let settings = EngineSettings::read(&facts);
        (kernel(&facts, &settings), warnings(&settings))
    }

    #[test]
    fn settings_that_keep_containers_apart_are_named() {
        let engine = ("docker", "there");
        let good = [engine, ("sysctl.forward", "1"), ("sysctl.bridge", "1"), ("sysctl.ports", "32768 60999")];
        assert_eq!(found(&good).0.status, Status::Pass);
        assert_eq!(found(&[engine]).0.status, Status::Skip);
        assert_eq!(found(&[("sysctl.forward", "0")]).0.status, Status::Skip);
        for (fact, cause) in [
            (("sysctl.forward", "0"), "ip-forward-off"),
            (("info#", "WARNING: IPv4 forwarding is disabled\n"), "ip-forward-off"),
            (("sysctl.bridge", "0"), "bridge-nf-off"),
            (("info#", "WARNING: bridge-nf-call-iptables is disabled\n"), "bridge-nf-off"),
            (("sysctl.ports", "1024?65535"), "port-range"),
        ] {
            let found = found(&[engine, fact]).0;
            assert_eq!(found.cause, Some(cause), "{fact:?}");
            assert!(found.hint.is_some());
        }
    }

    #[test]
    fn only_warnings_that_matter_are_passed_on() {
        let harmless =
            "Server:\nWARNING: No swap limit support\nWARNING: bridge-nf-call-iptables is disabled\n";
        assert_eq!(found(&[("info#", harmless)]).1.status, Status::Pass);
        let told_by_leftovers =
            "WARNING: Error loading config file: /root/.docker/config.json: invalid character\n";
        assert_eq!(found(&[("info#", told_by_leftovers)]).1.status, Status::Pass);
        let open = "WARNING: API is accessible on http://0.0.0.0:2375 without encryption.\n";
        assert_eq!(found(&[("info#", open)]).1.cause, Some("open-engine"));
        let loopback = "WARNING: devicemapper: usage of loopback devices is strongly discouraged\n";
        assert_eq!(found(&[("info#", loopback)]).1.cause, Some("engine-warning"));
        assert_eq!(found(&[]).1.status, Status::Skip);
    }
}
