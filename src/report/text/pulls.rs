//! The matrix of agents and runtimes, with the time that each pull took.

use super::paint::Paint;
use crate::domain::pull::{AgentPulls, PullOutcome, RuntimePull};
use crate::domain::runtime::Runtime;

/// A table for each address: an agent a line, a runtime a column, milliseconds in the cells.
pub(super) fn matrix(pulls: &[AgentPulls], paint: Paint) -> String {
    let mut registries: Vec<&str> = Vec::new();
    for row in pulls {
        if !registries.contains(&row.registry.as_str()) {
            registries.push(&row.registry);
        }
    }
    registries.into_iter().map(|registry| table(registry, pulls, paint)).collect()
}

fn table(registry: &str, pulls: &[AgentPulls], paint: Paint) -> String {
    let rows = || pulls.iter().filter(|row| row.registry == registry);
    let widest = rows().map(|row| row.agent.chars().count()).max().unwrap_or_default();
    let heads: String = Runtime::ALL.iter().map(|runtime| format!("  {:>10}", runtime.word())).collect();
    let mut text = say!("\nCold pulls by digest through {registry}, in ms (- no such runtime there):\n");
    text.push_str(&format!("      {:<widest$}{heads}\n", ""));
    for row in rows() {
        let cells: String = row.runtimes.iter().map(|pull| format!("  {}", cell(pull, paint))).collect();
        text.push_str(&format!("      {:<widest$}{cells}\n", row.agent));
    }
    text
}

/// Ten columns wide, also where it is coloured.
fn cell(pull: &RuntimePull, paint: Paint) -> String {
    match (pull.outcome, pull.ms) {
        (PullOutcome::Pulled, Some(ms)) => format!("{ms:>10}"),
        (PullOutcome::Pulled, None) => format!("{:>10}", say!("pulled")),
        (PullOutcome::Failed, _) if pull.wanted => paint.bad(&format!("{:>10}", say!("FAIL"))),
        (PullOutcome::Failed, _) => format!("{:>10}", say!("cannot")),
        (PullOutcome::None, _) => format!("{:>10}", "-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Style;

    #[test]
    fn there_is_a_line_for_each_agent_and_a_column_for_each_runtime() {
        let pull = |runtime, outcome, ms| RuntimePull {
            runtime,
            outcome,
            wanted: runtime == Runtime::Docker,
            ms,
            detail: None,
        };
        let row = |agent: &str, docker, podman| AgentPulls {
            agent: agent.to_owned(),
            registry: "192.168.0.1".to_owned(),
            runtimes: vec![
                docker,
                pull(Runtime::Ucr, PullOutcome::Pulled, Some(30)),
                pull(Runtime::Containerd, PullOutcome::None, None),
                podman,
            ],
        };
        let failed = |runtime| pull(runtime, PullOutcome::Failed, None);
        let pulls = [
            row(
                "192.168.1.11",
                pull(Runtime::Docker, PullOutcome::Pulled, Some(1410)),
                failed(Runtime::Podman),
            ),
            row("a2", failed(Runtime::Docker), pull(Runtime::Podman, PullOutcome::None, None)),
        ];
        let plain = Paint::new(Style { colored: false, width: None });
        let expected = "
Cold pulls by digest through 192.168.0.1, in ms (- no such runtime there):
                        docker         ucr  containerd      podman
      192.168.1.11        1410          30           -      cannot
      a2                  FAIL          30           -           -
";
        assert_eq!(matrix(&pulls, plain), expected);
        assert_eq!(matrix(&[], plain), "");
    }
}
