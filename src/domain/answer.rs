//! Reads what a script said on a host. The host is not trusted: a line that makes no sense ends the reading.
//!
//! Each line is `regctl/1 NONCE WORD …`; anything else (banners, chatty profiles) is noise. The words:
//! `step NAME CHANGE DETAIL`, `fact KEY=VALUE`, `error KIND MESSAGE` for each step that failed, `ready` where a
//! payload may come, and at the very end `end ok` or `end failed`. Without that last line nothing is known of what was done.

use super::agent::{AgentError, AgentErrorKind};
use super::change::Change;
use super::heard::heard;
use super::script::{Answer, StepLine};

/// The longest detail or value that is kept, in characters.
const LONGEST: usize = 300;
/// What divides sentences in Chinese, which regctl's own words may be in: as harmless on a terminal as a letter.
const CHINESE_MARKS: &str = "，。、；：？！（）《》“”‘’…";

/// Reads the lines that carry the nonce. Errors, of kind `protocol`: a line of ours that makes no sense, or no last one.
pub fn parse(output: &str, nonce: &str) -> Result<Answer, AgentError> {
    let prefix = format!("regctl/1 {nonce} ");
    let mut answer = Answer::default();
    for line in output.lines().filter_map(|line| line.strip_prefix(&prefix)) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "step" => answer.steps.push(step(rest).ok_or_else(|| nonsense(line))?),
            "fact" => {
                let (key, value) = rest.split_once('=').ok_or_else(|| nonsense(line))?;
                answer.facts.insert(shown(key), shown(value));
            }
            "error" => {
                let error = failure(rest).ok_or_else(|| nonsense(line))?;
                answer.failure.get_or_insert(error);
            }
            // Said to whoever sends a payload; it means nothing afterwards.
            "ready" => {}
            "end" => return ended(answer, rest),
            _ => return Err(nonsense(line)),
        }
    }
    Err(AgentError::new(
        AgentErrorKind::Protocol,
        say!("the answer broke off; what was done there is not known"),
    )
    .hint(say!("Repeat the command: what is right already is left alone.")))
}

fn ended(mut answer: Answer, word: &str) -> Result<Answer, AgentError> {
    let failed = answer.steps.iter().any(|step| step.change == Change::Failed) || answer.failure.is_some();
    match word {
        "ok" if !failed => Ok(answer),
        "failed" => {
            let unsaid = || {
                AgentError::new(AgentErrorKind::Script, say!("the script failed without saying why"))
                    .hint(hint(AgentErrorKind::Script))
            };
            answer.failure.get_or_insert_with(unsaid);
            Ok(answer)
        }
        _ => Err(nonsense(word)),
    }
}

fn step(text: &str) -> Option<StepLine> {
    let mut words = text.splitn(3, ' ');
    let name = words.next().filter(|name| is_name(name))?;
    let change = words.next().and_then(Change::from_agent)?;
    Some(StepLine { step: name.to_owned(), change, detail: heard(&shown(words.next().unwrap_or_default())) })
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn failure(text: &str) -> Option<AgentError> {
    let (kind, message) = text.split_once(' ')?;
    let kind = match kind {
        "script" => AgentErrorKind::Script,
        "disk-full" => AgentErrorKind::DiskFull,
        "read-only" => AgentErrorKind::ReadOnly,
        "engine-down" => AgentErrorKind::EngineDown,
        _ => return None,
    };
    Some(AgentError::new(kind, heard(&shown(message))).hint(hint(kind)))
}

fn hint(kind: AgentErrorKind) -> &'static str {
    match kind {
        AgentErrorKind::DiskFull => say!("Make room on that file system, then repeat the command."),
        AgentErrorKind::ReadOnly => {
            say!("The kernel mounts a damaged file system read-only: look at dmesg there and remount it.")
        }
        AgentErrorKind::EngineDown => say!("Look at systemctl status docker and journalctl -u docker there."),
        _ => say!("Log in there and look at what it names; then repeat the command."),
    }
}

fn nonsense(line: &str) -> AgentError {
    AgentError::new(AgentErrorKind::Protocol, say!("the answer makes no sense: {}", shown(line)))
}

/// A hostile text in one line, fit for a terminal: without escape sequences or tricks of writing direction.
pub fn shown(text: &str) -> String {
    let fits = |c: char| c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() || CHINESE_MARKS.contains(c);
    let fit = |c: char| if fits(c) { c } else { '?' };
    let short: String = text.trim().chars().take(LONGEST).map(fit).collect();
    if text.trim().chars().count() > LONGEST { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    fn read(lines: &[&str]) -> Result<Answer, AgentError> {
        let lines: Vec<_> =
            lines.iter().map(|line| line.replace("N ", &format!("regctl/1 {NONCE} "))).collect();
        parse(&lines.join("\n"), NONCE)
    }

    #[test]
    fn noise_is_ignored_and_details_are_kept() {
        let answer = read(&[
            "Welcome to a1!",
            "N step conntrack changed /etc/sysctl.d/90-regctl.conf",
            "regctl/1 ffffffffffffffffffffffffffffffff step conntrack failed not of this run",
            "N step docker-ca unchanged ",
            "N fact engine=20.10",
            "N end ok",
            "logout",
        ])
        .expect("a whole answer");
        let names: Vec<_> = answer.steps.iter().map(|step| (step.step.as_str(), step.change)).collect();
        assert_eq!(names, [("conntrack", Change::Changed), ("docker-ca", Change::Unchanged)]);
        assert_eq!(answer.steps[0].detail, "/etc/sysctl.d/90-regctl.conf");
        assert_eq!(answer.facts["engine"], "20.10");
        assert_eq!(answer.failure, None);
    }

    #[test]
    fn without_the_last_line_nothing_is_known() {
        for lines in [&["N step conntrack changed x"][..], &[], &["end ok"], &["N end o"], &["N end"]] {
            let error = read(lines).expect_err("must not count as done");
            assert_eq!(error.kind, AgentErrorKind::Protocol, "{lines:?}");
        }
    }

    #[test]
    fn a_failed_step_is_an_answer_with_its_kind() {
        let answer = read(&[
            "N step conntrack changed x",
            "N error disk-full dd: error writing '/etc/x': No space left on device",
            "N step docker-ca failed dd: error writing",
            "N error script second",
            "N end failed",
        ])
        .expect("a whole answer");
        let failure = answer.failure.expect("failed");
        assert_eq!(failure.kind, AgentErrorKind::DiskFull);
        assert_eq!(failure.message, "dd: error writing '/etc/x': No space left on device");
        assert!(failure.hint.is_some());
        assert!(read(&["N end failed"]).expect("whole").failure.is_some());
    }

    #[test]
    fn lies_and_nonsense_are_not_believed() {
        for lines in [
            &["N step docker-ca failed x", "N end ok"][..],
            &["N step docker-ca splendid x", "N end ok"],
            &["N step ../x changed", "N end ok"],
            &["N error invalid-name x", "N end failed"],
            &["N dance", "N end ok"],
        ] {
            assert_eq!(read(lines).expect_err("refused").kind, AgentErrorKind::Protocol, "{lines:?}");
        }
    }

    #[test]
    fn hostile_text_is_tamed() {
        assert_eq!(shown("a\u{1b}[31mred\u{202e}x\ty "), "a?[31mred?x?y");
        assert_eq!(shown("/etc/x 第 2 行：“y”，没有改动（z）"), "/etc/x 第 2 行：“y”，没有改动（z）");
        assert_eq!(shown(&"ü".repeat(400)).chars().count(), 301);
    }
}
