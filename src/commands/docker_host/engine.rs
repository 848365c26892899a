//! Docker Engine on one host: one script, one login.

use std::time::Duration;

use anyhow::Result;

use crate::commands::Context;
use crate::commands::errand::Errand;
use crate::commands::flags::{ClusterArgs, SshArgs};
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::script::{Answer, RemoteScript};
use crate::effects::interrupt::Interrupt;
use crate::plan::docker_container::{self, Sight};

/// What looking at a host may take: a busy engine lists its containers slowly.
const LOOKING: Duration = Duration::from_secs(120);

/// The engine of one host, and how to get to it.
#[derive(Clone, Copy)]
pub(in crate::commands) struct EngineHost<'a> {
    /// The host.
    pub(in crate::commands) host: &'a DockerHost,
    /// How to log in.
    pub(in crate::commands) ssh: &'a SshArgs,
    /// Whose file of host keys is used.
    pub(in crate::commands) cluster: &'a ClusterArgs,
    /// Where progress is shown.
    pub(in crate::commands) context: &'a Context,
}

impl EngineHost<'_> {
    /// Looks at the host: at the container of this name, at everything in its way and, where one is named, at the image.
    pub(in crate::commands) async fn look(
        &self,
        name: &str,
        image: Option<&str>,
        interrupt: &mut Interrupt,
    ) -> Result<Sight> {
        let (host, port) = (self.host.host(), self.host.port);
        let script = docker_container::look(name, image, port, &self.context.holder())?;
        let doing = say!("Asking Docker Engine on {host} about {name}");
        let answer = self.run(script, doing, LOOKING, interrupt).await?;
        Ok(Sight::read(&answer, host, port)?)
    }

    /// Runs a script there, in one login. `doing` is the line that is shown. Errors: the host cannot be logged in to, or
    /// the script failed.
    pub(in crate::commands) async fn run(
        &self,
        script: RemoteScript,
        doing: String,
        time: Duration,
        interrupt: &mut Interrupt,
    ) -> Result<Answer> {
        let Self { host, ssh, cluster, context } = *self;
        let ssh = &ssh.on_port(host.login.port);
        let errand = Errand { ssh, cluster, context };
        let result = errand.run(host.target(), (script, time), doing, interrupt).await?;
        let answer = result.map_err(|error| failed(host.host(), &error))?;
        match &answer.failure {
            None => Ok(answer),
            Some(error) => Err(failed(host.host(), error).into()),
        }
    }
}

/// What a host that did not do it ends the run with.
fn failed(host: &Host, error: &AgentError) -> Fault {
    let kind = match error.kind {
        AgentErrorKind::Interrupted => FaultKind::Interrupted,
        AgentErrorKind::Script | AgentErrorKind::DiskFull | AgentErrorKind::ReadOnly => FaultKind::Engine,
        AgentErrorKind::Protocol => FaultKind::BadAnswer,
        _ => FaultKind::Unreachable,
    };
    let message = say!("on the Docker host {host}: {} ({})", error.message, error.kind.word());
    let fault = Fault::new(kind, message);
    match hint(&error.message).or(error.hint.as_deref()) {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

/// The next thing to do about what Docker says, where it is known.
fn hint(message: &str) -> Option<&'static str> {
    message.contains("docker pull").then_some(say!(
        "Where the host reaches no outside registry, load the image with --image-archive \
         FILE (docker save writes it), or name another one with --image."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_host_and_what_to_do() {
        let host: Host = "a1".parse().expect("a host");
        let fault = |kind, message: &str| failed(&host, &AgentError::new(kind, message));
        let pull = fault(AgentErrorKind::Script, "docker pull: no such host");
        assert_eq!(pull.kind, FaultKind::Engine);
        assert!(pull.hint.expect("has one").contains("--image-archive"));
        let auth = fault(AgentErrorKind::Auth, "refused");
        assert_eq!(auth.kind, FaultKind::Unreachable);
        assert_eq!(auth.message, "on the Docker host a1: refused (auth)");
        assert_eq!(fault(AgentErrorKind::Interrupted, "x").kind, FaultKind::Interrupted);
    }
}
