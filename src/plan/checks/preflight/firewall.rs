//! The `firewall` check: whether firewalld lets through what the registry needs.

use crate::domain::finding::Finding;
use crate::plan::facts::Facts;

const NAME: &str = "firewall";

/// The ports from the first to the last.
pub(super) type Ports = (u16, u16);

/// The finding about an agent that needs these ports open over TCP.
pub(super) fn check(facts: &Facts<'_>, needed: &[Ports]) -> Finding {
    match facts.get("firewall") {
        None => return Finding::pass(NAME, say!("there is no firewalld")),
        Some("running") => {}
        Some("not running") => return Finding::pass(NAME, say!("firewalld does not run")),
        Some(_) => return Finding::skip(NAME, say!("firewall-cmd does not tell whether firewalld runs")),
    }
    let listing = facts.carried("firewall.listing").unwrap_or_default();
    if facts.get("firewall.zone") == Some("trusted") || entry(&listing, "target") == "ACCEPT" {
        return Finding::pass(NAME, say!("firewalld trusts everybody"));
    }
    let services = facts.carried("firewall.services").unwrap_or_default();
    let open: Vec<Ports> = [&listing, &services].into_iter().flat_map(|text| open_ports(text)).collect();
    let closed: Vec<Ports> = needed.iter().copied().filter(|ports| !is_open(*ports, &open)).collect();
    if closed.is_empty() {
        return Finding::pass(NAME, say!("firewalld lets {} through", spell(needed)));
    }
    let hint = opened_by(facts, &closed);
    match undecided(facts, &listing, &services) {
        Some(why) => {
            let detail = say!("firewalld may not let {} through: {why}", spell(&closed));
            Finding::warn(NAME, "port-unsure", detail).hint(say!("Where it is closed: {hint}"))
        }
        None => {
            let detail = say!("firewalld runs and does not let {} through", spell(&closed));
            Finding::fail(NAME, "port-closed", detail, hint)
        }
    }
}

/// What else than the ports of its zone and services may let a connection through, where there is such a thing.
fn undecided(facts: &Facts<'_>, listing: &str, services: &str) -> Option<&'static str> {
    let is_told = |service: &str| services.lines().any(|line| line.trim_end() == service);
    let zone = facts.get("firewall.zone");
    let active = facts.carried("firewall.active").unwrap_or_default();
    let mut zones = active.lines().filter(|line| !line.starts_with(char::is_whitespace));
    // Docker Engine has a zone of its own for its bridges.
    let is_other = |line: &str| {
        let name = line.split_whitespace().next();
        name.is_some() && name != zone && name != Some("docker")
    };
    let told = [
        (listing.trim().is_empty(), say!("it does not tell the rules of its zone")),
        (has_rich_rules(listing), say!("its zone has rich rules")),
        (!entry(listing, "protocols").is_empty(), say!("its zone lets whole protocols through")),
        (!entry(listing, "source-ports").is_empty(), say!("its zone has source ports")),
        (
            !entry(listing, "services").split_whitespace().all(is_told),
            say!("it does not tell what its services are"),
        ),
        (!entry(services, "includes").is_empty(), say!("its services include others")),
        (zones.any(is_other), say!("more than one zone is active")),
        (facts.carried("firewall.direct").is_some(), say!("it has direct rules")),
    ];
    told.into_iter().find_map(|(is_so, why)| is_so.then_some(why))
}

/// The values of that name in what `--list-all` or `--info-service` says, each a line like `  ports: 443/tcp 80/tcp`.
fn entry(text: &str, name: &str) -> String {
    let values = text.lines().filter_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix(':'));
    values.map(str::trim).filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" ")
}

fn open_ports(text: &str) -> Vec<Ports> {
    entry(text, "ports").split_whitespace().filter_map(parse).collect()
}

/// Rich rules stand on lines of their own, or behind their name in old versions.
fn has_rich_rules(listing: &str) -> bool {
    let is_rule = |line: &str| line.trim_start().starts_with("rule ");
    !entry(listing, "rich rules").is_empty() || listing.lines().any(is_rule)
}

/// The command that opens these ports, in the zone that is meant.
fn opened_by(facts: &Facts<'_>, closed: &[Ports]) -> String {
    let is_name = |zone: &&str| zone.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let zone = facts.get("firewall.zone").filter(is_name);
    let zone = zone.filter(|zone| facts.get("firewall.default").is_some_and(|default| default != *zone));
    let zone = zone.map(|zone| format!("--zone={zone} ")).unwrap_or_default();
    let flags: Vec<String> =
        closed.iter().map(|ports| format!("--add-port={}/tcp", spell(std::slice::from_ref(ports)))).collect();
    format!("firewall-cmd --permanent {zone}{} && firewall-cmd --reload", flags.join(" "))
}

/// Whether every port of a range is in one of the open ones.
fn is_open(ports: Ports, open: &[Ports]) -> bool {
    let mut next = ports.0;
    loop {
        let Some((_, last)) =
            open.iter().filter(|(from, to)| *from <= next && next <= *to).max_by_key(|it| it.1)
        else {
            return false;
        };
        match last.checked_add(1) {
            Some(after) if *last < ports.1 => next = after,
            _ => return true,
        }
    }
}

/// Reads `443/tcp` and `31000-32000/tcp`; other protocols do not count.
fn parse(word: &str) -> Option<Ports> {
    let ports = word.strip_suffix("/tcp")?;
    let (from, to) = ports.split_once('-').unwrap_or((ports, ports));
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn spell(ports: &[Ports]) -> String {
    let one = |(from, to): &Ports| if from == to { from.to_string() } else { format!("{from}-{to}") };
    ports.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;

    fn found(ports: &str, needed: &[Ports]) -> Finding {
        with(&format!("public (active)\n  target: default\n  ports: {ports}\n  rich rules: \n"), &[], needed)
    }

    fn with(listing: &str, more: &[(&str, &str)], needed: &[Ports]) -> Finding {
        let zone = [("firewall", "running"), ("firewall.zone", "public"), ("firewall.listing#", listing)];
        let facts: Vec<_> = zone.iter().chain(more).copied().collect();
        check(&Facts::of(&answer(&facts)), needed)
    }

    #[test]
    fn open_ports_pass() {
        let mesos = (31_000, 32_000);
        for ports in ["31000-32000/tcp", "1-65535/tcp", "31000-31500/tcp 31501-32000/tcp 22/udp"] {
            assert_eq!(found(ports, &[mesos]).status, Status::Pass, "{ports}");
        }
        for facts in [
            vec![],
            vec![("firewall", "not running")],
            vec![("firewall", "running"), ("firewall.zone", "trusted")],
        ] {
            assert_eq!(check(&Facts::of(&answer(&facts)), &[mesos]).status, Status::Pass, "{facts:?}");
        }
        // Too slow to answer, or not allowed to.
        for words in ["no answer", "Authorization failed."] {
            let facts = [("firewall", words)];
            assert_eq!(check(&Facts::of(&answer(&facts)), &[mesos]).status, Status::Skip, "{words}");
        }
    }

    #[test]
    fn a_closed_port_comes_with_the_command_that_opens_it() {
        let failed = found("5000/udp 31000-31999/tcp x/tcp", &[(31_000, 32_000), (5000, 5000)]);
        assert_eq!((failed.status, failed.cause), (Status::Fail, Some("port-closed")));
        assert_eq!(
            failed.hint.as_deref(),
            Some(
                "firewall-cmd --permanent --add-port=31000-32000/tcp --add-port=5000/tcp && firewall-cmd --reload"
            )
        );
        assert_eq!(found("", &[(65_535, 65_535)]).status, Status::Fail);
        assert_eq!(found("65535/tcp", &[(65_535, 65_535)]).status, Status::Pass);
    }
    #[test]
    fn a_port_that_a_service_opens_is_open() {
        let listing = "public\n  services: ssh https\n  ports: \n";
        let services = "ssh\n  ports: 22/tcp\nhttps\n  ports: 443/tcp\n  source-ports: \n";
        let told = [("firewall.services#", services)];
        assert_eq!(with(listing, &told, &[(443, 443)]).status, Status::Pass);
        assert_eq!(with(listing, &told, &[(5000, 5000)]).status, Status::Fail);
        assert_eq!(with("x\n  target: ACCEPT\n", &[], &[(443, 443)]).status, Status::Pass);
    }

    #[test]
    fn a_port_that_something_else_may_open_is_no_failure() {
        let bare = "public\n  ports: 22/tcp\n";
        for (listing, more) in [
            ("", vec![]),
            ("public\n  rich rules: \n\trule family=\"ipv4\" accept\n", vec![]),
            ("public\n  protocols: tcp\n", vec![]),
            ("public\n  services: mine\n", vec![]),
            (
                bare,
                vec![("firewall.active#", "public (default)\n  interfaces: eth0\ndmz\n  interfaces: eth1\n")],
            ),
            (bare, vec![("firewall.direct#", "ipv4 filter INPUT 0 -j ACCEPT\n")]),
        ] {
            let found = with(listing, &more, &[(5000, 5000)]);
            assert_eq!(
                (found.status, found.cause),
                (Status::Warn, Some("port-unsure")),
                "{listing} {more:?}"
            );
        }
        let docker = [("firewall.active#", "docker\n  interfaces: docker0\npublic\n  interfaces: eth0\n")];
        assert_eq!(with(bare, &docker, &[(5000, 5000)]).status, Status::Fail);
    }

    #[test]
    fn the_command_names_the_zone_of_the_interface_where_it_is_not_the_default() {
        let hint = |default| with("public\n  ports:\n", &[("firewall.default", default)], &[(443, 443)]).hint;
        assert!(
            hint("dmz").is_some_and(|hint| hint.contains("--permanent --zone=public --add-port=443/tcp"))
        );
        assert!(hint("public").is_some_and(|hint| hint.contains("--permanent --add-port=443/tcp")));
    }
}
