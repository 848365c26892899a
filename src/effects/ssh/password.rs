//! Logs in with a password. The openssh crate cannot: it tells every ssh to ask for nothing. So here ssh is run directly,
//! for one command, and gets the password from us when it asks.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::acts::Acts;
use super::askpass::{self, Desk};
use super::command::{Lines, Pipes, Said, remote_command, talk};
use super::freight::{self, Errand, Freight};
use super::login::{broken, local, random_nonce};
use super::place::Place;
use super::{Ssh, diagnose, question};
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::event::Event;
use crate::domain::script::Answer;
use crate::domain::secret::Secret;

/// What this login wants other than the run's configuration says. Said on the command line, which a jump host's ssh does
/// not read: that one has to get along without questions. A key comes first: where it is accepted, no password is needed.
const BY_PASSWORD: [&str; 6] = [
    "BatchMode=no",
    "PubkeyAuthentication=yes",
    "PasswordAuthentication=yes",
    "KbdInteractiveAuthentication=yes",
    "PreferredAuthentications=publickey,password,keyboard-interactive",
    "NumberOfPasswordPrompts=1",
];
/// ssh's own exit status, where it is not the command's.
const SSH_FAILED: i32 = 255;
/// After the answer has come, ssh gets this long to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

impl Ssh {
    /// As a login with a key, but with this password where no key is accepted. No host is given it twice, and none is
    /// once another has refused it.
    pub(super) async fn login_with_password(
        &self,
        password: &Secret,
        (target, errand): (&Target, Errand<'_>),
        place: &Place,
    ) -> Result<Answer, AgentError> {
        let mut desk = Desk::open(place.path(), password, &self.trial).map_err(|error| local(&error))?;
        let nonce = random_nonce()?;
        let mut child = self.spawn(target, &nonce, place)?;
        let result = self.converse(&mut child, &mut desk, (errand, &nonce)).await;
        match &result {
            Ok(_) if desk.answered => self.trial.accepted(),
            Err(error) if desk.answered && error.kind == AgentErrorKind::Auth => {
                self.trial.refused(&target.name);
            }
            _ => {}
        }
        let how = match (&result, desk.answered) {
            (Ok(_), true) => say!("logged in with the password"),
            (Ok(_), false) => say!("logged in with the key"),
            (Err(_), true) => say!("was given the password"),
            (Err(_), false) => say!("was not given the password"),
        };
        self.observer.observe(Event::Detail(format!("{}: {how}", target.name)));
        result
    }

    fn spawn(&self, target: &Target, nonce: &str, place: &Place) -> Result<Child, AgentError> {
        let settings = &self.settings;
        let mark = self.sudo_password().map(|_| nonce);
        let mut command = own_session();
        command.arg("-F").arg(&self.configs.usual);
        for option in BY_PASSWORD {
            command.args(["-o", option]);
        }
        if let Some(user) = &settings.user {
            command.args(["-l", user]);
        }
        if let Some(port) = target.port.or(settings.port) {
            command.args(["-p", &port.to_string()]);
        }
        if let Some(key) = &settings.target_key {
            command.arg("-i").arg(key).args(["-o", "IdentitiesOnly=yes"]);
        }
        if let Some(jump) = settings.jump.as_ref().filter(|jump| !jump.ends_at(&target.host)) {
            command.args(["-J", jump.as_str()]);
        }
        askpass::point(&mut command, place.path()).map_err(|error| local(&error))?;
        // Last: what follows the command is part of it.
        command.arg(target.host.to_string()).arg(remote_command(settings.sudo, mark));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command.spawn().map_err(|error| local(&error))
    }

    async fn converse(
        &self,
        child: &mut Child,
        desk: &mut Desk<'_>,
        (errand, nonce): (Errand<'_>, &str),
    ) -> Result<Answer, AgentError> {
        let ssh = child.id().and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else { return Err(broken(say!("no pipes"))) };
        let Errand { script, freight: Freight { payload, catch } } = errand;
        let mut acts = Acts::new(script, [nonce.to_owned(), random_nonce()?]);
        let payload = freight::source(payload, script).await.map_err(|error| local(&error))?;
        let marks = ["ready", "stream"].map(|word| format!("regctl/1 {nonce} {word}"));
        let lines = Lines {
            act: acts.first(),
            may_go_on: acts.may_go_on(),
            password: self.sudo_password().map(|secret| (nonce, secret)),
            payload: payload.map(|source| (marks[0].as_str(), source)),
            catch: catch.map(|catch| (marks[1].as_str(), catch)),
        };
        let said = tokio::select! {
            said = talk(Pipes { stdin, stdout, stderr }, lines, |heard| acts.next(heard)) => said.map_err(|error| broken(&error))?,
            error = desk.serve(ssh) => {
                let _ = child.kill().await;
                return Err(error);
            }
        };
        let status = match timeout(GOODBYE, child.wait()).await {
            Ok(Ok(status)) => status.code(),
            _ => None,
        };
        // A jump host's ssh has no log of its own.
        let log = desk.log() + &said.error;
        judge(&said, (&acts, nonce), Ending { status, log, answered: desk.answered })
    }
}

/// ssh without our terminal: one before 8.4 would ask there instead of us, and Ctrl-C there would end it at once.
fn own_session() -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_setsid = std::env::split_paths(&path).any(|folder: PathBuf| folder.join("setsid").is_file());
    if has_setsid {
        let mut command = Command::new("setsid");
        command.arg("ssh");
        command
    } else {
        Command::new("ssh")
    }
}

/// How an ssh ended.
struct Ending {
    status: Option<i32>,
    /// What it said of its own.
    log: String,
    /// Whether it was given the password.
    answered: bool,
}

/// Reads the answer; without one, ssh or the remote command has said why.
fn judge(said: &Said, (acts, nonce): (&Acts<'_>, &str), ending: Ending) -> Result<Answer, AgentError> {
    if said.passed_on {
        let done = ending.status == Some(0);
        return if done { Ok(Answer::default()) } else { Err(diagnose::command(&said.error, ending.status)) };
    }
    let error = match acts.answer(&said.output) {
        Ok(answer) => return Ok(answer),
        Err(error) => error,
    };
    if said.output.contains(&format!("regctl/1 {nonce} ")) {
        return Err(error);
    }
    if ending.status != Some(SSH_FAILED) {
        return Err(diagnose::command(&said.error, ending.status));
    }
    let error = diagnose::connection(&ending.log);
    Err(match error.kind {
        AgentErrorKind::Auth if ending.answered => question::refused(&error.message),
        AgentErrorKind::Auth => question::takes_none(&error.message),
        // Nobody knows what the host made of the password, so it must not be tried again as a mere connection would be.
        _ if ending.answered => AgentError { kind: AgentErrorKind::Protocol, ..error },
        _ => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::script::RemoteScript;

    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    fn acts(script: &RemoteScript) -> Acts<'_> {
        Acts::new(script, [NONCE.to_owned(), String::new()])
    }

    fn failed(stderr: &str, answered: bool) -> AgentError {
        let script = RemoteScript::new(String::new());
        let said = Said { output: "banner\n".to_owned(), ..Said::default() };
        let ending = Ending { status: Some(SSH_FAILED), log: stderr.to_owned(), answered };
        judge(&said, (&acts(&script), NONCE), ending).expect_err("must fail")
    }

    #[test]
    fn a_refusal_before_and_after_the_password_are_two_things() {
        let denied = "core@a1: Permission denied (publickey,password).";
        assert!(failed(denied, true).message.starts_with("the password was refused"));
        assert!(failed(denied, false).hint.is_some_and(|hint| hint.starts_with("It takes no password")));
    }

    #[test]
    fn what_saw_the_password_is_not_tried_again() {
        let closed = "Connection closed by 10.0.0.1 port 22";
        assert_eq!(failed(closed, false).kind, AgentErrorKind::Unreachable);
        assert_eq!(failed(closed, true).kind, AgentErrorKind::Protocol);
    }

    #[test]
    fn an_answer_counts_however_the_login_ends() {
        let script = RemoteScript::new(String::new());
        let output = format!("regctl/1 {NONCE} end ok\n");
        let said = Said { output, ..Said::default() };
        assert!(
            judge(
                &said,
                (&acts(&script), NONCE),
                Ending { status: None, log: String::new(), answered: true }
            )
            .is_ok()
        );
    }
}
