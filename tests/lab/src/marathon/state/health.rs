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

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use serde_json::json;

    use super::super::instance::Placement;
    use super::*;
    use crate::marathon::config::MarathonVersion;
    use crate::marathon::definition::{App, VersionInfo, created};
    use crate::marathon::launch::Agent;

    /// A running instance with one check of that kind: 10 s of grace, three failures at most.
    fn checked(protocol: &str, most: u32, now: Timestamp) -> Instance {
        let check = json!({"protocol": protocol, "gracePeriodSeconds": 10, "maxConsecutiveFailures": most});
        let body = json!({"id": "/a", "cmd": "sleep 9", "healthChecks": [check]}).to_string();
        let (id, fields) = created(MarathonVersion::V1_11, body.as_bytes()).unwrap();
        let mut instance = Instance::scheduled(&App::new(id, fields, VersionInfo::new(now)), now);
        let mut placement = Placement::new(&Agent::ordinary("S0", Ipv4Addr::LOCALHOST), vec![31_000], now);
        placement.started_at = Some(now);
        instance.placement = Some(placement);
        instance.condition = Condition::Running;
        instance
    }

    /// After how many failures beyond the grace period the task is killed, if it is at all.
    fn failures_until_kill(protocol: &str, most: u32) -> Option<usize> {
        let now = Timestamp::now();
        let mut instance = checked(protocol, most, now);
        let later = now.after(Duration::from_secs(11));
        let failure = CheckOutcome::Failure("refused".to_owned());
        (1..10).find(|_| note(&mut instance, 0, &failure, later) == Consequence::Kill)
    }

    #[test]
    fn mesos_kills_at_the_maximum_and_marathon_at_one_more() {
        assert_eq!(failures_until_kill("MESOS_TCP", 3), Some(3));
        assert_eq!(failures_until_kill("TCP", 3), Some(4));
        assert_eq!(failures_until_kill("MESOS_TCP", 0), Some(1), "0 is at once for Mesos");
        assert_eq!(failures_until_kill("TCP", 0), None, "and never for Marathon");
    }

    #[test]
    fn failures_in_the_grace_period_count_only_after_a_success() {
        let now = Timestamp::now();
        let failure = CheckOutcome::Failure("refused".to_owned());
        let early = now.after(Duration::from_secs(1));
        let mut mesos = checked("MESOS_TCP", 1, now);
        assert_eq!(note(&mut mesos, 0, &failure, early), Consequence::Nothing);
        assert_eq!(mesos.is_healthy(), None, "Mesos says nothing of it");
        let mut marathon = checked("TCP", 1, now);
        assert_eq!(note(&mut marathon, 0, &failure, early), Consequence::Nothing);
        assert_eq!(marathon.is_healthy(), Some(false), "Marathon then knows it as not alive");
        assert_eq!(note(&mut mesos, 0, &CheckOutcome::Success, early), Consequence::Changed);
        assert!(mesos.is_ready());
        assert_eq!(note(&mut mesos, 0, &failure, early.after(Duration::from_secs(1))), Consequence::Kill);
    }
}
