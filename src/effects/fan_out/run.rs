//! One script on many hosts, each within its time, none held up by another.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::worker::Shared;
use super::{Limits, Transport};
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::event::{Event, Observer};
use crate::domain::script::{Outcome, RemoteScript};
use crate::effects::random;

/// After an interruption, logins that are under way get this long to end by themselves.
const GRACE: Duration = Duration::from_secs(4);
/// Second tries are spread over this time, so that what failed together does not fail together again.
const JITTER: Duration = Duration::from_millis(500);

/// Runs one script on many hosts.
pub struct FanOut<T> {
    transport: Arc<T>,
    observer: Arc<dyn Observer>,
    limits: Limits,
    grace: Duration,
}

impl<T: Transport> FanOut<T> {
    /// A fan-out over this transport.
    pub fn new(transport: &Arc<T>, observer: &Arc<dyn Observer>, limits: Limits) -> Self {
        Self { transport: Arc::clone(transport), observer: Arc::clone(observer), limits, grace: GRACE }
    }

    /// Runs the script on every target and hands back one outcome for each, in their order. When `interrupt` is ready, no
    /// new work begins, and what is under way is abandoned a few seconds later.
    pub async fn run(
        &self,
        script: RemoteScript,
        targets: Vec<Target>,
        interrupt: impl Future<Output = ()>,
    ) -> Vec<Outcome> {
        let mut interrupt = pin!(interrupt);
        self.observer.observe(Event::FanOut { total: targets.len() });
        let shared = Arc::new(Shared {
            transport: Arc::clone(&self.transport),
            observer: Arc::clone(&self.observer),
            script,
            started: targets.iter().map(|_| AtomicBool::new(false)).collect(),
            targets,
            slots: Semaphore::new(self.limits.width.max(1)),
            deadline: self.limits.deadline,
        });
        let mut outcomes: Vec<Option<Outcome>> = vec![None; shared.targets.len()];
        let mut waiting: VecDeque<usize> = (0..shared.targets.len()).collect();
        for tries_left in (0..=self.limits.retries).rev() {
            let mut round =
                Round { shared: &shared, waiting, tries_left, again: VecDeque::new(), grace: self.grace };
            round.run(&mut outcomes, self.limits.probes, interrupt.as_mut()).await;
            waiting = round.again;
            if waiting.is_empty() || shared.slots.is_closed() {
                break;
            }
        }
        let complete =
            |(index, outcome): (usize, Option<Outcome>)| outcome.unwrap_or_else(|| shared.unfinished(index));
        outcomes.into_iter().enumerate().map(complete).collect()
    }
}

/// One pass over the hosts whose turn it is.
struct Round<'a, T> {
    shared: &'a Arc<Shared<T>>,
    waiting: VecDeque<usize>,
    tries_left: u32,
    again: VecDeque<usize>,
    grace: Duration,
}

impl<T: Transport> Round<'_, T> {
    async fn run(
        &mut self,
        outcomes: &mut [Option<Outcome>],
        at_once: usize,
        mut interrupt: Pin<&mut impl Future<Output = ()>>,
    ) {
        let mut workers = JoinSet::new();
        loop {
            while workers.len() < at_once.max(1)
                && let Some(index) = self.waiting.pop_front()
            {
                let second = outcomes[index].is_some();
                workers.spawn(
                    Arc::clone(self.shared).work(index, if second { jitter() } else { Duration::ZERO }),
                );
            }
            let done = tokio::select! {
                () = interrupt.as_mut() => return self.wind_down(workers, outcomes).await,
                done = workers.join_next() => done,
            };
            match done {
                Some(Ok((index, Some(outcome)))) => self.settle(index, outcome, outcomes),
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Keeps the outcome, and puts a host that could not be connected to at the end of the queue.
    fn settle(&mut self, index: usize, outcome: Outcome, outcomes: &mut [Option<Outcome>]) {
        let before = outcomes[index].take();
        let (attempts, elapsed) =
            before.map_or((0, Duration::ZERO), |before| (before.attempts, before.elapsed));
        let outcome = Outcome {
            attempts: attempts + outcome.attempts,
            elapsed: elapsed + outcome.elapsed,
            result: outcome.result,
        };
        let probed = self.shared.started[index].load(Ordering::Relaxed);
        let again = |error: &AgentError| is_worth_another_try(error.kind, probed);
        if self.tries_left > 0 && outcome.result.as_ref().is_err_and(again) {
            self.again.push_back(index);
            self.shared.tell_retry(index, &outcome);
        } else {
            self.shared.tell_finished(index, &outcome);
        }
        outcomes[index] = Some(outcome);
    }

    /// Nothing new begins; what is under way may end by itself for a moment, and is then dropped.
    async fn wind_down(
        &mut self,
        mut workers: JoinSet<(usize, Option<Outcome>)>,
        outcomes: &mut [Option<Outcome>],
    ) {
        self.shared.slots.close();
        self.shared
            .observer
            .observe(Event::Warning(say!("interrupted; ending the logins that are under way").to_owned()));
        self.tries_left = 0;
        let deadline = tokio::time::Instant::now() + self.grace;
        while let Ok(Some(done)) = tokio::time::timeout_at(deadline, workers.join_next()).await {
            if let Ok((index, Some(outcome))) = done {
                // Ctrl-C reaches every ssh of the terminal too; one that broke off now did so because of that.
                let broken =
                    outcome.result.as_ref().is_err_and(|error| error.kind == AgentErrorKind::Protocol);
                let outcome = if broken { self.shared.unfinished(index) } else { outcome };
                self.settle(index, outcome, outcomes);
            }
        }
        workers.shutdown().await;
    }
}

/// A connection that did not come about has done nothing, so trying again is safe. Where already the probe met with
/// silence it is of no use: TCP (or ARP before it) has asked several times by then, and a dead host is to cost its time
/// once. A refusal comes at once, and may be over when sshd has started.
const fn is_worth_another_try(kind: AgentErrorKind, probed: bool) -> bool {
    use AgentErrorKind::{ConnectRefused, ConnectTimeout, Unreachable};
    match kind {
        ConnectRefused => true,
        ConnectTimeout | Unreachable => probed,
        _ => false,
    }
}

fn jitter() -> Duration {
    let mut bytes = [0; 2];
    // Without random numbers they all go at once, which is no harm.
    let _ = random::fill(&mut bytes);
    JITTER * u32::from(u16::from_le_bytes(bytes)) / u32::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;
    use std::time::Instant;

    use super::*;
    use crate::domain::event::Silent;
    use crate::domain::script::Answer;

    /// What one host does: its name says it.
    #[derive(Default)]
    struct Hosts {
        running: AtomicUsize,
        most: AtomicUsize,
        tried: Mutex<Vec<String>>,
    }

    impl Transport for Hosts {
        async fn probe(&self, target: &Target) -> Result<(), AgentError> {
            let name = target.name.as_str();
            let first = !self.tried.lock().expect("no panic").contains(&target.name);
            self.tried.lock().expect("no panic").push(target.name.clone());
            if name == "dead" {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            match name {
                "dead" => Err(AgentError::new(AgentErrorKind::ConnectTimeout, "no answer")),
                "flaky" if first => Err(AgentError::new(AgentErrorKind::ConnectRefused, "refused")),
                _ => Ok(()),
            }
        }

        async fn run(&self, target: &Target, _: &RemoteScript, _: Duration) -> Result<Answer, AgentError> {
            let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let time = match target.name.as_str() {
                "slow" => 60_000,
                "brief" => 400,
                _ => 20,
            };
            tokio::time::sleep(Duration::from_millis(time)).await;
            self.running.fetch_sub(1, Ordering::SeqCst);
            match target.name.as_str() {
                "broken" => Err(AgentError::new(AgentErrorKind::Script, "broken")),
                "silent" => Err(AgentError::new(AgentErrorKind::ConnectTimeout, "ssh had no answer")),
                _ => Ok(Answer::default()),
            }
        }
    }

    fn limits(width: usize) -> Limits {
        Limits { width, probes: 64, deadline: Duration::from_secs(60), retries: 1 }
    }

    async fn run(
        names: &[&str],
        width: usize,
        interrupt: impl Future<Output = ()>,
    ) -> (Arc<Hosts>, Vec<Outcome>) {
        let hosts = Arc::new(Hosts::default());
        let observer: Arc<dyn Observer> = Arc::new(Silent);
        let target = |name: &&str| Target {
            name: (*name).to_owned(),
            agent_id: None,
            host: name.parse().expect("a host"),
            port: None,
        };
        let mut fan_out = FanOut::new(&hosts, &observer, limits(width));
        fan_out.grace = Duration::from_millis(600);
        let script = RemoteScript::new(String::new());
        let outcomes = fan_out.run(script, names.iter().map(target).collect(), interrupt).await;
        (hosts, outcomes)
    }

    fn kind(outcome: &Outcome) -> Option<AgentErrorKind> {
        outcome.result.as_ref().err().map(|error| error.kind)
    }

    #[tokio::test]
    async fn never_more_than_the_width_at_once_and_every_host_has_an_outcome() {
        let names: Vec<String> = (0..20).map(|number| format!("a{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (hosts, outcomes) = run(&names, 4, std::future::pending()).await;
        assert_eq!(hosts.most.load(Ordering::SeqCst), 4);
        assert!(
            outcomes.len() == 20
                && outcomes.iter().all(|outcome| outcome.result.is_ok() && outcome.attempts == 1)
        );
    }

    #[tokio::test]
    async fn only_connections_are_tried_again_and_no_silence_that_was_probed() {
        let names = ["flaky", "dead", "silent", "broken", "a1"];
        let (_, outcomes) = run(&names, 5, std::future::pending()).await;
        let silence = Some(AgentErrorKind::ConnectTimeout);
        let tries: Vec<_> = outcomes.iter().map(|outcome| (kind(outcome), outcome.attempts)).collect();
        assert_eq!(
            tries,
            [(None, 2), (silence, 1), (silence, 2), (Some(AgentErrorKind::Script), 1), (None, 1)]
        );
    }

    #[tokio::test]
    async fn a_dead_host_takes_no_place_of_a_living_one() {
        let names = ["dead", "dead", "dead", "a1", "a2", "a3"];
        let started = Instant::now();
        let (hosts, _) = run(&names, 1, std::future::pending()).await;
        assert_eq!(hosts.most.load(Ordering::SeqCst), 1);
        assert!(started.elapsed() < Duration::from_millis(390), "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn an_interruption_keeps_what_was_done() {
        let after = tokio::time::sleep(Duration::from_millis(200));
        let (_, outcomes) = run(&["a1", "slow", "brief", "a4"], 2, after).await;
        let kinds: Vec<_> = outcomes.iter().map(|outcome| (kind(outcome), outcome.attempts)).collect();
        let interrupted = Some(AgentErrorKind::Interrupted);
        assert_eq!(kinds, [(None, 1), (interrupted, 1), (None, 1), (interrupted, 0)]);
    }
}
