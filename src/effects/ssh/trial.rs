//! A password is tried on one host before it is given to the others: where accounts are central, 200 wrong tries at the
//! same time lock the account, and on hosts of their own they leave 200 alarms.

use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, watch};

/// A host that was given the password first and does not say what it thinks of it holds up the others no longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(4);

/// What is known of the password.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Untried,
    Accepted,
    /// By the host of this name, before any other had accepted it.
    Refused(String),
}

/// Who may be given the password just now.
pub(super) struct Trial {
    verdict: watch::Sender<Verdict>,
    turn: Mutex<()>,
}

/// The leave to hand out the password. While nothing is known of it, only one is out at a time.
pub(super) struct Permit<'a> {
    _turn: Option<MutexGuard<'a, ()>>,
}

impl Trial {
    /// Of a password that nobody has seen yet.
    pub(super) fn new() -> Self {
        Self { verdict: watch::Sender::new(Verdict::Untried), turn: Mutex::new(()) }
    }

    /// Waits until the password may be handed out. The error is the name of the host that refused it.
    pub(super) async fn permit(&self) -> Result<Permit<'_>, String> {
        let mut news = self.verdict.subscribe();
        loop {
            match &*news.borrow_and_update() {
                Verdict::Accepted => return Ok(Permit { _turn: None }),
                Verdict::Refused(by) => return Err(by.clone()),
                Verdict::Untried => {}
            }
            let turn = tokio::select! {
                turn = self.turn.lock() => turn,
                // The sender is our own, so this only ends with news.
                _ = news.changed() => continue,
            };
            if *self.verdict.borrow() == Verdict::Untried {
                return Ok(Permit { _turn: Some(turn) });
            }
        }
    }

    /// A host took the password: from now on everybody may have it.
    pub(super) fn accepted(&self) {
        self.verdict.send_replace(Verdict::Accepted);
    }

    /// A host refused it. Where another had accepted it before, that is this host's own affair.
    pub(super) fn refused(&self, by: &str) {
        self.verdict.send_if_modified(|verdict| {
            let first = *verdict == Verdict::Untried;
            if first {
                *verdict = Verdict::Refused(by.to_owned());
            }
            first
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const MOMENT: Duration = Duration::from_millis(30);

    #[tokio::test]
    async fn the_second_waits_for_what_the_first_finds_out() {
        let trial = Trial::new();
        let first = trial.permit().await;
        assert!(first.is_ok());
        assert!(timeout(MOMENT, trial.permit()).await.is_err(), "two were out at a time");
        trial.accepted();
        let (second, third) = tokio::join!(trial.permit(), trial.permit());
        assert!(second.is_ok() && third.is_ok());
    }

    #[tokio::test]
    async fn a_refusal_ends_it_for_those_that_wait() {
        let trial = Trial::new();
        let first = trial.permit().await;
        let waiting = async { trial.permit().await.err() };
        let refuse = async {
            tokio::time::sleep(MOMENT).await;
            trial.refused("a1");
            drop(first);
        };
        let (told, ()) = tokio::join!(waiting, refuse);
        assert_eq!(told.as_deref(), Some("a1"));
    }

    #[tokio::test]
    async fn a_turn_that_found_out_nothing_is_passed_on() {
        let trial = Trial::new();
        drop(trial.permit().await);
        assert!(timeout(MOMENT, trial.permit()).await.is_ok_and(|permit| permit.is_ok()));
    }

    #[tokio::test]
    async fn one_host_of_many_may_have_another_password() {
        let trial = Trial::new();
        trial.accepted();
        trial.refused("a2");
        assert!(trial.permit().await.is_ok());
    }
}
