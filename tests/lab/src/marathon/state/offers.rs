//! Whether an agent's offer does for an app, and with which ports.

use super::instance::Instance;
use super::queue::Reason;
use crate::marathon::clock::random_below;
use crate::marathon::definition::App;
use crate::marathon::launch::Agent;

/// The host ports to take, or all that is wrong with the offer.
pub(super) fn judge(agent: &Agent, app: &App, instances: &[Instance]) -> Result<Vec<u16>, Vec<Reason>> {
    let mut reasons = Vec::new();
    let used: Vec<&Instance> = instances
        .iter()
        .filter(|it| it.placement.as_ref().is_some_and(|at| at.agent_id == agent.id))
        .collect();
    let fits_role = accepts(app, agent);
    if !fits_role {
        reasons.push(Reason::UnfulfilledRole);
    }
    if !holds_constraints(app, agent, instances) {
        reasons.push(Reason::UnfulfilledConstraint);
    }
    let kinds = [
        Reason::InsufficientCpus,
        Reason::InsufficientMemory,
        Reason::InsufficientDisk,
        Reason::InsufficientGpus,
    ];
    for (index, reason) in kinds.into_iter().enumerate() {
        let taken: f64 = used.iter().map(|it| it.app.resources()[index]).sum();
        let wanted = app.resources()[index];
        // An offer without resources of the right role has nothing of anything.
        let free = if fits_role { agent.resources[index] - taken } else { 0.0 };
        if wanted > 0.0 && wanted > free + 1e-9 {
            reasons.push(reason);
        }
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let taken: Vec<u16> =
        used.iter().flat_map(|it| it.placement.iter().flat_map(|at| at.host_ports.clone())).collect();
    ports(app, agent.ports, taken).ok_or_else(|| vec![Reason::InsufficientPorts])
}

/// DC/OS' Marathon takes unreserved resources only, unless the app says otherwise.
fn accepts(app: &App, agent: &Agent) -> bool {
    let accepted = app.accepted_roles();
    let role = if agent.public { "slave_public" } else { "*" };
    if accepted.is_empty() { role == "*" } else { accepted.iter().any(|it| it == role) }
}

/// Only instances of the present configuration count as placed.
fn holds_constraints(app: &App, agent: &Agent, instances: &[Instance]) -> bool {
    app.constraints().iter().all(|constraint| {
        let property = |hostname: &str, attributes: &[(String, String)]| match constraint.field() {
            "hostname" | "@hostname" => Some(hostname.to_owned()),
            name => attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
        };
        let placed: Vec<Option<String>> = instances
            .iter()
            .filter(|it| it.app.id == app.id && it.app.info.version >= app.info.configured_at)
            .filter_map(|it| it.placement.as_ref())
            .map(|at| property(&at.hostname, &at.attributes))
            .collect();
        let offered = property(&agent.hostname, &agent.attributes);
        constraint.holds(offered.as_deref(), &placed, app.instances())
    })
}

/// A free port of the agent's range for each that the app wants; a named one must be free itself.
fn ports(app: &App, (first, last): (u16, u16), mut taken: Vec<u16>) -> Option<Vec<u16>> {
    let wanted = app.ports();
    let fixed = |port: u16, mapped: bool| port != 0 && (mapped || app.requires_ports());
    let mut drawn = Vec::new();
    for spec in wanted {
        let port = if fixed(spec.host_port, spec.container_port.is_some()) {
            Some(spec.host_port).filter(|port| (first..=last).contains(port) && !taken.contains(port))?
        } else {
            draw(first, last, &taken)?
        };
        taken.push(port);
        drawn.push(port);
    }
    Some(drawn)
}

/// A free port, from a random place on.
fn draw(first: u16, last: u16, taken: &[u16]) -> Option<u16> {
    let size = usize::from(last - first) + 1;
    let start = random_below(size);
    (0..size)
        .filter_map(|step| u16::try_from((start + step) % size).ok())
        .map(|offset| first + offset)
        .find(|port| !taken.contains(port))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use serde_json::json;

    use super::super::instance::Placement;
    use super::*;
    use crate::marathon::clock::Timestamp;
    use crate::marathon::config::MarathonVersion;
    use crate::marathon::definition::{VersionInfo, created};

    fn app(more: serde_json::Value) -> App {
        let mut body = json!({"id": "/a", "cmd": "sleep 9", "mem": 64, "portDefinitions": []});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (id, fields) = created(MarathonVersion::V1_11, body.to_string().as_bytes()).unwrap();
        App::new(id, fields, VersionInfo::new(Timestamp::now()))
    }

    fn agent(last: u8) -> Agent {
        Agent::ordinary(&format!("S{last}"), Ipv4Addr::new(192, 168, 1, last))
    }

    #[test]
    fn an_offer_that_does_gives_a_port_of_the_range_for_each() {
        let app = app(json!({"portDefinitions": [{"port": 0}, {"port": 0}]}));
        let ports = judge(&agent(11), &app, &[]).unwrap();
        assert_eq!(ports.len(), 2);
        assert_ne!(ports[0], ports[1]);
        assert!(ports.iter().all(|port| (31_000..=32_000).contains(port)), "{ports:?}");
    }

    #[test]
    fn every_shortage_is_named() {
        let app = app(json!({"mem": 9000, "constraints": [["hostname", "IS", "192.168.1.12"]]}));
        let reasons = judge(&agent(11), &app, &[]).unwrap_err();
        assert_eq!(reasons, [Reason::UnfulfilledConstraint, Reason::InsufficientMemory]);
    }

    #[test]
    fn a_public_agent_is_for_apps_that_accept_its_role() {
        let public = Agent { public: true, ..agent(11) };
        assert_eq!(judge(&public, &app(json!({})), &[]).unwrap_err()[0], Reason::UnfulfilledRole);
        let accepting = app(json!({"acceptedResourceRoles": ["slave_public"]}));
        assert!(judge(&public, &accepting, &[]).is_ok());
        assert_eq!(judge(&agent(12), &accepting, &[]).unwrap_err()[0], Reason::UnfulfilledRole);
    }

    #[test]
    fn a_fixed_port_that_is_taken_is_a_lack_of_ports() {
        let app = app(json!({"portDefinitions": [{"port": 31007}], "requirePorts": true}));
        assert_eq!(judge(&agent(11), &app, &[]).unwrap(), [31007]);
        let mut running = Instance::scheduled(&app, Timestamp::now());
        running.placement = Some(Placement::new(&agent(11), vec![31007], Timestamp::now()));
        assert_eq!(judge(&agent(11), &app, &[running]).unwrap_err(), [Reason::InsufficientPorts]);
    }
}
