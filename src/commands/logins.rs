//! One script on many hosts, with nothing left behind whatever happens.

use std::sync::Arc;

use anyhow::Result;

use super::Context;
use super::flags::{ClusterArgs, FanOutArgs, SshArgs};
use crate::domain::agent::{self, Target};
use crate::domain::event::{Event, Observer};
use crate::domain::script::{Outcome, RemoteScript};
use crate::effects::fan_out::FanOut;
use crate::effects::interrupt::Interrupt;
use crate::effects::ssh::{Ssh, SshSettings};

/// From so many logins on it is worth knowing what each of them costs.
const MANY: usize = 50;

/// How to log in, and how many at a time.
pub(super) struct Logins<'a> {
    /// How to log in.
    pub(super) ssh: &'a SshArgs,
    /// How many at a time.
    pub(super) fan_out: &'a FanOutArgs,
    /// Whose hosts they are, for the host keys that are learnt.
    pub(super) cluster: &'a ClusterArgs,
    /// Where progress is shown.
    pub(super) context: &'a Context,
    /// Who is to have the events of the work; the screen where nobody is named.
    pub(super) watcher: Option<Arc<dyn Observer>>,
}

/// One script for some hosts.
pub(super) struct Round<'a> {
    /// How to log in this time.
    pub(super) settings: SshSettings,
    /// The script, the same for all of them.
    pub(super) script: RemoteScript,
    /// The hosts.
    pub(super) targets: &'a [Target],
    /// The line that is shown.
    pub(super) stage: String,
}

impl Logins<'_> {
    /// Runs the script on every target, one login each; one outcome for each, in their order. `doing` is the line that
    /// is shown, given how many agents there are: `Logging in to 3 agents`.
    pub(super) async fn run(
        &self,
        script: RemoteScript,
        targets: &[Target],
        doing: impl FnOnce(String) -> String,
    ) -> Result<Vec<Outcome>> {
        let settings = self.ssh.settings(self.context, self.cluster)?;
        let stage = doing(agent::counted(targets.len()));
        self.round(Round { settings, script, targets, stage }, &mut Interrupt::listen()?).await
    }

    /// As [`Self::run`], for commands that log in in a way of their own, or more than once.
    pub(super) async fn round(&self, round: Round<'_>, interrupt: &mut Interrupt) -> Result<Vec<Outcome>> {
        let Round { settings, script, targets, stage } = round;
        let observer = self.watcher.clone().unwrap_or_else(|| self.context.screen.clone());
        let ssh = Arc::new(Ssh::open(settings, &observer)?);
        let limits = self.fan_out.limits(self.context, ssh.is_proxied())?;
        self.context.tell(Event::Stage(stage));
        let fan_out = FanOut::new(&ssh, &observer, limits);
        let outcomes = fan_out.run(script, targets.to_vec(), interrupt.raised()).await;
        self.hint_at_key_exchange(&ssh, targets.len());
        // It holds the transport too, which must be the last to go.
        drop(fan_out);
        if let Some(ssh) = Arc::into_inner(ssh) {
            ssh.close().await;
        }
        Ok(outcomes)
    }

    /// Where many logins cost more than they need, the operator may choose; regctl does not weaken anything by itself.
    fn hint_at_key_exchange(&self, ssh: &Ssh, count: usize) {
        let Some(name) = ssh.costly_key_exchange() else { return };
        let hint = say!(
            "the key exchange {name} takes some five times the CPU of curve25519-sha256; \
             --ssh-option KexAlgorithms=curve25519-sha256 chooses that one"
        );
        self.context.tell(if count < MANY { Event::Detail(hint) } else { Event::Warning(hint) });
    }
}
