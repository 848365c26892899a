//! The scripts of one login: the first, and perhaps a second that is decided from what the first one said.

use crate::domain::agent::AgentError;
use crate::domain::answer;
use crate::domain::script::{Answer, RemoteScript};

/// What a login is to run, and how far it is.
pub(super) struct Acts<'a> {
    first: &'a RemoteScript,
    nonces: [String; 2],
    /// Whether there is a second one, once that is decided.
    second: Option<Result<bool, AgentError>>,
}

/// A script to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Act {
    /// The text with its call.
    pub(super) script: String,
    /// What the last line of its answer starts with.
    pub(super) last: String,
}

impl Act {
    fn new(script: &RemoteScript, nonce: &str) -> Self {
        Self { script: script.call(nonce), last: format!("regctl/1 {nonce} end ") }
    }
}

impl<'a> Acts<'a> {
    /// A script and whatever follows it; each is called with a nonce of its own.
    pub(super) const fn new(first: &'a RemoteScript, nonces: [String; 2]) -> Self {
        Self { first, nonces, second: None }
    }

    /// The first script.
    pub(super) fn first(&self) -> Act {
        Act::new(self.first, &self.nonces[0])
    }

    /// Whether a second one may follow, so that standard input must stay open.
    pub(super) fn may_go_on(&self) -> bool {
        self.second.is_none() && self.first.sequel().is_some()
    }

    /// The second script, where there is to be one, by all that was said until the end of the first. It is decided once.
    pub(super) fn next(&mut self, output: &[u8]) -> Option<Act> {
        let decide = self.first.sequel().filter(|_| self.second.is_none())?;
        let decided = answer::parse(&String::from_utf8_lossy(output), &self.nonces[0])
            .and_then(|answer| if answer.failure.is_some() { Ok(None) } else { decide(&answer) });
        let (second, act) = match decided {
            Ok(script) => (Ok(script.is_some()), script.map(|script| Act::new(&script, &self.nonces[1]))),
            Err(error) => (Err(error), None),
        };
        self.second = Some(second);
        act
    }

    /// The whole answer. Where the first script's could not be worked with, that is its failure. Errors: as of
    /// [`answer::parse`], for either of them.
    pub(super) fn answer(&self, output: &str) -> Result<Answer, AgentError> {
        let first = answer::parse(output, &self.nonces[0])?;
        match &self.second {
            Some(Ok(true)) => Ok(first.and(answer::parse(output, &self.nonces[1])?)),
            Some(Err(error)) => {
                Ok(Answer { failure: first.failure.or_else(|| Some(error.clone())), ..first })
            }
            _ => Ok(first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::AgentErrorKind;

    const FIRST: &str = "regctl/1 a fact text=old\nregctl/1 a end ok\n";

    fn script(name: &str) -> RemoteScript {
        RemoteScript::new(name.to_owned())
    }

    fn acts(first: &RemoteScript) -> Acts<'_> {
        Acts::new(first, ["a".to_owned(), "b".to_owned()])
    }

    #[test]
    fn the_second_script_is_decided_by_the_answer_of_the_first() {
        let first = script("look").then(|answer| {
            assert_eq!(answer.facts["text"], "old");
            Ok(Some(script("write")))
        });
        let mut acts = acts(&first);
        assert!(acts.may_go_on());
        let next = acts.next(FIRST.as_bytes()).expect("there is one");
        assert_eq!(next.script, "write\nregctl_run b\n");
        assert_eq!(acts.next(FIRST.as_bytes()), None, "it is decided once");
        assert!(!acts.may_go_on());
        let both = format!("{FIRST}regctl/1 b step hosts changed x\nregctl/1 b end ok\n");
        let answer = acts.answer(&both).expect("is whole");
        assert_eq!((answer.steps.len(), answer.facts["text"].as_str()), (1, "old"));
        let cut = acts.answer(FIRST).expect_err("the second one did not end");
        assert_eq!(cut.kind, AgentErrorKind::Protocol);
    }

    #[test]
    fn nothing_follows_where_nothing_is_to_do_or_something_failed() {
        let nothing = script("look").then(|_| Ok(None));
        let mut acts_of_nothing = acts(&nothing);
        assert_eq!(acts_of_nothing.next(FIRST.as_bytes()), None);
        assert!(acts_of_nothing.answer(FIRST).is_ok_and(|answer| answer.failure.is_none()));
        let never = script("look").then(|_| panic!("a failed answer decides nothing"));
        let failed = "regctl/1 a error script no such file\nregctl/1 a end failed\n";
        let mut acts_of_failure = acts(&never);
        assert_eq!(acts_of_failure.next(failed.as_bytes()), None);
        assert!(acts_of_failure.answer(failed).is_ok_and(|answer| answer.failure.is_some()));
    }

    #[test]
    fn what_cannot_be_worked_with_is_the_hosts_failure() {
        let unreadable = script("look").then(|_| Err(AgentError::new(AgentErrorKind::Script, "is no JSON")));
        let mut acts = acts(&unreadable);
        assert_eq!(acts.next(FIRST.as_bytes()), None);
        let answer = acts.answer(FIRST).expect("is whole");
        assert_eq!(answer.failure.map(|error| error.message).as_deref(), Some("is no JSON"));
    }
}
