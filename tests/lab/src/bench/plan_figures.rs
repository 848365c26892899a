//! What a long list of agents costs, as table, CSV and verdicts.

use std::fmt::Write as _;

use super::figures::Spread;

/// At this many agents the goals hold.
const GOAL_AGENTS: u32 = 10_000;
const GOAL_SECONDS: f64 = 1.0;
const GOAL_MIB: f64 = 60.0;

/// A command that reads the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Reads it and says what is in it.
    Agents,
    /// Also decides what each agent needs, and finds them all closed.
    TrustAgents,
}

impl Task {
    /// Its words on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::TrustAgents => "trust-agents --check",
        }
    }
}

/// The medians of one command with one number of agents.
#[derive(Debug)]
pub(crate) struct Row {
    pub task: Task,
    pub agents: u32,
    /// What Mesos answers, in bytes.
    pub body: usize,
    pub wall: Spread,
    /// User and system time in seconds.
    pub cpu: Spread,
    /// Peak RSS in MiB.
    pub memory: Spread,
}

/// For people.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = format!(
        "{:<22}{:>7}{:>9}{:>9} {:<15}{:>8}{:>9} {}\n",
        "command", "agents", "answer", "wall s", "(min-max)", "CPU s", "RSS MiB", "(min-max)"
    );
    for row in rows {
        let _ = writeln!(
            text,
            "{:<22}{:>7}{:>9}{:>9.3} {:<15}{:>8.2}{:>9.1} ({:.1}-{:.1})",
            row.task.name(),
            row.agents,
            format!("{} kB", row.body / 1000),
            row.wall.middle,
            format!("({:.3}-{:.3})", row.wall.least, row.wall.most),
            row.cpu.middle,
            row.memory.middle,
            row.memory.least,
            row.memory.most,
        );
    }
    text
}

/// One line for each row.
pub(crate) fn csv(rows: &[Row]) -> String {
    let mut text = String::from(
        "command,agents,answer_bytes,wall_s,wall_s_min,wall_s_max,cpu_s,rss_mib,rss_mib_min,rss_mib_max\n",
    );
    for row in rows {
        let _ = writeln!(
            text,
            "{},{},{},{:.4},{:.4},{:.4},{:.3},{:.2},{:.2},{:.2}",
            row.task.name(),
            row.agents,
            row.body,
            row.wall.middle,
            row.wall.least,
            row.wall.most,
            row.cpu.middle,
            row.memory.middle,
            row.memory.least,
            row.memory.most
        );
    }
    text
}

/// The goals at 10,000 agents, and how the cost grows from the second number of agents to the last.
pub(crate) fn goals(rows: &[Row]) -> Vec<String> {
    let mut lines = Vec::new();
    for task in [Task::Agents, Task::TrustAgents] {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.task == task).collect();
        if let Some(row) = rows.iter().find(|row| row.agents == GOAL_AGENTS) {
            let wall = (row.wall.middle, GOAL_SECONDS, "s");
            let memory = (row.memory.middle, GOAL_MIB, "MiB");
            // Time to knock at every door is no time of reading and planning.
            let held = if task == Task::Agents { vec![wall, memory] } else { vec![memory] };
            for (value, limit, unit) in held {
                let verdict = if value < limit { "met" } else { "MISSED" };
                lines.push(format!("{verdict:<7}{}: {value:.2} {unit}, below {limit}", task.name()));
            }
        }
        if let [base, some, .., most] = rows[..] {
            let growth = |value: fn(&Row) -> f64| {
                let each = |row: &Row| (value(row) - value(base)) / f64::from(row.agents - base.agents);
                each(most) / each(some)
            };
            lines.push(format!(
                "       {}: an agent of {} costs {:.2} of the time and {:.2} of the memory of one of {}",
                task.name(),
                most.agents,
                growth(|row| row.wall.middle),
                growth(|row| row.memory.middle),
                some.agents
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(agents: u32, wall: f64, memory: f64) -> Row {
        let flat = |value| Spread { middle: value, least: value, most: value };
        Row {
            task: Task::Agents,
            agents,
            body: 1000,
            wall: flat(wall),
            cpu: flat(wall),
            memory: flat(memory),
        }
    }

    #[test]
    fn twice_the_price_of_an_agent_is_seen() {
        let lines = goals(&[row(10, 0.1, 10.0), row(1010, 0.2, 11.0), row(10_000, 2.098, 19.99)]);
        assert!(lines[0].starts_with("MISSED agents: 2.10 s"), "{lines:?}");
        assert!(lines[1].starts_with("met    agents: 19.99 MiB"), "{lines:?}");
        assert!(
            lines[2].ends_with("costs 2.00 of the time and 1.00 of the memory of one of 1010"),
            "{lines:?}"
        );
    }
}
