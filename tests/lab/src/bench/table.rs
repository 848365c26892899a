//! The figures of one block as a table for people.

use std::fmt::Write as _;

use super::figures::{Block, Row, Spread};
use super::goals::mib;
use super::run::Left;

/// A heading, the table, and a line for each way that was left out.
#[must_use]
pub fn render(block: &Block, heading: &str) -> String {
    let mut text = format!("{heading}\n");
    let _ = writeln!(
        text,
        "{:<14}{:>5}{:>8} {:<15}{:>9}{:>9} {:<13}{:>9}{:>9}{:>9}{:>7}{:>9}  left behind",
        "way",
        "runs",
        "wall s",
        "(min-max)",
        "regctl÷",
        "CPU ms",
        "(min-max)",
        "regctl÷",
        "agent ms",
        "PSS MiB",
        "procs",
        "done"
    );
    for row in block.rows() {
        let _ = writeln!(text, "{}", line(&row));
    }
    for (way, reason) in &block.skipped {
        let _ = writeln!(text, "{:<14}skipped: {reason}", way.word());
    }
    text
}

fn line(row: &Row) -> String {
    let (pss, processes) = row.peak.map_or_else(
        || ("-".to_owned(), "-".to_owned()),
        |peak| (format!("{:.0}", mib(peak.pss)), peak.processes.to_string()),
    );
    let runs = if row.failed == 0 { row.runs.to_string() } else { format!("{}!", row.runs) };
    format!(
        "{:<14}{runs:>5}{:>8} {:<15}{:>9}{:>9} {:<13}{:>9}{:>9}{pss:>9}{processes:>7}{:>9}  {}",
        row.way.word(),
        middle(row.wall, 2),
        range(row.wall, 2),
        middle(row.wall_ratio, 2),
        middle(row.cpu, 1),
        range(row.cpu, 0),
        middle(row.cpu_ratio, 2),
        middle(row.agent_cpu, 0),
        format!("{}/{}", row.done, row.possible),
        left(row.left),
    )
}

fn middle(spread: Option<Spread>, digits: usize) -> String {
    spread.map_or_else(|| "-".to_owned(), |spread| format!("{:.digits$}", spread.middle))
}

fn range(spread: Option<Spread>, digits: usize) -> String {
    spread.map_or_else(String::new, |spread| format!("({:.digits$}-{:.digits$})", spread.least, spread.most))
}

fn left(left: Left) -> String {
    let kinds =
        [(left.processes, "process", "es"), (left.sockets, "socket", "s"), (left.folders, "folder", "s")];
    let words: Vec<String> = kinds
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, more)| format!("{count} {one}{}", if count == 1 { "" } else { more }))
        .collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::Run;
    use crate::bench::figures::tests::{block, run};
    use crate::bench::way::Way;

    #[test]
    fn a_row_has_its_figures_in_the_columns_of_the_heading() {
        let leaves = Left { processes: 1, sockets: 2, folders: 0 };
        let runs =
            vec![run(Way::Regctl, 1, 2.0, 20.0), Run { left: leaves, ..run(Way::Ansible, 1, 8.0, 160.0) }];
        let mut block = block(runs);
        block.skipped.push((Way::Clush, "not found".to_owned()));
        let text = render(&block, "50 agents");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[3].split_whitespace().collect::<Vec<_>>(),
            [
                "ansible",
                "1",
                "8.00",
                "(8.00-8.00)",
                "0.25",
                "160.0",
                "(160-160)",
                "0.12",
                "55",
                "-",
                "-",
                "50/50",
                "1",
                "process,",
                "2",
                "sockets"
            ]
        );
        assert!(lines[2].ends_with("50/50  nothing"), "{text}");
        assert_eq!(lines[4], "clush         skipped: not found");
        let column = |line: &str, word: &str| {
            line.find(word).map(|at| line[..at].chars().count() + word.chars().count())
        };
        assert_eq!(column(lines[1], "done"), column(lines[3], "50/50"));
    }
}
