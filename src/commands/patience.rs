//! Waiting for something that comes by itself, and trouble that goes by itself.

use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;

use super::Context;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};

/// The first pause between two looks; it grows to the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Trouble that passes by itself: an election, an overload, a connection that broke.
pub(super) fn passes(error: &anyhow::Error) -> bool {
    kind(error).is_some_and(FaultKind::passes)
}

/// What sort of trouble it is.
pub(super) fn kind(error: &anyhow::Error) -> Option<FaultKind> {
    error.downcast_ref::<Fault>().map(|fault| fault.kind)
}

/// What a look at something that is waited for came to.
pub(super) enum Seen<T> {
    /// It has come.
    Here(T),
    /// It has not: the line that is shown meanwhile, and what the wait ends with where the time is up.
    NotYet(String, Fault),
}

/// Looks until it is here, or the time is up. Trouble that passes by itself is told and waited out; the error is what
/// the last look came to.
pub(super) async fn wait_for<T>(
    mut clock: Clock,
    context: &Context,
    look: impl AsyncFn() -> Result<Seen<T>>,
) -> Result<T> {
    loop {
        let (line, trouble) = match look().await {
            Ok(Seen::Here(it)) => return Ok(it),
            Ok(Seen::NotYet(line, fault)) => (line, fault.into()),
            Err(trouble) if passes(&trouble) => (format!("{trouble:#}"), trouble),
            Err(trouble) => return Err(trouble),
        };
        context.tell(Event::Waiting(line));
        if clock.is_over() {
            return Err(trouble);
        }
        clock.pause().await;
    }
}

/// Pauses that grow, up to a deadline.
pub(super) struct Clock {
    end: Instant,
    pause: Duration,
}

impl Clock {
    /// Starts now and is over after `patience`.
    pub(super) fn start(patience: Duration) -> Self {
        Self::until(Instant::now() + patience)
    }

    /// Starts now and is over then.
    pub(super) const fn until(end: Instant) -> Self {
        Self { end, pause: FIRST_PAUSE }
    }

    /// Whether the time is up.
    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    /// Waits a little, a little longer each time, but not past the deadline.
    pub(super) async fn pause(&mut self) {
        let left = self.end.saturating_duration_since(Instant::now());
        tokio::time::sleep((self.pause + jitter()).min(left)).await;
        self.pause = (self.pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

/// Up to 100 ms, so that many clients do not come back to a new leader in step.
fn jitter() -> Duration {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    Duration::from_nanos(u64::from(nanos) % 100_000_000)
}
