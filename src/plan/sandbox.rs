//! Where a task's sandbox is on its agent, and what of its files is worth showing. Agents and tasks are not believed.

use serde::Deserialize;

use crate::domain::answer::shown;
use crate::domain::host::printable;
use crate::domain::json::at_most;
use crate::domain::log_tail::LogTail;

/// Lines that are shown.
const LINES: usize = 10;

/// What to do about a failed task whose log is not at hand.
pub fn hint(host: &str) -> String {
    say!("Look at the task's stdout and stderr in its sandbox on {}.", printable(host))
}

/// A hint that is told beside the log itself: nobody has to go to the sandbox for it.
pub fn hint_beside(log: &LogTail, told: &str) -> String {
    told.replace(&hint(&log.host), say!("What the task wrote last says why it failed."))
}

/// An agent's `/state`, as far as sandboxes go.
#[derive(Deserialize)]
struct State {
    #[serde(default, deserialize_with = "at_most::<1_000, _, _>")]
    frameworks: Vec<Framework>,
    #[serde(default, deserialize_with = "at_most::<1_000, _, _>")]
    completed_frameworks: Vec<Framework>,
}

#[derive(Deserialize)]
struct Framework {
    #[serde(default, deserialize_with = "at_most::<10_000, _, _>")]
    executors: Vec<Executor>,
    #[serde(default, deserialize_with = "at_most::<10_000, _, _>")]
    completed_executors: Vec<Executor>,
}

#[derive(Deserialize)]
struct Executor {
    #[serde(default)]
    id: String,
    #[serde(default)]
    directory: String,
    #[serde(default, deserialize_with = "at_most::<1_000, _, _>")]
    tasks: Vec<TaskRef>,
    #[serde(default, deserialize_with = "at_most::<1_000, _, _>")]
    completed_tasks: Vec<TaskRef>,
}

#[derive(Deserialize)]
struct TaskRef {
    #[serde(default)]
    id: String,
}

/// The sandbox of a task out of the agent's `/state`. An executor that Mesos gave the task is named after it; any other
/// lists it. Of several the last one counts: tasks keep their executors in the order in which they ended.
pub fn directory(state: &[u8], task: &str) -> Option<String> {
    let state: State = serde_json::from_slice(state).ok()?;
    let frameworks = state.frameworks.into_iter().chain(state.completed_frameworks);
    let mut executors = frameworks.flat_map(|it| it.completed_executors.into_iter().chain(it.executors));
    let runs_it = |executor: &Executor| {
        let mut tasks = executor.tasks.iter().chain(&executor.completed_tasks);
        executor.id == task || tasks.any(|other| other.id == task)
    };
    let found = executors.by_ref().filter(runs_it).last()?;
    found.directory.starts_with('/').then_some(found.directory)
}

/// The last lines of a text that hold anything, each fit for a terminal and of bounded length. The first line is left
/// out where the text begins in the middle of one.
pub fn last_lines(text: &str, begins_inside: bool) -> Vec<String> {
    let whole = if begins_inside { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
    let lines: Vec<String> = whole.lines().map(shown).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].to_vec()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn state() -> Vec<u8> {
        let executor = |id: &str, run: &str| json!({"id": id, "directory": format!("/var/{id}/runs/{run}"), "tasks": []});
        json!({"version": "1.11.0",
            "frameworks": [{"id": "F", "executors": [executor("registry.2", "a")], "completed_executors": [
                executor("registry.1", "b"),
                {"id": "default", "directory": "/var/default/runs/c", "completed_tasks": [{"id": "pod.1"}]},
                {"id": "odd", "directory": "relative"}]}],
            "completed_frameworks": null})
        .to_string()
        .into_bytes()
    }

    #[test]
    fn with_the_log_at_hand_nobody_is_sent_to_the_sandbox() {
        let (task, host, file) = ("registry.1".to_owned(), "10.0.0.7".to_owned(), "stderr".to_owned());
        let log = LogTail { task, host, file, lines: vec!["no such file".to_owned()] };
        let told = format!("{} Marathon goes on trying.", hint("10.0.0.7"));
        assert_eq!(
            hint_beside(&log, &told),
            "What the task wrote last says why it failed. Marathon goes on trying."
        );
        let other = "Can the Docker Engine of 10.0.0.7 pull registry:2?";
        assert_eq!(hint_beside(&log, other), other);
    }

    #[test]
    fn a_sandbox_is_found_by_its_task_whether_it_runs_or_has_ended() {
        for (task, at) in [
            ("registry.2", Some("/var/registry.2/runs/a")),
            ("registry.1", Some("/var/registry.1/runs/b")),
            ("pod.1", Some("/var/default/runs/c")),
            ("registry.3", None),
            ("odd", None),
        ] {
            assert_eq!(directory(&state(), task).as_deref(), at, "{task}");
        }
        assert_eq!(directory(b"<html>", "registry.1"), None);
    }

    #[test]
    fn a_hostile_log_is_tamed_and_bounded() {
        let text: String = (0..50).map(|n| format!("line {n}\u{1b}[2J\u{202e}\n\n")).collect();
        let lines = last_lines(&format!("{text}{}", "x".repeat(5000)), false);
        assert_eq!((lines.len(), lines[0].as_str()), (10, "line 41?[2J?"));
        assert!(lines[9].chars().count() <= 301);
        assert_eq!(last_lines("tail of a line\nwhole", true), ["whole"]);
        assert_eq!(last_lines("", false), [""; 0]);
    }
}
