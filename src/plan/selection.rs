//! Which agents are meant, and where to log in for each of them.

use std::collections::HashMap;

use crate::domain::agent::{Agent, AgentError, AgentErrorKind, AgentId, Listing, Role, Target};
use crate::domain::glob::Glob;
use crate::domain::host::{Host, HostPort, printable};
use crate::plan::masters::Master;

/// Which of the agents are meant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Those whose address, hostname or id matches one of these; all where there is none.
    pub only: Vec<Glob>,
    /// None whose address, hostname or id matches one of these.
    pub skip: Vec<Glob>,
    /// Of those that Mesos lists: only these.
    pub role: Option<Role>,
    /// Of those that Mesos lists: only those that have all of these attributes, compared as text.
    pub attributes: Vec<(String, String)>,
}

/// One agent of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The name that the report uses.
    pub name: String,
    /// Its id, where Mesos named it.
    pub agent_id: Option<AgentId>,
    /// Where to log in, if anywhere.
    pub address: Option<Host>,
    /// Which of the targets it is, or why nothing may connect to it.
    pub login: Result<usize, AgentError>,
}

/// All agents that are meant. Several of them may share one address, which is logged in to once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    /// The agents in the order of their sources.
    pub agents: Vec<Selected>,
    /// Where to log in, each address once.
    pub targets: Vec<Target>,
}

impl Selection {
    /// The agents that the question is true for, and the targets that they need.
    #[must_use]
    pub fn only(self, is_meant: impl Fn(&Selected) -> bool) -> Self {
        let mut moved: HashMap<usize, usize> = HashMap::new();
        let mut kept = Self::default();
        for agent in self.agents.into_iter().filter(is_meant) {
            let login = agent.login.map(|old| {
                *moved.entry(old).or_insert_with(|| {
                    kept.targets.push(self.targets[old].clone());
                    kept.targets.len() - 1
                })
            });
            kept.agents.push(Selected { login, ..agent });
        }
        kept
    }
}

/// Selects from what Mesos lists, what files name, and the masters.
pub fn select(listing: &Listing, named: &[HostPort], masters: &[Master], filter: &Filter) -> Selection {
    let mut building = Building::default();
    for agent in listing.agents.iter().filter(|agent| filter.takes(agent)) {
        building.add_listed(agent);
    }
    for host in named.iter().filter(|host| filter.takes_named(host)) {
        building.add_named(host);
    }
    for master in masters {
        building.add_master(master, filter);
    }
    building.selection
}

impl Filter {
    /// Whether an agent that Mesos lists is meant.
    pub fn takes(&self, agent: &Agent) -> bool {
        let address = agent.address.as_ref().map(ToString::to_string).unwrap_or_default();
        let names = [address.as_str(), &agent.hostname, &agent.agent_id];
        let has = |(key, value): &(String, String)| {
            agent.attributes.get(key).is_some_and(|found| spelled(found) == *value)
        };
        self.takes_names(&names)
            && self.role.is_none_or(|role| role == agent.role)
            && self.attributes.iter().all(has)
    }

    fn takes_named(&self, host: &HostPort) -> bool {
        self.takes_names(&[&host.host.to_string(), &host.to_string()])
    }

    fn takes_names(&self, names: &[&str]) -> bool {
        let any = |globs: &[Glob]| globs.iter().any(|glob| names.iter().any(|name| glob.matches(name)));
        (self.only.is_empty() || any(&self.only)) && !any(&self.skip)
    }
}

/// An attribute as an operator writes it: Mesos sends `1.0` for a scalar that was given as 1.
fn spelled(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.as_f64().map_or_else(|| other.to_string(), |number| number.to_string()),
    }
}

#[derive(Default)]
struct Building {
    selection: Selection,
    known: HashMap<(Host, Option<u16>), usize>,
}

impl Building {
    fn add_listed(&mut self, agent: &Agent) {
        let login = match &agent.address {
            Some(host) => Ok(self.target(host, None, Some(&agent.agent_id))),
            None => Err(invalid_name()),
        };
        let (name, address) = (agent.name(), agent.address.clone());
        self.selection.agents.push(Selected { name, agent_id: Some(agent.agent_id.clone()), address, login });
    }

    /// A host that is there already is not named twice.
    fn add_named(&mut self, host: &HostPort) {
        if self.known.contains_key(&key(&host.host, host.port)) {
            return;
        }
        let login = Ok(self.target(&host.host, host.port, None));
        let (name, address) = (host.to_string(), Some(host.host.clone()));
        self.selection.agents.push(Selected { name, agent_id: None, address, login });
    }

    fn add_master(&mut self, master: &Master, filter: &Filter) {
        match master {
            Ok(host) => {
                let host = HostPort { host: host.clone(), port: None };
                if filter.takes_named(&host) {
                    self.add_named(&host);
                }
            }
            Err(sent) if filter.takes_names(&[sent]) => {
                let (name, login) = (printable(sent), Err(no_address()));
                self.selection.agents.push(Selected { name, agent_id: None, address: None, login });
            }
            Err(_) => {}
        }
    }

    fn target(&mut self, host: &Host, port: Option<u16>, agent_id: Option<&AgentId>) -> usize {
        let targets = &mut self.selection.targets;
        *self.known.entry(key(host, port)).or_insert_with(|| {
            let name = HostPort { host: host.clone(), port }.to_string();
            targets.push(Target { name, agent_id: agent_id.cloned(), host: host.clone(), port });
            targets.len() - 1
        })
    }
}

/// Names are the same in any case.
fn key(host: &Host, port: Option<u16>) -> (Host, Option<u16>) {
    let host = match host {
        Host::Name(name) => Host::Name(name.to_ascii_lowercase()),
        ip @ Host::Ip(_) => ip.clone(),
    };
    (host, port)
}

fn invalid_name() -> AgentError {
    let message =
        say!("its hostname or pid is not a plain host name or IP address, so nothing connects to it");
    AgentError::new(AgentErrorKind::InvalidName, message)
        .hint(say!("Look at --hostname and --ip of that agent, or leave it out with --skip."))
}

fn no_address() -> AgentError {
    let message = say!("Mesos-DNS names it as a master, but it is no IP address, so nothing connects to it");
    AgentError::new(AgentErrorKind::InvalidName, message)
        .hint(say!("Look at the masters in Mesos-DNS' configuration, or name them with --agents-file."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::agent::AgentState;

    fn agent(id: &str, address: Option<&str>) -> Agent {
        Agent {
            agent_id: id.to_owned(),
            hostname: format!("{id}.example.com"),
            address: address.map(|text| text.parse().expect("a host")),
            port: Some(5051),
            role: Role::Private,
            state: AgentState::Active,
            version: None,
            attributes: json!({ "rack": "r1", "level": 2.0 }).as_object().expect("an object").clone(),
            free: None,
        }
    }

    fn listing() -> Listing {
        let public = Agent { role: Role::Public, ..agent("S2", Some("10.0.0.2")) };
        let agents =
            vec![agent("S1", Some("10.0.0.1")), public, agent("S3", Some("10.0.0.1")), agent("S4", None)];
        Listing { agents, ..Listing::default() }
    }

    fn names(filter: &Filter) -> Vec<String> {
        select(&listing(), &[], &[], filter).agents.into_iter().filter_map(|agent| agent.agent_id).collect()
    }

    #[test]
    fn one_address_is_logged_in_to_once() {
        let named = ["10.0.0.2", "10.0.0.1:2222", "A5", "a5"].map(|text| text.parse().expect("a host"));
        let selection = select(&listing(), &named, &[], &Filter::default());
        let targets: Vec<_> = selection.targets.iter().map(|target| target.name.as_str()).collect();
        assert_eq!(targets, ["10.0.0.1", "10.0.0.2", "10.0.0.1:2222", "A5"]);
        let logins: Vec<_> = selection.agents.iter().map(|agent| agent.login.clone().ok()).collect();
        assert_eq!(logins, [Some(0), Some(1), Some(0), None, Some(2), Some(3)]);
    }

    #[test]
    fn an_agent_without_a_plain_name_is_reported_and_not_connected_to() {
        let selection = select(&listing(), &[], &[], &Filter::default());
        let error = selection.agents[3].login.clone().expect_err("no login");
        assert_eq!(error.kind, AgentErrorKind::InvalidName);
        assert_eq!(selection.targets.len(), 2);
    }

    #[test]
    fn masters_come_last_and_only_where_they_are_new() {
        let host = |text: &str| Ok(text.parse().expect("a host"));
        let masters =
            [host("10.0.0.2"), host("10.0.0.9"), host("10.0.0.9"), Err("-oProxyCommand=id".to_owned())];
        let selection = select(&listing(), &[], &masters, &Filter::default());
        let names: Vec<_> = selection.agents[4..].iter().map(|agent| agent.name.as_str()).collect();
        assert_eq!(names, ["10.0.0.9", "-oProxyCommand=id"]);
        assert_eq!(selection.targets.len(), 3);
        let error = selection.agents[5].login.clone().expect_err("no login");
        assert_eq!(error.kind, AgentErrorKind::InvalidName);
        let skip = Filter { skip: vec!["10.*".parse().expect("a pattern")], ..Filter::default() };
        assert!(select(&Listing::default(), &[], &masters[..3], &skip).agents.is_empty());
    }

    #[test]
    fn filters_narrow_down() {
        let glob = |text: &str| vec![text.parse().expect("a pattern")];
        assert_eq!(names(&Filter { only: glob("10.0.0.1"), ..Filter::default() }), ["S1", "S3"]);
        assert_eq!(names(&Filter { only: glob("s2*"), ..Filter::default() }), ["S2"]);
        assert_eq!(names(&Filter { skip: glob("S?"), ..Filter::default() }), [""; 0]);
        assert_eq!(names(&Filter { role: Some(Role::Public), ..Filter::default() }), ["S2"]);
        let attribute = |key: &str, value: &str| vec![(key.to_owned(), value.to_owned())];
        assert_eq!(names(&Filter { attributes: attribute("level", "2"), ..Filter::default() }).len(), 4);
        assert_eq!(names(&Filter { attributes: attribute("rack", "r2"), ..Filter::default() }), [""; 0]);
    }
}
