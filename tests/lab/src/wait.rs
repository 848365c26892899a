//! Waiting for a thing, never for a while.

use std::fmt::Display;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How often a probe is asked.
const INTERVAL: Duration = Duration::from_millis(10);

/// What a probe found.
#[derive(Debug)]
pub enum Progress<T> {
    /// The thing is there.
    Done(T),
    /// Not yet, and what is the case instead; the last of these is in the message of a time-out.
    NotYet(String),
    /// It will never be; waiting on is useless.
    Failed(anyhow::Error),
}

/// Asks `probe` until it is done, and at most for `timeout`.
///
/// # Errors
/// When the probe fails, or when time is up: the message then says what was waited for and the last status.
pub fn wait_for<T>(
    what: impl Display,
    timeout: Duration,
    mut probe: impl FnMut() -> Progress<T>,
) -> Result<T> {
    let deadline = Instant::now() + timeout;
    loop {
        let status = match probe() {
            Progress::Done(found) => return Ok(found),
            Progress::Failed(error) => return Err(error.context(format!("waiting for {what}"))),
            Progress::NotYet(status) => status,
        };
        if Instant::now() >= deadline {
            bail!("waiting for {what}: not within {timeout:?}; last seen: {status}");
        }
        thread::sleep(INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_names_the_last_status() {
        let mut count = 0;
        let error = wait_for("a third", Duration::ZERO, || -> Progress<()> {
            count += 1;
            Progress::NotYet(format!("{count} of 3"))
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "waiting for a third: not within 0ns; last seen: 1 of 3");
    }

    #[test]
    fn it_asks_until_the_thing_is_there() {
        let mut left = 3;
        let found = wait_for("zero", Duration::from_secs(5), || {
            left -= 1;
            if left == 0 { Progress::Done("there") } else { Progress::NotYet(left.to_string()) }
        });
        assert_eq!(found.unwrap(), "there");
    }

    #[test]
    fn a_failure_ends_the_waiting() {
        let failed = wait_for("it", Duration::from_secs(60), || -> Progress<()> {
            Progress::Failed(anyhow::anyhow!("it broke"))
        });
        assert_eq!(format!("{:#}", failed.unwrap_err()), "waiting for it: it broke");
    }
}
