//! What an app still lacks, and what the others say of it.

use super::failure::{failure, unhealthy};
use super::offers::waiting;
use crate::domain::app_definition::AppDefinition;
use crate::domain::app_status::{AppStatus, QueueItem};
use crate::domain::deployment::Deployment;
use crate::domain::host::printable;

/// What an app still lacks; nothing where it is ready.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What is missing, a few words each, what has to come first being first.
    pub missing: Vec<String>,
    /// What Marathon says about it.
    pub evidence: Vec<String>,
    /// What to do next, as a sentence.
    pub hint: Option<String>,
}

/// Characters of a line that is shown again and again; the last account has all of them.
const MOST_OF_A_LINE: usize = 160;

impl Standing {
    /// Whether nothing is missing.
    pub const fn is_ready(&self) -> bool {
        self.missing.is_empty()
    }

    /// What it waits for, on one short line: what has to come first, and what Marathon says.
    pub fn line(&self) -> String {
        let line = self.joined(1);
        match line.char_indices().nth(MOST_OF_A_LINE) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }

    /// Everything that is missing and all that Marathon says.
    pub fn account(&self) -> String {
        self.joined(usize::MAX)
    }

    fn joined(&self, most: usize) -> String {
        let parts: Vec<&str> =
            self.missing.iter().take(most).chain(&self.evidence).map(String::as_str).collect();
        parts.join("; ")
    }
}

/// Judges an app: its deployment must be gone, and every instance must run this version and be healthy. `queue` is
/// what waits for offers, where anything does; `deployments` are those that change the app.
pub fn standing(
    app: &AppDefinition,
    status: &AppStatus,
    queue: Option<&QueueItem>,
    deployments: &[Deployment],
) -> Standing {
    let mut standing = Standing { missing: missing(status), ..Standing::default() };
    if standing.is_ready() {
        return standing;
    }
    if let Some((evidence, hint)) = queue.and_then(|item| waiting(app, item)) {
        standing.evidence.push(evidence);
        standing.hint = hint;
    }
    if let Some((evidence, hint)) = failure(app, status) {
        standing.evidence.push(evidence);
        standing.hint = standing.hint.or(hint);
    }
    standing.evidence.extend(unhealthy(status));
    standing.evidence.extend(deployments.first().and_then(step));
    standing
}

/// Whether an update has to stop the app first. Marathon replaces an instance that is not healthy only after a new one
/// has come up; with 0/0 it starts no new one before the old one is gone, and so it would wait for ever.
pub fn must_stop_first(status: &AppStatus) -> bool {
    status.instances > 0 && !status.health_checks.is_empty() && status.tasks_healthy == 0
}

fn missing(status: &AppStatus) -> Vec<String> {
    let wanted = status.instances;
    let mut missing = Vec::new();
    if status.tasks_running < wanted {
        missing.push(say!("{} of {wanted} instances run", status.tasks_running));
    }
    let old = status.tasks.iter().filter(|task| task.version != status.version).count();
    if old > 0 {
        missing.push(say!("{old} of {} tasks are of another version", status.tasks.len()));
    }
    // That an instance which does not run is not healthy either needs no saying.
    if !status.health_checks.is_empty() && status.tasks_healthy < status.tasks_running.min(wanted) {
        missing.push(say!("{} of {wanted} instances are healthy", status.tasks_healthy));
    }
    if let Some(deployment) = status.deployments.first() {
        missing.push(say!("deployment {} has not ended", printable(&deployment.id)));
    }
    missing
}

/// What the deployment does just now.
fn step(deployment: &Deployment) -> Option<String> {
    let doing = match deployment.current_actions.first()?.action.as_str() {
        "StartApplication" => say!("creating it"),
        "ScaleApplication" => say!("starting or ending instances of it"),
        "RestartApplication" => say!("replacing its instances"),
        "StopApplication" => say!("ending it"),
        _ => return None,
    };
    let (at, of) = (deployment.current_step, deployment.total_steps);
    Some(say!("Marathon is {doing} (step {at} of {of})"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn judge(status: Value, queue: Option<Value>) -> Standing {
        let app = json!({"mem": 1024, "cpus": 0.5, "constraints": [["hostname", "CLUSTER", "192.168.1.80"]],
            "container": {"docker": {"image": "registry:2.8.3"}}});
        let app: AppDefinition = serde_json::from_value(app).expect("is read");
        let status: AppStatus = serde_json::from_value(status).expect("is read");
        let queue: Option<QueueItem> = queue.map(|item| serde_json::from_value(item).expect("is read"));
        standing(&app, &status, queue.as_ref(), &[])
    }

    fn healthy() -> Value {
        json!({"version": "v2", "instances": 1, "tasksRunning": 1, "tasksHealthy": 1, "healthChecks": [{}],
            "tasks": [{"id": "t", "version": "v2"}]})
    }

    #[test]
    fn an_app_is_ready_when_nothing_is_missing() {
        assert!(judge(healthy(), None).is_ready());
    }

    #[test]
    fn each_thing_that_is_missing_is_told() {
        let cases = [
            ("deployments", json!([{"id": "5f3"}]), "deployment 5f3 has not ended"),
            ("tasksRunning", json!(0), "0 of 1 instances run"),
            ("tasksHealthy", json!(0), "0 of 1 instances are healthy"),
            ("version", json!("v3"), "1 of 1 tasks are of another version"),
        ];
        for (key, value, expected) in cases {
            let mut status = healthy();
            status[key] = value;
            assert_eq!(judge(status, None).missing, [expected]);
        }
    }

    #[test]
    fn the_first_reason_with_declined_offers_is_told_with_its_figures() {
        let waiting = json!({"version": "v1", "instances": 1});
        let queue = |reason: &str| {
            json!({"delay": {"overdue": true}, "processedOffersSummary": {"processedOffersCount": 3,
                "rejectSummaryLastOffers": [{"reason": "UnfulfilledRole", "declined": 0, "processed": 3},
                    {"reason": reason, "declined": 3, "processed": 3}]}})
        };
        let memory = judge(waiting.clone(), Some(queue("InsufficientMemory")));
        assert_eq!(
            memory.line(),
            "0 of 1 instances run; no offer has 1024 MB on 192.168.1.80: 3 declined for memory"
        );
        let constraint = judge(waiting.clone(), Some(queue("UnfulfilledConstraint")));
        assert!(constraint.line().ends_with("no offer comes from 192.168.1.80: 3 declined for their host"));
        assert!(constraint.hint.expect("has one").contains("regctl agents"));
        let delayed = json!({"delay": {"overdue": false, "timeLeftSeconds": 12.4}});
        assert!(judge(waiting, Some(delayed)).line().contains("tries again in 12 s"));
    }

    #[test]
    fn the_step_of_the_deployment_is_told() {
        let mut status = healthy();
        status["deployments"] = json!([{"id": "5f3"}]);
        let status: AppStatus = serde_json::from_value(status).expect("is read");
        let deployment = json!({"id": "5f3", "currentStep": 1, "totalSteps": 2,
            "currentActions": [{"action": "RestartApplication", "app": "/registry"}]});
        let deployment: Deployment = serde_json::from_value(deployment).expect("is read");
        let standing = standing(&AppDefinition::default(), &status, None, &[deployment]);
        assert_eq!(
            standing.line(),
            "deployment 5f3 has not ended; Marathon is replacing its instances (step 1 of 2)"
        );
    }

    #[test]
    fn a_failed_task_counts_only_for_its_own_version() {
        let mut status = healthy();
        status["tasksRunning"] = 0.into();
        status["lastTaskFailure"] = json!({"host": "192.168.1.80", "state": "TASK_FAILED", "version": "v2",
            "message": "Failed to run docker:\n\u{1b}[31mmanifest unknown"});
        let standing = judge(status.clone(), None);
        assert_eq!(
            standing.evidence,
            [
                "the last task failed on 192.168.1.80 (TASK_FAILED): Failed to run docker: [31mmanifest unknown"
            ]
        );
        assert!(standing.hint.expect("has one").contains("pull registry:2.8.3"));
        status["lastTaskFailure"]["version"] = "v1".into();
        assert!(judge(status, None).evidence.is_empty());
    }

    #[test]
    fn a_failing_health_check_says_why() {
        let mut status = healthy();
        status["tasksHealthy"] = 0.into();
        status["tasks"][0]["healthCheckResults"] = json!([{"alive": false, "consecutiveFailures": 2, "lastFailureCause": "curl: (35) wrong version number"}]);
        assert_eq!(
            judge(status, None).evidence,
            ["the health check failed 2 times: curl: (35) wrong version number"]
        );
    }
}
