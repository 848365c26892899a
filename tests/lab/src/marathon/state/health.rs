//! Health of a task: what a check found, and what follows from it.

use serde::{Deserialize, Serialize};

use super::instance::{Condition, Instance};
use crate::marathon::clock::Timestamp;

/// What one health check has seen of one task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Health {
    pub(crate) first_success: Option<Timestamp>,
    pub(crate) last_success: Option<Timestamp>,
    pub(crate) last_failure: Option<Timestamp>,
    pub(crate) last_failure_cause: Option<String>,
    pub(crate) consecutive_failures: u32,
}

impl Health {
    /// The last success is later than the last failure.
    pub(crate) fn alive(&self) -> bool {
        self.last_success.is_some_and(|success| self.last_failure.is_none_or(|failure| success > failure))
    }

    fn succeeded(&mut self, now: Timestamp) {
        self.first_success.get_or_insert(now);
        self.last_success = Some(now);
        self.consecutive_failures = 0;
    }

    fn failed(&mut self, cause: &str, now: Timestamp) {
        self.last_failure = Some(now);
        self.last_failure_cause = Some(cause.to_owned());
        self.consecutive_failures += 1;
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CheckOutcome {
    Success,
    Failure(String),
    /// Neither: an HTTP 1xx answer, where the app says so.
    Ignored,
}

/// What follows from a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consequence {
    Nothing,
    /// The task came alive, or was found dead.
    Changed,
    /// It failed too often and is to be killed.
    Kill,
}

/// Notes a result of the instance's check `index`.
///
/// Failures before the first success do not count within the grace period. Marathon's own checks look at the
/// count before this failure, so they kill at one more than the maximum, and never where the maximum is 0; Mesos
/// looks at the count with it.
pub(super) fn note(
    instance: &mut Instance,
    index: usize,
    outcome: &CheckOutcome,
    now: Timestamp,
) -> Consequence {
    let checks = instance.app.health_checks();
    let (Some(check), Condition::Running) = (checks.get(index), instance.condition) else {
        return Consequence::Nothing;
    };
    let running_since = instance.placement.as_ref().and_then(|it| it.started_at).unwrap_or(now);
    let Some(slot) = instance.health.get_mut(index) else { return Consequence::Nothing };
    let was_alive = slot.as_ref().is_some_and(Health::alive);
    let cause = match outcome {
        CheckOutcome::Ignored => return Consequence::Nothing,
        CheckOutcome::Success => {
            slot.get_or_insert_default().succeeded(now);
            return if was_alive { Consequence::Nothing } else { Consequence::Changed };
        }
        CheckOutcome::Failure(cause) => cause,
    };
    let never_succeeded = slot.as_ref().is_none_or(|it| it.first_success.is_none());
    if never_succeeded && now.since(running_since) < check.grace {
        if !check.is_mesos() {
            // Marathon then knows the task as one that is not alive; Mesos says nothing at all.
            slot.get_or_insert_default();
        }
        return Consequence::Nothing;
    }
    let health = slot.get_or_insert_default();
    let before = health.consecutive_failures;
    health.failed(cause, now);
    let kill = if check.is_mesos() {
        health.consecutive_failures >= check.most_failures
    } else {
        check.most_failures > 0 && before >= check.most_failures
    };
    match (kill, was_alive) {
        (true, _) => Consequence::Kill,
        (false, true) => Consequence::Changed,
        (false, false) => Consequence::Nothing,
    }
}
