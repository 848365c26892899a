//! The checks of the cluster: `mesos`, `registry-host`, `marathon`.

use serde_json::Value;

use crate::domain::agent::{Agent, AgentState, Listing, Role};
use crate::domain::answer::shown;
use crate::domain::deploy::RegistrySpec;
use crate::domain::fault::Fault;
use crate::domain::finding::Finding;
use crate::domain::host::{Host, printable};

/// So many agents are named; the rest are counted.
const NAMED: usize = 5;

/// The `mesos` check; nothing was asked where there is no listing.
pub fn mesos(listing: Result<Option<&Listing>, &Fault>) -> Finding {
    const NAME: &str = "mesos";
    let listing = match listing {
        Ok(Some(listing)) => listing,
        Ok(None) => return Finding::skip(NAME, say!("not asked: the agents are from a file")),
        Err(fault) => {
            let hint = fault
                .hint
                .as_deref()
                .unwrap_or_else(|| say!("Is --mesos the right URL, and does Mesos run?"));
            return Finding::fail(NAME, fault.kind.word(), fault.message.clone(), hint);
        }
    };
    let public = listing.agents.iter().filter(|agent| agent.role == Role::Public).count();
    let agents = listing.agents.len();
    let told = say!("the leading master {} lists {agents} agents, {public} of them public", listing.leader);
    let away = listing.agents.iter().filter(|agent| agent.state != AgentState::Active).count()
        + listing.recovered.len();
    if away == 0 {
        return Finding::pass(NAME, told);
    }
    Finding::warn(NAME, "agents-away", say!("{told}, and {away} that take no tasks now"))
        .hint(say!("regctl agents shows the state of each; trust-agents again when they are back."))
}

/// The `registry-host` check: whether Mesos knows the agent that is to run the registry, by that very name.
pub fn registry_host(host: &Host, spec: &RegistrySpec, listing: Option<&Listing>) -> Finding {
    const NAME: &str = "registry-host";
    let about = |finding: Finding| finding.about(host);
    let Some(listing) = listing else {
        return about(Finding::skip(NAME, say!("Mesos was not asked for its agents")));
    };
    let name = host.to_string();
    let Some(agent) = listing.agents.iter().find(|agent| agent.hostname == name) else {
        return about(unknown(NAME, host, listing));
    };
    let told = describe(agent);
    let takes_public = spec.accepted_roles.iter().any(|role| role == "slave_public");
    let takes_private = spec.accepted_roles.is_empty() || spec.accepted_roles.iter().any(|role| role == "*");
    about(match (agent.state, agent.role) {
        (AgentState::Active, Role::Private) if !takes_private => Finding::fail(
            NAME,
            "private-agent",
            say!("{told}, but the registry is to run on public agents alone"),
            say!("Name a public agent, or leave --accept-role away."),
        ),
        (AgentState::Active, Role::Public) if !takes_public => Finding::warn(NAME, "public-agent", told)
            .hint(say!(
                "Marathon uses a public agent only for apps that say so: --accept-role slave_public."
            )),
        (AgentState::Active, _) => Finding::pass(NAME, told),
        (state, _) => Finding::fail(
            NAME,
            "not-active",
            say!("{told}; it takes no tasks"),
            say!("It is {}: bring it back, or name another agent with --host.", state.word()),
        ),
    })
}

fn unknown(name: &'static str, host: &Host, listing: &Listing) -> Finding {
    if let Some(agent) = listing.agents.iter().find(|agent| agent.address.as_ref() == Some(host)) {
        let hostname = printable(&agent.hostname);
        let why = say!("Mesos knows {host} as {hostname}, and Marathon goes by that name");
        return Finding::fail(name, "other-name", why, say!("Use --host {hostname}."));
    }
    let names: Vec<_> = listing.agents.iter().take(NAMED).map(|agent| printable(&agent.hostname)).collect();
    let rest = listing.agents.len().saturating_sub(NAMED);
    let rest = if rest == 0 { String::new() } else { say!(" and {rest} more") };
    let why = say!("Mesos lists no agent of that hostname, but {}{rest}", names.join(", "));
    Finding::fail(
        name,
        "not-listed",
        why,
        say!("Name one of them with --host; regctl agents lists them all."),
    )
}

fn describe(agent: &Agent) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let attributes: Vec<String> =
        agent.attributes.iter().take(NAMED).map(|(key, value)| format!("{key}={}", text(value))).collect();
    let attributes =
        if attributes.is_empty() { String::new() } else { format!(", {}", shown(&attributes.join(" "))) };
    say!("a {} agent, {}{attributes}", agent.role.word(), agent.state.word())
}

/// What a Marathon says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarathonSeen {
    /// Its version, and the name of its framework.
    pub version: String,
    /// Its leader, where there is one.
    pub leader: Option<String>,
    /// How many apps it has.
    pub apps: usize,
}

/// The `marathon` check.
pub fn marathon(seen: Result<&MarathonSeen, &Fault>) -> Finding {
    const NAME: &str = "marathon";
    match seen {
        Ok(MarathonSeen { version, leader: Some(leader), apps }) => {
            Finding::pass(NAME, say!("Marathon {version}, led by {}, runs {apps} apps", shown(leader)))
        }
        Ok(MarathonSeen { version, leader: None, .. }) => Finding::fail(
            NAME,
            "no-leader",
            say!("Marathon {version} has no leader"),
            say!("An election takes seconds; if it stays so, look at ZooKeeper and at Marathon's log."),
        ),
        Err(fault) => {
            let hint = fault
                .hint
                .as_deref()
                .unwrap_or_else(|| say!("Is --marathon the right URL, and does Marathon run?"));
            Finding::fail(NAME, fault.kind.word(), fault.message.clone(), hint)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::agent::RecoveredAgent;
    use crate::domain::fault::FaultKind;
    use crate::domain::finding::Status;
    use crate::plan::registry_app::tests::spec;

    fn agent(hostname: &str, state: AgentState, role: Role) -> Agent {
        let attributes = json!({"rack": "r1", "cores": 4}).as_object().cloned().expect("an object");
        Agent {
            agent_id: "S0".to_owned(),
            hostname: hostname.to_owned(),
            address: "10.0.0.1".parse().ok(),
            port: None,
            role,
            state,
            version: None,
            attributes,
            free: None,
        }
    }

    fn listing(state: AgentState, role: Role) -> Listing {
        Listing {
            agents: vec![agent("a1", state, role)],
            leader: "http://m:5050".to_owned(),
            ..Listing::default()
        }
    }

    #[test]
    fn a_cluster_with_all_of_its_agents_passes() {
        let all = listing(AgentState::Active, Role::Public);
        assert_eq!(
            mesos(Ok(Some(&all))).detail,
            "the leading master http://m:5050 lists 1 agents, 1 of them public"
        );
        let lost = RecoveredAgent { agent_id: "S1".to_owned(), hostname: "a2".to_owned() };
        let some = Listing { recovered: vec![lost], ..all };
        assert_eq!(mesos(Ok(Some(&some))).cause, Some("agents-away"));
        assert_eq!(mesos(Ok(None)).status, Status::Skip);
        assert_eq!(mesos(Err(&Fault::new(FaultKind::NoLeader, "no"))).cause, Some("no-leader"));
    }

    #[test]
    fn the_registrys_host_is_known_by_its_hostname() {
        let found = |host: &str, listing: &Listing| {
            registry_host(&host.parse().expect("a host"), &spec(), Some(listing))
        };
        let good = listing(AgentState::Active, Role::Private);
        let passed = found("a1", &good);
        assert_eq!(
            (passed.status, passed.detail.as_str()),
            (Status::Pass, "a private agent, active, rack=r1 cores=4")
        );
        assert_eq!(found("10.0.0.1", &good).hint.as_deref(), Some("Use --host a1."));
        assert_eq!(found("a9", &good).cause, Some("not-listed"));
        assert_eq!(found("a1", &listing(AgentState::Draining, Role::Private)).cause, Some("not-active"));
        assert_eq!(found("a1", &listing(AgentState::Active, Role::Public)).cause, Some("public-agent"));
        let host = "a1".parse().expect("a host");
        assert_eq!(registry_host(&host, &spec(), None).status, Status::Skip);
        let public = RegistrySpec { accepted_roles: vec!["slave_public".to_owned()], ..spec() };
        assert_eq!(registry_host(&host, &public, Some(&good)).cause, Some("private-agent"));
        let there = listing(AgentState::Active, Role::Public);
        assert_eq!(registry_host(&host, &public, Some(&there)).status, Status::Pass);
    }

    #[test]
    fn a_marathon_without_a_leader_fails() {
        let seen = MarathonSeen { version: "1.11.24".to_owned(), leader: Some("m:8080".to_owned()), apps: 3 };
        assert_eq!(marathon(Ok(&seen)).detail, "Marathon 1.11.24, led by m:8080, runs 3 apps");
        assert_eq!(marathon(Ok(&MarathonSeen { leader: None, ..seen })).cause, Some("no-leader"));
        assert_eq!(marathon(Err(&Fault::new(FaultKind::Unreachable, "no"))).cause, Some("unreachable"));
    }
}
