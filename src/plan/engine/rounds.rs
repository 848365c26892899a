//! The rounds of logins: one that does what it can without a restart, and one that restarts.

use super::change;
use super::decide::decide;
use super::list::Wanted;
use super::taking_back;
use super::terms::{Restart, Terms};
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::registry::RegistryAddress;
use crate::domain::script::{Answer, Outcome, RemoteScript};
use crate::plan::script::Mode;

/// What engines are to be told, and how far that may go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineWish {
    /// What is to be in the lists.
    pub wanted: Wanted,
    /// How far it may go.
    pub terms: Terms,
}

impl EngineWish {
    /// Has a script that tells of the engine followed by one that changes it as this wish has it.
    pub(in crate::plan) fn after(self, script: RemoteScript, mode: Mode, holder: &str) -> RemoteScript {
        if self.wanted.is_empty() {
            return script;
        }
        let holder = holder.to_owned();
        script.then(move |answer| {
            let plan = decide(answer, &self.wanted, self.terms)?;
            change::script(&plan, mode, &holder).map(Some).map_err(|error| unwritten(&error))
        })
    }
}

/// Has a script that tells of the engine followed by one that takes back what regctl noted there of these registries, or
/// of all where none is named.
pub(in crate::plan) fn taken_back_after(
    script: RemoteScript,
    registries: &[RegistryAddress],
    restart: Restart,
    (mode, holder): (Mode, &str),
) -> RemoteScript {
    let (registries, holder) = (registries.to_vec(), holder.to_owned());
    script.then(move |answer| {
        let Some(plan) = taking_back::decide(answer, &registries, restart)? else { return Ok(None) };
        change::script(&plan, mode, &holder).map(Some).map_err(|error| unwritten(&error))
    })
}

/// The script could not be made of what the agent told.
fn unwritten(error: &anyhow::Error) -> AgentError {
    AgentError::new(AgentErrorKind::Script, say!("its settings cannot be worked with: {error}"))
}

/// Why an engine needs a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestartNeed {
    /// Flags move into daemon.json.
    Move,
    /// It does not take the settings otherwise.
    Engine,
}

/// Whether the first round ended with the need for a restart.
pub fn need(outcome: &Outcome) -> Option<RestartNeed> {
    let answer = outcome.result.as_ref().ok().filter(|answer| answer.failure.is_none())?;
    match answer.facts.get("restart")?.as_str() {
        "move" => Some(RestartNeed::Move),
        _ => Some(RestartNeed::Engine),
    }
}

/// How many engines restart at the same time: so many, or a tenth of them.
pub fn batch_size(count: usize, asked: Option<u16>) -> usize {
    asked.map_or_else(|| count.div_ceil(10), usize::from).max(1)
}

/// The outcome of both rounds. What the second one says of a step counts; where it got no answer, the agent failed.
pub fn with_restart(first: Outcome, second: Outcome) -> Outcome {
    let (attempts, elapsed) = (first.attempts + second.attempts, first.elapsed + second.elapsed);
    let result = match (first.result, second.result) {
        (Ok(first), Ok(second)) => Ok(of_both(first, second)),
        (_, second) => second,
    };
    Outcome { result, attempts, elapsed }
}

fn of_both(mut first: Answer, second: Answer) -> Answer {
    first.steps.retain(|step| second.steps.iter().all(|later| later.step != step.step));
    for settled in ["differs", "restart"] {
        first.facts.remove(settled);
    }
    first.and(second)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::change::Change;
    use crate::domain::script::StepLine;

    fn outcome(steps: &[(&str, Change)], facts: &[(&str, &str)]) -> Outcome {
        let step = |(name, change): &(&str, Change)| StepLine {
            step: (*name).to_owned(),
            change: *change,
            detail: String::new(),
        };
        let facts = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let answer = Answer { steps: steps.iter().map(step).collect(), facts, failure: None };
        Outcome { result: Ok(answer), attempts: 1, elapsed: Duration::from_millis(5) }
    }

    #[test]
    fn a_tenth_of_them_at_a_time_and_never_none() {
        assert_eq!([0, 1, 10, 11, 200].map(|count| batch_size(count, None)), [1, 1, 1, 2, 20]);
        assert_eq!(batch_size(200, Some(3)), 3);
    }

    #[test]
    fn the_second_round_has_the_last_word() {
        let engine = [("conntrack", Change::Changed), ("docker-engine", Change::Drifted)];
        let first = outcome(&engine, &[("differs", "yes"), ("restart", "move"), ("touched", "yes")]);
        assert_eq!(need(&first), Some(RestartNeed::Move));
        let second = outcome(&[("docker-engine", Change::Changed)], &[("touched", "yes")]);
        let both = with_restart(first.clone(), second);
        assert_eq!((both.attempts, need(&both)), (2, None));
        let answer = both.result.expect("has one");
        let steps: Vec<_> = answer.steps.iter().map(|step| (step.step.as_str(), step.change)).collect();
        assert_eq!(steps, [("conntrack", Change::Changed), ("docker-engine", Change::Changed)]);
        assert!(!answer.facts.contains_key("differs"));
        let lost = Outcome { result: Err(AgentError::new(AgentErrorKind::Timeout, "x")), ..first.clone() };
        assert!(with_restart(first, lost).result.is_err());
    }
}
