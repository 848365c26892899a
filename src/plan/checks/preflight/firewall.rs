//! The `firewall` check: whether firewalld lets through what the registry needs.

use super::facts::Facts;
use crate::domain::finding::Finding;

const NAME: &str = "firewall";

/// The ports from the first to the last.
pub(super) type Ports = (u16, u16);

/// The finding about an agent that needs these ports open over TCP.
pub(super) fn check(facts: &Facts<'_>, needed: &[Ports]) -> Finding {
    match facts.get("firewall") {
        None => return Finding::pass(NAME, "there is no firewalld"),
        Some("running") => {}
        Some("not running") => return Finding::pass(NAME, "firewalld does not run"),
        Some(_) => return Finding::skip(NAME, "firewall-cmd does not tell whether firewalld runs"),
    }
    if facts.get("firewall.zone") == Some("trusted") {
        return Finding::pass(NAME, "firewalld trusts everybody");
    }
    let listed = facts.carried("firewall.ports").unwrap_or_default();
    let open: Vec<Ports> = listed.split_whitespace().filter_map(parse).collect();
    let closed: Vec<Ports> = needed.iter().copied().filter(|ports| !is_open(*ports, &open)).collect();
    if closed.is_empty() {
        return Finding::pass(NAME, format!("firewalld lets {} through", spell(needed)));
    }
    let flags: Vec<String> =
        closed.iter().map(|ports| format!("--add-port={}/tcp", spell(std::slice::from_ref(ports)))).collect();
    let hint = format!("firewall-cmd --permanent {} && firewall-cmd --reload", flags.join(" "));
    Finding::fail(
        NAME,
        "port-closed",
        format!("firewalld runs and does not let {} through", spell(&closed)),
        hint,
    )
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
    use super::super::facts::tests::answer;
    use super::*;
    use crate::domain::finding::Status;

    fn found(ports: &str, needed: &[Ports]) -> Finding {
        let facts = [("firewall", "running"), ("firewall.zone", "public"), ("firewall.ports#", ports)];
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
}
