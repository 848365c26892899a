//! Where the web page and the REST API of a Nexus are that Marathon runs.

use crate::domain::app_status::Task;
use crate::domain::host::Host;
use crate::plan::nexus::app::UI_INDEX;

/// The host of the newest task that runs, and the address of its web page there.
pub(in crate::commands) fn web_page(tasks: Vec<Task>) -> Option<(Host, String)> {
    let runs = |task: &Task| task.state.as_deref().is_none_or(|state| state == "TASK_RUNNING");
    let task = tasks.into_iter().filter(runs).max_by(|one, other| one.version.cmp(&other.version))?;
    let host: Host = task.host.parse().ok()?;
    let url = format!("http://{}:{}", host.bracketed(), task.ports.get(UI_INDEX)?);
    Some((host, url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(host: &str, ports: &[u16], state: &str) -> Task {
        let ports = ports.to_vec();
        Task { host: host.to_owned(), ports, state: Some(state.to_owned()), ..Task::default() }
    }

    #[test]
    fn the_web_page_is_the_second_port_of_the_task_that_runs() {
        let ended = task("192.168.1.80", &[31000, 31001], "TASK_KILLED");
        let it = task("192.168.1.80", &[31002, 31003], "TASK_RUNNING");
        let (host, url) = web_page(vec![ended.clone(), it]).expect("runs");
        assert_eq!((host.to_string().as_str(), url.as_str()), ("192.168.1.80", "http://192.168.1.80:31003"));
        for tasks in [
            vec![],
            vec![ended],
            vec![task("evil@example.com", &[1, 2], "TASK_RUNNING")],
            vec![task("192.168.1.80", &[31000], "TASK_RUNNING")],
        ] {
            assert_eq!(web_page(tasks), None);
        }
    }
}
