//! Networks as files and variables name them.

use std::net::IpAddr;

/// Whether an address is in a network such as `10.0.0.0/8`, or is the address that is named.
pub(in crate::plan) fn within(network: &str, ip: IpAddr) -> bool {
    let (address, bits) = network.split_once('/').unwrap_or((network, ""));
    let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() else { return false };
    let (own, other, width) = match (ip, address) {
        (IpAddr::V4(ip), IpAddr::V4(it)) => (u128::from(u32::from(ip)), u128::from(u32::from(it)), 32),
        (IpAddr::V6(ip), IpAddr::V6(it)) => (u128::from(ip), u128::from(it), 128),
        _ => return false,
    };
    let bits =
        if bits.is_empty() { Some(width) } else { bits.parse::<u32>().ok().filter(|bits| *bits <= width) };
    bits.is_some_and(|bits| bits == 0 || (own ^ other) >> (width - bits) == 0)
}

/// A network as programs spell it: with the address that all its own begin with. `None` for what is no network.
pub(in crate::plan) fn canonical(network: &str) -> Option<String> {
    let (address, bits) = network.split_once('/')?;
    let bits: u32 = bits.parse().ok()?;
    let first = match address.parse().ok()? {
        IpAddr::V4(ip) => IpAddr::from(std::net::Ipv4Addr::from(
            u32::from(ip) & u32::MAX.checked_shl(32_u32.checked_sub(bits)?).unwrap_or(0),
        )),
        IpAddr::V6(ip) => IpAddr::from(std::net::Ipv6Addr::from(
            u128::from(ip) & u128::MAX.checked_shl(128_u32.checked_sub(bits)?).unwrap_or(0),
        )),
    };
    Some(format!("{first}/{bits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_its_networks_alone() {
        let ip: IpAddr = "192.168.0.1".parse().expect("an address");
        for network in ["192.168.0.1", "192.168.0.0/16", "192.168.0.0/31", "0.0.0.0/0"] {
            assert!(within(network, ip), "{network}");
        }
        for network in
            ["192.168.0.2", "10.0.0.0/8", "192.168.0.2/31", "::/0", "192.168.0.0/33", "x/8", "", "1/"]
        {
            assert!(!within(network, ip), "{network}");
        }
        assert!(within("fd00::/8", "fd12::1".parse().expect("an address")));
    }
}
