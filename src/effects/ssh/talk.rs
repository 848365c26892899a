//! What is to be said next, by what was heard. It holds no pipe, so that it can be tested without any.

use tokio::io::AsyncReadExt as _;

use super::acts::Act;
use super::command::{Lines, Said};
use super::freight::Source;

/// No answer is longer; a host that sends more is cut off.
const LONGEST_ANSWER: usize = 1 << 20;
/// So much of a payload is read at a time.
const PIECE: usize = 64 << 10;
/// So much of what comes on standard error is kept.
const LONGEST_ERROR: usize = 64 << 10;

/// The state of a talk. It holds no pipe, so what it decides can be tested without any.
pub(super) struct Talk<'a> {
    lines: &'a Lines<'a>,
    /// What the last line of the script that runs starts with.
    last: String,
    /// Whether another script may follow it.
    open: bool,
    /// The line that asks for a payload, while there is any left.
    ready: Option<&'a str>,
    pub(super) unsent: Vec<u8>,
    scripted: bool,
    pub(super) hang_up: bool,
    output: Vec<u8>,
    error: Vec<u8>,
    asked: usize,
}

impl<'a> Talk<'a> {
    pub(super) fn new(lines: &'a Lines<'a>, ready: Option<&'a str>) -> Self {
        let mut talk = Self {
            lines,
            last: lines.act.last.clone(),
            open: lines.may_go_on,
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
        self.unsent.extend_from_slice(self.lines.act.script.as_bytes());
        self.scripted = true;
        self.hang_up = self.ready.is_none() && !self.open;
    }

    /// The script that follows the one that has ended.
    pub(super) fn go_on(&mut self, act: Act) {
        self.unsent.extend_from_slice(act.script.as_bytes());
        self.last = act.last;
        self.open = false;
        self.hang_up = true;
    }

    /// All that was heard on standard output.
    pub(super) fn heard(&self) -> &[u8] {
        &self.output
    }

    /// Whether a piece of the payload may go: it was asked for, and all before it has been sent.
    pub(super) fn wants_payload(&self) -> bool {
        self.unsent.is_empty() && self.ready.is_some_and(|ready| self.has_said(ready))
    }

    /// Takes the next piece of the payload; after the last one nothing more is said.
    pub(super) async fn load(&mut self, file: &mut Source) -> std::io::Result<()> {
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

    /// What has come after this line, once that has come; it is no part of the answer.
    pub(super) fn split_after(&mut self, line: &str) -> Option<Vec<u8>> {
        let line = format!("\n{line}\n");
        let start = self.output.windows(line.len()).position(|heard| heard == line.as_bytes())?;
        Some(self.output.split_off(start + line.len()))
    }

    pub(super) fn hear_output(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.output.extend_from_slice(bytes);
        if self.output.len() > LONGEST_ANSWER {
            return Err(std::io::Error::other(say!("the answer is larger than 1 MiB")));
        }
        if !self.scripted && self.lines.password.is_some_and(|(mark, _)| self.has_said(mark)) {
            self.send_script();
        }
        Ok(())
    }

    /// The first question gets the password, a second one none: a wrong password repeated may lock the account.
    pub(super) fn hear_error(&mut self, bytes: &[u8]) {
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

    pub(super) fn is_over(&self) -> bool {
        let last = self.last.as_bytes();
        let mut lines = self.output.rsplit(|byte| *byte == b'\n');
        // Only a line that has its end is whole.
        lines.next();
        lines.next().is_some_and(|line| line.starts_with(last))
    }

    pub(super) fn said(self) -> Said {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said { output: text(&self.output), error: text(&self.error), passed_on: false }
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
    use crate::domain::secret::Secret;

    fn lines(password: Option<&'static Secret>) -> Lines<'static> {
        Lines {
            act: Act { script: "script\n".to_owned(), last: "last ".to_owned() },
            may_go_on: false,
            password: password.map(|secret| ("mark", secret)),
            payload: None,
            catch: None,
        }
    }

    fn secret() -> &'static Secret {
        Box::leak(Box::new(Secret::new("pw")))
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
}
