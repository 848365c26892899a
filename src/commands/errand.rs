//! One script on one host, in one login.

use std::time::Duration;

use anyhow::Result;

use super::Context;
use super::flags::{ClusterArgs, FanOutArgs, SshArgs};
use super::logins::{Logins, Round};
use crate::domain::agent::{AgentError, Target};
use crate::domain::script::{Answer, RemoteScript};
use crate::effects::interrupt::Interrupt;

/// How to log in.
#[derive(Clone, Copy)]
pub(super) struct Errand<'a> {
    /// How to log in.
    pub(super) ssh: &'a SshArgs,
    /// Whose host it is, for the host key that is learnt.
    pub(super) cluster: &'a ClusterArgs,
    /// Where progress is shown.
    pub(super) context: &'a Context,
}

impl Errand<'_> {
    /// Runs the script there, for so long at most, and hands back what the host said, or why it said nothing. `stage` is
    /// the line that is shown. Errors: how to log in makes no sense.
    pub(super) async fn run(
        &self,
        target: Target,
        (script, time): (RemoteScript, Duration),
        stage: String,
        interrupt: &mut Interrupt,
    ) -> Result<Result<Answer, AgentError>> {
        let Self { ssh, cluster, context } = *self;
        let fan_out = FanOutArgs { timeout: Some(time), ..FanOutArgs::default() };
        let logins = Logins { ssh, fan_out: &fan_out, cluster, context, watcher: None };
        let targets = &[target];
        let settings = ssh.settings(context, cluster)?;
        let outcomes = logins.round(Round { settings, script, targets, stage }, interrupt).await?;
        Ok(outcomes.into_iter().next().expect("there is an outcome for each target").result)
    }
}
