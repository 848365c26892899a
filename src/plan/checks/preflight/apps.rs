//! The checks of what else runs on Marathon: `app-ports`, `app-vip`, `load-balancer`.

use crate::domain::app::AppId;
use crate::domain::app_definition::AppDefinition;
use crate::domain::app_status::AppStatus;
use crate::domain::deploy::RegistrySpec;
use crate::domain::finding::Finding;
use crate::domain::host::{Host, printable};
use crate::domain::registry::Vip;

/// An app of the cluster: what it is, and how it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Neighbour {
    /// Its definition.
    pub definition: AppDefinition,
    /// Its state.
    pub status: AppStatus,
    /// Whether its definition could not be read, so that nothing but its id is known.
    pub is_unread: bool,
}

impl Neighbour {
    /// Its id, fit to be shown.
    pub fn id(&self) -> String {
        printable(&self.definition.id)
    }

    /// The ports that its tasks have on a host.
    pub(super) fn ports_on(&self, host: &str) -> Vec<u16> {
        let tasks = self.status.tasks.iter().filter(|task| task.host == host);
        tasks.flat_map(|task| task.ports.iter().copied()).collect()
    }
}

/// The apps but for the registry itself.
fn others<'a>(id: &AppId, apps: &'a [Neighbour]) -> Vec<&'a Neighbour> {
    apps.iter().filter(|app| app.definition.id != id.as_str()).collect()
}

/// The other app that has a VIP, where one has it.
pub fn holder_of_vip<'a>(id: &AppId, vip: &Vip, apps: &'a [Neighbour]) -> Option<&'a Neighbour> {
    let vip = vip.to_string();
    // dcos-net takes `/registry:443` and `registry:443` for the same.
    let same = |label: &str| label.trim_start_matches('/').eq_ignore_ascii_case(&vip);
    others(id, apps).into_iter().find(|app| app.definition.vips().any(same))
}

/// The other app that has a service port, where one has it.
pub fn holder_of_service_port<'a>(id: &AppId, port: u16, apps: &'a [Neighbour]) -> Option<&'a Neighbour> {
    others(id, apps).into_iter().find(|app| app.definition.service_ports().contains(&port))
}

/// What an app may have whose definition could not be read.
fn unread(name: &'static str, others: &[&Neighbour], what: &str) -> Option<Finding> {
    let ids: Vec<String> = others.iter().filter(|app| app.is_unread).map(|app| app.id()).collect();
    let why = say!("the definition of {} cannot be read: it may have {what}", ids.join(", "));
    let hint = say!("Look at it by hand: dcos marathon app show APP.");
    (!ids.is_empty()).then(|| Finding::warn(name, "app-unread", why).hint(hint))
}

/// The `app-ports` check: whether another app has the registry's service port, or a fixed port of its on its host.
pub fn ports(spec: &RegistrySpec, fixed: &[u16], apps: &[Neighbour]) -> Finding {
    const NAME: &str = "app-ports";
    let others = others(&spec.id, apps);
    if let Some((app, host, port)) = others.iter().find_map(|app| taken(app, spec, fixed)) {
        let why = say!("{} has port {port} on {host}", app.id());
        let hint = say!("Let Mesos pick a port for the registry (hostPort 0), or move that app.");
        return Finding::fail(NAME, "host-port-taken", why, hint);
    }
    let port = spec.service_port;
    let Some(app) = holder_of_service_port(&spec.id, port, apps) else {
        return unread(NAME, &others, &say!("service port {port}"))
            .unwrap_or_else(|| Finding::pass(NAME, say!("no other app has service port {port}")));
    };
    let why = say!("{} has service port {port} too", app.id());
    let hint = say!("Choose another one: --service-port.");
    if app.definition.balancer_groups().is_empty() {
        return Finding::warn(NAME, "service-port-shared", say!("{why}, but no load balancer offers it"))
            .hint(hint);
    }
    Finding::fail(NAME, "service-port-taken", why, hint)
}

/// A port that an app has on one of the registry's hosts, although the registry wants it.
fn taken<'a>(
    app: &'a Neighbour,
    spec: &'a RegistrySpec,
    fixed: &[u16],
) -> Option<(&'a Neighbour, &'a Host, u16)> {
    spec.hosts.iter().find_map(|host| {
        let port = app.ports_on(&host.to_string()).into_iter().find(|port| fixed.contains(port))?;
        Some((app, host, port))
    })
}

/// The `app-vip` check: whether another app has the registry's VIP.
pub fn vip(spec: &RegistrySpec, apps: &[Neighbour]) -> Finding {
    const NAME: &str = "app-vip";
    let own = spec.vip.to_string();
    match holder_of_vip(&spec.id, &spec.vip, apps) {
        None => unread(NAME, &others(&spec.id, apps), &say!("the VIP {own}"))
            .unwrap_or_else(|| Finding::pass(NAME, say!("no other app has the VIP {own}"))),
        Some(app) => Finding::fail(
            NAME,
            "vip-taken",
            say!("{} has the VIP {own} too, so connections go to either of the two", app.id()),
            say!("Choose another one (--vip), or take the VIP label off that app."),
        ),
    }
}

/// The `load-balancer` check: whether a Marathon-LB is there for the registry. `answering` is the number of public
/// agents on which something listens on its service port.
pub fn load_balancer(own: &AppDefinition, apps: &[Neighbour], answering: usize) -> Finding {
    const NAME: &str = "load-balancer";
    let groups = own.balancer_groups();
    let Some(group) = groups.first() else {
        return Finding::skip(
            NAME,
            say!("the app has no HAPROXY_GROUP, so no load balancer is meant to offer it"),
        );
    };
    let hint = say!(
        "Install Marathon-LB (dcos package install marathon-lb) where clients outside the cluster are to pull; \
         agents use the VIP."
    );
    let balancers: Vec<&Neighbour> = apps.iter().filter(|app| is_balancer(&app.definition)).collect();
    let serves = |app: &&&Neighbour| {
        let served = served(&app.definition);
        served.is_empty() || served.iter().any(|it| it == "*" || groups.contains(&it.as_str()))
    };
    let Some(balancer) = balancers.iter().find(serves) else {
        return match balancers.first() {
            _ if answering > 0 => {
                Finding::pass(NAME, say!("its service port answers on {answering} public agents"))
            }
            Some(other) => {
                let served = served(&other.definition).join(", ");
                let why = say!("{} serves the group {}, not {group}", other.id(), printable(&served));
                Finding::warn(NAME, "other-group", why)
                    .hint(say!("Give the app its group: --set labels.HAPROXY_GROUP=GROUP."))
            }
            None => Finding::warn(NAME, "no-load-balancer", say!("no Marathon-LB runs on this Marathon"))
                .hint(hint),
        };
    };
    match balancer.status.tasks_running {
        0 => Finding::warn(NAME, "balancer-down", say!("{} has no running task", balancer.id())).hint(hint),
        running => {
            Finding::pass(NAME, say!("{} serves the group {group} with {running} tasks", balancer.id()))
        }
    }
}

fn is_balancer(app: &AppDefinition) -> bool {
    app.container.docker.image.as_deref().is_some_and(|image| image.contains("marathon-lb"))
}

/// The groups that a Marathon-LB is told to serve.
fn served(app: &AppDefinition) -> Vec<String> {
    let line = app.cmd.iter().flat_map(|cmd| cmd.split_whitespace().map(str::to_owned));
    let words: Vec<String> = app.args.iter().cloned().chain(line).collect();
    let mut groups: Vec<String> =
        words.iter().filter_map(|word| word.strip_prefix("--group=").map(str::to_owned)).collect();
    groups.extend(words.windows(2).filter(|pair| pair[0] == "--group").map(|pair| pair[1].clone()));
    groups.iter().flat_map(|group| group.split(',').map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::registry_app::tests::spec;

    fn neighbour(app: Value) -> Neighbour {
        Neighbour {
            definition: serde_json::from_value(app.clone()).expect("is read"),
            status: serde_json::from_value(app).expect("is read"),
            is_unread: false,
        }
    }

    fn other(app: Value) -> Vec<Neighbour> {
        let own = json!({"id": "/registry", "container": {"portMappings": [
            {"servicePort": 5000, "labels": {"VIP_0": "192.168.0.1:443"}}]}, "labels": {"HAPROXY_GROUP": "external"}});
        vec![neighbour(own), neighbour(app)]
    }

    #[test]
    fn a_service_port_of_anothers_is_named() {
        let mapped =
            json!({"id": "/web", "container": {"docker": {"portMappings": [{"servicePort": 5000}]}}});
        assert_eq!(ports(&spec(), &[], &other(mapped.clone())).cause, Some("service-port-shared"));
        let defined =
            json!({"id": "/web", "portDefinitions": [{"port": 5000}], "labels": {"HAPROXY_GROUP": "x"}});
        let taken = ports(&spec(), &[], &other(defined));
        assert_eq!(
            (taken.cause, taken.detail.as_str()),
            (Some("service-port-taken"), "/web has service port 5000 too")
        );
        let elsewhere = json!({"id": "/web", "portDefinitions": [{"port": 5001}]});
        assert_eq!(ports(&spec(), &[], &other(elsewhere)).status, Status::Pass);
    }

    #[test]
    fn a_port_of_the_hosts_that_another_app_has_is_named() {
        let on = |host| json!({"id": "/web", "tasks": [{"id": "t", "host": host, "ports": [31005]}]});
        assert_eq!(ports(&spec(), &[31_005], &other(on("192.168.1.80"))).cause, Some("host-port-taken"));
        assert_eq!(ports(&spec(), &[31_005], &other(on("192.168.1.81"))).status, Status::Pass);
        assert_eq!(ports(&spec(), &[], &other(on("192.168.1.80"))).status, Status::Pass);
    }

    #[test]
    fn a_vip_of_anothers_is_named() {
        let has = |label: &str| {
            other(json!({"id": "/web", "portDefinitions": [{"port": 1, "labels": {"VIP_1": label}}]}))
        };
        assert_eq!(vip(&spec(), &has("/192.168.0.1:443")).cause, Some("vip-taken"));
        assert_eq!(vip(&spec(), &has("192.168.0.1:80")).status, Status::Pass);
        assert_eq!(vip(&spec(), &[]).status, Status::Pass);
    }

    #[test]
    fn an_app_that_cannot_be_read_is_named_and_does_not_pass() {
        let mut apps = other(json!({"id": "/odd"}));
        apps[1].is_unread = true;
        for found in [vip(&spec(), &apps), ports(&spec(), &[], &apps)] {
            assert_eq!((found.status, found.cause), (Status::Warn, Some("app-unread")));
            assert!(
                found.detail.contains("/odd") && !found.detail.contains("/registry,"),
                "{}",
                found.detail
            );
        }
        apps[0].is_unread = true;
        apps[1].is_unread = false;
        assert_eq!(vip(&spec(), &apps).status, Status::Pass, "the registry's own is no neighbour");
    }

    #[test]
    fn a_load_balancer_is_there_for_the_group_or_not() {
        let own = neighbour(json!({"id": "/registry", "labels": {"HAPROXY_GROUP": "external"}})).definition;
        let balancer = |args: Value, running| {
            other(json!({"id": "/marathon-lb", "args": args, "tasksRunning": running,
                "container": {"docker": {"image": "mesosphere/marathon-lb:v1.15.0"}}}))
        };
        let good = load_balancer(&own, &balancer(json!(["sse", "--group", "external"]), 2), 0);
        assert_eq!(good.detail, "/marathon-lb serves the group external with 2 tasks");
        assert_eq!(load_balancer(&own, &balancer(json!(["--group=*"]), 1), 0).status, Status::Pass);
        assert_eq!(
            load_balancer(&own, &balancer(json!(["--group", "internal"]), 1), 0).cause,
            Some("other-group")
        );
        assert_eq!(load_balancer(&own, &balancer(json!([]), 0), 0).cause, Some("balancer-down"));
        assert_eq!(load_balancer(&own, &[], 0).cause, Some("no-load-balancer"));
        assert_eq!(load_balancer(&own, &[], 1).status, Status::Pass);
        assert_eq!(load_balancer(&AppDefinition::default(), &[], 0).status, Status::Skip);
    }
}
