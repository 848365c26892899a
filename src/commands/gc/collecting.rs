//! What is done on the registry's host: looking, collecting, and making sure that nothing collects any more.

use std::time::Duration;

use anyhow::Result;

use crate::commands::errand::Errand;
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::gc::Garbage;
use crate::domain::script::Answer;
use crate::effects::interrupt::Interrupt;
use crate::plan::gc::collector::Collector;
use crate::plan::gc::script::{self, Act, Untagged};

/// Every manifest is read, from a bucket one by one.
const LOOKING: Duration = Duration::from_secs(2 * 3600);
/// It ends with the connection, so this is only for a host that has stopped doing anything.
const COLLECTING: Duration = Duration::from_secs(12 * 3600);
const CLEARING: Duration = Duration::from_secs(60);

/// One registry's garbage.
pub(super) struct Collecting<'a> {
    /// How to log in.
    pub(super) errand: Errand<'a>,
    /// Where.
    pub(super) target: Target,
    /// With what.
    pub(super) collector: &'a Collector,
    /// What becomes of manifests without a tag.
    pub(super) untagged: Untagged,
}

/// How a collection ended.
pub(super) enum End {
    /// It has come to its end, good or bad.
    Known(Result<Answer, Fault>),
    /// The host has not said how it ended, or whether.
    Unknown(Fault),
}

impl Collecting<'_> {
    /// What would be deleted. It only reads, so the registry may run.
    pub(super) async fn look(&self, interrupt: &mut Interrupt) -> Result<Garbage> {
        let stage = say!("Looking for garbage on {}", self.target.name);
        let answer = self.errand(Act::Look, LOOKING, stage, interrupt).await?;
        let doing = say!("looking for garbage");
        let answer = answer.map_err(|error| self.failed(doing, error))?;
        if let Some(error) = answer.failure.clone() {
            return Err(untouched(self.failed(doing, error)).into());
        }
        if interrupt.has_come() {
            return Err(Fault::new(
                FaultKind::Interrupted,
                say!("interrupted; nothing was stopped or changed"),
            )
            .into());
        }
        let strange =
            || Fault::new(FaultKind::Gc, say!("{doing} on {}: the answer makes no sense", self.target.name));
        Ok(script::garbage(&answer).ok_or_else(strange)?)
    }

    /// Deletes it.
    pub(super) async fn collect(&self, interrupt: &mut Interrupt) -> Result<End> {
        let stage = say!("Collecting garbage on {}", self.target.name);
        let doing = say!("collecting garbage");
        Ok(match self.errand(Act::Collect, COLLECTING, stage, interrupt).await? {
            Ok(answer) => match answer.failure.clone() {
                Some(error) => End::Known(Err(self.failed(doing, error))),
                None => End::Known(Ok(answer)),
            },
            Err(error) if may_have_begun(error.kind) => End::Unknown(self.failed(doing, error)),
            Err(error) => End::Known(Err(self.failed(doing, error))),
        })
    }

    /// Ends a collection that nobody waits for any more. Errors: nothing says that it has ended.
    pub(super) async fn clear(&self, interrupt: &mut Interrupt) -> Result<()> {
        let stage = say!("Making sure that nothing collects any more on {}", self.target.name);
        let answer = self.errand(Act::Clear, CLEARING, stage, interrupt).await?;
        let doing = say!("making sure that nothing collects any more");
        let failure = answer.map_or_else(Some, |answer| answer.failure);
        failure.map_or(Ok(()), |error| Err(self.failed(doing, error).into()))
    }

    async fn errand(
        &self,
        act: Act,
        time: Duration,
        stage: String,
        interrupt: &mut Interrupt,
    ) -> Result<Result<Answer, AgentError>> {
        let holder = self.errand.context.holder();
        let script = script::script(act, self.collector, self.untagged, &holder)?;
        self.errand.run(self.target.clone(), (script, time), stage, interrupt).await
    }

    fn failed(&self, doing: &str, error: AgentError) -> Fault {
        let kind = match error.kind {
            AgentErrorKind::Interrupted => FaultKind::Interrupted,
            _ => FaultKind::Gc,
        };
        let message = format!("{doing} on {}: {} ({})", self.target.name, error.message, error.kind.word());
        Fault { hint: error.hint, ..Fault::new(kind, message) }
    }
}

/// What went wrong before anything was stopped.
fn untouched(fault: Fault) -> Fault {
    let message = say!("{}; nothing was stopped or changed", fault.message);
    Fault { message, ..fault }
}

/// Whether a host that answers so may be at it.
const fn may_have_begun(kind: AgentErrorKind) -> bool {
    use AgentErrorKind::{Interrupted, Protocol, Script, Timeout};
    matches!(kind, Interrupted | Protocol | Script | Timeout)
}
