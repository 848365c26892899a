//! The figures as CSV: one file of rows, as in the table, and one of every single run.

use std::fmt::Write as _;

use super::figures::{Block, Row, Run, Spread};

/// One line for each way in each block.
#[must_use]
pub fn rows(blocks: &[Block]) -> String {
    let mut text = String::from(
        "agents,setting,round_trip_ms,way,runs,failed_runs,wall_s,wall_s_min,wall_s_max,wall_regctl_ratio,\
         wall_regctl_ratio_min,wall_regctl_ratio_max,cpu_ms_per_agent,cpu_ms_per_agent_min,cpu_ms_per_agent_max,\
         cpu_regctl_ratio,cpu_regctl_ratio_min,cpu_regctl_ratio_max,\
         agent_cpu_ms,agent_cpu_ms_min,agent_cpu_ms_max,peak_pss_kib,peak_rss_kib,peak_processes,\
         done,possible,left_processes,left_sockets,left_folders\n",
    );
    for block in blocks {
        for row in block.rows() {
            let _ = writeln!(text, "{},{}", head(block), row_fields(&row));
        }
    }
    text
}

/// One line for each run.
#[must_use]
pub fn runs(blocks: &[Block]) -> String {
    let mut text = String::from(
        "agents,setting,round_trip_ms,way,repetition,place,exit,wall_s,cpu_ms_per_agent,agent_cpu_ms,done,possible,load1,\
         peak_pss_kib,peak_rss_kib,peak_processes,left_processes,left_sockets,left_folders\n",
    );
    for block in blocks {
        for run in &block.runs {
            let _ = writeln!(text, "{},{}", head(block), run_fields(run));
        }
    }
    text
}

fn head(block: &Block) -> String {
    format!("{},{},{:.2}", block.agents, block.setting.word(), block.round_trip)
}

fn row_fields(row: &Row) -> String {
    let peak = row
        .peak
        .map_or_else(|| ",,".to_owned(), |peak| format!("{},{},{}", peak.pss, peak.rss, peak.processes));
    format!(
        "{},{},{},{},{},{},{},{},{peak},{},{},{},{},{}",
        row.way.word(),
        row.runs,
        row.failed,
        spread(row.wall),
        spread(row.wall_ratio),
        spread(row.cpu),
        spread(row.cpu_ratio),
        spread(row.agent_cpu),
        row.done,
        row.possible,
        row.left.processes,
        row.left.sockets,
        row.left.folders
    )
}

fn run_fields(run: &Run) -> String {
    let exit = run.exit.map_or_else(|| "signal".to_owned(), |code| code.to_string());
    let peak = run
        .peak
        .map_or_else(|| ",,".to_owned(), |peak| format!("{},{},{}", peak.pss, peak.rss, peak.processes));
    format!(
        "{},{},{},{exit},{:.3},{:.2},{:.2},{},{},{:.2},{peak},{},{},{}",
        run.way.word(),
        run.repetition,
        run.place,
        run.wall,
        run.cpu,
        run.agent_cpu,
        run.done,
        run.possible,
        run.load,
        run.left.processes,
        run.left.sockets,
        run.left.folders
    )
}

fn spread(spread: Option<Spread>) -> String {
    spread.map_or_else(
        || ",,".to_owned(),
        |spread| format!("{:.3},{:.3},{:.3}", spread.middle, spread.least, spread.most),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::tests::{block, run};
    use crate::bench::way::Way;

    #[test]
    fn every_line_has_as_many_fields_as_the_heading() {
        let failed = Run { done: 1, exit: None, ..run(Way::Pssh, 1, 3.0, 30.0) };
        let blocks = [block(vec![run(Way::Regctl, 1, 1.0, 20.0), failed])];
        for text in [rows(&blocks), runs(&blocks)] {
            let fields: Vec<usize> = text.lines().map(|line| line.split(',').count()).collect();
            assert_eq!(fields, vec![fields[0]; 3], "{text}");
        }
    }
}
