//! How ssh gets a password without it ever being in an argument, the environment or a file: ssh starts regctl again to
//! ask for it (SSH_ASKPASS), that process asks through a socket in the run's private folder, and is told.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::geteuid;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::process::Command;
use tokio::time::{Instant, timeout};

use super::processes;
use super::question::{self, Reply};
use super::trial::{PATIENCE, Permit, Trial};
use crate::domain::agent::AgentError;
use crate::domain::secret::Secret;

/// Where the asking process finds the socket. The path is no secret: the folder is private.
const SOCKET: &str = "REGCTL_ASKPASS_SOCKET";
/// The socket's name in the folder of its login.
const NAME: &str = "ask";
/// ssh's own log beside it.
const LOG: &str = "log";
/// How ssh says there, at its level VERBOSE, that the host has let it in.
const LET_IN: &str = "Authenticated to ";
/// How often that is looked for.
const LOOK: Duration = Duration::from_millis(50);
/// Longer than any question of ssh's.
const LONGEST: u64 = 4096;
/// A process that connects asks at once.
const QUICKLY: Duration = Duration::from_secs(5);

/// What comes before the password, and what comes where there is to be none.
const GIVEN: &str = "+";
const WITHHELD: &str = "-";

/// The other end, in the process that ssh started: `None` where nobody expects that of this process; otherwise what to
/// print, or nothing where ssh is to go on without.
///
/// Without any reply, since the login is to end or the run is gone, it ends the ssh that asks: that would take silence for
/// an empty password and send it, which counts as a try.
pub fn asked() -> Option<Option<Secret>> {
    let socket = std::env::var_os(SOCKET)?;
    let question = std::env::args().nth(1).unwrap_or_default();
    let reply = ask(Path::new(&socket), &question).unwrap_or_default();
    if reply.is_empty() {
        processes::end_parent_ssh();
    }
    Some(reply.strip_prefix(GIVEN).map(Secret::new))
}

fn ask(socket: &Path, question: &str) -> std::io::Result<String> {
    let mut stream = BlockingStream::connect(socket)?;
    stream.write_all(question.as_bytes())?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut reply = String::new();
    stream.take(LONGEST).read_to_string(&mut reply)?;
    Ok(reply)
}

/// Has an ssh ask there and write its log there. Since OpenSSH 8.4 a variable is enough; before, ssh must have a display and no terminal, which is
/// why it is started in a session of its own.
pub(super) fn point(command: &mut Command, folder: &Path) -> std::io::Result<()> {
    command.env(SOCKET, folder.join(NAME));
    command.env("SSH_ASKPASS", std::env::current_exe()?);
    command.env("SSH_ASKPASS_REQUIRE", "force");
    command.arg("-E").arg(folder.join(LOG)).args(["-o", "LogLevel=VERBOSE"]);
    if std::env::var_os("DISPLAY").is_none() {
        command.env("DISPLAY", "none:0");
    }
    Ok(())
}

/// Where the questions of one login are answered.
pub(super) struct Desk<'a> {
    listener: UnixListener,
    password: &'a Secret,
    trial: &'a Trial,
    permit: Option<Permit<'a>>,
    log: PathBuf,
    /// Whether the password was handed out.
    pub(super) answered: bool,
}

impl<'a> Desk<'a> {
    /// Opens it in the private folder of a login.
    pub(super) fn open(folder: &Path, password: &'a Secret, trial: &'a Trial) -> std::io::Result<Self> {
        let listener = UnixListener::bind(folder.join(NAME))?;
        Ok(Self { listener, password, trial, permit: None, log: folder.join(LOG), answered: false })
    }

    /// What ssh itself has said so far.
    pub(super) fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Answers what the ssh of this number asks, until it asks something that ends the login.
    pub(super) async fn serve(&mut self, ssh: i32) -> AgentError {
        loop {
            let Some(mut stream) = self.next().await else { continue };
            let Some(question) = hear(&mut stream).await else { continue };
            if !is_child_of(&stream, ssh) {
                match question::to_another(&question) {
                    Some(error) => return error,
                    None => say(stream, WITHHELD).await,
                }
                continue;
            }
            match question::reply(&question, self.answered) {
                Reply::Nothing => say(stream, WITHHELD).await,
                Reply::Stop(error) => return error,
                Reply::Password => match self.trial.permit().await {
                    Err(by) => return question::not_tried(&by),
                    Ok(permit) => {
                        (self.permit, self.answered) = (Some(permit), true);
                        say(stream, &format!("{GIVEN}{}", self.password.expose())).await;
                    }
                },
            }
        }
    }

    /// The next to ask.
    async fn next(&mut self) -> Option<UnixStream> {
        tokio::select! {
            accepted = self.listener.accept() => match accepted {
                Ok((stream, _)) => Some(stream),
                Err(_) => {
                    // Out of open files, most likely; others give theirs back.
                    tokio::time::sleep(LOOK).await;
                    None
                }
            },
            () = self.trial_is_over(), if self.permit.is_some() => {
                self.permit = None;
                None
            }
        }
    }

    /// Waits until the host has taken the password. Whoever was given it first keeps the others waiting until then, and
    /// never for long.
    async fn trial_is_over(&self) {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if self.log().contains(LET_IN) {
                return self.trial.accepted();
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

async fn say(mut stream: UnixStream, reply: &str) {
    // Where the asker is gone, so is its ssh, and that is said elsewhere.
    let _ = stream.write_all(reply.as_bytes()).await;
}

/// What the asking process wants to know.
async fn hear(stream: &mut UnixStream) -> Option<String> {
    let mut question = String::new();
    let read = timeout(QUICKLY, stream.take(LONGEST).read_to_string(&mut question)).await;
    matches!(read, Ok(Ok(_))).then_some(question)
}

/// Whether it is this very ssh that asks. An ssh to a jump host inherits the environment, and must not be given the
/// password of the hosts behind it.
fn is_child_of(stream: &UnixStream, ssh: i32) -> bool {
    let Ok(peer) = stream.peer_cred() else { return false };
    peer.uid() == geteuid().as_raw() && peer.pid().and_then(processes::parent_of) == Some(ssh)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks the question from a process of its own thread, as ssh's helper would, and serves it as if `ssh` were its parent.
    async fn served(question: &'static str, ssh: i32) -> (Option<String>, bool) {
        let dir = tempfile::tempdir().expect("a folder");
        let (password, trial) = (Secret::new("pw"), Trial::new());
        let mut desk = Desk::open(dir.path(), &password, &trial).expect("opens");
        let socket = dir.path().join(NAME);
        let asking = tokio::task::spawn_blocking(move || ask(&socket, question).expect("is answered"));
        let answer = tokio::select! {
            answer = asking => Some(answer.expect("no panic")),
            _ = desk.serve(ssh) => None,
        };
        (answer, desk.answered)
    }

    /// The parent of the process that asks, which is this one.
    fn parent() -> i32 {
        rustix::process::getppid().expect("has a parent").as_raw_nonzero().get()
    }

    #[tokio::test]
    async fn only_the_right_ssh_is_told() {
        assert_eq!(served("core@a1's password: ", parent()).await, (Some("+pw".to_owned()), true));
        assert_eq!(served("core@jump's password: ", parent() + 1).await, (None, false));
    }

    #[tokio::test]
    async fn a_passphrase_is_left_unsaid_and_a_strange_question_ends_the_login() {
        assert_eq!(served("Enter passphrase for key 'x': ", parent()).await, (Some("-".to_owned()), false));
        assert_eq!(served("Verification code: ", parent()).await, (None, false));
    }
}
