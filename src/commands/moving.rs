//! Images copied to where the registry is to run, while it stands still.

use std::time::Duration;

use anyhow::Result;

use super::Context;
use super::delivery;
use super::deployment::{Deployment, Observed};
use super::errand::Errand;
use super::flags::Terms;
use super::staging;
use super::standstill::Standstill;
use crate::domain::agent::AgentError;
use crate::domain::data_move::{Contents, DataMove, Place};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::script::{Answer, RemoteScript};
use crate::domain::size;
use crate::effects::interrupt::Interrupt;
use crate::effects::ssh::{Leg, Ssh};
use crate::plan::data_move::{self, Act};
use crate::report;

/// Reading every name of a large registry takes its time.
const LOOKING: Duration = Duration::from_secs(600);
/// A copy gets so long, and a second more for so many KiB.
const COPYING: Duration = Duration::from_secs(600);
const SLOWEST: u64 = 512;

/// A move of images that belongs to a deployment.
pub(super) struct Moving<'a> {
    /// The deployment.
    pub(super) deployment: &'a Deployment<'a>,
    /// What Marathon has.
    pub(super) observed: &'a Observed,
    /// From where, and to where.
    pub(super) way: &'a DataMove,
    /// How to send requests, and how long to wait.
    pub(super) terms: Terms,
}

/// The way that `--move-data` stands for, where there is one. Where the flag is not given, a terminal is asked; no is
/// the answer of everybody else. Errors, exit 2: the flag is given, and the images cannot be copied.
pub(super) fn chosen(
    flag: bool,
    current: Option<&serde_json::Value>,
    wanted: &serde_json::Value,
    context: &Context,
) -> Result<Option<DataMove>> {
    let way = data_move::data_move(current, wanted);
    if flag {
        return Ok(way.map_err(|why| {
            Fault::usage(format!("--move-data: {why}"))
                .hint(say!("Copy the images yourself with the registry stopped, or leave --move-data out."))
        })?);
    }
    let Some(way) = way.ok().flatten() else { return Ok(None) };
    let DataMove { from, to } = &way;
    let wanted = context.screen.offers(&say!("Copy the images from {from} to {to} first?"))?;
    Ok(wanted.then_some(way))
}

impl Moving<'_> {
    /// Looks at both folders before anything is stopped. Errors: the old one cannot be read, the new one is not empty or
    /// has no room.
    pub(super) async fn look(&self, interrupt: &mut Interrupt) -> Result<Contents> {
        let DataMove { from, to } = self.way;
        let contents = self.measure(interrupt).await.map_err(|fault| untouched(&fault))?;
        let script = self.script(Act::Room, Some(&contents))?;
        self.look_at(to, script, interrupt).await.map_err(|fault| untouched(&fault))?;
        let (files, size) = (contents.files, size::spell(contents.kib.saturating_mul(1024)));
        self.context().tell(Event::Detail(say!("{files} files, {size}, from {from} to {to}")));
        Ok(contents)
    }

    /// Stops the registry, copies, and leaves it stopped: the new app is what comes next. If anything goes wrong, the
    /// old app runs again as before.
    pub(super) async fn carry_out(&self, interrupt: &mut Interrupt) -> Result<()> {
        let id = &self.deployment.spec.id;
        let stopped = delivery::unless_interrupted(self.stop(), id, interrupt).await;
        let done = match stopped {
            Ok(()) => self.copy(interrupt).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => Ok(()),
            Err(error) => Err(self.go_back(error).await),
        }
    }

    /// After a failure: the old app runs again, unless the new one has taken its place. The error says so.
    pub(super) async fn go_back(&self, error: anyhow::Error) -> anyhow::Error {
        let fault = report::fault_of(&error);
        let DataMove { from, .. } = self.way;
        match self.start_again().await {
            Ok(None) => fault.into(),
            Ok(Some(true)) => {
                let message = say!("{}; the registry runs again with its images on {from}", fault.message);
                Fault { message, ..fault }.hint(self.next()).into()
            }
            Ok(Some(false)) => {
                let message = say!("{}; the images on {from} are as they were", fault.message);
                Fault { message, ..fault }.hint(self.next()).into()
            }
            Err(other) => {
                let id = &self.deployment.spec.id;
                let message = say!(
                    "{}; and the registry, stopped for it, does not run again: {other:#}",
                    fault.message
                );
                let hint = say!("regctl deploy with --host {} starts {id} where its images are.", from.host);
                Fault { message, ..fault }.hint(hint).into()
            }
        }
    }

    fn next(&self) -> String {
        let to = &self.way.to;
        say!("Then repeat the command; if {to} has a copy by now, remove that first.")
    }

    /// A registry that runs would write into what is being copied: layers without their links, links without layers.
    async fn stop(&self) -> Result<()> {
        match self.standstill() {
            Some(standstill) => {
                let id = standstill.id;
                standstill
                    .begin(say!("Stopping {id}, so that nothing is written while its images are copied"))
                    .await
            }
            None => Ok(()),
        }
    }

    fn standstill(&self) -> Option<Standstill<'_>> {
        let Observed { marathon, found, .. } = self.observed;
        let (id, terms, context) = (&self.deployment.spec.id, self.terms, self.context());
        found.as_ref().map(|found| Standstill::of(found, (marathon, id), terms, context))
    }

    async fn copy(&self, interrupt: &mut Interrupt) -> Result<()> {
        // What was pushed before the registry stopped is measured now.
        let contents = self.measure(interrupt).await?;
        let DataMove { from, to } = self.way;
        let size = size::spell(contents.kib.saturating_mul(1024));
        let stage = say!("Copying {} files, {size}, from {from} to {to}", contents.files);
        let time = COPYING + Duration::from_secs(contents.kib / SLOWEST);
        let receive = self.script(Act::Receive, Some(&contents))?;
        if from.host == to.host {
            self.context().tell(Event::Stage(stage));
            self.visit(to, (receive, time), interrupt).await?;
        } else {
            self.relay(receive, (stage, time), interrupt).await?;
        }
        if interrupt.has_come() {
            let message = say!("interrupted when the images were on {to}");
            return Err(Fault::new(FaultKind::Interrupted, message).into());
        }
        Ok(())
    }

    async fn relay(
        &self,
        receive: RemoteScript,
        (stage, time): (String, Duration),
        interrupt: &mut Interrupt,
    ) -> Result<()> {
        let Deployment { ssh, cluster, context, .. } = self.deployment;
        let DataMove { from, to } = self.way;
        let send = self.script(Act::Send, None)?;
        let hosts = [from.host.clone(), to.host.clone()];
        let targets = staging::targets(&hosts);
        let observer = context.screen.clone() as _;
        let ssh = Ssh::open(ssh.settings(context, cluster)?, &observer)?;
        context.tell(Event::Stage(stage));
        let legs =
            (Leg { target: &targets[0], script: &send }, Leg { target: &targets[1], script: &receive });
        let answer = ssh.relay(legs, interrupt.raised(), time).await;
        ssh.close().await;
        judge(to, answer)?;
        Ok(())
    }

    async fn measure(&self, interrupt: &mut Interrupt) -> Result<Contents> {
        let from = &self.way.from;
        let answer = self.look_at(from, self.script(Act::Measure, None)?, interrupt).await?;
        let contents = data_move::contents(&answer);
        Ok(contents.ok_or_else(|| failed(say!("{from} cannot be measured: the answer makes no sense")))?)
    }

    /// A visit that changes nothing; after an interrupt nothing comes after it.
    async fn look_at(
        &self,
        place: &Place,
        script: RemoteScript,
        interrupt: &mut Interrupt,
    ) -> Result<Answer> {
        let answer = self.visit(place, (script, LOOKING), interrupt).await?;
        if interrupt.has_come() {
            return Err(Fault::new(FaultKind::Interrupted, say!("interrupted at {place}")).into());
        }
        Ok(answer)
    }

    /// One login, one script.
    async fn visit(
        &self,
        place: &Place,
        (script, time): (RemoteScript, Duration),
        interrupt: &mut Interrupt,
    ) -> Result<Answer> {
        let Deployment { ssh, cluster, context, .. } = self.deployment;
        let stage = say!("Logging in to {} about {}", place.host, place.path);
        let errand = Errand { ssh, cluster, context };
        judge(place, errand.run(staging::target(&place.host), (script, time), stage, interrupt).await?)
    }

    fn script(&self, act: Act, contents: Option<&Contents>) -> Result<RemoteScript> {
        data_move::script(act, self.way, contents, &self.context().holder())
    }

    /// Brings the app back that was stopped, and says whether it ran before; `None` where another one has taken its place.
    async fn start_again(&self) -> Result<Option<bool>> {
        match self.standstill() {
            Some(standstill) => standstill.end().await,
            None => Ok(None),
        }
    }

    const fn context(&self) -> &Context {
        self.deployment.context
    }
}

fn judge(place: &Place, result: Result<Answer, AgentError>) -> Result<Answer> {
    use crate::domain::agent::AgentErrorKind::Interrupted;
    let broken = |error: AgentError| {
        let kind = if error.kind == Interrupted { FaultKind::Interrupted } else { FaultKind::DataMove };
        let message = say!("copying the images, at {place}: {} ({})", error.message, error.kind.word());
        Fault { hint: error.hint, ..Fault::new(kind, message) }
    };
    let answer = result.map_err(broken)?;
    match answer.failure.clone() {
        Some(error) => Err(broken(error).into()),
        None => Ok(answer),
    }
}

fn failed(message: String) -> Fault {
    Fault::new(FaultKind::DataMove, message)
}

/// What went wrong before anything was stopped.
fn untouched(error: &anyhow::Error) -> Fault {
    let fault = report::fault_of(error);
    let message = say!("{}; nothing was stopped or changed", fault.message);
    Fault { message, ..fault }
        .hint(say!("Name another folder with --data-dir, or make this one fit; then repeat the command."))
}
