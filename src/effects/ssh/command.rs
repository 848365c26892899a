//! The one command of a login, and the talk with it: perhaps a password for sudo, then the script, then its answer.

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::domain::secret::Secret;
use crate::domain::ssh::Sudo;

/// No answer is longer; a host that sends more is cut off.
const LONGEST_ANSWER: usize = 1 << 20;
/// So much of a payload is read at a time.
const PIECE: usize = 64 << 10;
/// So much of what comes on standard error is kept.
const LONGEST_ERROR: usize = 64 << 10;

/// The command for the login shell. That may be any shell (csh, fish), so all but the plainest is in single quotes for
/// /bin/sh, with neither a single quote nor a backslash nor a `!` inside.
///
/// With a `mark`, sudo may ask for a password with the mark as its prompt, and the mark on a line of standard output
/// says that the script may come. So the password is sent only where sudo asks for it, and never taken for the script.
pub(super) fn remote_command(sudo: Sudo, mark: Option<&str>) -> String {
    let root = mark.map_or_else(|| "exec /bin/sh".to_owned(), |mark| format!("echo {mark}; exec /bin/sh"));
    let raised = mark.map_or_else(
        || "exec sudo -n -- /bin/sh".to_owned(),
        |mark| format!("exec sudo -S -p \"[{mark}] \" -- /bin/sh -c \"{root}\""),
    );
    match sudo {
        // The login shell becomes the one that reads the script: no other process.
        Sudo::Never if mark.is_none() => "exec /bin/sh".to_owned(),
        Sudo::Never => format!("/bin/sh -c '{root}'"),
        Sudo::Always => format!("/bin/sh -c '{raised}'"),
        Sudo::Auto => format!("/bin/sh -c 'if [ \"$(id -u)\" = 0 ]; then {root}; fi; {raised}'"),
    }
}

/// What is to be said to the command.
pub(super) struct Lines<'a> {
    /// The script with its call.
    pub(super) script: &'a str,
    /// What its last line starts with; after that nothing more is waited for.
    pub(super) last: &'a str,
    /// The mark and the password, where sudo may ask for one.
    pub(super) password: Option<(&'a str, &'a Secret)>,
    /// The line that asks for a payload, and the payload.
    pub(super) payload: Option<(&'a str, File)>,
}

/// What came back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Standard output.
    pub(super) output: String,
    /// The beginning of standard error.
    pub(super) error: String,
}

/// The three pipes of a remote command.
pub(super) struct Pipes<W, O, E> {
    /// Its standard input.
    pub(super) stdin: W,
    /// Its standard output.
    pub(super) stdout: O,
    /// Its standard error.
    pub(super) stderr: E,
}

/// Sends the script and reads until the last line or the end. A broken pipe on the way in is no verdict: the answer is.
pub(super) async fn talk<W, O, E>(mut pipes: Pipes<W, O, E>, mut lines: Lines<'_>) -> std::io::Result<Said>
where
    W: AsyncWrite + Unpin,
    O: AsyncRead + Unpin,
    E: AsyncRead + Unpin,
{
    let mut payload = lines.payload.take();
    let mut talk = Talk::new(&lines, payload.as_ref().map(|(ready, _)| *ready));
    let (mut out, mut err) = ([0; 8192], [0; 1024]);
    let mut stdin = Some(pipes.stdin);
    let (mut out_open, mut err_open) = (true, true);
    while (out_open || err_open) && !talk.is_over() {
        if talk.wants_payload()
            && let Some((_, file)) = &mut payload
        {
            talk.load(file).await?;
        }
        if talk.hang_up && talk.unsent.is_empty() {
            stdin = None;
        }
        tokio::select! {
            read = pipes.stdout.read(&mut out), if out_open => {
                let bytes = read?;
                out_open = bytes > 0;
                talk.hear_output(&out[..bytes])?;
            }
            read = pipes.stderr.read(&mut err), if err_open => {
                let bytes = read?;
                err_open = bytes > 0;
                talk.hear_error(&err[..bytes]);
            }
            written = send(stdin.as_mut(), &talk.unsent), if stdin.is_some() && !talk.unsent.is_empty() => {
                match written {
                    Ok(bytes) => drop(talk.unsent.drain(..bytes)),
                    Err(_) => stdin = None,
                }
            }
        }
    }
    Ok(talk.said())
}

async fn send<W: AsyncWrite + Unpin>(stdin: Option<&mut W>, bytes: &[u8]) -> std::io::Result<usize> {
    match stdin {
        Some(stdin) => stdin.write(bytes).await,
        None => Ok(0),
    }
}

/// The state of a talk. It holds no pipe, so what it decides can be tested without any.
struct Talk<'a> {
    lines: &'a Lines<'a>,
    /// The line that asks for a payload, while there is any left.
    ready: Option<&'a str>,
    unsent: Vec<u8>,
    scripted: bool,
    hang_up: bool,
    output: Vec<u8>,
    error: Vec<u8>,
    asked: usize,
}

impl<'a> Talk<'a> {
    fn new(lines: &'a Lines<'a>, ready: Option<&'a str>) -> Self {
        let mut talk = Self {
            lines,
            ready,
            unsent: Vec::new(),
            scripted: false,
            hang_up: false,
            output: Vec::new(),
            error: Vec::new(),
            asked: 0,
        };
        if lines.password.is_none() {
            talk.send_script();
        }
        talk
    }

    fn send_script(&mut self) {
        self.unsent.extend_from_slice(self.lines.script.as_bytes());
        self.scripted = true;
        self.hang_up = self.ready.is_none();
    }

    /// Whether a piece of the payload may go: it was asked for, and all before it has been sent.
    fn wants_payload(&self) -> bool {
        self.unsent.is_empty() && self.ready.is_some_and(|ready| self.has_said(ready))
    }

    /// Takes the next piece of the payload; after the last one nothing more is said.
    async fn load(&mut self, file: &mut File) -> std::io::Result<()> {
        let mut piece = vec![0; PIECE];
        let bytes = file.read(&mut piece).await?;
        piece.truncate(bytes);
        self.unsent = piece;
        if bytes == 0 {
            self.ready = None;
            self.hang_up = true;
        }
        Ok(())
    }

    fn has_said(&self, line: &str) -> bool {
        self.output.split(|byte| *byte == b'\n').any(|said| said == line.as_bytes())
    }

    fn hear_output(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.output.extend_from_slice(bytes);
        if self.output.len() > LONGEST_ANSWER {
            return Err(std::io::Error::other("the answer is larger than 1 MiB"));
        }
        if !self.scripted && self.lines.password.is_some_and(|(mark, _)| self.has_said(mark)) {
            self.send_script();
        }
        Ok(())
    }

    /// The first question gets the password, a second one none: a wrong password repeated may lock the account.
    fn hear_error(&mut self, bytes: &[u8]) {
        let room = LONGEST_ERROR.saturating_sub(self.error.len());
        self.error.extend_from_slice(&bytes[..bytes.len().min(room)]);
        let Some((mark, password)) = self.lines.password else { return };
        let asked = questions(&String::from_utf8_lossy(&self.error), mark);
        if asked > self.asked && !self.scripted && !self.hang_up {
            match self.asked {
                0 => self.unsent.extend_from_slice(format!("{}\n", password.expose()).as_bytes()),
                _ => self.hang_up = true,
            }
            self.asked = asked;
        }
    }

    fn is_over(&self) -> bool {
        let last = self.lines.last.as_bytes();
        let mut lines = self.output.rsplit(|byte| *byte == b'\n');
        // Only a line that has its end is whole.
        lines.next();
        lines.next().is_some_and(|line| line.starts_with(last))
    }

    fn said(self) -> Said {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said { output: text(&self.output), error: text(&self.error) }
    }
}

/// How often sudo has asked. Some PAM modules insist on a prompt of their own, which ends without a line break.
fn questions(text: &str, mark: &str) -> usize {
    let own = text.matches(&format!("[{mark}]")).count();
    let others =
        text.lines().filter(|line| line.to_lowercase().contains("password") && line.ends_with(": ")).count();
    own.max(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(password: Option<&'static Secret>) -> Lines<'static> {
        Lines {
            script: "script\n",
            last: "last ",
            password: password.map(|secret| ("mark", secret)),
            payload: None,
        }
    }

    fn secret() -> &'static Secret {
        Box::leak(Box::new(Secret::new("pw")))
    }

    #[test]
    fn any_login_shell_hands_it_on_whole() {
        assert_eq!(remote_command(Sudo::Never, None), "exec /bin/sh");
        for sudo in [Sudo::Auto, Sudo::Always, Sudo::Never] {
            for mark in [None, Some("mark")].into_iter().filter(|mark| sudo != Sudo::Never || mark.is_some())
            {
                let command = remote_command(sudo, mark);
                let inside = command.strip_prefix("/bin/sh -c '").and_then(|rest| rest.strip_suffix('\''));
                let inside = inside.expect("is one quoted word");
                assert!(!inside.contains(['\'', '\\', '!', '\n']), "{command}");
            }
        }
    }

    #[test]
    fn without_a_password_the_script_goes_at_once() {
        let lines = lines(None);
        let talk = Talk::new(&lines, None);
        assert_eq!((talk.unsent.as_slice(), talk.hang_up), (&b"script\n"[..], true));
    }

    #[test]
    fn the_password_is_only_sent_when_sudo_asks() {
        let lines = lines(Some(secret()));
        let mut talk = Talk::new(&lines, None);
        assert!(talk.unsent.is_empty());
        talk.hear_output(b"banner\nmark\n").expect("short");
        assert_eq!(talk.unsent, b"script\n", "sudo did not ask, so the password stays here");
        let mut talk = Talk::new(&lines, None);
        talk.hear_error(b"We trust you have received the usual lecture\n\n[ma");
        assert!(talk.unsent.is_empty());
        talk.hear_error(b"rk] ");
        assert_eq!(talk.unsent, b"pw\n");
        talk.hear_error(b"\nSorry, try again.\n[mark] ");
        assert_eq!((talk.unsent.as_slice(), talk.hang_up), (&b"pw\n"[..], true), "no second try");
    }

    #[test]
    fn a_prompt_of_pams_own_counts_once() {
        let lines = lines(Some(secret()));
        let mut talk = Talk::new(&lines, None);
        talk.hear_error(b"Password for alice: ");
        assert_eq!(talk.unsent, b"pw\n");
        talk.hear_error(b"\nAccount valid\n");
        assert!(!talk.hang_up);
    }

    #[test]
    fn the_last_line_must_be_whole() {
        let lines = lines(None);
        let mut talk = Talk::new(&lines, None);
        talk.hear_output(b"x\nlast o").expect("short");
        assert!(!talk.is_over());
        talk.hear_output(b"k\n").expect("short");
        assert!(talk.is_over());
        assert!(talk.hear_output(&[b'x'; LONGEST_ANSWER]).is_err());
    }

    #[tokio::test]
    async fn a_payload_goes_when_it_is_asked_for_and_not_before() {
        use std::process::Stdio;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("payload");
        std::fs::write(&path, "touch never; echo stray\n".repeat(20_000)).expect("writes");
        for (script, expected) in [
            ("f() { wc -c; echo last ok; }; echo ready; f; exit\n", "ready\n480000\nlast ok\n"),
            ("f() { head -c 5; echo; echo last ok; }; echo ready; f; exit\n", "ready\ntouch\nlast ok\n"),
            ("f() { echo last ok; }; f; exit\n", "last ok\n"),
        ] {
            let mut command = tokio::process::Command::new("sh");
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.current_dir(folder.path()).spawn().expect("starts");
            let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
            let (Some(stdin), Some(stdout), Some(stderr)) = streams else { panic!("no pipes") };
            let file = File::open(&path).await.expect("opens");
            let lines = Lines { script, last: "last ", password: None, payload: Some(("ready", file)) };
            let said = talk(Pipes { stdin, stdout, stderr }, lines).await.expect("no error");
            assert_eq!(said.output, expected, "{script}");
            child.wait().await.expect("ends");
        }
        assert!(!folder.path().join("never").exists(), "the payload was run");
    }

    #[tokio::test]
    async fn a_command_that_reads_nothing_still_answers() {
        use std::process::Stdio;
        let mut command = tokio::process::Command::new("sh");
        command.args(["-c", "exec <&-; echo noise; echo last ok; echo late >&2"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = streams else { panic!("no pipes") };
        let big = "#".repeat(1 << 20);
        let lines = Lines { script: &big, last: "last ", password: None, payload: None };
        let said = talk(Pipes { stdin, stdout, stderr }, lines).await.expect("no error");
        assert_eq!(said.output, "noise\nlast ok\n");
        child.wait().await.expect("ends");
    }
}
