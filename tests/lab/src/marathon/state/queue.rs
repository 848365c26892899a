//! The launch queue: what waits for offers, why offers were declined, and how long to wait after a failure.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::marathon::clock::Timestamp;
use crate::marathon::definition::App;

/// Why an offer does not do, in the order in which one is chosen to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    UnfulfilledRole,
    UnfulfilledConstraint,
    NoCorrespondingReservationFound,
    AgentMaintenance,
    InsufficientCpus,
    InsufficientMemory,
    InsufficientDisk,
    InsufficientGpus,
    InsufficientPorts,
    DeclinedScarceResources,
}

impl Reason {
    /// All reasons, first the one that is counted before the others.
    pub(crate) const FUNNEL: [Self; 10] = [
        Self::UnfulfilledRole,
        Self::UnfulfilledConstraint,
        Self::NoCorrespondingReservationFound,
        Self::AgentMaintenance,
        Self::InsufficientCpus,
        Self::InsufficientMemory,
        Self::InsufficientDisk,
        Self::InsufficientGpus,
        Self::InsufficientPorts,
        Self::DeclinedScarceResources,
    ];
}

/// How long an app waits after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delay {
    reference: Timestamp,
    current: Duration,
    longest: Duration,
}

impl Delay {
    /// The delay after one more failure.
    pub(crate) fn grown(before: Option<Self>, app: &App, now: Timestamp) -> Self {
        let (first, factor, longest) = app.backoff();
        let current = before.map_or(first, |it| it.current.mul_f64(factor));
        Self { reference: now, current: current.min(longest), longest }
    }

    /// The delay after a task that started: as long, but counted from now.
    pub(crate) fn advanced(self, now: Timestamp) -> Self {
        Self { reference: now, ..self }
    }

    /// When the next task may start.
    pub(crate) fn deadline(self) -> Timestamp {
        self.reference.after(self.current)
    }

    /// The last failure is so long ago that it is forgotten.
    pub(crate) fn is_over(self, now: Timestamp) -> bool {
        now > self.reference.after(self.longest)
    }
}

/// What became of the offers that an app has seen since it was put into the queue.
#[derive(Debug, Clone, Default)]
pub(crate) struct OfferStatistics {
    processed: u32,
    unused: u32,
    last_used: Option<Timestamp>,
    last_unused: Option<Timestamp>,
    attempt: BTreeMap<Reason, u32>,
    /// The last offer of each agent that did not do, and all that was wrong with it.
    last_offers: BTreeMap<String, (Timestamp, Vec<Reason>)>,
}

impl OfferStatistics {
    /// An offer that was taken.
    pub(crate) fn used(&mut self, now: Timestamp) {
        self.processed += 1;
        self.last_used = Some(now);
    }

    /// An offer that did not do.
    pub(crate) fn unused(&mut self, agent_id: &str, reasons: Vec<Reason>, now: Timestamp) {
        self.processed += 1;
        self.unused += 1;
        self.last_unused = Some(now);
        if let Some(first) = reasons.iter().min() {
            *self.attempt.entry(*first).or_default() += 1;
        }
        self.last_offers.insert(agent_id.to_owned(), (now, reasons));
    }

    /// The summary as `/v2/queue` gives it.
    pub(crate) fn summary(&self) -> Value {
        let mut last: BTreeMap<Reason, u32> = BTreeMap::new();
        for (_, reasons) in self.last_offers.values() {
            if let Some(first) = reasons.iter().min() {
                *last.entry(*first).or_default() += 1;
            }
        }
        let offers = u32::try_from(self.last_offers.len()).unwrap_or(u32::MAX);
        let mut summary = json!({
            "processedOffersCount": self.processed,
            "unusedOffersCount": self.unused,
        });
        if let Some(at) = self.last_unused {
            summary["lastUnusedOfferAt"] = json!(at);
        }
        if let Some(at) = self.last_used {
            summary["lastUsedOfferAt"] = json!(at);
        }
        summary["rejectSummaryLastOffers"] = funnel(&last, offers);
        summary["rejectSummaryLaunchAttempt"] = funnel(&self.attempt, self.processed);
        summary
    }

    /// The last offer of each agent that did not do, with what the agent has.
    pub(crate) fn last_unused_offers(&self) -> impl Iterator<Item = (&str, Timestamp, &[Reason])> {
        self.last_offers.iter().map(|(agent, (at, reasons))| (agent.as_str(), *at, reasons.as_slice()))
    }
}

/// Each reason with how many offers came as far as it, and how many no further.
fn funnel(declined: &BTreeMap<Reason, u32>, offers: u32) -> Value {
    let mut left = offers;
    Reason::FUNNEL
        .iter()
        .map(|reason| {
            let here = declined.get(reason).copied().unwrap_or(0);
            let step = json!({"reason": format!("{reason:?}"), "declined": here, "processed": left});
            left = left.saturating_sub(here);
            step
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reason_is_counted_for_an_offer_and_the_rest_goes_on() {
        let now = Timestamp::now();
        let mut offers = OfferStatistics::default();
        offers.unused("S0", vec![Reason::InsufficientMemory, Reason::UnfulfilledConstraint], now);
        offers.unused("S1", vec![Reason::InsufficientMemory], now);
        offers.unused("S1", vec![Reason::InsufficientMemory], now);
        let summary = offers.summary();
        let steps = |key: &str| summary[key].as_array().unwrap().clone();
        let last = steps("rejectSummaryLastOffers");
        assert_eq!(last[1], json!({"reason": "UnfulfilledConstraint", "declined": 1, "processed": 2}));
        assert_eq!(last[5], json!({"reason": "InsufficientMemory", "declined": 1, "processed": 1}));
        assert_eq!(last[9], json!({"reason": "DeclinedScarceResources", "declined": 0, "processed": 0}));
        assert_eq!(steps("rejectSummaryLaunchAttempt")[5]["declined"], 2);
        assert_eq!((&summary["processedOffersCount"], &summary["unusedOffersCount"]), (&json!(3), &json!(3)));
    }
}
