//! The restart of an app: new instances in place of old ones, within the bounds of its upgrade strategy.

use std::collections::{BTreeSet, VecDeque};

use super::instance::{Goal, Instance};
use crate::marathon::clock::Timestamp;
use crate::marathon::definition::App;

/// How far a restart has come.
#[derive(Debug)]
pub(super) struct Replacement {
    /// How many instances, old and new, there may be at a time.
    capacity: usize,
    /// Old instances that have not been told to end yet, in the order in which they will be.
    to_end: VecDeque<String>,
    /// Old instances that are not gone yet.
    old: BTreeSet<String>,
    /// New instances that were ready when last looked at: for each an old one was ended.
    ready: BTreeSet<String>,
}

impl Replacement {
    /// Ends as many old instances as may go at once, and starts as many new ones as there is room for.
    pub(super) fn begin(app: &App, instances: &mut Vec<Instance>, now: Timestamp) -> Self {
        let mine: Vec<&Instance> = instances.iter().filter(|it| it.app.id == app.id).collect();
        let (at_once, capacity) = bounds(app, &mine);
        let mut old: Vec<&Instance> =
            mine.into_iter().filter(|it| is_old(it, app) && it.is_wanted()).collect();
        // The sick go first.
        old.sort_by_key(|it| it.is_considered_healthy());
        let to_end: VecDeque<String> = old.iter().map(|it| it.key().to_owned()).collect();
        let mut begun =
            Self { capacity, old: to_end.iter().cloned().collect(), to_end, ready: BTreeSet::new() };
        for _ in 0..at_once {
            begun.end_next(instances);
        }
        begun.start(app, instances, now);
        begun
    }

    /// Goes on; true once all new instances are ready and all old ones gone.
    pub(super) fn advance(&mut self, app: &App, instances: &mut Vec<Instance>, now: Timestamp) -> bool {
        let ready: BTreeSet<String> = instances
            .iter()
            .filter(|it| it.app.id == app.id && !is_old(it, app) && it.is_ready())
            .map(|it| it.key().to_owned())
            .collect();
        let newly_ready = ready.difference(&self.ready).count();
        for _ in 0..newly_ready {
            self.end_next(instances);
        }
        self.old.retain(|key| instances.iter().any(|it| it.key() == key));
        self.to_end.retain(|key| self.old.contains(key));
        self.start(app, instances, now);
        let done = ready.len() == app.instances() && self.old.is_empty();
        self.ready = ready;
        done
    }

    fn end_next(&mut self, instances: &mut [Instance]) {
        if let Some(key) = self.to_end.pop_front()
            && let Some(instance) = instances.iter_mut().find(|it| it.key() == key)
        {
            instance.goal = Goal::Decommissioned;
        }
    }

    fn start(&self, app: &App, instances: &mut Vec<Instance>, now: Timestamp) {
        let started = instances.iter().filter(|it| it.app.id == app.id && !is_old(it, app)).count();
        let room = self.capacity.saturating_sub(self.old.len() + started);
        let missing = app.instances().saturating_sub(started);
        instances.extend((0..room.min(missing)).map(|_| Instance::scheduled(app, now)));
    }
}

fn is_old(instance: &Instance, app: &App) -> bool {
    instance.app.info.version != app.info.version
}

/// How many old instances go at once, and how many instances there may be at a time.
///
/// The default strategy (1, 1) starts the new ones before the old ones end; (0, 0) ends the old ones first.
fn bounds(app: &App, mine: &[&Instance]) -> (usize, usize) {
    let (least_healthy, over) = app.capacities();
    let wanted = app.instances();
    #[expect(clippy::cast_precision_loss, reason = "instances are few")]
    let part = |fraction: f64| wanted as f64 * fraction;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "fractions of the number of instances are small and not negative"
    )]
    let (least_healthy, mut capacity) = (part(least_healthy).ceil() as usize, part(1.0 + over) as usize);
    let healthy = mine.iter().filter(|it| it.is_wanted() && it.is_considered_healthy()).count();
    let mut at_once = healthy.saturating_sub(least_healthy);
    if least_healthy == capacity && capacity <= healthy {
        // Without any room nothing could ever start: one more is let in for a while.
        capacity += 1;
    }
    if wanted < mine.len() {
        at_once = at_once.max(mine.len() - wanted);
    }
    (at_once, capacity)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::instance::Condition;
    use super::*;
    use crate::marathon::config::MarathonVersion;
    use crate::marathon::definition::{VersionInfo, created};

    fn app(strategy: (f64, f64), instances: u32, at: Timestamp) -> App {
        let body = json!({
            "id": "/a", "cmd": "sleep 9", "instances": instances,
            "upgradeStrategy": {"minimumHealthCapacity": strategy.0, "maximumOverCapacity": strategy.1},
        });
        let (id, fields) = created(MarathonVersion::V1_11, body.to_string().as_bytes()).unwrap();
        App::new(id, fields, VersionInfo::new(at))
    }

    /// Old instances that run, and the restart begun: (old ones told to end, new ones started).
    fn begun(strategy: (f64, f64), instances: u32) -> (usize, usize) {
        let before = Timestamp::now();
        let old = app(strategy, instances, before);
        let mut all: Vec<Instance> = (0..instances).map(|_| Instance::scheduled(&old, before)).collect();
        for instance in &mut all {
            instance.condition = Condition::Running;
        }
        let now = before.after(std::time::Duration::from_secs(1));
        let new = app(strategy, instances, now);
        Replacement::begin(&new, &mut all, now);
        let ended = all.iter().filter(|it| !it.is_wanted()).count();
        (ended, all.len() - instances as usize)
    }

    #[test]
    fn the_strategy_decides_what_goes_first() {
        assert_eq!(begun((1.0, 1.0), 1), (0, 1), "the default starts the new one beside the old");
        assert_eq!(begun((0.0, 0.0), 1), (1, 0), "0/0 ends the old one first");
        assert_eq!(begun((1.0, 0.0), 1), (0, 1), "without room one more is let in");
        assert_eq!(begun((0.5, 0.0), 4), (2, 0));
        assert_eq!(begun((0.5, 0.5), 4), (2, 2));
    }

    #[test]
    fn a_new_one_that_is_ready_ends_an_old_one() {
        let before = Timestamp::now();
        let old = app((1.0, 1.0), 1, before);
        let mut all = vec![Instance::scheduled(&old, before)];
        all[0].condition = Condition::Running;
        let now = before.after(std::time::Duration::from_secs(1));
        let new = app((1.0, 1.0), 1, now);
        let mut restart = Replacement::begin(&new, &mut all, now);
        assert!(!restart.advance(&new, &mut all, now) && all[0].is_wanted());
        all[1].condition = Condition::Running;
        assert!(!restart.advance(&new, &mut all, now) && !all[0].is_wanted());
        all.remove(0);
        assert!(restart.advance(&new, &mut all, now));
    }
}
