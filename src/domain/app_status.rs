//! What Marathon says about an app that it runs. Every field may be missing or null: 1.4 writes nulls, later ones omit.

use serde::Deserialize;

use super::json::{at_most, or_default};

/// The state of an app, out of `GET /v2/apps/{id}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AppStatus {
    /// When this version of the app was made, RFC 3339; tasks carry the version that they run.
    #[serde(deserialize_with = "or_default")]
    pub version: String,
    /// Instances that are wanted.
    pub instances: u32,
    /// Tasks that are being started.
    #[serde(deserialize_with = "or_default")]
    pub tasks_staged: u32,
    /// Tasks that run.
    #[serde(deserialize_with = "or_default")]
    pub tasks_running: u32,
    /// Tasks whose health checks all pass. A task without a result yet counts neither here nor below.
    #[serde(deserialize_with = "or_default")]
    pub tasks_healthy: u32,
    /// Tasks of which a health check fails.
    #[serde(deserialize_with = "or_default")]
    pub tasks_unhealthy: u32,
    /// Deployments that hold the app just now.
    #[serde(deserialize_with = "or_default")]
    pub deployments: Vec<DeploymentRef>,
    /// Its tasks.
    #[serde(deserialize_with = "at_most::<10_000, _, _>")]
    pub tasks: Vec<Task>,
    /// The last task that failed, of whatever version.
    pub last_task_failure: Option<TaskFailure>,
    /// How its health is checked; only their number matters here.
    #[serde(deserialize_with = "or_default")]
    pub health_checks: Vec<serde::de::IgnoredAny>,
}

/// A deployment by its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeploymentRef {
    /// The id.
    pub id: String,
}

/// One task of an app.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Task {
    /// The id.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The app that it is of.
    #[serde(deserialize_with = "or_default")]
    pub app_id: String,
    /// The agent's id.
    #[serde(deserialize_with = "or_default")]
    pub slave_id: String,
    /// The version of the app that it runs.
    #[serde(deserialize_with = "or_default")]
    pub version: String,
    /// The agent's hostname.
    #[serde(deserialize_with = "or_default")]
    pub host: String,
    /// Its ports on that agent.
    #[serde(deserialize_with = "or_default")]
    pub ports: Vec<u16>,
    /// `TASK_STAGING`, `TASK_RUNNING` and so on; not told by 1.4.
    pub state: Option<String>,
    /// The results of its health checks.
    #[serde(deserialize_with = "at_most::<100, _, _>")]
    pub health_check_results: Vec<HealthResult>,
}

/// What one health check last said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HealthResult {
    /// Whether it passes.
    #[serde(deserialize_with = "or_default")]
    pub alive: bool,
    /// Failures in a row.
    #[serde(deserialize_with = "or_default")]
    pub consecutive_failures: u32,
    /// Why it last failed.
    pub last_failure_cause: Option<String>,
}

/// How the last task that failed came to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TaskFailure {
    /// Its id.
    #[serde(deserialize_with = "or_default")]
    pub task_id: String,
    /// The agent's id; not told by every version.
    #[serde(deserialize_with = "or_default")]
    pub slave_id: String,
    /// The agent's hostname.
    #[serde(deserialize_with = "or_default")]
    pub host: String,
    /// What Mesos or the container engine said; errors of pulling an image are found here.
    #[serde(deserialize_with = "or_default")]
    pub message: String,
    /// `TASK_FAILED`, `TASK_KILLED` and so on.
    #[serde(deserialize_with = "or_default")]
    pub state: String,
    /// The version of the app that it ran.
    #[serde(deserialize_with = "or_default")]
    pub version: String,
}

/// All that waits, out of `GET /v2/queue`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Queue {
    /// One item an app or pod.
    #[serde(deserialize_with = "at_most::<20_000, _, _>")]
    pub queue: Vec<QueueItem>,
}

/// An app by its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AppRef {
    /// The id.
    pub id: String,
}

/// One app that waits for offers or for the end of its back-off, out of `GET /v2/queue`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QueueItem {
    /// Which app; empty where it is a pod.
    #[serde(deserialize_with = "or_default")]
    pub app: AppRef,
    /// Instances that are still to be started.
    #[serde(deserialize_with = "or_default")]
    pub count: u32,
    /// Whether the app is in back-off.
    #[serde(deserialize_with = "or_default")]
    pub delay: QueueDelay,
    /// What became of the offers that came.
    #[serde(deserialize_with = "or_default")]
    pub processed_offers_summary: OffersSummary,
}

/// How long the back-off still lasts.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QueueDelay {
    /// Seconds.
    #[serde(deserialize_with = "or_default")]
    pub time_left_seconds: f64,
    /// True once it has passed: then the app waits for offers.
    #[serde(deserialize_with = "or_default")]
    pub overdue: bool,
}

/// How many offers came, and why they were not taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OffersSummary {
    /// Offers looked at.
    #[serde(deserialize_with = "or_default")]
    pub processed_offers_count: u64,
    /// Offers not taken.
    #[serde(deserialize_with = "or_default")]
    pub unused_offers_count: u64,
    /// Why the last offers of every agent were not taken, in the order in which Marathon asks.
    #[serde(deserialize_with = "at_most::<100, _, _>")]
    pub reject_summary_last_offers: Vec<Reject>,
    /// The same since the launch was first tried.
    #[serde(deserialize_with = "at_most::<100, _, _>")]
    pub reject_summary_launch_attempt: Vec<Reject>,
}

/// How many offers fell for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reject {
    /// `UnfulfilledConstraint`, `InsufficientMemory` and so on.
    #[serde(deserialize_with = "or_default")]
    pub reason: String,
    /// Offers that fell for it.
    #[serde(deserialize_with = "or_default")]
    pub declined: u64,
    /// Offers that came as far as this question.
    #[serde(deserialize_with = "or_default")]
    pub processed: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nulls_of_old_and_gaps_of_new_versions_are_both_read() {
        let old = json!({
            "version": "2017-11-05T01:02:03.000Z", "instances": 1, "cmd": null, "ipAddress": null,
            "tasksRunning": 1, "lastTaskFailure": null, "healthChecks": [{"protocol": "TCP", "path": null}],
            "tasks": [{"id": "registry.1", "version": "2017-11-05T01:02:03.000Z", "ports": [31007],
                "healthCheckResults": [{"alive": true, "lastFailureCause": null, "consecutiveFailures": 0}]}],
        });
        let status: AppStatus = serde_json::from_value(old).expect("is read");
        assert_eq!((status.instances, status.tasks_running, status.tasks_staged), (1, 1, 0));
        assert!(status.tasks[0].health_check_results[0].alive);
        assert_eq!(status.health_checks.len(), 1);
        let empty: AppStatus = serde_json::from_value(json!({"tasks": null})).expect("is read");
        assert_eq!(empty, AppStatus::default());
    }
}
