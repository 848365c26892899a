//! Entries of /etc/hosts: how agents resolve a registry's name where DNS does not know it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::Serialize;

use super::host::{Host, printable};

/// A name and the address that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostsEntry {
    /// The address.
    pub address: IpAddr,
    /// The name, in lower case: names are compared without regard to it.
    pub name: String,
}

impl HostsEntry {
    /// An entry of its two parts. Errors: the address is none that a host can have, or the name is none.
    pub fn new(address: &str, name: &str) -> Result<Self, String> {
        let ip = address.parse::<IpAddr>().ok().filter(|ip| !ip.is_unspecified() && !ip.is_multicast());
        let ip =
            ip.ok_or_else(|| say!("`{}` is not an IP address that a host can have", printable(address)))?;
        match name.parse::<Host>() {
            Ok(Host::Name(name)) => Ok(Self { address: ip, name: name.to_lowercase() }),
            Ok(Host::Ip(_)) => Err(say!("`{name}` is an address itself: a hosts entry is IP=NAME")),
            Err(_) => Err(say!("`{}` is not a host name", printable(name))),
        }
    }

    /// The entries without repetitions, in the order that they were given in. Errors: a name with two addresses.
    pub fn agreeing(entries: Vec<Self>) -> Result<Vec<Self>, String> {
        let mut all: Vec<Self> = Vec::new();
        for entry in entries {
            match all.iter().find(|known| known.name == entry.name) {
                None => all.push(entry),
                Some(known) if known.address == entry.address => {}
                Some(known) => {
                    return Err(say!("{} is to be {} and {} too", entry.name, known.address, entry.address));
                }
            }
        }
        Ok(all)
    }
}

impl FromStr for HostsEntry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, name) = text.split_once('=').ok_or_else(|| {
            say!("`{}` is not IP=NAME, such as 10.0.0.5=registry.example.com", printable(text))
        })?;
        Self::new(address, name)
    }
}

impl fmt::Display for HostsEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.address, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, String> {
        text.parse::<HostsEntry>().map(|entry| entry.to_string())
    }

    #[test]
    fn an_entry_is_an_address_and_a_name() {
        assert_eq!(parsed("10.0.0.5=Registry.example.com").as_deref(), Ok("10.0.0.5=registry.example.com"));
        assert_eq!(parsed("FE80::1=reg").as_deref(), Ok("fe80::1=reg"));
        for bad in [
            "10.0.0.5",
            "reg=10.0.0.5",
            "10.0.0.5=10.0.0.6",
            "0.0.0.0=a",
            "224.0.0.1=a",
            "1.2.3=a",
            "=",
            "10.0.0.5=a b",
            "10.0.0.5=a\nb",
            "10.0.0.5=",
        ] {
            assert!(parsed(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_has_one_address() {
        let entries = |all: &[&str]| {
            HostsEntry::agreeing(all.iter().map(|text| text.parse().expect("is one")).collect())
                .map(|all| all.len())
        };
        assert_eq!(entries(&["10.0.0.5=a", "10.0.0.5=b", "10.0.0.5=A"]), Ok(2));
        assert_eq!(
            entries(&["10.0.0.5=a", "10.0.0.6=a"]).unwrap_err(),
            "a is to be 10.0.0.5 and 10.0.0.6 too"
        );
    }
}
