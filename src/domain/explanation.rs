//! What a code means: its cause and its cure, for whoever met it in a message, a report or a log.

use serde::Serialize;

use super::agent_error::AgentErrorKind;
use super::fault_kind::FaultKind;

/// Where a code is met. One word can be met in several places, with another meaning in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Met {
    /// `error[CODE]: …`, which a run ends with.
    Run,
    /// With one agent in a report.
    Agent,
    /// As the cause that a check names.
    Check,
}

/// The meaning of a code in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The stable word.
    pub code: &'static str,
    /// Where it is met.
    pub met: Met,
    /// The exit code of a run that ends with it; agents and checks do not say that alone.
    pub exit: Option<u8>,
    /// What brings it about.
    pub cause: String,
    /// What to do about it; the cure for what a check finds stands below its line.
    pub cure: Option<String>,
}

/// What `explain` has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainReport {
    /// The meanings of the code that was asked for, or of all of them.
    pub codes: Vec<Explanation>,
    /// Whether all of them were asked for.
    #[serde(skip)]
    pub all: bool,
}

/// Every code that a run or an agent can end with.
pub fn errors() -> Vec<Explanation> {
    let run = FaultKind::ALL.iter().map(|kind| Explanation {
        code: kind.word(),
        met: Met::Run,
        exit: Some(kind.exit().code()),
        cause: kind.cause(),
        cure: Some(kind.cure()),
    });
    let agent = AgentErrorKind::ALL.iter().map(|kind| Explanation {
        code: kind.word(),
        met: Met::Agent,
        exit: None,
        cause: kind.cause(),
        cure: Some(kind.cure()),
    });
    run.chain(agent).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_a_word_of_its_own_with_a_cause_and_a_cure_in_sentences() {
        let errors = errors();
        for Explanation { code, cause, cure, .. } in &errors {
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            let cure = cure.as_ref().expect("has one");
            for text in [cause, cure] {
                let named = text.starts_with("regctl.toml");
                assert!(named || text.starts_with(char::is_uppercase), "{code}: {text}");
                assert!(text.len() > 15 && !text.contains("  "), "{code}: {text}");
            }
            assert!(cause.ends_with('.'), "{code}: {cause}");
        }
        let words: BTreeSet<_> = errors.iter().map(|it| (it.met as u8, it.code)).collect();
        assert_eq!(words.len(), errors.len(), "a word is there twice");
    }
}
