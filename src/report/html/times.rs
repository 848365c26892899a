//! What took how long, summed up; the script draws the single times from the agents themselves.

use std::collections::BTreeMap;

use serde::Serialize;

use super::data::Agent;

/// Times of one kind.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Series {
    /// The registry's address and the runtime of pulls as numbers of texts; none for the time spent on an agent.
    pub(super) pull: Option<(super::texts::Text, super::texts::Text)>,
    /// How many there are.
    pub(super) count: usize,
    /// How many have no time because they failed.
    pub(super) failed: usize,
    /// The one in the middle, in milliseconds.
    pub(super) median: u64,
    /// 95 of 100 are no longer than this.
    pub(super) p95: u64,
    /// The longest.
    pub(super) max: u64,
}

/// Pulls of each runtime through each address, where there were any, then the time spent on each agent.
pub(super) fn series(agents: &[Agent]) -> Vec<Series> {
    let mut pulls: BTreeMap<_, (Vec<u64>, usize)> = BTreeMap::new();
    for (registry, runtime, _, _, ms) in agents.iter().flat_map(|agent| &agent.pulls) {
        let (times, failed) = pulls.entry((*registry, *runtime)).or_default();
        match ms {
            Some(ms) => times.push(*ms),
            None => *failed += 1,
        }
    }
    let worked = agents.iter().filter(|agent| agent.attempts.is_some_and(|attempts| attempts > 0));
    let work: Vec<u64> = worked.filter_map(|agent| agent.ms).collect();
    let of_pulls = pulls.into_iter().map(|(pull, (times, failed))| summed(Some(pull), times, failed));
    of_pulls.chain([summed(None, work, 0)]).filter(|series| series.count > 0).collect()
}

fn summed(
    pull: Option<(super::texts::Text, super::texts::Text)>,
    mut times: Vec<u64>,
    failed: usize,
) -> Series {
    times.sort_unstable();
    let at = |percent| quantile(&times, percent);
    Series { pull, count: times.len(), failed, median: at(50), p95: at(95), max: at(100) }
}

/// The time that so many of 100 do not exceed (nearest rank); 0 where there are none.
fn quantile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_were_measured() {
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!([50, 95, 100].map(|percent| quantile(&hundred, percent)), [50, 95, 100]);
        assert_eq!([50, 95, 100].map(|percent| quantile(&[10, 20, 900], percent)), [20, 900, 900]);
        assert_eq!(quantile(&[], 50), 0);
    }
}
