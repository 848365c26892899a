//! What failed or warned, by kind: forty agents that refuse a key are one thing to mend.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;

use super::state::State;
use super::texts::{Text, Texts};

/// So many different hints are told for a group as a whole; where there are more, each member has its own.
const SHARED_HINTS: usize = 3;

/// One kind of trouble, and who has it.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Failure {
    /// The command that met it.
    pub(super) from: String,
    /// Its word: `connect-refused`, or the name of a check and the cause.
    pub(super) kind: String,
    /// `failed`, or `warned` and `drifted` for what only should be looked at.
    pub(super) state: State,
    /// What to do next, where that is the same for all.
    pub(super) hints: Vec<Text>,
    /// Who has it.
    pub(super) members: Vec<Member>,
}

/// One who has it: the agent's number or none, who else it is about, what was seen, and what to do where that is not told
/// for all.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub(super) struct Member(pub(super) Option<usize>, pub(super) Text, pub(super) Text, pub(super) Text);

/// Trouble as it is met.
#[derive(Debug, Default)]
pub(super) struct Failures {
    groups: BTreeMap<(std::cmp::Reverse<State>, String, String), Vec<Member>>,
    /// What was seen of an agent already: verify fails where trust-agents failed before it, with the same words.
    seen: HashSet<(usize, Text)>,
}

/// One trouble, before it has a group.
pub(super) struct Trouble<'a> {
    /// The command that met it.
    pub(super) from: &'a str,
    /// Its word.
    pub(super) kind: String,
    /// How bad it is.
    pub(super) state: State,
    /// The agent's number, where it is about one.
    pub(super) agent: Option<usize>,
    /// Who else it is about.
    pub(super) subject: &'a str,
    /// What was seen.
    pub(super) message: &'a str,
    /// What to do next.
    pub(super) hint: Option<&'a String>,
}

impl Failures {
    /// Takes one, unless the same was said of that agent before.
    pub(super) fn add(&mut self, trouble: &Trouble<'_>, texts: &mut Texts) {
        let message = texts.number(trouble.message);
        if trouble.agent.is_some_and(|agent| !self.seen.insert((agent, message))) {
            return;
        }
        let (subject, hint) = (texts.number(trouble.subject), texts.maybe(trouble.hint));
        let member = Member(trouble.agent, subject, message, hint);
        let key = (std::cmp::Reverse(trouble.state), trouble.from.to_owned(), trouble.kind.clone());
        self.groups.entry(key).or_default().push(member);
    }

    /// All groups: failures first, of them what is no agent's own, and larger groups before smaller ones.
    pub(super) fn into_groups(self) -> Vec<Failure> {
        let mut groups: Vec<Failure> = self.groups.into_iter().map(group).collect();
        let of_agents = |group: &Failure| group.members.iter().any(|member| member.0.is_some());
        groups.sort_by_key(|group| {
            (std::cmp::Reverse(group.state), of_agents(group), std::cmp::Reverse(group.members.len()))
        });
        groups
    }
}

fn group(
    ((state, from, kind), mut members): ((std::cmp::Reverse<State>, String, String), Vec<Member>),
) -> Failure {
    let mut seen = BTreeSet::new();
    let mut hints: Vec<Text> = members.iter().map(|member| member.3).collect();
    hints.retain(|hint| *hint != Text::default() && seen.insert(*hint));
    if hints.len() > SHARED_HINTS {
        hints.clear();
    } else {
        members.iter_mut().for_each(|member| member.3 = Text::default());
    }
    Failure { from, kind, state: state.0, hints, members }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(
        failures: &mut Failures,
        texts: &mut Texts,
        (kind, state, agent, hint): (&str, State, usize, &str),
    ) {
        let hint = hint.to_owned();
        let trouble = Trouble {
            from: "trust-agents",
            kind: kind.to_owned(),
            state,
            agent: Some(agent),
            subject: "",
            message: "it did not",
            hint: Some(&hint),
        };
        failures.add(&trouble, texts);
    }

    #[test]
    fn the_largest_group_of_failures_comes_first_and_tells_a_shared_hint_once() {
        let (mut failures, mut texts) = (Failures::default(), Texts::new());
        let mut met = |kind, state, agent, hint: &str| {
            add(&mut failures, &mut texts, (kind, state, agent, hint));
        };
        met("auth", State::Failed, 0, "Check the key.");
        (1..=5).for_each(|agent| met("agent-clock", State::Warned, agent, "Set it."));
        (6..=9).for_each(|agent| met("host-key", State::Failed, agent, &format!("ssh-keygen -R a{agent}")));
        met("agent-login: auth", State::Failed, 0, "Check the key.");
        let groups = failures.into_groups();
        let told: Vec<_> = groups.iter().map(|it| (&*it.kind, it.members.len(), it.hints.len())).collect();
        assert_eq!(told, [("host-key", 4, 0), ("auth", 1, 1), ("agent-clock", 5, 1)]);
        assert_ne!(groups[0].members[0].3, Text::default(), "each has a hint of its own");
        assert_eq!(groups[1].members[0].3, Text::default(), "it is told for all");
    }
}
