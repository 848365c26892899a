//! From runs to figures: medians, spreads, and ratios taken within a repetition, where the load was the same for both.

use std::collections::BTreeMap;

use super::memory::Peak;
use super::run::Left;
use super::setting::Setting;
use super::way::Way;

/// One measured run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Which way.
    pub way: Way,
    /// Counted from 1; 0 is the round in which memory is looked at.
    pub repetition: u32,
    /// Its place in the order of this repetition, from 1.
    pub place: usize,
    /// Its exit code; none where a signal ended it.
    pub exit: Option<i32>,
    /// Seconds from start to end.
    pub wall: f64,
    /// Milliseconds of user and system time on the client for each agent in the list.
    pub cpu: f64,
    /// Milliseconds of user and system time on an agent, on the mean of all in the list.
    pub agent_cpu: f64,
    /// On how many agents all of the work is done.
    pub done: usize,
    /// On how many it could be: those that are not dead.
    pub possible: usize,
    /// What it left behind.
    pub left: Left,
    /// Only in the round in which memory is looked at.
    pub peak: Option<Peak>,
    /// The load average over a minute, just before it.
    pub load: f64,
}

impl Run {
    /// A run that did not do its work is no result.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.done == self.possible
    }
}

/// All runs of one number of agents in one setting.
#[derive(Debug, Clone)]
pub struct Block {
    /// How many agents, the dead ones included.
    pub agents: u8,
    /// How far away and how alive they are.
    pub setting: Setting,
    /// The round trip to them in milliseconds, as measured.
    pub round_trip: f64,
    /// In the order in which they were run.
    pub runs: Vec<Run>,
    /// The ways that could not be run, each with the reason.
    pub skipped: Vec<(Way, String)>,
}

/// The middle and both ends of some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The median.
    pub middle: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Spread {
    /// None without any value.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let middle =
            if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) };
        Some(Self { middle, least, most })
    }
}

/// What all runs of one way in a block come to.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which way.
    pub way: Way,
    /// How many runs count.
    pub runs: usize,
    /// How many did not do their work.
    pub failed: usize,
    /// Seconds; none where no run counts.
    pub wall: Option<Spread>,
    /// regctl's seconds through this way's, in the same repetition.
    pub wall_ratio: Option<Spread>,
    /// Milliseconds for each agent.
    pub cpu: Option<Spread>,
    /// regctl's CPU time through this way's, in the same repetition.
    pub cpu_ratio: Option<Spread>,
    /// Milliseconds on an agent.
    pub agent_cpu: Option<Spread>,
    /// Where memory was looked at.
    pub peak: Option<Peak>,
    /// The fewest agents that a run left with all of the work done.
    pub done: usize,
    /// On how many agents it was possible.
    pub possible: usize,
    /// The most of each that a run left behind.
    pub left: Left,
}

impl Block {
    /// One row for each way that was run, in the order of [`Way`].
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut ways: BTreeMap<Way, Vec<&Run>> = BTreeMap::new();
        for run in &self.runs {
            ways.entry(run.way).or_default().push(run);
        }
        ways.into_iter().map(|(way, runs)| self.row(way, &runs)).collect()
    }

    /// The row of one way.
    #[must_use]
    pub fn row_of(&self, way: Way) -> Option<Row> {
        self.rows().into_iter().find(|row| row.way == way)
    }

    fn row(&self, way: Way, runs: &[&Run]) -> Row {
        let timed: Vec<&&Run> = runs.iter().filter(|run| run.peak.is_none()).collect();
        let good = || timed.iter().filter(|run| run.counts());
        let most = |of: fn(&Left) -> usize| runs.iter().map(|run| of(&run.left)).max().unwrap_or(0);
        Row {
            way,
            runs: good().count(),
            failed: timed.len() - good().count(),
            wall: Spread::of(good().map(|run| run.wall)),
            wall_ratio: self.ratio(way, |run| run.wall),
            cpu: Spread::of(good().map(|run| run.cpu)),
            cpu_ratio: self.ratio(way, |run| run.cpu),
            agent_cpu: Spread::of(good().map(|run| run.agent_cpu)),
            peak: runs.iter().find_map(|run| run.peak),
            done: runs.iter().map(|run| run.done).min().unwrap_or(0),
            possible: runs.iter().map(|run| run.possible).max().unwrap_or(0),
            left: Left {
                processes: most(|left| left.processes),
                sockets: most(|left| left.sockets),
                folders: most(|left| left.folders),
            },
        }
    }

    /// What regctl takes for each unit that `way` takes, repetition by repetition.
    fn ratio(&self, way: Way, value: impl Fn(&Run) -> f64) -> Option<Spread> {
        let timed = || self.runs.iter().filter(|run| run.peak.is_none() && run.counts());
        let ours = |repetition| timed().find(|run| run.way == Way::Regctl && run.repetition == repetition);
        let pairs = timed().filter(|run| run.way == way).filter_map(|run| Some((ours(run.repetition)?, run)));
        Spread::of(pairs.map(|(ours, theirs)| value(ours) / value(theirs)))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A run of 50 agents that did its work.
    pub(in crate::bench) fn run(way: Way, repetition: u32, wall: f64, cpu: f64) -> Run {
        Run {
            way,
            repetition,
            place: 1,
            exit: Some(0),
            wall,
            cpu,
            agent_cpu: 55.0,
            done: 50,
            possible: 50,
            left: Left::default(),
            peak: None,
            load: 0.5,
        }
    }

    pub(in crate::bench) fn block(runs: Vec<Run>) -> Block {
        Block { agents: 50, setting: Setting::Near, round_trip: 0.1, runs, skipped: Vec::new() }
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(Spread::of([4.0, 1.0, 3.0, 2.0]), Some(Spread { middle: 2.5, least: 1.0, most: 4.0 }));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn ratios_are_taken_within_a_repetition() {
        // The second repetition ran at a load that made everything ten times slower.
        let block = block(vec![
            run(Way::Regctl, 1, 1.0, 20.0),
            run(Way::Pssh, 1, 2.0, 25.0),
            run(Way::Regctl, 2, 10.0, 20.0),
            run(Way::Pssh, 2, 20.0, 25.0),
        ]);
        let row = block.row_of(Way::Pssh).unwrap();
        assert_eq!(row.wall_ratio, Some(Spread { middle: 0.5, least: 0.5, most: 0.5 }));
        assert_eq!(row.cpu_ratio.unwrap().middle, 0.8);
        assert_eq!(row.wall.unwrap().most, 20.0);
    }

    #[test]
    fn a_run_that_did_not_do_its_work_is_no_result() {
        let half = Run { done: 25, ..run(Way::Pssh, 1, 0.1, 1.0) };
        let row = block(vec![run(Way::Regctl, 1, 1.0, 20.0), half]).row_of(Way::Pssh).unwrap();
        assert_eq!((row.runs, row.failed, row.done), (0, 1, 25));
        assert!(row.wall.is_none() && row.wall_ratio.is_none());
    }

    #[test]
    fn the_round_that_looks_at_memory_is_not_timed() {
        let peak = Peak { pss: 2048, rss: 4096, processes: 3 };
        let looked = Run { repetition: 0, peak: Some(peak), ..run(Way::Regctl, 0, 99.0, 99.0) };
        let row = block(vec![run(Way::Regctl, 1, 1.0, 20.0), looked]).row_of(Way::Regctl).unwrap();
        assert_eq!((row.runs, row.peak), (1, Some(peak)));
        assert_eq!(row.wall.unwrap().most, 1.0);
    }
}
