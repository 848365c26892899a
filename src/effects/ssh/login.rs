//! Logs in to hosts and runs one script on each.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::SshSettings;
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::event::Observer;
use crate::domain::script::{Answer, RemoteScript};

/// Everything that logins of one run share. Must be closed with [`Ssh::close`].
pub struct Ssh {
    settings: SshSettings,
}

impl Ssh {
    /// Gets ready to log in; connects to nothing yet. Errors: there is no `ssh`, or no place for its control sockets.
    pub fn open(settings: SshSettings, _observer: &Arc<dyn Observer>) -> Result<Self> {
        Ok(Self { settings })
    }

    /// Logs in to one host, runs the script there, as root where the settings say so, and reads its answer.
    ///
    /// A step that failed is part of the answer; an error means that there is no whole answer, and so that it is not
    /// known what was done.
    pub async fn run(
        &self,
        target: &Target,
        script: &RemoteScript,
        deadline: Duration,
    ) -> Result<Answer, AgentError> {
        let _ = (&self.settings, script, deadline);
        Err(AgentError::new(AgentErrorKind::Protocol, format!("{} was not logged in to", target.name)))
    }

    /// Ends what is left of the logins and removes the run's folder.
    pub async fn close(self) {}
}
