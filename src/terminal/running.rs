//! What runs just now, and which of it is shown: whoever has a place keeps it while it runs.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::domain::columns::columns;

/// What runs. Beginning and ending cost the same whether ten run or ten thousand.
#[derive(Debug, Default)]
pub(super) struct Running {
    /// The number that each got when it began.
    numbers: HashMap<String, u64>,
    /// By number, so that the longest-running is first.
    by_age: BTreeMap<u64, Entry>,
    next: u64,
    /// The numbers of those that are shown.
    places: Vec<Option<u64>>,
    /// The columns of the longest name that was shown; it does not shrink, so that what stands beside stays in place.
    widest: usize,
}

#[derive(Debug)]
struct Entry {
    name: String,
    since: Duration,
}

impl Running {
    /// One has begun, or has begun again.
    pub(super) fn begin(&mut self, name: String, now: Duration) {
        self.end(&name);
        self.numbers.insert(name.clone(), self.next);
        self.by_age.insert(self.next, Entry { name, since: now });
        self.next += 1;
    }

    /// One has ended. That of one that never began is nothing.
    pub(super) fn end(&mut self, name: &str) {
        if let Some(number) = self.numbers.remove(name) {
            self.by_age.remove(&number);
        }
    }

    /// How many run.
    pub(super) fn len(&self) -> usize {
        self.by_age.len()
    }

    /// How many run without a place.
    pub(super) fn unseen(&self) -> usize {
        self.len() - self.places.iter().flatten().count()
    }

    /// The longest-running ones, at most so many.
    pub(super) fn oldest(&self, most: usize) -> impl Iterator<Item = &str> {
        self.by_age.values().take(most).map(|entry| entry.name.as_str())
    }

    /// Gives the places of those that have ended to the longest-running ones that have none.
    pub(super) fn seat(&mut self, places: usize) {
        self.places.resize(places, None);
        for place in &mut self.places {
            *place = place.filter(|number| self.by_age.contains_key(number));
        }
        let seated = self.places.clone();
        let mut standing = self.by_age.iter().filter(|(number, _)| !seated.contains(&Some(**number)));
        for place in self.places.iter_mut().filter(|place| place.is_none()) {
            let Some((number, entry)) = standing.next() else { break };
            *place = Some(*number);
            self.widest = self.widest.max(columns(&entry.name));
        }
    }

    /// Each place up to the last that is taken: who has it, and since when.
    pub(super) fn places(&self) -> Vec<Option<(&str, Duration)>> {
        let taken = self.places.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        let entry = |place: &Option<u64>| {
            place.and_then(|number| self.by_age.get(&number)).map(|entry| (entry.name.as_str(), entry.since))
        };
        self.places[..taken].iter().map(entry).collect()
    }

    /// The columns of the longest name that was shown so far.
    pub(super) const fn widest(&self) -> usize {
        self.widest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: Duration = Duration::ZERO;

    fn shown(running: &Running) -> Vec<&str> {
        running.places().iter().map(|place| place.map_or("-", |(name, _)| name)).collect()
    }

    #[test]
    fn whoever_has_a_place_keeps_it_and_a_free_one_goes_to_the_longest_running() {
        let mut running = Running::default();
        for name in ["a", "b", "c", "d", "e"] {
            running.begin(name.to_owned(), ZERO);
        }
        running.seat(3);
        assert_eq!((shown(&running), running.unseen()), (vec!["a", "b", "c"], 2));
        running.end("b");
        running.seat(3);
        assert_eq!((shown(&running), running.unseen()), (vec!["a", "d", "c"], 1));
        for name in ["a", "c", "e"] {
            running.end(name);
        }
        running.seat(3);
        assert_eq!(shown(&running), ["-", "d"]);
        running.seat(1);
        assert_eq!((shown(&running), running.unseen()), (vec!["d"], 0));
    }

    #[test]
    fn one_that_begins_again_runs_once() {
        let mut running = Running::default();
        running.begin("a".to_owned(), ZERO);
        running.begin("a".to_owned(), Duration::from_secs(9));
        running.seat(2);
        assert_eq!((running.len(), running.places()), (1, vec![Some(("a", Duration::from_secs(9)))]));
        running.end("a");
        running.end("a");
        assert_eq!(running.len(), 0);
    }
}
