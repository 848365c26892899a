//! What trust-agents must reach, and whether it did.

use super::figures::Block;
use super::setting::Setting;
use super::way::Way;

/// What the whole tree of processes may take.
const MEMORY_LIMIT_MIB: f64 = 50.0;

/// What dead agents may add to a run, in seconds: the time that regctl knocks before it gives a door up.
const PROBE: f64 = 3.0;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Wall,
    Cpu,
}

/// The ratio to another way that regctl may take at most.
struct Goal {
    setting: Setting,
    against: Way,
    measure: Measure,
    limit: f64,
}

const GOALS: [Goal; 10] = [
    goal(Setting::Near, Way::Ssh, Measure::Wall, 1.10),
    goal(Setting::Near, Way::Ssh, Measure::Cpu, 1.15),
    goal(Setting::Near, Way::Loop, Measure::Wall, 0.25),
    goal(Setting::Near, Way::Pssh, Measure::Wall, 1.10),
    goal(Setting::Near, Way::Ansible, Measure::Wall, 1.0 / 3.0),
    goal(Setting::Near, Way::Ansible, Measure::Cpu, 1.0 / 6.0),
    goal(Setting::Near, Way::Pyinfra, Measure::Wall, 0.45),
    goal(Setting::Near, Way::PyinfraShell, Measure::Wall, 0.45),
    goal(Setting::Dead, Way::Pssh, Measure::Wall, 0.5),
    goal(Setting::FarDead, Way::Pssh, Measure::Wall, 0.5),
];

const fn goal(setting: Setting, against: Way, measure: Measure, limit: f64) -> Goal {
    Goal { setting, against, measure, limit }
}

/// One line for each goal that these runs can speak of: only the largest number of agents counts.
#[must_use]
pub fn lines(blocks: &[Block]) -> Vec<String> {
    let largest = blocks.iter().map(|block| block.agents).max().unwrap_or(0);
    let counted: Vec<&Block> = blocks.iter().filter(|block| block.agents == largest).collect();
    let ratios = GOALS.iter().filter_map(|goal| {
        let block = counted.iter().find(|block| block.setting == goal.setting)?;
        let row = block.row_of(goal.against)?;
        let (measure, reached) = match goal.measure {
            Measure::Wall => ("wall", row.wall_ratio?),
            Measure::Cpu => ("client CPU", row.cpu_ratio?),
        };
        let what = format!("{} {}: {measure} ÷ {}", largest, goal.setting.word(), goal.against.word());
        Some(line(&what, reached.middle, goal.limit))
    });
    let memory = counted.iter().filter(|block| block.setting == Setting::Near).filter_map(|block| {
        let peak = block.row_of(Way::Regctl)?.peak?;
        Some(line(&format!("{largest} near: PSS of the tree, MiB"), mib(peak.pss), MEMORY_LIMIT_MIB))
    });
    ratios.chain(memory).chain(dead_agents(&counted)).collect()
}

/// How much longer a run takes where some agents are dead.
fn dead_agents(blocks: &[&Block]) -> Option<String> {
    let seconds = |setting| {
        let block = blocks.iter().find(|block| block.setting == setting)?;
        Some(block.row_of(Way::Regctl)?.wall?.middle)
    };
    let more = seconds(Setting::Dead)? - seconds(Setting::Near)?;
    Some(line(&format!("{}: seconds added by dead agents", blocks[0].agents), more, PROBE))
}

fn line(what: &str, reached: f64, limit: f64) -> String {
    let verdict = if reached <= limit { "met" } else { "MISSED" };
    format!("{verdict:<7}{what:<38} {reached:>6.2}   at most {limit:.2}")
}

/// MiB of so many KiB.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "memory of a few processes is far below 2^52 KiB")]
pub(super) fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::tests::{block, run};

    #[test]
    fn a_goal_is_met_or_missed_by_the_median_ratio() {
        let runs = vec![run(Way::Regctl, 1, 1.2, 20.0), run(Way::Ssh, 1, 1.0, 20.0)];
        let lines = lines(&[block(runs)]);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with("MISSED 50 near: wall ÷ ssh "), "{lines:?}");
        assert!(lines[0].ends_with("1.20   at most 1.10"), "{lines:?}");
        assert!(lines[1].starts_with("met    50 near: client CPU ÷ ssh "), "{lines:?}");
    }

    #[test]
    fn dead_agents_may_add_no_more_than_the_probe() {
        let at = |setting, wall| Block { setting, ..block(vec![run(Way::Regctl, 1, wall, 20.0)]) };
        let lines = lines(&[at(Setting::Near, 2.0), at(Setting::Dead, 5.5)]);
        assert_eq!(lines, ["MISSED 50: seconds added by dead agents         3.50   at most 3.00"]);
    }

    #[test]
    fn only_the_largest_number_of_agents_counts() {
        let runs = vec![run(Way::Regctl, 1, 1.0, 20.0), run(Way::Pssh, 1, 1.0, 20.0)];
        let small = Block { agents: 5, ..block(runs) };
        assert!(lines(&[small, block(Vec::new())]).is_empty());
    }
}
