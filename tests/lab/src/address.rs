//! The address plan: the same in every lab, since each lab has a network of its own.

use std::net::{Ipv4Addr, Ipv6Addr};

use anyhow::{Result, ensure};

/// The bridge's own address: the hosts' gateway, which leads nowhere.
pub const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 1);

/// The master: Mesos leader on 5050, Marathon on 8080, load balancer on 5000.
pub const MASTER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 2);

/// A second address of the master host, where a Mesos master stands by.
pub const STANDBY: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 3);

/// How many agents fit beside the master in 192.168.1.0/24.
pub const MOST_AGENTS: u8 = 244;

/// The address of agent `number`, counted from 1: 192.168.1.11 is a1.
///
/// # Errors
/// Where the number is 0 or above [`MOST_AGENTS`].
pub fn agent(number: u8) -> Result<Ipv4Addr> {
    ensure!(
        (1..=MOST_AGENTS).contains(&number),
        "the lab's network has room for 1 to {MOST_AGENTS} agents, not {number}"
    );
    Ok(Ipv4Addr::new(192, 168, 1, 10 + number))
}

/// The IPv6 address of the host that has this IPv4 address: fd00:1ab::b is a1.
#[must_use]
pub fn six(address: Ipv4Addr) -> Ipv6Addr {
    Ipv6Addr::new(0xfd00, 0x1ab, 0, 0, 0, 0, 0, u16::from(address.octets()[3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_agent_have_an_address_and_no_other() {
        assert_eq!(agent(1).unwrap(), Ipv4Addr::new(192, 168, 1, 11));
        assert_eq!(agent(244).unwrap(), Ipv4Addr::new(192, 168, 1, 254));
        assert!(agent(0).is_err());
        assert!(agent(245).is_err());
    }

    #[test]
    fn the_same_host_number_in_both_families() {
        assert_eq!(six(agent(1).unwrap()).to_string(), "fd00:1ab::b");
    }
}
