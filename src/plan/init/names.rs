//! Names for the registry that nobody else has on its Marathon.

use std::net::Ipv4Addr;

use crate::domain::app::AppId;
use crate::domain::container::name_of;
use crate::domain::host::Host;
use crate::domain::registry::Vip;
use crate::domain::transport::Transport;
use crate::plan::app::apart;
use crate::plan::checks::preflight::{Neighbour, holder_of_service_port, holder_of_vip};

/// The id of a registry that is the only one.
pub const ID: &str = "/registry";
/// The network of its VIP; the host part is what is free.
const VIP_NETWORK: [u8; 3] = [192, 168, 0];
/// The port that Marathon-LB offers it on, or the first free one after it.
const SERVICE_PORT: u16 = 5000;

/// Folders on the registry's host that are its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFolders {
    /// For the images.
    pub data: String,
    /// For certificate and key.
    pub certs: String,
    /// For config.yml.
    pub config: String,
}

/// `/registry`, or the first of `/registry-2`, `/registry-3`… that no app has, nor a group of apps.
pub fn free_id(apps: &[Neighbour]) -> AppId {
    let taken = |id: &str| {
        let group = format!("{id}/");
        apps.iter().any(|app| app.definition.id == id || app.definition.id.starts_with(&group))
    };
    let mut ids = std::iter::once(ID.to_owned()).chain((2..).map(|number| format!("{ID}-{number}")));
    let id = ids.find(|id| !taken(id)).unwrap_or_else(|| ID.to_owned());
    id.parse().expect("letters, digits and a hyphen are an id")
}

/// `192.168.0.1` on the port of the transport, or the first address after it whose VIP no other app has.
pub fn free_vip(id: &AppId, transport: Transport, apps: &[Neighbour]) -> Option<Vip> {
    let [a, b, c] = VIP_NETWORK;
    let vips = (1..=254).map(|host| Vip::Ip(Ipv4Addr::new(a, b, c, host), transport.default_port()));
    vips.into_iter().find(|vip| holder_of_vip(id, vip, apps).is_none())
}

/// 5000, or the first port after it that no other app has Marathon-LB offer it on.
pub fn free_service_port(id: &AppId, apps: &[Neighbour]) -> Option<u16> {
    (SERVICE_PORT..=u16::MAX).find(|port| holder_of_service_port(id, *port, apps).is_none())
}

/// The folder for the images where no other is named.
pub const DATA: &str = "/data/docker-registry";

/// Folders named after the app where another one has `data` or the usual others on that host; none where they are free.
pub fn own_folders(id: &AppId, host: &Host, data: &str, apps: &[Neighbour]) -> Option<OwnFolders> {
    let usual = [data, "/etc/privateregistry/certs", "/etc/privateregistry/config"];
    let definitions: Vec<_> = apps.iter().map(|app| app.definition.clone()).collect();
    let is_free = apart(id, &usual, std::slice::from_ref(host), &definitions).is_ok();
    let name = name_of(id);
    (!is_free).then(|| OwnFolders {
        data: format!("{DATA}-{name}"),
        certs: format!("/etc/privateregistry-{name}/certs"),
        config: format!("/etc/privateregistry-{name}/config"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn apps(documents: Value) -> Vec<Neighbour> {
        let documents = documents.as_array().expect("a list").clone();
        let neighbour = |document| Neighbour {
            definition: serde_json::from_value(document).expect("an app"),
            ..Neighbour::default()
        };
        documents.into_iter().map(neighbour).collect()
    }

    fn id(text: &str) -> AppId {
        text.parse().expect("an id")
    }

    #[test]
    fn an_id_that_is_taken_is_not_proposed() {
        assert_eq!(free_id(&[]), id("/registry"));
        assert_eq!(free_id(&apps(json!([{"id": "/registry"}]))), id("/registry-2"));
        let several = json!([{"id": "/registry"}, {"id": "/registry-2"}, {"id": "/registry-4"}]);
        assert_eq!(free_id(&apps(several)), id("/registry-3"));
        assert_eq!(free_id(&apps(json!([{"id": "/registry/cache"}]))), id("/registry-2"));
    }

    #[test]
    fn a_vip_that_is_taken_is_not_proposed() {
        let has = |vip: &str| apps(json!([{"id": "/web", "portDefinitions": [{"labels": {"VIP_0": vip}}]}]));
        let free = |vip: &str, transport| {
            free_vip(&id("/registry"), transport, &has(vip)).expect("is one").to_string()
        };
        assert_eq!(free("192.168.0.9:443", Transport::Tls), "192.168.0.1:443");
        assert_eq!(free("192.168.0.1:443", Transport::Tls), "192.168.0.2:443");
        assert_eq!(free("/192.168.0.1:443", Transport::Tls), "192.168.0.2:443");
        assert_eq!(free("192.168.0.1:443", Transport::Plain), "192.168.0.1:80");
        let own =
            apps(json!([{"id": "/registry", "portDefinitions": [{"labels": {"VIP_0": "192.168.0.1:443"}}]}]));
        let of_own = free_vip(&id("/registry"), Transport::Tls, &own).expect("is one");
        assert_eq!(of_own.to_string(), "192.168.0.1:443", "its own is no other app's");
    }

    #[test]
    fn a_service_port_that_is_taken_is_not_proposed() {
        let others = apps(json!([{"id": "/a", "portDefinitions": [{"port": 5000}]},
            {"id": "/b", "container": {"portMappings": [{"servicePort": 5001}]}}]));
        assert_eq!(free_service_port(&id("/registry"), &others), Some(5002));
        assert_eq!(free_service_port(&id("/a"), &others), Some(5000));
    }

    #[test]
    fn a_second_registry_on_a_host_gets_folders_of_its_own() {
        let first = json!([{"id": "/registry", "constraints": [["hostname", "CLUSTER", "a1"]],
            "container": {"volumes": [{"hostPath": "/data/docker-registry", "mode": "RW"}]}}]);
        let folders = |host: &str| {
            own_folders(&id("/registry-2"), &host.parse().expect("a host"), DATA, &apps(first.clone()))
        };
        assert_eq!(folders("a2"), None);
        let own = folders("a1").expect("are its own");
        assert_eq!(
            (own.data.as_str(), own.config.as_str()),
            ("/data/docker-registry-registry-2", "/etc/privateregistry-registry-2/config")
        );
    }
}
