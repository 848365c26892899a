//! The matrix of agents and runtimes, with the time that each pull took.

use super::names::way_to_all;
use super::paint::Paint;
use crate::domain::columns::{columns, padded};
use crate::domain::pull::{AgentPulls, PullOutcome, RuntimePull};
use crate::domain::runtime::Runtime;
use crate::report::Style;

/// So many agents have a line of their own; of more, those that failed and the slowest.
const ROWS: usize = 20;

/// A table for each address: an agent a line, a runtime a column, milliseconds in the cells.
pub(super) fn matrix(pulls: &[AgentPulls], style: Style) -> String {
    let mut registries: Vec<&str> = Vec::new();
    for row in pulls {
        if !registries.contains(&row.registry.as_str()) {
            registries.push(&row.registry);
        }
    }
    registries.into_iter().map(|registry| table(registry, pulls, style)).collect()
}

fn table(registry: &str, pulls: &[AgentPulls], style: Style) -> String {
    let mut rows: Vec<&AgentPulls> = pulls.iter().filter(|row| row.registry == registry).collect();
    let median = median_told(&rows);
    let hidden = if style.whole { 0 } else { rows.len().saturating_sub(ROWS) };
    if hidden > 0 {
        rows.sort_by_key(|row| std::cmp::Reverse(concern(row)));
        rows.truncate(ROWS);
    }
    let paint = Paint::new(style);
    let rest = say!("and {hidden} more");
    let names = rows.iter().map(|row| columns(&row.agent)).chain((hidden > 0).then(|| columns(&rest)));
    let widest = names.max().unwrap_or_default();
    let heads: String = Runtime::ALL.iter().map(|runtime| format!("  {:>10}", runtime.word())).collect();
    let mut text = say!("\nCold pulls by digest through {registry}, in ms (- no such runtime there):\n");
    text.push_str(&format!("      {:<widest$}{heads}\n", ""));
    for row in rows {
        let cells: String = row.runtimes.iter().map(|pull| format!("  {}", cell(pull, paint))).collect();
        text.push_str(&format!("      {}{cells}\n", padded(&row.agent, widest)));
    }
    if hidden > 0 {
        let median = format!("      {}{median}", padded(say!("median"), widest));
        text.push_str(&format!("      {rest}\n{median}\n\n{}\n", way_to_all(true)));
    }
    text
}

/// What is to be seen first: failures, then the slowest.
fn concern(row: &AgentPulls) -> (bool, u64) {
    let failed = row.runtimes.iter().any(|pull| pull.wanted && pull.outcome == PullOutcome::Failed);
    (failed, row.runtimes.iter().filter_map(|pull| pull.ms).max().unwrap_or_default())
}

/// The time in the middle for each runtime, over all agents.
fn median_told(rows: &[&AgentPulls]) -> String {
    let median = |runtime: &Runtime| {
        let pulls = rows.iter().flat_map(|row| &row.runtimes).filter(|pull| pull.runtime == *runtime);
        let mut times: Vec<u64> = pulls.filter_map(|pull| pull.ms).collect();
        times.sort_unstable();
        times.get(times.len() / 2).map_or_else(|| "-".to_owned(), ToString::to_string)
    };
    Runtime::ALL.iter().map(|runtime| format!("  {:>10}", median(runtime))).collect()
}

/// Ten columns wide, also where it is coloured.
fn cell(pull: &RuntimePull, paint: Paint) -> String {
    match (pull.outcome, pull.ms) {
        (PullOutcome::Pulled, Some(ms)) => format!("{ms:>10}"),
        (PullOutcome::Pulled, None) => to_the_right(say!("pulled")),
        (PullOutcome::Failed, _) if pull.wanted => paint.bad(&to_the_right(say!("FAIL"))),
        (PullOutcome::Failed, _) => to_the_right(say!("cannot")),
        (PullOutcome::None, _) => format!("{:>10}", "-"),
    }
}

fn to_the_right(word: &str) -> String {
    " ".repeat(10_usize.saturating_sub(columns(word))) + word
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let expected = "
Cold pulls by digest through 192.168.0.1, in ms (- no such runtime there):
                        docker         ucr  containerd      podman
      192.168.1.11        1410          30           -      cannot
      a2                  FAIL          30           -           -
";
        assert_eq!(matrix(&pulls, Style::PLAIN), expected);
        assert_eq!(matrix(&[], Style::PLAIN), "");
    }

    #[test]
    fn of_ten_thousand_agents_those_are_shown_that_failed_and_the_slowest() {
        let row = |number: u64| {
            let failed = number == 77;
            let outcome = if failed { PullOutcome::Failed } else { PullOutcome::Pulled };
            let pull = |runtime| RuntimePull {
                runtime,
                outcome,
                wanted: true,
                ms: (!failed).then_some(number),
                detail: None,
            };
            AgentPulls {
                agent: format!("a{number}"),
                registry: "192.168.0.1".to_owned(),
                runtimes: Runtime::ALL.iter().copied().map(pull).collect(),
            }
        };
        let pulls: Vec<_> = (1..=10_000).map(row).collect();
        let text = matrix(&pulls, Style::PLAIN);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3 + ROWS + 4, "{text}");
        assert!(lines[3].trim_start().starts_with("a77 ") && lines[3].contains("FAIL"), "{text}");
        assert!(lines[4].trim_start().starts_with("a10000 ") && lines[4].ends_with("     10000"), "{text}");
        assert_eq!(lines[23].trim(), "and 9980 more");
        assert!(lines[24].trim_start().starts_with("median") && lines[24].ends_with("      5001"), "{text}");
        assert_eq!(matrix(&pulls, Style { whole: true, ..Style::PLAIN }).lines().count(), 10_003);
    }
}
