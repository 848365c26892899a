//! All findings about one agent.

use time::OffsetDateTime;

use super::apps::Neighbour;
use super::leftovers::{self, LeftCa};
use super::{clock, disk, engine, firewall, image, kernel, ports, proxy, route, selinux};
use crate::domain::agent::{AgentError, Role};
use crate::domain::certificate::Certificate;
use crate::domain::deploy::RegistrySpec;
use crate::domain::finding::{Finding, Status};
use crate::domain::host::Host;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::Answer;
use crate::plan::checks::agent::no_login;
use crate::plan::engine::settings::EngineSettings;
use crate::plan::facts::Facts;

/// Mesos offers these ports where nothing else is said.
const OFFERED: firewall::Ports = (31_000, 32_000);

/// The registry as it is to be.
pub struct Wanted<'a> {
    /// What is to be deployed.
    pub spec: &'a RegistrySpec,
    /// By which addresses clients will ask for it.
    pub addresses: &'a [RegistryAddress],
    /// The ports that it wants on its host and no others.
    pub fixed_ports: &'a [u16],
    /// Its certificate, where there is one yet.
    pub leaf: Option<&'a Certificate>,
    /// The apps that run already; it may be among them.
    pub apps: &'a [Neighbour],
}

/// One agent, and what it said.
pub struct Visited<'a> {
    /// Its name in the report.
    pub name: &'a str,
    /// The hostname by which the registry is to run there, where it is.
    pub host: Option<&'a Host>,
    /// What Mesos says it is for, where Mesos was asked.
    pub role: Option<Role>,
    /// Its answer.
    pub result: &'a Result<Answer, AgentError>,
    /// The files in its certs.d for the registry.
    pub cas: &'a [LeftCa],
    /// Our own time when the answer came.
    pub heard: OffsetDateTime,
}

/// The findings about one agent; on the registry's host also those about its place there, which are the registry's
/// affair and not one agent's.
pub fn check(visited: &Visited<'_>, wanted: &Wanted<'_>) -> Vec<Finding> {
    let answer = match visited.result {
        Ok(answer) => answer,
        Err(error) if visited.host.is_some() => return vec![no_login(error).about(visited.name)],
        Err(error) => return vec![no_login(error).about_agent(visited.name)],
    };
    let facts = Facts::of(answer);
    let settings = EngineSettings::read(&facts);
    let spec = wanted.spec;
    let mut on_agent = vec![
        login(&facts),
        clock::skew(&facts, visited.heard),
        clock::certificate(&facts, wanted.leaf),
        route::check(&facts, &spec.vip),
    ];
    on_agent.extend(of_engine(&facts, &settings, wanted));
    let (addresses, transport) = (wanted.addresses, spec.transport);
    on_agent.extend(leftovers::flags(&settings, addresses, transport));
    on_agent.extend(leftovers::check(&facts, visited.cas, visited.heard));
    let mut findings: Vec<Finding> =
        on_agent.into_iter().map(|finding| finding.about_agent(visited.name)).collect();
    if let Some(host) = visited.host {
        let there = on_host(&facts, &settings, (host, wanted));
        findings.extend(there.into_iter().map(|finding| finding.about(visited.name)));
    }
    if visited.role == Some(Role::Public) {
        let public = [
            ports::service(&facts, spec.service_port),
            firewall::check(&facts, &[(spec.service_port, spec.service_port)]),
        ];
        findings.extend(public.into_iter().map(|finding| finding.about_agent(visited.name)));
    }
    findings
}

/// Whether something listens on the registry's service port there.
pub fn offers(answer: &Answer, spec: &RegistrySpec) -> bool {
    ports::listens(&Facts::of(answer), spec.service_port)
}

fn login(facts: &Facts<'_>) -> Finding {
    const NAME: &str = "agent-login";
    match facts.number("uid") {
        Some(0) => Finding::pass(NAME, say!("logged in, and root there")),
        _ => Finding::fail(
            NAME,
            "not-root",
            say!("logged in, but not as root, and without sudo"),
            say!("Leave --sudo at auto, and let the user use sudo: trust-agents writes to /etc/docker."),
        ),
    }
}

/// What an engine has to be like, where there is one; where there is none that alone is said.
fn of_engine(facts: &Facts<'_>, settings: &EngineSettings, wanted: &Wanted<'_>) -> Vec<Finding> {
    let runs = engine::runs(facts, settings);
    if runs.status == Status::Skip {
        return vec![runs];
    }
    let (addresses, transport) = (wanted.addresses, wanted.spec.transport);
    vec![
        runs,
        kernel::kernel(facts, settings),
        engine::flags(settings, addresses, transport),
        proxy::check(facts, settings, (addresses, transport)),
        kernel::warnings(settings),
    ]
}

/// What only the registry's hosts have to have.
fn on_host(facts: &Facts<'_>, settings: &EngineSettings, place: (&Host, &Wanted<'_>)) -> [Finding; 5] {
    let (host, wanted) = place;
    let spec = wanted.spec;
    let own = wanted.apps.iter().filter(|app| app.definition.id == spec.id.as_str());
    let own: Vec<u16> = own.flat_map(|app| app.ports_on(&host.to_string())).collect();
    let needed: Vec<firewall::Ports> = match (wanted.fixed_ports, own.as_slice()) {
        ([], []) => vec![OFFERED],
        ([], own) => own.iter().map(|port| (*port, *port)).collect(),
        (fixed, _) => fixed.iter().map(|port| (*port, *port)).collect(),
    };
    [
        disk::check(facts, spec),
        ports::host(facts, wanted.fixed_ports, &own),
        image::check(facts, settings, &spec.image),
        selinux::check(facts, settings, &spec.folders),
        firewall::check(facts, &needed),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::AgentErrorKind;
    use crate::domain::finding::Scope;
    use crate::plan::facts::tests::answer;
    use crate::plan::registry_app::tests::spec;

    fn found(result: &Result<Answer, AgentError>, is_host: bool, role: Role) -> Vec<Finding> {
        let spec = spec();
        let wanted = Wanted { spec: &spec, addresses: &[], fixed_ports: &[], leaf: None, apps: &[] };
        let heard = OffsetDateTime::UNIX_EPOCH;
        let host = is_host.then_some(&spec.hosts[0]);
        check(&Visited { name: "a1", host, role: Some(role), result, cas: &[], heard }, &wanted)
    }

    #[test]
    fn the_host_and_public_agents_are_asked_for_more() {
        let told = Ok(answer(&[("uid", "0"), ("docker", "there")]));
        let names = |is_host, role| -> Vec<_> {
            found(&told, is_host, role).into_iter().map(|finding| (finding.name, finding.scope)).collect()
        };
        let plain = names(false, Role::Private);
        assert_eq!(plain.len(), 10);
        assert!(plain.iter().all(|(_, scope)| *scope == Scope::Agent));
        assert!(names(true, Role::Private).contains(&("host-disk", Scope::Registry)));
        assert!(names(true, Role::Private).contains(&("firewall", Scope::Registry)));
        assert!(names(false, Role::Public).contains(&("service-port", Scope::Agent)));
    }

    #[test]
    fn an_agent_that_tells_nothing_passes_nothing_that_needs_telling() {
        let silent = found(&Ok(Answer::default()), true, Role::Private);
        let of = |name: &str| silent.iter().find(|finding| finding.name == name).expect("is there");
        assert_eq!((of("agent-login").status, of("agent-login").cause), (Status::Fail, Some("not-root")));
        for name in ["agent-clock", "vip-route", "agent-engine", "leftovers", "host-disk"] {
            assert_eq!(of(name).status, Status::Skip, "{name}");
        }
        assert_eq!(of("host-image").cause, Some("no-engine"));
    }

    #[test]
    fn no_way_to_the_host_is_the_registrys_affair() {
        let error = Err(AgentError::new(AgentErrorKind::Sudo, "a password is required"));
        let failed = found(&error, true, Role::Private).swap_remove(0);
        assert_eq!((failed.name, failed.cause, failed.scope), ("agent-login", Some("sudo"), Scope::Registry));
        assert_eq!(found(&error, false, Role::Private)[0].scope, Scope::Agent);
    }
}
