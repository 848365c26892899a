//! The `vip-route` check: whether the VIP's address means something else on an agent.

use std::net::Ipv4Addr;

use crate::domain::finding::Finding;
use crate::domain::registry::Vip;
use crate::plan::facts::Facts;

const NAME: &str = "vip-route";
const ANOTHER: &str =
    later!("Choose a VIP that is free in the whole network, or a named one: --vip registry:443.");
/// The interface on which DC/OS itself puts the addresses of VIPs.
const DCOS: &str = "minuteman";

/// The finding about one agent.
pub(super) fn check(facts: &Facts<'_>, vip: &Vip) -> Finding {
    let Vip::Ip(ip, _) = vip else {
        return Finding::skip(NAME, say!("a named VIP gets an address of DC/OS' own"));
    };
    let Some(route) = facts.get("vip.route") else {
        return Finding::skip(NAME, say!("there is no ip command to ask for the route"));
    };
    match facts.get("vip.owner").and_then(|line| line.split_whitespace().nth(1)) {
        Some(DCOS) => return Finding::pass(NAME, say!("the VIP is programmed there by DC/OS")),
        Some(device) => {
            let why = say!("{ip} is an address of its own interface {device}");
            return Finding::fail(NAME, "own-address", why, ANOTHER);
        }
        None => {}
    }
    let matching = facts.carried("vip.match").unwrap_or_default();
    let best = matching.lines().filter_map(Route::parse).max_by_key(|route| route.length);
    // Where the routes are not told, the one that the kernel would take says nearly as much.
    let best = best.or_else(|| Route::parse(route).filter(|route| route.gateway.is_none()));
    best.filter(|route| route.length > 0).map_or_else(
        || Finding::pass(NAME, say!("nothing else has the VIP's address")),
        |it| judge(&it, *ip, facts),
    )
}

/// A route of an agent that is not its default one.
struct Route<'a> {
    /// What it does instead of leading anywhere: `blackhole`, `unreachable`, `prohibit`.
    refusal: Option<&'a str>,
    /// How many bits of the address it fixes; 0 is the default route.
    length: u8,
    prefix: &'a str,
    gateway: Option<&'a str>,
    device: &'a str,
}

impl<'a> Route<'a> {
    /// Reads `10.0.0.0/8 via 10.1.1.1 dev eth0`, `default dev eth0`, `unreachable 10.0.0.0/8`.
    fn parse(line: &'a str) -> Option<Self> {
        let mut words = line.split_whitespace().peekable();
        let refusal = words.next_if(|word| ["blackhole", "unreachable", "prohibit", "throw"].contains(word));
        let prefix = words.next()?;
        let length = match prefix.split_once('/') {
            _ if prefix == "default" => 0,
            Some((address, bits)) => {
                address.parse::<Ipv4Addr>().ok()?;
                bits.parse().ok()?
            }
            None => prefix.parse::<Ipv4Addr>().ok().map(|_| 32)?,
        };
        let rest: Vec<&str> = words.collect();
        let after = |key| rest.windows(2).find(|pair| pair[0] == key).map(|pair| pair[1]);
        Some(Self {
            refusal,
            length,
            prefix,
            gateway: after("via"),
            device: after("dev").unwrap_or_else(|| say!("no interface")),
        })
    }
}

fn judge(route: &Route<'_>, ip: Ipv4Addr, facts: &Facts<'_>) -> Finding {
    let Route { prefix, device, .. } = route;
    if let Some(refusal) = route.refusal {
        let why = say!("it has a {refusal} route for {prefix}, which {ip} is in");
        return Finding::warn(NAME, "routed-elsewhere", why).hint(ANOTHER);
    }
    if let Some(gateway) = route.gateway {
        let why =
            say!("it has a route for {prefix} via {gateway}, which {ip} is in: that range is used elsewhere");
        return Finding::warn(NAME, "routed-elsewhere", why).hint(ANOTHER);
    }
    let bridge = ["docker", "br-", "virbr", "cni", "m-dcos", "d-dcos", "vtep"];
    if bridge.iter().any(|name| device.starts_with(name)) {
        let why = say!("{ip} is in {prefix}, the subnet of its containers on {device}");
        return Finding::fail(NAME, "container-subnet", why, ANOTHER);
    }
    let neighbour = facts.get("vip.neighbour").unwrap_or_default();
    if let Some((_, mac)) = neighbour.split_once("lladdr ") {
        let mac = mac.split_whitespace().next().unwrap_or_default();
        let why = say!("another host of its subnet has {ip}: {mac} on {device}");
        return Finding::fail(NAME, "address-taken", why, ANOTHER);
    }
    let why = say!("{ip} is in its own subnet {prefix} on {device}: no host there may ever get this address");
    Finding::warn(NAME, "agents-subnet", why).hint(ANOTHER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;

    fn found(facts: &[(&str, &str)]) -> Finding {
        check(&Facts::of(&answer(facts)), &"192.168.0.1:443".parse().expect("a VIP"))
    }

    /// The finding where these routes fit.
    fn routed(routes: &str) -> Finding {
        found(&[("vip.route", "192.168.0.1 via 10.0.0.1 dev eth0 src 10.0.0.9"), ("vip.match#", routes)])
    }

    #[test]
    fn an_address_that_is_nobodys_passes() {
        assert_eq!(routed("default via 10.0.0.1 dev eth0 proto dhcp \n").status, Status::Pass);
        assert_eq!(found(&[("vip.route", "RTNETLINK answers: Network is unreachable")]).status, Status::Pass);
        assert_eq!(found(&[("vip.route", "192.168.0.1 via 10.0.0.1 dev eth0")]).status, Status::Pass);
        let programmed = [
            ("vip.route", "local 192.168.0.1 dev lo src 192.168.0.1 uid 0"),
            ("vip.owner", "7: minuteman    inet 192.168.0.1/32 scope global minuteman"),
        ];
        assert_eq!(found(&programmed).status, Status::Pass);
        assert_eq!(found(&[]).status, Status::Skip);
        let named = check(&Facts::of(&answer(&[])), &"registry:443".parse().expect("a VIP"));
        assert_eq!(named.status, Status::Skip);
    }

    #[test]
    fn an_address_that_means_something_else_is_told_with_what() {
        let own =
            [("vip.route", "local x"), ("vip.owner", "2: eth0    inet 192.168.0.1/24 scope global eth0")];
        assert_eq!(found(&own).cause, Some("own-address"));
        let elsewhere = routed("default via 10.0.0.1 dev eth0\n192.168.0.0/16 via 10.0.0.7 dev eth1\n");
        assert_eq!((elsewhere.status, elsewhere.cause), (Status::Warn, Some("routed-elsewhere")));
        assert!(elsewhere.detail.contains("192.168.0.0/16 via 10.0.0.7"), "{}", elsewhere.detail);
        let subnet = "default via 192.168.0.254 dev eth0\n192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.9";
        assert_eq!(routed(subnet).cause, Some("agents-subnet"));
        let taken = found(&[
            ("vip.route", "192.168.0.1 dev eth0 src 192.168.0.9"),
            ("vip.match#", subnet),
            ("vip.neighbour", "192.168.0.1 dev eth0 lladdr 52:54:00:aa:bb:cc REACHABLE"),
        ]);
        assert_eq!(taken.cause, Some("address-taken"));
        assert_eq!(routed("192.168.0.0/20 dev docker0 scope link").cause, Some("container-subnet"));
        assert_eq!(
            found(&[("vip.route", "192.168.0.1 dev eth0 src 192.168.0.9")]).cause,
            Some("agents-subnet")
        );
        assert_eq!(routed("blackhole 192.168.0.0/16").cause, Some("routed-elsewhere"));
    }

    #[test]
    fn nonsense_is_no_route() {
        for line in ["", "via", "1.2.3.4/x dev eth0", "999.1.1.1/8 via 1.1.1.1", "🦀 via", "local"] {
            assert!(Route::parse(line).is_none(), "{line}");
        }
    }
}
