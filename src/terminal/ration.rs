//! How many lines of a kind are written while the work goes on, and how many are only counted.

use std::time::Duration;

/// The time that lines are counted in.
const WINDOW: Duration = Duration::from_secs(2);

/// Lets a few of many lines through in each two seconds.
#[derive(Debug)]
pub(super) struct Ration {
    most: usize,
    since: Duration,
    told: usize,
    untold: usize,
}

impl Ration {
    /// At most so many in two seconds.
    pub(super) const fn of(most: usize) -> Self {
        Self { most, since: Duration::ZERO, told: 0, untold: 0 }
    }

    /// Whether one that comes now is to be told; one that is not is counted.
    pub(super) fn lets_through(&mut self, now: Duration) -> bool {
        if now.saturating_sub(self.since) >= WINDOW {
            (self.since, self.told) = (now, 0);
        }
        let through = self.told < self.most;
        if through {
            self.told += 1;
        } else {
            self.untold += 1;
        }
        through
    }

    /// How many were only counted since this was asked last.
    pub(super) fn take_untold(&mut self) -> usize {
        std::mem::take(&mut self.untold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_in_each_moment_are_told_and_none_is_forgotten() {
        let mut ration = Ration::of(20);
        let at = |millis| Duration::from_millis(millis);
        let told = (0..500).filter(|_| ration.lets_through(at(100))).count();
        assert_eq!((told, ration.take_untold(), ration.take_untold()), (20, 480, 0));
        assert!(!ration.lets_through(at(1_999)));
        assert!(ration.lets_through(at(2_000)));
        assert_eq!(ration.take_untold(), 1);
    }
}
