//! Engines that take their settings only by a restart: some at a time, and none before those before it are back.

use std::time::Duration;

use anyhow::Result;

use super::flags::{FanOutArgs, RestartArgs};
use super::logins::Logins;
use crate::domain::agent::Target;
use crate::domain::event::Event;
use crate::domain::script::{Outcome, RemoteScript};
use crate::plan::engine::{RestartNeed, batch_size, need, with_restart};

/// An engine that ends its containers first takes longer than a script usually does.
const RESTART_TIME: Duration = Duration::from_secs(300);

/// The second round of logins, for those that need a restart.
#[derive(Debug, Clone)]
pub(super) struct Restarts {
    /// What does it on one agent.
    pub(super) script: RemoteScript,
    /// Whether, and how many at a time.
    pub(super) args: RestartArgs,
    /// Whether flags that move are reason enough.
    pub(super) moves: bool,
}

impl Restarts {
    /// Restarts what needs it and may be, and puts what came of it into the outcomes. Where one does not come back, no
    /// further ones are touched.
    pub(super) async fn carry_out(
        &self,
        logins: &Logins<'_>,
        targets: &[Target],
        outcomes: &mut [Outcome],
    ) -> Result<()> {
        let due: Vec<usize> = (0..targets.len()).filter(|at| self.may(need(&outcomes[*at]))).collect();
        let size = batch_size(due.len(), self.args.restart_batch);
        let fan_out =
            FanOutArgs { timeout: logins.fan_out.timeout.or(Some(RESTART_TIME)), ..logins.fan_out.clone() };
        let mut rest = due.len();
        for batch in due.chunks(size) {
            let some: Vec<_> = batch.iter().map(|at| targets[*at].clone()).collect();
            let logins = Logins { fan_out: &fan_out, watcher: None, ..*logins };
            let doing = |agents| say!("Restarting Docker Engine on {agents}");
            let after = logins.run(self.script.clone(), &some, doing).await?;
            let lost = after
                .iter()
                .any(|outcome| !matches!(&outcome.result, Ok(answer) if answer.failure.is_none()));
            for (at, outcome) in batch.iter().zip(after) {
                outcomes[*at] = with_restart(outcomes[*at].clone(), outcome);
            }
            rest -= batch.len();
            if lost && rest > 0 {
                let warning =
                    say!("one did not come back as it should, so the {rest} after it were not restarted");
                logins.context.tell(Event::Warning(warning));
                break;
            }
        }
        Ok(())
    }

    const fn may(&self, need: Option<RestartNeed>) -> bool {
        match need {
            Some(RestartNeed::Move) => self.moves || self.args.restart_engines,
            Some(RestartNeed::Engine) => self.args.restart_engines,
            None => false,
        }
    }
}
