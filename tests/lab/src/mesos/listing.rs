//! Which agents a master lists in a scenario, and in which of its two lists.

use serde_json::{Value, json};

use super::agent::{Agent, AgentState};
use super::scenario::{OddAgent, Scenario};
use crate::cluster::HostRecord;

/// What a leading master answers that knows these agents and no others.
pub(crate) fn listing_of(agents: &[OddAgent]) -> Vec<u8> {
    let entry = |(index, agent)| Agent::odd(index, agent).registered();
    let slaves: Vec<Value> = agents.iter().enumerate().map(entry).collect();
    json!({"slaves": slaves, "recovered_slaves": []}).to_string().into_bytes()
}

/// The registered agents and those that the registry alone remembers, in the reverse order as a hash map may have them.
pub(super) fn listing(scenario: &Scenario, hosts: &[HostRecord]) -> (Vec<Agent>, Vec<Agent>) {
    let agents: Vec<&HostRecord> = hosts.iter().filter(|host| host.is_agent()).collect();
    let state = |name: &str| match scenario {
        Scenario::Agents { states } => states.get(name).copied().unwrap_or(AgentState::Active),
        _ => AgentState::Active,
    };
    let back = |name: &str| match scenario {
        Scenario::Recovered => false,
        Scenario::PartlyRecovered { back } => back.iter().any(|it| it == name),
        _ => true,
    };
    let (mut slaves, mut recovered) = (Vec::new(), Vec::new());
    if matches!(scenario, Scenario::Empty | Scenario::Recovering) {
        return (slaves, recovered);
    }
    for (index, host) in agents.iter().enumerate().rev() {
        let list = if back(&host.name) { &mut slaves } else { &mut recovered };
        list.push(Agent::of(index, host, state(&host.name)));
    }
    if let Scenario::Odd { agents: odd } = scenario {
        let odd = odd.iter().enumerate().map(|(index, it)| Agent::odd(agents.len() + index, it));
        slaves.splice(0..0, odd);
    }
    (slaves, recovered)
}
