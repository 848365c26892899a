//! A registry's container on its way up, and why it is not healthy.

use std::time::Duration;

use anyhow::Result;

use super::EngineHost;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::log_tail::LogTail;
use crate::effects::interrupt::Interrupt;
use crate::plan::docker_container::{self, Act, Came};
use crate::plan::sandbox;

/// What making a container may take beside waiting for it: an image of hundreds of megabytes may have to be pulled.
const MAKING: Duration = Duration::from_secs(900);

impl EngineHost<'_> {
    /// Brings the container up, or only waits for it. Errors: it is not healthy in time, with what it wrote last.
    pub(in crate::commands) async fn bring_up(
        &self,
        act: &Act<'_>,
        interrupt: &mut Interrupt,
    ) -> Result<Came> {
        let (name, host) = (act.name, self.host.host());
        let script = docker_container::act(act, &self.context.holder())?;
        let doing = match (act.replacement, act.patience) {
            (None, _) => say!("Waiting for {name} on {host}"),
            (_, None) => say!("Starting {name} on {host}"),
            _ => say!("Starting {name} on {host} and waiting until it is healthy"),
        };
        let time = MAKING + act.patience.unwrap_or_default();
        let came = Came::read(&self.run(script, doing, time, interrupt).await?);
        match &came.unhealthy {
            None => Ok(came),
            Some(why) => Err(self.unhealthy(act, why, &came).into()),
        }
    }

    fn unhealthy(&self, act: &Act<'_>, why: &str, came: &Came) -> Fault {
        let (name, host) = (act.name, self.host.host());
        let becomes = match (act.replacement, act.seen) {
            (None, _) => "",
            (_, None) => say!("; it was removed again"),
            _ if came.is_back => say!("; the container before it runs again"),
            _ => say!("; the container before it does not start either"),
        };
        let message = say!("{name} on {host} did not become healthy: {why}{becomes}");
        let lines = sandbox::last_lines(&came.log, false);
        let hint = match lines.as_slice() {
            [] => say!("Look at docker logs {name} on {host}."),
            _ => say!("What the container wrote last says why.").to_owned(),
        };
        let file = "docker logs".to_owned();
        let log = LogTail { task: name.to_owned(), host: host.to_string(), file, lines };
        let mut fault = Fault::new(FaultKind::NotHealthy, message).hint(hint);
        fault.log = (!log.lines.is_empty()).then(|| Box::new(log));
        fault
    }
}
