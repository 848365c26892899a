//! The one command of a login, and the talk with it: perhaps a password for sudo, then the script, then its answer.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::acts::Act;
use super::freight::{Catch, Payload, pass_on};
use super::talk::Talk;
use crate::domain::secret::Secret;
use crate::domain::ssh::Sudo;

/// The command for the login shell. That may be any shell (csh, fish), so all but the plainest is in single quotes for
/// /bin/sh, with neither a single quote nor a backslash nor a `!` inside.
///
/// With a `mark`, sudo may ask for a password with the mark as its prompt, and the mark on a line of standard output
/// says that the script may come. So the password is sent only where sudo asks for it, and never taken for the script.
/// sudo and its PAM modules speak English, whatever the host's language: their words are all there is to go by.
pub(super) fn remote_command(sudo: Sudo, mark: Option<&str>) -> String {
    let root = mark.map_or_else(|| "exec /bin/sh".to_owned(), |mark| format!("echo {mark}; exec /bin/sh"));
    let raised = mark.map_or_else(
        || "exec env LC_ALL=C sudo -n -- /bin/sh".to_owned(),
        |mark| format!("exec env LC_ALL=C sudo -S -p \"[{mark}] \" -- /bin/sh -c \"{root}\""),
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
    /// The script; after the last line of its answer nothing more is waited for.
    pub(super) act: Act,
    /// Whether another may follow it.
    pub(super) may_go_on: bool,
    /// The mark and the password, where sudo may ask for one.
    pub(super) password: Option<(&'a str, &'a Secret)>,
    /// The line that asks for a payload, and the payload.
    pub(super) payload: Option<(&'a str, Payload)>,
    /// The line after which all that comes is no answer any more, and where that goes.
    pub(super) catch: Option<(&'a str, Catch)>,
}

/// What came back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Standard output.
    pub(super) output: String,
    /// The beginning of standard error.
    pub(super) error: String,
    /// Whether it went on to pass something on, and so gave no whole answer.
    pub(super) passed_on: bool,
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

/// Sends the script and reads until the last line or the end, and so on with what `next` makes of all that was heard until
/// then. A broken pipe on the way in is no verdict: the answer is.
pub(super) async fn talk<W, O, E>(
    mut pipes: Pipes<W, O, E>,
    mut lines: Lines<'_>,
    mut next: impl FnMut(&[u8]) -> Option<Act>,
) -> std::io::Result<Said>
where
    W: AsyncWrite + Unpin,
    O: AsyncRead + Unpin,
    E: AsyncRead + Unpin,
{
    let (mut payload, mut catch) = (lines.payload.take(), lines.catch.take());
    let mut talk = Talk::new(&lines, payload.as_ref().map(|(ready, _)| *ready));
    let (mut out, mut err) = ([0; 8192], [0; 1024]);
    let mut stdin = Some(pipes.stdin);
    let (mut out_open, mut err_open) = (true, true);
    while out_open || err_open {
        if talk.is_over() {
            match next(talk.heard()) {
                Some(act) => talk.go_on(act),
                None => break,
            }
        }
        if talk.wants_payload()
            && let Some((_, file)) = &mut payload
        {
            talk.load(file.as_mut()).await?;
        }
        if talk.hang_up && talk.unsent.is_empty() {
            stdin = None;
        }
        tokio::select! {
            read = pipes.stdout.read(&mut out), if out_open => {
                let bytes = read?;
                out_open = bytes > 0;
                talk.hear_output(&out[..bytes])?;
                if let Some(first) = catch.as_ref().and_then(|(mark, _)| talk.split_after(mark))
                    && let Some((_, catch)) = catch.take()
                {
                    drop(stdin.take());
                    let error = pass_on((&mut pipes.stdout, &mut pipes.stderr), &first, catch).await?;
                    talk.hear_error(&error);
                    return Ok(Said { passed_on: true, ..talk.said() });
                }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::script::{Answer, RemoteScript};
    use crate::effects::ssh::acts::Acts;

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
            let file = tokio::fs::File::open(&path).await.expect("opens");
            let payload: Option<(_, Payload)> = Some(("ready", Box::new(file)));
            let act = Act { script: script.to_owned(), last: "last ".to_owned() };
            let lines = Lines { act, may_go_on: false, password: None, payload, catch: None };
            let said = talk(Pipes { stdin, stdout, stderr }, lines, |_| None).await.expect("no error");
            assert_eq!(said.output, expected, "{script}");
            child.wait().await.expect("ends");
        }
        assert!(!folder.path().join("never").exists(), "the payload was run");
    }

    #[tokio::test]
    async fn a_second_script_runs_in_the_same_shell_and_knows_what_the_first_one_said() {
        use std::process::Stdio;
        let end = |nonce: &str| format!("regctl_run() {{ echo \"regctl/1 $1 end ok\"; }} # {nonce}\n");
        let first = RemoteScript::new(format!("{}echo \"regctl/1 one fact pid=$$\"", end("one"))).then(
            move |answer: &Answer| {
                let pid = &answer.facts["pid"];
                let text = format!("{}echo \"regctl/1 two fact same=$(($$ == {pid}))\"", end("two"));
                Ok(Some(RemoteScript::new(text)))
            },
        );
        let mut command = tokio::process::Command::new("sh");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = streams else { panic!("no pipes") };
        let mut acts = Acts::new(&first, ["one".to_owned(), "two".to_owned()]);
        let may_go_on = acts.may_go_on();
        let lines = Lines { act: acts.first(), may_go_on, password: None, payload: None, catch: None };
        let pipes = Pipes { stdin, stdout, stderr };
        let said = talk(pipes, lines, |heard| acts.next(heard)).await.expect("no error");
        let answer = acts.answer(&said.output).expect("is whole");
        assert_eq!(answer.facts["same"], "1", "{}", said.output);
        assert!(child.wait().await.expect("ends").success());
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
        let act = Act { script: big, last: "last ".to_owned() };
        let lines = Lines { act, may_go_on: false, password: None, payload: None, catch: None };
        let said = talk(Pipes { stdin, stdout, stderr }, lines, |_| None).await.expect("no error");
        assert_eq!(said.output, "noise\nlast ok\n");
        child.wait().await.expect("ends");
    }
}
