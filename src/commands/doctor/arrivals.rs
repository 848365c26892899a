//! When each agent's answer came: its clock is compared with that moment, not with the end of the run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use time::OffsetDateTime;

use crate::domain::event::{Event, Observer};

/// Notes the time of each answer, and passes every event on.
pub(super) struct Arrivals {
    next: Arc<dyn Observer>,
    times: Mutex<HashMap<usize, OffsetDateTime>>,
}

impl Arrivals {
    /// Passes events on to the next observer.
    pub(super) fn before(next: Arc<dyn Observer>) -> Self {
        Self { next, times: Mutex::default() }
    }

    /// When the answer of that target came; now where none has come.
    pub(super) fn of(&self, target: usize) -> OffsetDateTime {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.get(&target).copied().unwrap_or_else(OffsetDateTime::now_utc)
    }
}

impl Observer for Arrivals {
    fn observe(&self, event: Event) {
        if let Event::Settled { target, .. } = &event {
            let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
            times.insert(*target, OffsetDateTime::now_utc());
        }
        self.next.observe(event);
    }
}
