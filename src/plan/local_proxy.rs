//! What agents are to have so that `localhost:PORT` is the registry to their Docker Engine, and the script that makes it
//! so. Engines take every address of 127.0.0.0/8 without TLS by default, so nothing of theirs is changed.

use anyhow::Result;
use serde_json::{Value, json};

use super::proxy_config;
use super::script::{self, Mode};
use crate::domain::cert::Names;
use crate::domain::host::Host;
use crate::domain::hosts_entry::HostsEntry;
use crate::domain::local_proxy::{LocalProxy, ProxyImage, ProxyServant};
use crate::domain::script::RemoteScript;

const TEMPLATE: &str = include_str!("../../templates/local-proxy.sh.hbs");
/// The configuration of the container's nginx, which holds those of the proxies.
const MAIN_CONF: &str = include_str!("../../templates/proxy/nginx.conf");
const SERVANTS: &str = include_str!("../../templates/proxy/servants.sh");
const PORTS: &str = include_str!("../../templates/proxy/ports.sh");
const NGINX: &str = include_str!("../../templates/proxy/nginx.sh");
const DOCKER: &str = include_str!("../../templates/proxy/docker.sh");
const CAS: &str = include_str!("../../templates/proxy/cas.sh");
const UNDO: &str = include_str!("../../templates/proxy/undo.sh");

/// What every agent is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalProxyPlan {
    /// One for each registry.
    pub proxies: Vec<LocalProxy>,
    /// What serves them.
    pub servant: ProxyServant,
    /// What a container is made of.
    pub image: ProxyImage,
    /// Whether the conntrack setting belongs to it.
    pub sysctl: bool,
    /// What is to be in /etc/hosts; that file is left alone where there is nothing.
    pub hosts: Vec<HostsEntry>,
}

impl LocalProxyPlan {
    /// The script that makes it so, or looks whether it is so. It is the same for every agent.
    pub fn script(&self, mode: Mode, holder: &str) -> Result<RemoteScript> {
        let archive = self.image.archive.as_ref().filter(|_| self.servant != ProxyServant::Nginx);
        let sources = [NGINX, DOCKER].map(script::without_comments).concat();
        let proxies = self.proxies.iter().map(proxy).collect::<Result<Vec<_>>>()?;
        let values = json!({
            "sysctl": self.sysctl,
            "hosts": self.hosts,
            "runtime": self.servant.word(),
            "image": self.image.image.to_string(),
            "archive_id": archive.map(|(image, _)| image.id.to_string()),
            "main_conf": MAIN_CONF,
            "servants": script::without_comments(SERVANTS),
            "ports": script::without_comments(PORTS),
            "sources": sources,
            "proxies": proxies,
        });
        let script = script::render(TEMPLATE, mode, holder, &values)?;
        Ok(match archive {
            Some((_, path)) => script.with_payload(path.clone()),
            None => script,
        })
    }
}

/// The part of the script that trusts which keeps the CAs of proxies in step.
pub(super) fn cas() -> String {
    [SERVANTS, CAS].map(script::without_comments).concat()
}

/// The parts of the script that takes back: how proxies are known, and how they go.
pub(super) fn undoing() -> (String, String) {
    (script::without_comments(SERVANTS), script::without_comments(UNDO))
}

fn proxy(proxy: &LocalProxy) -> Result<Value> {
    let ca = proxy.tls.as_ref().map(|tls| tls.ca.pem.as_str()).unwrap_or_default();
    let config = proxy_config::of(proxy)?;
    Ok(json!({
        "name": proxy.registry.directory_name(),
        "port": proxy.port,
        "host": proxy.registry.host().to_string(),
        "ca": ca,
        "fixed": config.fixed,
        "resolved": config.resolved.unwrap_or_default(),
    }))
}

/// A port for each registry: the one that is configured for it, else the next that is free from `first` on. Errors: a
/// port that two of them have, or no port left.
pub fn ports(first: u16, configured: &[Option<u16>]) -> Result<Vec<u16>, String> {
    let mut taken: Vec<u16> = configured.iter().copied().flatten().collect();
    taken.sort_unstable();
    if let Some(pair) = taken.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(say!("two registries have the proxy_port {}", pair[0]));
    }
    let mut free = (first..=u16::MAX).filter(|port| !taken.contains(port));
    let port = |configured: &Option<u16>| configured.or_else(|| free.next());
    configured.iter().map(port).collect::<Option<_>>().ok_or_else(|| say!("no port is left from {first} on"))
}

/// The name to check the registry's certificate by: the registry's own or, where that is an address, the first name in
/// the certificate, or its common name where it has none. nginx compares no addresses. Errors: the certificate has
/// nothing to check it by.
pub fn certificate_name(host: &Host, names: &Names, common_name: Option<&str>) -> Result<String, String> {
    match host {
        Host::Name(name) => Ok(name.clone()),
        Host::Ip(ip) => {
            let mut names = names.dns.iter().map(|name| name.replacen('*', "regctl", 1)).peekable();
            let common = if names.peek().is_none() { common_name.map(str::to_owned) } else { None };
            names
                .chain(common)
                .find(|name| is_plain(name))
                .ok_or_else(|| say!("the certificate of {ip} names nothing that nginx could check it by"))
        }
    }
}

/// What may stand in nginx's configuration as it is.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::certificate::CaFile;
    use crate::domain::image::{ArchivedImage, Digest};
    use crate::domain::local_proxy::UpstreamTls;

    fn proxy(registry: &str, tls: bool) -> LocalProxy {
        let ca = CaFile { path: "ca.crt".into(), certificates: Vec::new(), pem: "PEM's\n".to_owned() };
        let registry = registry.parse().expect("legal");
        LocalProxy {
            port: 5001,
            registry,
            tls: tls.then(|| UpstreamTls { ca, name: "r.example".to_owned() }),
        }
    }

    fn plan(servant: ProxyServant) -> LocalProxyPlan {
        let archived = ArchivedImage { id: Digest::of(b"{}"), tags: Vec::new() };
        LocalProxyPlan {
            proxies: vec![proxy("192.168.0.1", true), proxy("lb.example.com:5000", false)],
            servant,
            image: ProxyImage {
                image: "nginx:1".parse().expect("legal"),
                archive: Some((archived, "/nginx.tar".into())),
            },
            sysctl: true,
            hosts: vec!["10.0.0.5=lb.example.com".parse().expect("legal")],
        }
    }

    #[test]
    fn the_script_is_shell_whoever_serves_it() {
        for servant in [ProxyServant::Auto, ProxyServant::Nginx, ProxyServant::Docker] {
            for sysctl in [true, false] {
                let plan = LocalProxyPlan { sysctl, ..plan(servant) };
                let script = plan.script(Mode::Apply, "alice@bastion").expect("renders");
                let checked = std::process::Command::new("sh").args(["-n", "-c", script.text()]).status();
                assert!(checked.expect("sh runs").success());
                assert!(script.text().contains("  \"$1\" '192.168.0.1' '5001' '192.168.0.1' 'PEM'\\''s\n' "));
                assert_eq!(script.payload().is_some(), servant != ProxyServant::Nginx);
            }
        }
    }

    #[test]
    fn every_registry_has_a_port_of_its_own() {
        assert_eq!(ports(5001, &[None, None]), Ok(vec![5001, 5002]));
        assert_eq!(ports(5001, &[None, Some(5001), None]), Ok(vec![5002, 5001, 5003]));
        assert!(ports(5001, &[Some(6000), Some(6000)]).expect_err("twice").contains("6000"));
        assert!(ports(65535, &[None, None]).is_err());
    }

    #[test]
    fn a_certificate_of_an_address_is_checked_by_a_name_in_it() {
        let name = |dns: &[&str], common: Option<&str>| {
            let dns = dns.iter().map(|&name| name.to_owned()).collect();
            let names = Names { dns, ..Names::default() };
            certificate_name(&"192.168.0.1".parse().expect("a host"), &names, common).ok()
        };
        assert_eq!(name(&["lb.example.com"], Some("192.168.0.1")).as_deref(), Some("lb.example.com"));
        assert_eq!(name(&["*.example.com"], None).as_deref(), Some("regctl.example.com"));
        assert_eq!(name(&[], Some("192.168.0.1")).as_deref(), Some("192.168.0.1"));
        // With names in it nobody looks at the common name, and nothing may end a line of the configuration.
        assert_eq!(name(&["a;b"], Some("192.168.0.1")), None);
        assert_eq!(name(&[], None), None);
    }
}
