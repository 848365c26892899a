//! One login: connect, run the script, read its answer.

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use openssh::{Child, ControlPersist, KnownHosts, Session, SessionBuilder, Stdio};

use super::acts::Acts;
use super::command::{Lines, Pipes, Said, remote_command, talk};
use super::freight::{self, Errand, Freight};
use super::place::Place;
use super::{Ssh, diagnose};
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::script::{Answer, RemoteScript};
use crate::domain::secret::Secret;
use crate::domain::ssh::{HostKeys, Sudo};
use crate::effects::random;

/// A master that nobody talks to any more ends by itself after so many seconds, whatever became of regctl.
const IDLE_SECONDS: NonZeroUsize = NonZeroUsize::new(60).expect("is not zero");
/// So many logins keep a log that tells the key exchange; one of them that comes about is enough.
const TELLING: usize = 3;

impl Ssh {
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
        self.visit(target, Errand { script, freight: Freight::default() }, deadline).await
    }

    /// The same with something to bring or to fetch.
    pub(super) async fn visit(
        &self,
        target: &Target,
        errand: Errand<'_>,
        deadline: Duration,
    ) -> Result<Answer, AgentError> {
        let number = self.logins.fetch_add(1, Ordering::Relaxed);
        let mut place = Place::create(self.run_dir.path(), number).map_err(|error| local(&error))?;
        let login = async {
            self.learn_key(target).await;
            match &self.settings.login_password {
                Some(password) => self.login_with_password(password, (target, errand), &place).await,
                None => self.login(target, errand, &place).await,
            }
        };
        let Ok(result) = tokio::time::timeout(deadline, login).await else {
            let message =
                say!("not done within {}; what was done there is not known", duration::spell(deadline));
            return Err(AgentError::new(AgentErrorKind::Timeout, message)
                .hint(say!("Is the host overloaded? Give it more time with --timeout.")));
        };
        place.finished();
        result
    }

    async fn login(&self, target: &Target, errand: Errand<'_>, place: &Place) -> Result<Answer, AgentError> {
        let connecting = self.builder(target, place);
        let session =
            connecting.connect_mux(target.host.to_string()).await.map_err(|error| connection(&error))?;
        self.note_key_exchange(&session);
        self.observer.observe(Event::Detail(say!("{}: logged in", target.name)));
        let result = self.execute(&session, errand).await;
        // Its master goes as soon as nobody needs it; how that ends changes nothing about the answer.
        let _ = session.close().await;
        result
    }

    /// Reads the key exchange out of the log, where this login keeps one that tells it.
    fn note_key_exchange(&self, session: &Session) {
        let log = session.control_socket().with_file_name("log");
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let algorithm = text.lines().find_map(|line| line.strip_prefix("debug1: kex: algorithm: "));
        if let Some(algorithm) = algorithm {
            let _ = self.key_exchange.set(algorithm.trim().to_owned());
        }
    }

    fn builder(&self, target: &Target, place: &Place) -> SessionBuilder {
        let mut builder = SessionBuilder::default();
        builder
            .known_hosts_check(match self.settings.host_keys {
                HostKeys::AcceptNew => KnownHosts::Add,
                HostKeys::Strict => KnownHosts::Strict,
                HostKeys::Off => KnownHosts::Accept,
            })
            .control_persist(ControlPersist::IdleFor(IDLE_SECONDS))
            .control_directory(place.path())
            .config_file(if place.number() < TELLING { &self.configs.telling } else { &self.configs.usual });
        if let Some(user) = &self.settings.user {
            builder.user(user.clone());
        }
        if let Some(port) = target.port.or(self.settings.port) {
            builder.port(port);
        }
        if let Some(key) = &self.settings.target_key {
            builder.keyfile(key);
        }
        if let Some(jump) = self.settings.jump.as_ref().filter(|jump| !jump.ends_at(&target.host)) {
            builder.jump_hosts([jump.as_str()]);
        }
        builder
    }

    async fn execute(&self, session: &Session, errand: Errand<'_>) -> Result<Answer, AgentError> {
        let nonce = random_nonce()?;
        let password = self.sudo_password();
        let mark = password.map(|_| nonce.as_str());
        let Errand { script, freight } = errand;
        let mut acts = Acts::new(script, [nonce.clone(), random_nonce()?]);
        let marks = ["ready", "stream"].map(|word| format!("regctl/1 {nonce} {word}"));
        let Freight { payload, catch } = freight;
        let payload = freight::source(payload, script).await.map_err(|error| local(&error))?;
        let mut command = session.raw_command(remote_command(self.settings.sudo, mark));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().await.map_err(|error| broken(&error))?;
        let pipes = (child.stdin().take(), child.stdout().take(), child.stderr().take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else { return Err(broken(say!("no pipes"))) };
        let lines = Lines {
            act: acts.first(),
            may_go_on: acts.may_go_on(),
            password: password.map(|secret| (nonce.as_str(), secret)),
            payload: payload.map(|source| (marks[0].as_str(), source)),
            catch: catch.map(|catch| (marks[1].as_str(), catch)),
        };
        let said = talk(Pipes { stdin, stdout, stderr }, lines, |heard| acts.next(heard)).await;
        judge(&said.map_err(|error| broken(&error))?, (&acts, &nonce), child).await
    }

    /// The password for sudo, where sudo may be used at all.
    pub(super) fn sudo_password(&self) -> Option<&Secret> {
        self.settings.sudo_password.as_ref().filter(|_| self.settings.sudo != Sudo::Never)
    }
}

/// Reads the answer; where the script never said anything of its own, what came on standard error is the reason.
async fn judge(
    said: &Said,
    (acts, nonce): (&Acts<'_>, &str),
    child: Child<&Session>,
) -> Result<Answer, AgentError> {
    if said.passed_on {
        return match child.wait().await {
            Ok(status) if status.success() => Ok(Answer::default()),
            Ok(status) => Err(diagnose::command(&said.error, status.code())),
            Err(error) => Err(broken(&error)),
        };
    }
    let error = match acts.answer(&said.output) {
        Ok(answer) => return Ok(answer),
        Err(error) => error,
    };
    if said.output.contains(&format!("regctl/1 {nonce} ")) {
        return Err(error);
    }
    let status = match child.wait().await {
        Ok(status) => status.code(),
        Err(openssh::Error::Remote(_)) => Some(127),
        Err(_) => None,
    };
    Err(diagnose::command(&said.error, status))
}

/// 128 random bits in hexadecimal: what an agent cannot guess, its noise cannot imitate.
pub(super) fn random_nonce() -> Result<String, AgentError> {
    random::name().map_err(|_| broken(say!("the system has no random numbers to give")))
}

/// The openssh crate keeps ssh's own words as the innermost source.
fn connection(error: &openssh::Error) -> AgentError {
    match error {
        openssh::Error::Connect(log) => diagnose::connection(&log.to_string()),
        openssh::Error::Master(error) => local(error),
        other => broken(other),
    }
}

pub(super) fn broken(error: impl std::fmt::Display) -> AgentError {
    AgentError::new(AgentErrorKind::Protocol, say!("the talk with the host broke off: {error}"))
        .hint(say!("Repeat the command: what is right already is left alone."))
}

pub(super) fn local(error: &std::io::Error) -> AgentError {
    let message = say!("making a socket's folder on this machine: {}", crate::effects::files::plain(error));
    AgentError::new(AgentErrorKind::Script, message)
        .hint(say!("Lower --parallel, or raise the limit: ulimit -n."))
}
