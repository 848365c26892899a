//! Which services follow from what runs: virtual addresses as dcos-net sees them, load balancing as Marathon-LB does.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::book::Book;
use super::instance::{Condition, Instance};
use crate::marathon::definition::App;
use crate::marathon::launch::PublishedService;

impl Book {
    /// The services there should be now, in a fixed order.
    pub(super) fn services(&self) -> Vec<PublishedService> {
        let mut services = self.virtual_addresses();
        services.extend(self.balanced());
        services.sort();
        services
    }

    /// From the labels of running tasks. Only Mesos' own checks can take a task out.
    fn virtual_addresses(&self) -> Vec<PublishedService> {
        let mut by_vip: BTreeMap<(String, u16), Vec<SocketAddrV4>> = BTreeMap::new();
        for instance in self.instances.iter().filter(|it| is_healthy_for_mesos(it)) {
            for (index, port) in instance.app.ports().iter().enumerate() {
                let vips =
                    port.labels.iter().filter(|(key, _)| key.starts_with("VIP") || key.starts_with("vip"));
                for (_, vip) in vips {
                    let backends = by_vip.entry((vip.clone(), port.service_port)).or_default();
                    backends.extend(backend(instance, index));
                }
            }
        }
        by_vip
            .into_iter()
            .map(|((vip, service_port), backends)| PublishedService {
                vip: Some(vip),
                service_port,
                haproxy_group: None,
                backends: sorted(backends),
            })
            .collect()
    }

    /// From the labels of apps. Any check can take a task out.
    fn balanced(&self) -> Vec<PublishedService> {
        let mut services = Vec::new();
        for record in self.apps.values() {
            let app = &record.current;
            for (index, port) in app.ports().iter().enumerate() {
                let Some(group) = group(app, index) else { continue };
                let ready = self.instances.iter().filter(|it| it.app.id == app.id && it.is_ready());
                services.push(PublishedService {
                    vip: None,
                    service_port: port.service_port,
                    haproxy_group: Some(group.to_owned()),
                    backends: sorted(ready.filter_map(|it| backend(it, index)).collect()),
                });
            }
        }
        services
    }
}

fn is_healthy_for_mesos(instance: &Instance) -> bool {
    let checks = instance.app.health_checks();
    let sick = checks.iter().zip(&instance.health).any(|(check, health)| {
        check.is_mesos() && !health.as_ref().is_some_and(super::health::Health::alive)
    });
    instance.condition == Condition::Running && !sick
}

fn group(app: &App, index: usize) -> Option<&str> {
    app.label(&format!("HAPROXY_{index}_GROUP")).or_else(|| app.label("HAPROXY_GROUP"))
}

fn backend(instance: &Instance, index: usize) -> Option<SocketAddrV4> {
    let at = instance.placement.as_ref()?;
    Some(SocketAddrV4::new(at.address, *at.host_ports.get(index)?))
}

fn sorted(mut backends: Vec<SocketAddrV4>) -> Vec<SocketAddrV4> {
    backends.sort();
    backends.dedup();
    backends
}
