//! Reads `/slaves` as any version of Mesos since 1.1 writes it. What hosts call themselves is hostile until it is parsed.

use std::str::FromStr;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::attributes;
use crate::domain::agent::{Agent, AgentState, FreeResources, Listing, RecoveredAgent, Role};
use crate::domain::host::{Host, HostPort};
use crate::domain::json::at_most;
use crate::domain::natural::NaturalKey;

/// Which of the two fields says where to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressField {
    /// The address inside `pid`: it is where the agent really listens.
    #[default]
    Pid,
    /// `hostname`, which DC/OS sets to the address and others to a name.
    Hostname,
}

impl AddressField {
    /// The words of flags and regctl.toml.
    pub const WORDS: [&str; 2] = ["pid", "hostname"];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl FromStr for AddressField {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "pid" => Ok(Self::Pid),
            "hostname" => Ok(Self::Hostname),
            _ => Err(say!("`{text}` is no field of an agent's address: use pid or hostname")),
        }
    }
}

/// The document; fields that regctl does not need are skipped without being kept.
#[derive(Deserialize)]
struct Document {
    #[serde(deserialize_with = "at_most::<100_000, _, _>")]
    slaves: Vec<WireAgent>,
    #[serde(default, deserialize_with = "at_most::<100_000, _, _>")]
    recovered_slaves: Vec<WireAgent>,
}

#[derive(Deserialize)]
struct WireAgent {
    #[serde(default)]
    id: String,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    pid: String,
    port: Option<u16>,
    #[serde(default, deserialize_with = "attributes::read")]
    attributes: Map<String, Value>,
    #[serde(default)]
    reserved_resources: Reservations,
    active: Option<bool>,
    #[serde(default)]
    deactivated: bool,
    drain_info: Option<DrainInfo>,
    version: Option<String>,
    #[serde(default)]
    resources: Scalars,
    #[serde(default)]
    used_resources: Scalars,
    unreserved_resources: Option<Scalars>,
}

/// The resources that are amounts.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Scalars {
    cpus: f64,
    mem: f64,
    disk: f64,
}

/// Roles that have reserved something; only the one of public agents counts.
#[derive(Default, Deserialize)]
struct Reservations {
    slave_public: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct DrainInfo {
    #[serde(default)]
    state: String,
}

/// Reads the document; the agents come in the order of their addresses, since Mesos has none that lasts from one answer to
/// the next. The error says what is wrong with it, in words that follow `the answer`.
pub fn parse(body: &[u8], field: AddressField) -> Result<Listing, String> {
    let start = body.trim_ascii_start();
    if start.first() == Some(&b'<') {
        return Err(say!("is a web page, not JSON; is this really a Mesos master?").to_owned());
    }
    let document: Document = serde_json::from_slice(body).map_err(|error| explain(&error))?;
    let mut agents: Vec<_> = document.slaves.into_iter().map(|wire| agent(wire, field)).collect();
    agents.sort_by_cached_key(|agent| NaturalKey::of(agent.address.as_ref(), &agent.hostname));
    let mut recovered: Vec<_> = document.recovered_slaves.into_iter().map(recovered).collect();
    recovered
        .sort_by_cached_key(|agent| NaturalKey::of(agent.hostname.parse().ok().as_ref(), &agent.hostname));
    Ok(Listing { agents, recovered, leader: String::new() })
}

fn explain(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return say!("breaks off in the middle").to_owned();
    }
    if error.is_data() {
        return say!("is not a list of agents: {error}");
    }
    say!("is not JSON: {error}")
}

fn agent(wire: WireAgent, field: AddressField) -> Agent {
    Agent {
        address: address(&wire, field),
        role: role(&wire),
        state: state(&wire),
        free: free(&wire),
        agent_id: wire.id,
        hostname: wire.hostname,
        port: wire.port,
        version: wire.version,
        attributes: wire.attributes,
    }
}

fn recovered(wire: WireAgent) -> RecoveredAgent {
    RecoveredAgent { agent_id: wire.id, hostname: wire.hostname }
}

/// The host to log in to. Both fields must be plain: a master that sends one bad one is not believed in the other.
fn address(wire: &WireAgent, field: AddressField) -> Option<Host> {
    let hostname = wire.hostname.parse().ok()?;
    let (_, endpoint) = wire.pid.rsplit_once('@')?;
    let pid = endpoint.parse::<HostPort>().ok()?.host;
    Some(match field {
        AddressField::Pid => pid,
        AddressField::Hostname => hostname,
    })
}

/// DC/OS sets both marks on public agents; a weak principal may not be shown the reservation.
fn role(wire: &WireAgent) -> Role {
    let by_attribute = wire.attributes.get("public_ip").is_some_and(|value| value == "true");
    let by_reservation = wire.reserved_resources.slave_public.is_some();
    if by_attribute || by_reservation { Role::Public } else { Role::Private }
}

/// `active: false` has three causes; only a disconnected agent is probably not reachable.
fn state(wire: &WireAgent) -> AgentState {
    match wire.drain_info.as_ref().map(|info| info.state.as_str()) {
        Some("DRAINING") => AgentState::Draining,
        Some("DRAINED") => AgentState::Drained,
        _ if wire.deactivated => AgentState::Deactivated,
        _ if wire.active == Some(false) => AgentState::Inactive,
        _ => AgentState::Active,
    }
}

/// What tasks have left. Where Mesos says nothing of an agent's resources (a weak principal may not see them), nothing
/// is known.
fn free(wire: &WireAgent) -> Option<FreeResources> {
    let whole = match (role(wire), &wire.unreserved_resources) {
        (Role::Private, Some(unreserved)) => unreserved,
        _ => &wire.resources,
    };
    let used = &wire.used_resources;
    let left = |whole: f64, used: f64| (whole - used).max(0.0);
    (wire.resources.cpus > 0.0).then(|| FreeResources {
        cpus: left(whole.cpus, used.cpus),
        mem: left(whole.mem, used.mem),
        disk: left(whole.disk, used.disk),
    })
}

#[cfg(test)]
mod tests;
