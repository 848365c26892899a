//! Whether an app is as it was asked for, and if not, what is missing and what Marathon says about it.

use crate::domain::app_definition::AppDefinition;
use crate::domain::app_status::{AppStatus, QueueItem, Task};
use crate::domain::deployment::Deployment;
use crate::domain::host::{Host, printable};

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
        missing.push(format!("{} of {wanted} instances run", status.tasks_running));
    }
    let old = status.tasks.iter().filter(|task| task.version != status.version).count();
    if old > 0 {
        missing.push(format!("{old} of {} tasks are of another version", status.tasks.len()));
    }
    // That an instance which does not run is not healthy either needs no saying.
    if !status.health_checks.is_empty() && status.tasks_healthy < status.tasks_running.min(wanted) {
        missing.push(format!("{} of {wanted} instances are healthy", status.tasks_healthy));
    }
    if let Some(deployment) = status.deployments.first() {
        missing.push(format!("deployment {} has not ended", printable(&deployment.id)));
    }
    missing
}

/// What the deployment does just now.
fn step(deployment: &Deployment) -> Option<String> {
    let doing = match deployment.current_actions.first()?.action.as_str() {
        "StartApplication" => "creating it",
        "ScaleApplication" => "starting or ending instances of it",
        "RestartApplication" => "replacing its instances",
        "StopApplication" => "ending it",
        _ => return None,
    };
    let (at, of) = (deployment.current_step, deployment.total_steps);
    Some(format!("Marathon is {doing} (step {at} of {of})"))
}

/// Back-off, or the first reason for which offers are not taken.
fn waiting(app: &AppDefinition, item: &QueueItem) -> Option<(String, Option<String>)> {
    let left = item.delay.time_left_seconds;
    if !item.delay.overdue && left > 0.0 {
        return Some((format!("Marathon tries again in {left:.0} s, since tasks failed before"), None));
    }
    let offers = &item.processed_offers_summary;
    let rejects = offers.reject_summary_last_offers.iter().chain(&offers.reject_summary_launch_attempt);
    let Some(reject) = rejects.into_iter().find(|reject| reject.declined > 0) else {
        return (offers.processed_offers_count == 0)
            .then(|| ("no agent has made an offer yet".to_owned(), None));
    };
    let Shortage { what, word, hint } = reason(app, &reject.reason);
    Some((format!("{what}: {} declined for {word}", reject.declined), hint))
}

/// What no offer has.
struct Shortage {
    what: String,
    /// What offers are declined for.
    word: &'static str,
    hint: Option<String>,
}

fn reason(app: &AppDefinition, reason: &str) -> Shortage {
    let hosts: Vec<String> = app.named_hosts().iter().map(Host::to_string).collect();
    let host = (!hosts.is_empty()).then(|| hosts.join(" or "));
    let place = host.as_ref().map_or_else(String::new, |host| format!(" on {host}"));
    let less = |flag: &str| Some(format!("Free some there, or ask for less with {flag}."));
    let (what, word, hint) = match (reason, &host) {
        ("UnfulfilledConstraint", Some(hosts)) if app.instances.unwrap_or(1) > 1 => {
            let hint =
                "Are these the hostnames that Mesos has, and are all of them up? regctl agents lists them.";
            (format!("no offer comes from {hosts} without an instance"), "their host", Some(hint.to_owned()))
        }
        ("UnfulfilledConstraint", Some(host)) => {
            let hint =
                format!("Is {host} the hostname that Mesos has for that agent? regctl agents lists them.");
            (format!("no offer comes from {host}"), "their host", Some(hint))
        }
        ("UnfulfilledConstraint", None) => ("no offer fits the constraints".to_owned(), "them", None),
        ("UnfulfilledRole", _) => {
            let hint = "A public agent needs --accept-role slave_public.";
            ("no offer is for this role".to_owned(), "their role", Some(hint.to_owned()))
        }
        ("InsufficientMemory", _) => {
            (format!("no offer has {} MB{place}", number(app.mem)), "memory", less("--mem"))
        }
        ("InsufficientCpus", _) => {
            (format!("no offer has {} CPUs{place}", number(app.cpus)), "CPUs", less("--cpus"))
        }
        ("InsufficientDisk", _) => (format!("no offer has enough disk{place}"), "disk", None),
        ("InsufficientPorts", _) => (format!("no offer has the port{place}"), "ports", None),
        (other, _) => (format!("offers do not fit ({})", printable(other)), "that", None),
    };
    Shortage { what, word, hint }
}

fn number(value: Option<f64>) -> String {
    value.unwrap_or_default().to_string()
}

/// The last task that failed, as long as it ran what is wanted now.
fn failure(app: &AppDefinition, status: &AppStatus) -> Option<(String, Option<String>)> {
    let failure = status.last_task_failure.as_ref().filter(|it| it.version == status.version)?;
    let said = one_line(&failure.message);
    let hint = if said.contains("pull") || said.contains("manifest") || said.contains("image") {
        let image = app.container.docker.image.as_deref().map(printable).unwrap_or_default();
        format!(
            "Can the Docker Engine of {} pull {image}? Load it there, or name another with --image.",
            failure.host
        )
    } else {
        format!("Look at the task's stdout and stderr in its sandbox on {}.", failure.host)
    };
    let state = printable(&failure.state);
    Some((format!("the last task failed on {} ({state}): {said}", printable(&failure.host)), Some(hint)))
}

fn unhealthy(status: &AppStatus) -> Option<String> {
    let current = status.tasks.iter().filter(|task| task.version == status.version);
    let failing = |task: &Task| {
        let result = task.health_check_results.iter().find(|result| !result.alive)?;
        let cause = result.last_failure_cause.as_deref().map(one_line).filter(|cause| !cause.is_empty());
        let cause = cause.map_or_else(String::new, |cause| format!(": {cause}"));
        Some(format!("the health check failed {} times{cause}", result.consecutive_failures))
    };
    current.into_iter().find_map(failing)
}

/// Another program's words on one line of bounded length.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).take(400).collect()
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
    fn several_hosts_that_make_no_offer_are_all_named() {
        let constraints = json!([["hostname", "UNIQUE"], ["hostname", "LIKE", "10\\.0\\.0\\.1|a2"]]);
        let app: AppDefinition =
            serde_json::from_value(json!({"instances": 2, "constraints": constraints})).expect("is read");
        let Shortage { what, hint, .. } = reason(&app, "UnfulfilledConstraint");
        assert_eq!(what, "no offer comes from 10.0.0.1 or a2 without an instance");
        assert!(hint.expect("has one").contains("regctl agents"));
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
