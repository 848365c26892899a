//! Which agents `--failed` means, and how their list shrinks.

use std::collections::BTreeSet;

use super::selection::Selection;
use crate::domain::trust::{AgentReport, Status};

/// How much of the fleet a run was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every agent of its sources.
    Whole,
    /// Those that some filter left over.
    Part,
}

/// The list after a run: those that failed or were not reached in it and, where it was about a part of the fleet, those
/// of before that it did not bring to a good end.
pub fn after(before: BTreeSet<String>, agents: &[AgentReport], scope: Scope) -> BTreeSet<String> {
    // One that differs after all waits for a restart of its Docker Engine.
    let open = [Status::Failed, Status::Skipped, Status::Drifted];
    let is_open = |agent: &&AgentReport| open.contains(&agent.status);
    let mut list = if scope == Scope::Part { before } else { BTreeSet::new() };
    for agent in agents {
        if is_open(&agent) {
            list.insert(agent.agent.clone());
        } else {
            list.remove(&agent.agent);
        }
    }
    list
}

/// Leaves only the listed agents in the selection, and hands back the listed names that are not in it.
pub fn narrow(selection: Selection, list: &BTreeSet<String>) -> (Selection, BTreeSet<String>) {
    let known: BTreeSet<_> = selection.agents.iter().map(|agent| agent.name.clone()).collect();
    let narrowed = selection.only(|agent| list.contains(&agent.name));
    (narrowed, list.difference(&known).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::Target;
    use crate::plan::selection::Selected;

    fn names(list: &[&str]) -> BTreeSet<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_list_shrinks_as_agents_succeed() {
        let run = [("a1", Status::Changed), ("a2", Status::Failed), ("a3", Status::Skipped)]
            .map(|(name, status)| AgentReport::bare(name, status));
        assert_eq!(after(names(&["a1", "a9"]), &run, Scope::Part), names(&["a2", "a3", "a9"]));
        assert_eq!(after(names(&["a1", "a9"]), &run, Scope::Whole), names(&["a2", "a3"]));
    }

    #[test]
    fn only_listed_agents_are_logged_in_to() {
        let agent = |name: &str, login| Selected {
            name: name.to_owned(),
            agent_id: None,
            address: None,
            login: Ok(login),
        };
        let target = |name: &str| Target {
            name: name.to_owned(),
            agent_id: None,
            host: name.parse().expect("a host"),
            port: None,
        };
        let selection = Selection {
            agents: vec![agent("a1", 0), agent("a2", 1), agent("a3", 1)],
            targets: vec![target("a1"), target("a2")],
        };
        let (narrowed, gone) = narrow(selection, &names(&["a3", "a9"]));
        assert_eq!(narrowed.agents, [agent("a3", 0)]);
        assert_eq!(narrowed.targets, [target("a2")]);
        assert_eq!(gone, names(&["a9"]));
    }
}
