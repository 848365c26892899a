//! The agents of a run, whichever of its stages met them: one cell each.

use std::collections::HashMap;

use super::data::Agent;
use super::state::State;
use super::texts::Texts;
use crate::domain::finding::Finding;
use crate::domain::pull::{AgentPulls, PullOutcome};
use crate::domain::trust::AgentReport;

/// Agents by their name.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    agents: Vec<Agent>,
    numbers: HashMap<String, usize>,
    /// For each agent, what a look before the work found: it counts only where the work never came to the agent.
    before: HashMap<usize, State>,
}

/// When an agent was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Before anything was done: a preflight.
    Before,
    /// As the work, or after it.
    Counts,
}

impl Fleet {
    /// The agent of this name; a new one where there is none.
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.push(name)
    }

    fn push(&mut self, name: &str) -> usize {
        let agent = Agent {
            name: name.to_owned(),
            id: None,
            address: None,
            state: State::Skipped,
            attempts: None,
            ms: None,
            steps: Vec::new(),
            error: None,
            checks: Vec::new(),
            pulls: Vec::new(),
        };
        self.agents.push(agent);
        let number = self.agents.len() - 1;
        self.numbers.entry(name.to_owned()).or_insert(number);
        number
    }

    /// What a run of one script came to on an agent; its number.
    pub(super) fn worked(&mut self, report: &AgentReport, texts: &mut Texts) -> usize {
        let mut number = self.number(&report.agent);
        // Two agents that Mesos lists may share one address.
        if self.agents[number].attempts.is_some() {
            number = self.push(&report.agent);
        }
        let agent = &mut self.agents[number];
        agent.state = agent.state.max(report.status.into());
        agent.id.clone_from(&report.agent_id);
        let address = report.address.as_ref().map(ToString::to_string);
        agent.address = address.filter(|address| *address != report.agent);
        agent.attempts = Some(report.attempts);
        agent.ms = Some(report.elapsed_ms);
        for step in &report.steps {
            let row = [&*step.step, step.change.word(), &step.detail].map(|text| texts.number(text));
            agent.steps.push(row);
        }
        agent.error = report.error.as_ref().map(|error| {
            let hint = error.hint.as_deref().unwrap_or_default();
            [error.kind.word(), &error.message, hint].map(|text| texts.number(text))
        });
        number
    }

    /// What a check found on an agent; its number.
    pub(super) fn checked(&mut self, finding: &Finding, look: Look, texts: &mut Texts) -> usize {
        let number = self.number(&finding.subject);
        let state = State::from(finding.status);
        let hint = finding.hint.as_deref().unwrap_or_default();
        let word = state.word();
        let row = [finding.name, word, finding.cause.unwrap_or_default(), &finding.detail, hint];
        let row = row.map(|text| texts.number(text));
        let agent = &mut self.agents[number];
        if !agent.checks.contains(&row) {
            agent.checks.push(row);
        }
        match look {
            Look::Counts => agent.state = agent.state.max(state),
            Look::Before => {
                let before = self.before.entry(number).or_insert(state);
                *before = (*before).max(state);
            }
        }
        number
    }

    /// How an agent's runtimes pulled; those that are not there are left out.
    pub(super) fn pulled(&mut self, row: &AgentPulls, texts: &mut Texts) {
        let number = self.number(&row.agent);
        let registry = texts.number(&row.registry);
        for pull in row.runtimes.iter().filter(|pull| pull.outcome != PullOutcome::None) {
            let outcome = if pull.outcome == PullOutcome::Pulled { State::Passed } else { State::Failed };
            let runtime = texts.number(pull.runtime.word());
            let detail = texts.maybe(pull.detail.as_ref());
            let outcome = texts.number(outcome.word());
            self.agents[number].pulls.push((registry, runtime, outcome, detail, pull.ms));
        }
    }

    /// All of them, in the order in which they were met first.
    pub(super) fn into_agents(mut self) -> Vec<Agent> {
        for (number, before) in self.before {
            let agent = &mut self.agents[number];
            if agent.state == State::Skipped && agent.attempts.is_none() {
                agent.state = before;
            }
        }
        self.agents
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::trust::Status;

    fn states(fleet: Fleet) -> Vec<(String, State)> {
        fleet.into_agents().into_iter().map(|agent| (agent.name, agent.state)).collect()
    }

    #[test]
    fn the_worst_stage_paints_the_cell_and_a_preflight_only_where_nothing_followed() {
        let (mut fleet, mut texts) = (Fleet::default(), Texts::new());
        let warn = |agent: &str| Finding::warn("clock", "apart", "").about_agent(agent);
        for agent in ["a1", "a2"] {
            fleet.checked(&warn(agent), Look::Before, &mut texts);
        }
        fleet.worked(&AgentReport::bare("a1", Status::Changed), &mut texts);
        fleet.checked(&Finding::pass("agent-reach", "").about_agent("a1"), Look::Counts, &mut texts);
        fleet.worked(&AgentReport::bare("a3", Status::Unchanged), &mut texts);
        let bad = Finding::fail("agent-trust", "ca-missing", "", "").about_agent("a3");
        fleet.checked(&bad, Look::Counts, &mut texts);
        let named = |name: &str, state| (name.to_owned(), state);
        let expected = [named("a1", State::Changed), named("a2", State::Warned), named("a3", State::Failed)];
        assert_eq!(states(fleet), expected);
    }

    #[test]
    fn two_agents_of_one_name_have_a_cell_each() {
        let (mut fleet, mut texts) = (Fleet::default(), Texts::new());
        let numbers =
            [Status::Failed, Status::Changed].map(|it| fleet.worked(&AgentReport::bare("a", it), &mut texts));
        assert_eq!(numbers, [0, 1]);
        assert_eq!(states(fleet).len(), 2);
    }
}
