//! Which agents may run the registry, and which of them best.

use std::cmp::Reverse;

use crate::domain::agent::{Agent, AgentState, Listing, Role};
use crate::domain::host::Host;
use crate::domain::init::{HostRoom, Seen};
use crate::domain::script::Answer;
use crate::plan::checks::preflight::disk;
use crate::plan::facts::Facts;
use crate::plan::selection::Filter;

/// What a registry takes where nothing else is said: CPU shares, and memory in MiB.
const NEEDS: (f64, f64) = (0.5, 1024.0);

/// An agent that may be named as the registry's host.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The hostname that Mesos has for it, which Marathon goes by.
    pub host: Host,
    /// What Mesos says of it.
    pub agent: Agent,
    /// What was seen there.
    pub seen: Seen,
}

/// How well an agent fits; the best comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    /// A look at it found nothing amiss.
    Good,
    /// Nobody looked.
    Unseen,
    /// Little room, or Mesos has not enough for a registry there.
    Poor,
    /// There is no Docker Engine to run a registry.
    Engineless,
    /// It could not be looked at.
    Unreached,
    /// It is public.
    Public,
    /// It takes no tasks, or its disk cannot be written to.
    Unfit,
}

/// The agents that are meant and may be named, the best first, by what Mesos says of them. One whose hostname or pid is no
/// plain host name or address is never among them.
pub fn candidates(listing: &Listing, filter: &Filter) -> Vec<Candidate> {
    let candidate = |agent: &Agent| {
        let host = agent.address.as_ref().and_then(|_| agent.hostname.parse().ok())?;
        Some(Candidate { host, agent: agent.clone(), seen: Seen::NotLooked })
    };
    let meant = listing.agents.iter().filter(|agent| filter.takes(agent));
    let mut found: Vec<_> = meant.filter_map(candidate).collect();
    rank(&mut found);
    found
}

/// How many of the agents that are meant cannot be named.
pub fn unnameable(listing: &Listing, filter: &Filter) -> usize {
    let meant = listing.agents.iter().filter(|agent| filter.takes(agent)).count();
    meant - candidates(listing, filter).len()
}

/// The best first: private and active ones with the most room. Equals stay in the order of their addresses.
pub fn rank(candidates: &mut [Candidate]) {
    candidates.sort_by_key(|candidate| (candidate.grade(), Reverse(candidate.room())));
}

/// The same after a look at some of them. Where none could be looked at, that says more of the way there than of any agent,
/// and the order stays what Mesos' count made it.
pub fn rank_by_sight(candidates: &mut [Candidate]) {
    if candidates.iter().any(|candidate| matches!(candidate.seen, Seen::Room(_))) {
        rank(candidates);
    }
}

/// The one to propose, if any of them is private and active.
pub fn best(candidates: &[Candidate]) -> Option<&Candidate> {
    candidates.first().filter(|candidate| candidate.grade() < Grade::Public)
}

/// Those whose hostname, address or id holds a text.
pub fn matching<'a>(candidates: &'a [Candidate], text: &str) -> Vec<&'a Candidate> {
    let text = text.to_lowercase();
    let fits = |candidate: &&Candidate| {
        let address = candidate.agent.address.as_ref().map(ToString::to_string).unwrap_or_default();
        let names = [candidate.agent.hostname.as_str(), &address, &candidate.agent.agent_id];
        names.iter().any(|name| name.to_lowercase().contains(&text))
    };
    candidates.iter().filter(fits).collect()
}

/// The room for the images that an agent tells of.
pub fn room(answer: &Answer) -> Option<HostRoom> {
    let facts = Facts::of(answer);
    Some(HostRoom {
        free: facts.number("disk.free")?,
        mount: facts.get("disk.mount").or_else(|| facts.get("disk.path"))?.to_owned(),
        is_writable: facts.get("disk.read-only").is_none(),
        has_engine: facts.get("docker").is_some(),
    })
}

impl Candidate {
    /// Whether it is one of the public agents.
    pub fn is_public(&self) -> bool {
        self.agent.role == Role::Public
    }

    /// Why it is not as good as it might be; empty where nothing is known against it.
    pub fn shortcomings(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        let mut note = |holds: bool, what| {
            if holds {
                found.push(what);
            }
        };
        note(self.agent.state != AgentState::Active, say!("it takes no tasks now"));
        note(self.is_public(), say!("it is a public agent"));
        if let Some(free) = self.agent.free {
            let (cpus, mem) = NEEDS;
            note(
                free.cpus < cpus || free.mem < mem,
                say!("Mesos has not enough CPU or memory left for a registry there"),
            );
        }
        if let Seen::Room(room) = &self.seen {
            note(!room.is_writable, say!("its disk cannot be written to"));
            note(!room.has_engine, say!("it has no Docker Engine"));
            note(room.free < disk::LITTLE, say!("it has little room"));
        }
        found
    }

    /// KiB that are free: as seen there, or as Mesos counts.
    fn room(&self) -> u64 {
        match (&self.seen, self.agent.free) {
            (Seen::Room(room), _) => room.free,
            // Saturating: what a master says is no number that can be relied on.
            (_, Some(free)) => (free.disk * 1024.0) as u64,
            (_, None) => 0,
        }
    }

    fn grade(&self) -> Grade {
        let read_only = matches!(&self.seen, Seen::Room(room) if !room.is_writable);
        if self.agent.state != AgentState::Active || read_only {
            return Grade::Unfit;
        }
        match &self.seen {
            _ if self.is_public() => Grade::Public,
            Seen::Failed(_) => Grade::Unreached,
            Seen::Room(room) if !room.has_engine => Grade::Engineless,
            _ if !self.shortcomings().is_empty() => Grade::Poor,
            Seen::NotLooked => Grade::Unseen,
            Seen::Room(_) => Grade::Good,
        }
    }
}

#[cfg(test)]
pub(in crate::plan) mod tests {
    use serde_json::Map;

    use super::*;
    use crate::domain::agent::{AgentError, AgentErrorKind, FreeResources};

    pub(in crate::plan) fn agent(hostname: &str, disk: f64) -> Agent {
        Agent {
            agent_id: format!("id-{hostname}"),
            hostname: hostname.to_owned(),
            address: hostname.parse::<Host>().ok().map(|_| "10.0.0.1".parse().expect("an address")),
            port: None,
            role: Role::Private,
            state: AgentState::Active,
            version: None,
            attributes: Map::new(),
            free: Some(FreeResources { cpus: 4.0, mem: 8192.0, disk }),
        }
    }

    fn listed(agents: Vec<Agent>) -> Vec<Candidate> {
        candidates(&Listing { agents, ..Listing::default() }, &Filter::default())
    }

    fn names(candidates: &[Candidate]) -> Vec<String> {
        candidates.iter().map(|candidate| candidate.host.to_string()).collect()
    }

    fn seen(free: u64, has_engine: bool) -> Seen {
        Seen::Room(HostRoom { free, mount: "/".to_owned(), is_writable: true, has_engine })
    }

    #[test]
    fn private_active_agents_with_the_most_room_come_first() {
        let public = Agent { role: Role::Public, ..agent("p1", 900.0) };
        let away = Agent { state: AgentState::Draining, ..agent("d1", 900.0) };
        let busy =
            Agent { free: Some(FreeResources { cpus: 0.1, mem: 9e9, disk: 900.0 }), ..agent("b1", 0.0) };
        let found =
            listed(vec![away, public, busy, agent("a1", 100.0), agent("a2", 300.0), agent("a3", 100.0)]);
        assert_eq!(names(&found), ["a2", "a1", "a3", "b1", "p1", "d1"]);
        assert_eq!(best(&found).map(|it| it.host.to_string()).as_deref(), Some("a2"));
    }

    #[test]
    fn what_was_seen_there_counts_more_than_what_mesos_says() {
        let mut found = listed(["a1", "a2", "a3", "a4", "a5"].map(|name| agent(name, 100.0)).to_vec());
        let of = |host: &Host| match host.to_string().as_str() {
            "a1" => Seen::Failed(AgentError::new(AgentErrorKind::Auth, "no")),
            "a2" => seen(50 << 20, true),
            "a3" => seen(90 << 20, false),
            "a5" => seen(1 << 20, true),
            _ => seen(20 << 20, true),
        };
        found.iter_mut().for_each(|candidate| candidate.seen = of(&candidate.host));
        rank_by_sight(&mut found);
        assert_eq!(names(&found), ["a2", "a4", "a5", "a3", "a1"]);
        assert_eq!(found[3].shortcomings(), ["it has no Docker Engine"]);
        let read_only =
            HostRoom { is_writable: false, free: 1 << 40, mount: "/".to_owned(), has_engine: true };
        found[0].seen = Seen::Room(read_only);
        rank(&mut found);
        assert_eq!(names(&found), ["a4", "a5", "a3", "a1", "a2"]);
    }

    #[test]
    fn where_nobody_could_be_looked_at_the_most_room_by_mesos_count_wins() {
        let mut found = listed(vec![agent("a1", 900.0), agent("a2", 500.0), agent("a3", 100.0)]);
        for candidate in &mut found[..2] {
            candidate.seen = Seen::Failed(AgentError::new(AgentErrorKind::Auth, "no"));
        }
        rank_by_sight(&mut found);
        assert_eq!(best(&found).map(|it| it.host.to_string()).as_deref(), Some("a1"));
        found[1].seen = seen(20 << 20, true);
        rank_by_sight(&mut found);
        assert_eq!(names(&found), ["a2", "a3", "a1"]);
    }

    #[test]
    fn without_a_private_agent_none_is_proposed() {
        let public = |name: &str| Agent { role: Role::Public, ..agent(name, 100.0) };
        let found = listed(vec![public("p1"), public("p2")]);
        assert_eq!((found.len(), best(&found)), (2, None));
        assert_eq!(best(&[]), None);
    }

    #[test]
    fn a_hostile_hostname_is_never_proposed() {
        let hostile = ["-oProxyCommand=id", "a;reboot", "../../x", "", "a b", "\u{1b}[2J"];
        let agents = hostile.iter().map(|name| agent(name, 900.0)).collect();
        let listing = Listing { agents, ..Listing::default() };
        assert_eq!(candidates(&listing, &Filter::default()), []);
        assert_eq!(unnameable(&listing, &Filter::default()), hostile.len());
        // The hostname is plain, but what stands for the address was not.
        assert_eq!(listed(vec![Agent { address: None, ..agent("a1", 900.0) }]), []);
    }

    #[test]
    fn of_many_agents_those_that_match_are_found() {
        let agents = (0..10_000).map(|number| agent(&format!("node-{number}.example.com"), 1.0)).collect();
        let found = listed(agents);
        assert_eq!(matching(&found, "NODE-777").len(), 11);
        assert_eq!(matching(&found, "10.0.0.1").len(), 10_000);
        assert!(matching(&found, "elsewhere").is_empty());
    }

    #[test]
    fn room_is_read_from_what_the_agent_tells() {
        use crate::plan::facts::tests::answer;
        let told = answer(&[("disk.path", "/data"), ("disk.free", "42"), ("docker", "there")]);
        let expected = HostRoom { free: 42, mount: "/data".to_owned(), is_writable: true, has_engine: true };
        assert_eq!(room(&told), Some(expected));
        assert_eq!(room(&answer(&[("disk.path", "/data"), ("disk.free", "much")])), None);
    }
}
