//! One agent as the master lists it, field by field in the order of the recordings.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::scenario::OddAgent;
use crate::cluster::HostRecord;

/// The master that agents registered with; part of their ids.
pub(crate) const MASTER_ID: &str = "a6cb0a45-924f-4b53-937d-a1040a05edaf";

const PORT: u16 = 5051;
const CPUS: f64 = 4.0;
const MEM: f64 = 8192.0;
const DISK: f64 = 100_000.0;
const REGISTERED: f64 = 1_795_305_204.944_962;
const DRAIN_STARTED: f64 = 1_795_305_214.616_406;

/// What the master thinks of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgentState {
    /// Connected and taking tasks.
    Active,
    /// Its connection broke; still listed for 75 s.
    Disconnected,
    /// Deactivated by an operator, and reachable.
    Deactivated,
    /// Being drained, and reachable.
    Draining,
    /// Drained, and reachable.
    Drained,
}

/// What the listing says of one agent.
#[derive(Debug, Clone)]
pub(super) struct Agent {
    id: String,
    hostname: String,
    pid: String,
    rack: String,
    level: f64,
    public: bool,
    state: AgentState,
}

impl Agent {
    /// A host of the lab; `index` counts the agents from 0. As on DC/OS, an agent's hostname is its IP address.
    pub(super) fn of(index: usize, host: &HostRecord, state: AgentState) -> Self {
        Self {
            id: format!("{MASTER_ID}-S{index}"),
            hostname: host.address.to_string(),
            pid: format!("slave(1)@{}:{PORT}", host.address),
            rack: format!("r{}", index % 2 + 1),
            level: f64::from(u32::try_from(index).unwrap_or(u32::MAX)) + 1.0,
            public: host.public,
            state,
        }
    }

    /// One that says of itself what it likes.
    pub(super) fn odd(index: usize, odd: &OddAgent) -> Self {
        Self {
            id: format!("{MASTER_ID}-S{index}"),
            hostname: odd.hostname.clone(),
            pid: odd.pid.clone(),
            rack: "r1".to_owned(),
            level: 1.0,
            public: false,
            state: AgentState::Active,
        }
    }

    pub(super) fn has_id(&self, id: &str) -> bool {
        self.id == id
    }

    /// Its entry in `slaves`.
    pub(super) fn registered(&self) -> Value {
        let all = resources(CPUS, MEM, DISK, true);
        let none = resources(0.0, 0.0, 0.0, false);
        let (reserved, unreserved) =
            if self.public { (json!({"slave_public": all}), none.clone()) } else { (json!({}), all.clone()) };
        let mut entry = self.head();
        let rest = json!({
            "pid": self.pid,
            "registered_time": REGISTERED,
            "resources": all,
            "used_resources": none,
            "offered_resources": none,
            "reserved_resources": reserved,
            "unreserved_resources": unreserved,
            "active": self.state == AgentState::Active,
            "deactivated": !matches!(self.state, AgentState::Active | AgentState::Disconnected),
            "version": "1.11.0",
            "capabilities": [
                "MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT", "RESOURCE_PROVIDER", "RESIZE_VOLUME",
                "AGENT_OPERATION_FEEDBACK", "AGENT_DRAINING", "TASK_RESOURCE_LIMITS"
            ],
        });
        append(&mut entry, rest);
        append(&mut entry, self.drain());
        append(&mut entry, self.full());
        Value::Object(entry)
    }

    /// Its entry in `recovered_slaves`: what the registry remembers.
    pub(super) fn recovered(&self) -> Value {
        Value::Object(self.head())
    }

    fn head(&self) -> Map<String, Value> {
        let mut attributes = json!({"rack": self.rack, "os": "debian", "level": self.level});
        if self.public {
            attributes["public_ip"] = json!("true");
        }
        let mut entry = Map::new();
        append(
            &mut entry,
            json!({"id": self.id, "hostname": self.hostname, "port": PORT, "attributes": attributes}),
        );
        entry
    }

    fn drain(&self) -> Value {
        let state = match self.state {
            AgentState::Draining => "DRAINING",
            AgentState::Drained => "DRAINED",
            _ => return json!({}),
        };
        json!({
            "drain_info": {"state": state, "config": {"mark_gone": false}},
            "estimated_drain_start_time_seconds": DRAIN_STARTED,
        })
    }

    /// The resources once more, in the form of the protocol buffers.
    fn full(&self) -> Value {
        let (reserved, unreserved) = if self.public {
            (json!({"slave_public": detailed(Some("slave_public"))}), json!([]))
        } else {
            (json!({}), detailed(None))
        };
        json!({
            "reserved_resources_full": reserved,
            "unreserved_resources_full": unreserved,
            "used_resources_full": [],
            "offered_resources_full": [],
        })
    }
}

fn append(entry: &mut Map<String, Value>, fields: Value) {
    if let Value::Object(fields) = fields {
        entry.extend(fields);
    }
}

fn resources(cpus: f64, mem: f64, disk: f64, ports: bool) -> Value {
    let mut all = json!({"disk": disk, "mem": mem, "gpus": 0.0, "cpus": cpus});
    if ports {
        all["ports"] = json!("[31000-32000]");
    }
    all
}

/// All resources, unreserved or reserved for a role by the agent's own flags.
fn detailed(role: Option<&str>) -> Value {
    let scalar = |name: &str, value: f64| json!({"name": name, "type": "SCALAR", "scalar": {"value": value}});
    let range = json!({"range": [{"begin": 31000, "end": 32000}]});
    let mut all = vec![
        scalar("cpus", CPUS),
        scalar("mem", MEM),
        scalar("disk", DISK),
        json!({"name": "ports", "type": "RANGES", "ranges": range}),
    ];
    for resource in &mut all {
        resource["role"] = json!(role.unwrap_or("*"));
        if let Some(role) = role {
            resource["reservations"] = json!([{"type": "STATIC", "role": role}]);
        }
    }
    Value::Array(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first agent of a recording's body.
    fn recorded(recording: &str) -> Value {
        let body = recording.rsplit_once("\r\n\r\n").expect("a recording has a head and a body").1;
        let listing: Value = serde_json::from_str(body).unwrap();
        listing["slaves"][1].clone()
    }

    /// The names and kinds of all fields, in order, with the values left out.
    fn shape(value: &Value) -> String {
        match value {
            Value::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, it)| format!("{name}:{}", shape(it))).collect();
                format!("{{{}}}", fields.join(","))
            }
            Value::Array(items) => format!("[{}]", items.iter().map(shape).collect::<Vec<_>>().join(",")),
            Value::String(_) => "string".to_owned(),
            Value::Number(number) => if number.is_f64() { "float" } else { "int" }.to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::Null => "null".to_owned(),
        }
    }

    fn host() -> HostRecord {
        HostRecord {
            name: "a1".to_owned(),
            address: "192.168.1.11".parse().unwrap(),
            init_pid: 1,
            engine: false,
            public: false,
        }
    }

    #[test]
    fn an_active_agent_has_the_recorded_shape() {
        let agent = Agent::of(0, &host(), AgentState::Active).registered();
        assert_eq!(shape(&agent), shape(&recorded(include_str!("../../../../fixtures/mesos/slaves.txt"))));
    }

    #[test]
    fn a_drained_agent_has_the_recorded_shape_and_states() {
        let recorded = recorded(include_str!("../../../../fixtures/mesos/slaves-drained.txt"));
        let agent = Agent::of(0, &host(), AgentState::Drained).registered();
        assert_eq!(shape(&agent), shape(&recorded));
        for field in ["active", "deactivated", "drain_info", "version", "capabilities"] {
            assert_eq!(agent[field], recorded[field], "{field}");
        }
    }

    #[test]
    fn a_public_agent_is_reserved_for_slave_public() {
        let agent = Agent::of(0, &HostRecord { public: true, ..host() }, AgentState::Active).registered();
        assert_eq!(agent["attributes"]["public_ip"], "true");
        assert_eq!(agent["reserved_resources"]["slave_public"]["cpus"], 4.0);
        assert_eq!(agent["unreserved_resources"]["cpus"], 0.0);
    }
}
