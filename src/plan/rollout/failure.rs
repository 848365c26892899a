//! What went wrong with an app's tasks: the last that failed, and the health check of one that runs.

use crate::domain::app_definition::AppDefinition;
use crate::domain::app_status::{AppStatus, Task};
use crate::domain::host::printable;
use crate::plan::sandbox;

/// The last task that failed, as long as it ran what is wanted now.
pub(super) fn failure(app: &AppDefinition, status: &AppStatus) -> Option<(String, Option<String>)> {
    let failure = status.last_task_failure.as_ref().filter(|it| it.version == status.version)?;
    let said = one_line(&failure.message);
    let hint = if said.contains("pull") || said.contains("manifest") || said.contains("image") {
        let image = app.container.docker.image.as_deref().map(printable).unwrap_or_default();
        say!(
            "Can the Docker Engine of {} pull {image}? Load it there, or name another with --image.",
            failure.host
        )
    } else {
        sandbox::hint(&failure.host)
    };
    let state = printable(&failure.state);
    Some((say!("the last task failed on {} ({state}): {said}", printable(&failure.host)), Some(hint)))
}

/// What the health check of a task of this version says.
pub(super) fn unhealthy(status: &AppStatus) -> Option<String> {
    let current = status.tasks.iter().filter(|task| task.version == status.version);
    let failing = |task: &Task| {
        let result = task.health_check_results.iter().find(|result| !result.alive)?;
        let cause = result.last_failure_cause.as_deref().map(one_line).filter(|cause| !cause.is_empty());
        let cause = cause.map_or_else(String::new, |cause| format!(": {cause}"));
        Some(say!("the health check failed {} times{cause}", result.consecutive_failures))
    };
    current.into_iter().find_map(failing)
}

/// Another program's words on one line of bounded length.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).take(400).collect()
}
