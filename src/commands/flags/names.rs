//! The names that the registry's certificate is to be for.

use anyhow::Result;

use super::configured_addresses;
use super::words::in_config;
use crate::commands::Context;
use crate::domain::cert::Names;
use crate::domain::host::{Host, printable};

/// Those of the configuration: the registry's own addresses, then `ips` and `dns` of `[certs]`.
pub fn configured_names(context: &Context) -> Result<Names> {
    let mut names = Names::default();
    for address in configured_addresses(&context.config.first_registry())? {
        names.add(address.host());
    }
    for ip in &context.config.certs.ips {
        names.add(&Host::Ip(ip.parse().map_err(|_| in_config(say!("`{ip}` is not an IP address")))?));
    }
    for name in &context.config.certs.dns {
        names.add(&dns_name(name).map_err(in_config)?);
    }
    Ok(names)
}

/// A DNS name. An IP address is refused here: in a dNSName no client would accept it.
pub fn dns_name(text: &str) -> Result<Host, String> {
    match text.parse::<Host>() {
        Ok(Host::Ip(ip)) => Err(say!("--dns {ip}: this is an IP address, which belongs into --ip")),
        Ok(name) => Ok(name),
        Err(_) => Err(say!("`{}` is not a DNS name", printable(text))),
    }
}
