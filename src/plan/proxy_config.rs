//! nginx's configuration for one local proxy.

use anyhow::{Result, anyhow};
use serde_json::json;

use super::template;
use crate::domain::host::Host;
use crate::domain::local_proxy::LocalProxy;
use crate::domain::transport::Transport;

const TEMPLATE: &str = include_str!("../../templates/proxy/server.conf.hbs");
/// What the agent puts in: the address that its /etc/hosts has for the registry's name.
const ADDRESS: &str = "@ADDRESS@";

/// The configuration, as far as it does not depend on the agent.
pub(super) struct ProxyConfig {
    /// For an address: complete where the registry is named by one, else with `@ADDRESS@` in its place.
    pub(super) fixed: String,
    /// For a name that is looked up in DNS, with `@RESOLVERS@` in place of the servers to ask; none where the registry is
    /// named by an address.
    pub(super) resolved: Option<String>,
}

/// The configuration of this proxy.
pub(super) fn of(proxy: &LocalProxy) -> Result<ProxyConfig> {
    Ok(match proxy.registry.host() {
        Host::Ip(_) => {
            ProxyConfig { fixed: fixed(proxy, &proxy.registry.host().bracketed())?, resolved: None }
        }
        Host::Name(_) => ProxyConfig { fixed: fixed(proxy, ADDRESS)?, resolved: Some(resolved(proxy)?) },
    })
}

fn fixed(proxy: &LocalProxy, address: &str) -> Result<String> {
    let address = format!("{address}:{}", upstream_port(proxy));
    render(
        proxy,
        &json!({ "resolved": false, "address": address, "target": format!("regctl_{}", proxy.port) }),
    )
}

fn resolved(proxy: &LocalProxy) -> Result<String> {
    let target = format!("$regctl_{}:{}", proxy.port, upstream_port(proxy));
    render(proxy, &json!({ "resolved": true, "host": proxy.registry.host().to_string(), "target": target }))
}

fn transport(proxy: &LocalProxy) -> Transport {
    if proxy.tls.is_some() { Transport::Tls } else { Transport::Plain }
}

fn upstream_port(proxy: &LocalProxy) -> u16 {
    proxy.registry.port_over(transport(proxy))
}

fn render(proxy: &LocalProxy, way: &serde_json::Value) -> Result<String> {
    let mut values = json!({
        "port": proxy.port,
        "registry": proxy.registry,
        "scheme": transport(proxy).scheme(),
        "certificate_name": proxy.tls.as_ref().map(|tls| &tls.name),
        "ca_file": format!("\"/etc/regctl/proxy/{}/ca.crt\"", proxy.registry.directory_name()),
    });
    if let (Some(all), Some(way)) = (values.as_object_mut(), way.as_object()) {
        all.extend(way.clone());
    }
    template::render(TEMPLATE, &values).map_err(|why| anyhow!(say!("the proxy's configuration: {why}")))
}
