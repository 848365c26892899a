//! How far away and how alive the agents of a run are.

use std::time::Duration;

use clap::ValueEnum;

/// One dead agent in this many.
const DEAD_ONE_IN: usize = 20;

/// A setting of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Setting {
    /// All agents are there, at no distance.
    Near,
    /// A long cable between the master and all agents.
    Far,
    /// One agent in twenty swallows every packet.
    Dead,
    /// Both.
    FarDead,
}

impl Setting {
    /// Its word on the command line and in the files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Near => "near",
            Self::Far => "far",
            Self::Dead => "dead",
            Self::FarDead => "far-dead",
        }
    }

    /// The round trip that the network shall have.
    #[must_use]
    pub fn round_trip(self, far: Duration) -> Option<Duration> {
        matches!(self, Self::Far | Self::FarDead).then_some(far)
    }

    /// True where the agent with this index (from 0) is dead: evenly spread over the list, never the first.
    #[must_use]
    pub fn kills(self, index: usize) -> bool {
        matches!(self, Self::Dead | Self::FarDead) && index % DEAD_ONE_IN == DEAD_ONE_IN / 4
    }

    /// What it means, for people.
    #[must_use]
    pub fn describe(self, round_trip: Duration) -> String {
        let far = format!("{} ms round trip", round_trip.as_millis());
        match self {
            Self::Near => "all agents up, no distance".to_owned(),
            Self::Far => far,
            Self::Dead => "5 % of the agents dead".to_owned(),
            Self::FarDead => format!("{far}, 5 % of the agents dead"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_in_a_hundred_are_dead() {
        let dead = |setting: Setting| (0..100).filter(|index| setting.kills(*index)).count();
        assert_eq!(dead(Setting::Dead), 5);
        assert_eq!(dead(Setting::FarDead), 5);
        assert_eq!(dead(Setting::Far), 0);
    }
}
