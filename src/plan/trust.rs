//! What the answers of agents to `trust-agents` mean.

use time::OffsetDateTime;

use super::selection::{Selected, Selection};
use crate::domain::agent::{AgentErrorKind, Target};
use crate::domain::change::Change;
use crate::domain::fault::Exit;
use crate::domain::script::{Answer, Outcome, StepLine};
use crate::domain::trust::{AgentReport, Status, Summary};

/// A clock that is off by more makes certificates of normal length doubtful.
const CLOCK_TOLERANCE: time::Duration = time::Duration::days(1);
/// So many agents are warned of by name; the rest are counted.
const NAMED: usize = 5;

/// One entry for each agent that is meant; those that share a login share its outcome. `now` is our own time.
pub fn agents(selection: &Selection, outcomes: &[Outcome], now: OffsetDateTime) -> Vec<AgentReport> {
    let outcome = |agent: &Selected| agent.login.as_ref().ok().map(|target| &outcomes[*target]);
    selection.agents.iter().map(|agent| agent_report(agent, outcome(agent), now)).collect()
}

/// The entry of one agent; without an outcome, that of one that nothing may connect to.
pub fn agent_report(agent: &Selected, outcome: Option<&Outcome>, now: OffsetDateTime) -> AgentReport {
    let mut report = AgentReport {
        agent: agent.name.clone(),
        agent_id: agent.agent_id.clone(),
        address: agent.address.clone(),
        status: Status::Failed,
        steps: Vec::new(),
        error: None,
        attempts: 0,
        elapsed_ms: 0,
    };
    let Some(outcome) = outcome else {
        return AgentReport { error: agent.login.clone().err(), ..report };
    };
    report.attempts = outcome.attempts;
    report.elapsed_ms = u64::try_from(outcome.elapsed.as_millis()).unwrap_or(u64::MAX);
    match &outcome.result {
        Ok(answer) => AgentReport {
            status: status(answer),
            steps: steps(answer, now),
            error: answer.failure.clone(),
            ..report
        },
        Err(error) => {
            let skipped = error.kind == AgentErrorKind::Interrupted && outcome.attempts == 0;
            let status = if skipped { Status::Skipped } else { Status::Failed };
            AgentReport { status, error: Some(error.clone()), ..report }
        }
    }
}

fn status(answer: &Answer) -> Status {
    if answer.failure.is_some() {
        Status::Failed
    } else if answer.facts.contains_key("differs") {
        Status::Drifted
    } else if answer.facts.contains_key("touched") {
        Status::Changed
    } else {
        Status::Unchanged
    }
}

/// The steps as the agent told them. Where its clock is far off, the first CA's step says so: trust is there, but the
/// agent will find certificates not valid yet, or not any more.
fn steps(answer: &Answer, now: OffsetDateTime) -> Vec<StepLine> {
    let mut steps = answer.steps.clone();
    if let Some(trouble) = clock_trouble(answer, now) {
        let first = |step: &&mut StepLine| step.step.ends_with("-ca") && step.change != Change::Failed;
        if let Some(step) = steps.iter_mut().find(first) {
            let gap = if step.detail.is_empty() { "" } else { "; " };
            step.detail = format!("{}{gap}{trouble}", step.detail);
        }
    }
    steps
}

/// What the operator should know although the run goes on: agents whose clock is far off, a few of them by name.
pub fn warnings(selection: &Selection, outcomes: &[Outcome], now: OffsetDateTime) -> Vec<String> {
    let trouble = |(target, outcome): (&Target, &Outcome)| {
        let answer = outcome.result.as_ref().ok()?;
        Some(format!("{}: {}", target.name, clock_trouble(answer, now)?))
    };
    let mut warnings: Vec<_> = selection.targets.iter().zip(outcomes).filter_map(trouble).collect();
    let rest = warnings.len().saturating_sub(NAMED);
    if rest > 0 {
        warnings.truncate(NAMED);
        warnings.push(say!("{rest} more agents have such a clock"));
    }
    warnings
}

/// What is wrong with the agent's clock, if anything.
fn clock_trouble(answer: &Answer, now: OffsetDateTime) -> Option<String> {
    let seconds = answer.facts.get("clock")?.parse().ok()?;
    let off = OffsetDateTime::from_unix_timestamp(seconds).ok()? - now;
    let (days, which) =
        (off.whole_days().unsigned_abs(), if off.is_positive() { say!("ahead") } else { say!("behind") });
    let finds = if off.is_positive() { say!("expired") } else { say!("not valid yet") };
    (off.abs() > CLOCK_TOLERANCE)
        .then(|| say!("its clock is {days} days {which}, so it may find the registry's certificate {finds}"))
}

/// Counts how the agents came out.
pub fn summary(agents: &[AgentReport], elapsed: std::time::Duration) -> Summary {
    let count = |status| agents.iter().filter(|agent| agent.status == status).count();
    Summary {
        total: agents.len(),
        changed: count(Status::Changed),
        unchanged: count(Status::Unchanged),
        drifted: count(Status::Drifted),
        failed: count(Status::Failed),
        skipped: count(Status::Skipped),
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    }
}

/// What an agent that differs in the end means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// Nothing: the run only looks.
    Told,
    /// The exit code of something that would change.
    WouldChange,
    /// It should not have been left so: its Docker Engine needs a restart that was not allowed.
    Undone,
}

/// What the run ends with. Failures outweigh differences: of a failed agent nobody knows whether it differs.
pub fn exit(agents: &[AgentReport], summary: &Summary, drift: Drift) -> Exit {
    let interrupted = |agent: &AgentReport| {
        agent.error.as_ref().is_some_and(|error| error.kind == AgentErrorKind::Interrupted)
    };
    let undone = summary.failed + if drift == Drift::Undone { summary.drifted } else { 0 };
    if agents.iter().any(interrupted) {
        Exit::Interrupted
    } else if undone > 0 {
        if undone == summary.total { Exit::NotAsAsked } else { Exit::Partial }
    } else if summary.drifted > 0 && drift == Drift::WouldChange {
        Exit::WouldChange
    } else {
        Exit::Done
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;

    use super::*;
    use crate::domain::agent::AgentError;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn answer(facts: &[(&str, &str)]) -> Answer {
        let step =
            StepLine { step: "docker-ca".to_owned(), change: Change::Unchanged, detail: String::new() };
        let facts = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Answer { steps: vec![step], facts, failure: None }
    }

    fn outcome(result: Result<Answer, AgentError>, attempts: u32) -> Outcome {
        Outcome { result, attempts, elapsed: Duration::from_millis(5) }
    }

    /// One agent for each outcome, by index.
    fn reports(outcomes: &[Outcome]) -> Vec<AgentReport> {
        let agent =
            |index| Selected { name: format!("a{index}"), agent_id: None, address: None, login: Ok(index) };
        let selection = Selection { agents: (0..outcomes.len()).map(agent).collect(), targets: Vec::new() };
        agents(&selection, outcomes, NOW)
    }

    fn failed(kind: AgentErrorKind, attempts: u32) -> Outcome {
        outcome(Err(AgentError::new(kind, "x")), attempts)
    }

    fn exit_of(outcomes: &[Outcome]) -> Exit {
        let agents = reports(outcomes);
        exit(&agents, &summary(&agents, Duration::ZERO), Drift::WouldChange)
    }

    #[test]
    fn an_answer_gives_the_status() {
        let of = |facts: &[(&str, &str)]| reports(&[outcome(Ok(answer(facts)), 1)])[0].status;
        assert_eq!(of(&[]), Status::Unchanged);
        assert_eq!(of(&[("touched", "yes")]), Status::Changed);
        assert_eq!(of(&[("differs", "yes")]), Status::Drifted);
        let broken = Answer {
            failure: Some(AgentError::new(AgentErrorKind::DiskFull, "x")),
            ..answer(&[("touched", "yes")])
        };
        assert_eq!(reports(&[outcome(Ok(broken), 1)])[0].status, Status::Failed);
        assert_eq!(reports(&[failed(AgentErrorKind::Interrupted, 0)])[0].status, Status::Skipped);
        assert_eq!(reports(&[failed(AgentErrorKind::Interrupted, 1)])[0].status, Status::Failed);
    }

    #[test]
    fn the_exit_code_tells_what_came_of_it() {
        let good = || outcome(Ok(answer(&[])), 1);
        let drifted = || outcome(Ok(answer(&[("differs", "yes")])), 1);
        let dead = || failed(AgentErrorKind::ConnectTimeout, 2);
        assert_eq!(exit_of(&[good(), good()]), Exit::Done);
        assert_eq!(exit_of(&[good(), dead()]), Exit::Partial);
        assert_eq!(exit_of(&[dead(), dead()]), Exit::NotAsAsked);
        assert_eq!(exit_of(&[good(), drifted()]), Exit::WouldChange);
        assert_eq!(exit_of(&[drifted(), dead()]), Exit::Partial);
        assert_eq!(exit_of(&[good(), failed(AgentErrorKind::Interrupted, 0)]), Exit::Interrupted);
    }

    #[test]
    fn a_clock_that_is_years_off_is_told() {
        let ahead = answer(&[("clock", "2100000000")]);
        let steps = steps(&ahead, NOW);
        assert!(
            steps[0].detail.contains("days ahead") && steps[0].detail.contains("expired"),
            "{}",
            steps[0].detail
        );
        assert!(
            clock_trouble(&answer(&[("clock", "1000000000")]), NOW)
                .is_some_and(|why| why.contains("not valid yet"))
        );
        let right = NOW.unix_timestamp().to_string();
        assert_eq!(clock_trouble(&answer(&[("clock", &right)]), NOW), None);
        assert_eq!(clock_trouble(&answer(&[("clock", "99999999999999999999")]), NOW), None);
    }
}
