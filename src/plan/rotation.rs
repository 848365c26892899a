//! Which agents keep a rotation from going on.

use crate::domain::agent::RecoveredAgent;
use crate::domain::fault::Exit;
use crate::domain::finding::{Finding, Status as Check};
use crate::domain::glob::Glob;
use crate::domain::host::printable;
use crate::domain::rotation::HeldUp;
use crate::domain::runtime::{Runtime, Runtimes};
use crate::domain::trust::{AgentReport, Status};

/// Agents that are not as a stage needs them: changed or unchanged where something was done, unchanged where it was only
/// looked.
pub fn not_as_wanted(agents: &[AgentReport], except: &[Glob]) -> Vec<HeldUp> {
    let held = |agent: &AgentReport| {
        let (kind, message) = match (&agent.error, agent.status) {
            (_, Status::Changed | Status::Unchanged) => return None,
            (Some(error), _) => (error.kind.word(), error.message.clone()),
            (None, Status::Drifted) => ("differs", differing(agent)),
            (None, Status::Failed | Status::Skipped) => {
                ("not-done", say!("it was not done there").to_owned())
            }
        };
        let names = [Some(agent.agent.clone()), agent.agent_id.as_ref().map(ToString::to_string)];
        let excepted = is_excepted(names.into_iter().flatten(), except);
        Some(HeldUp { agent: agent.agent.clone(), kind: kind.to_owned(), message, excepted })
    };
    agents.iter().filter_map(held).collect()
}

fn differing(agent: &AgentReport) -> String {
    let details: Vec<_> =
        agent.steps.iter().filter(|step| !step.detail.is_empty()).map(|step| step.detail.as_str()).collect();
    say!("not as it should be: {}", details.join(", "))
}

/// Agents that have not come back since a failover: they may trust the old CA, and nobody can log in to them.
pub fn not_back(recovered: &[RecoveredAgent], except: &[Glob]) -> Vec<HeldUp> {
    let held = |agent: &RecoveredAgent| HeldUp {
        agent: printable(&agent.hostname),
        kind: "not-back".to_owned(),
        message: say!("it has not come back since the masters' last failover").to_owned(),
        excepted: is_excepted([agent.hostname.clone(), agent.agent_id.to_string()].into_iter(), except),
    };
    recovered.iter().map(held).collect()
}

/// Agents that do not accept the new leaf. Where Docker is not among the runtimes for certain, an agent without a folder
/// for it has none that could be wrong: that every other store is right is known by then.
pub fn not_accepting(findings: &[Finding], runtimes: &Runtimes, except: &[Glob]) -> Vec<HeldUp> {
    let sure_of_docker = matches!(runtimes, Runtimes::Named(named) if named.contains(&Runtime::Docker));
    let counts =
        |it: &&Finding| it.status == Check::Fail && (sure_of_docker || it.cause != Some("ca-missing"));
    let held = |finding: &Finding| HeldUp {
        agent: finding.subject.clone(),
        kind: finding.cause.unwrap_or(finding.name).to_owned(),
        message: finding.detail.clone(),
        excepted: is_excepted(std::iter::once(finding.subject.clone()), except),
    };
    findings.iter().filter(counts).map(held).collect()
}

fn is_excepted(mut names: impl Iterator<Item = String>, except: &[Glob]) -> bool {
    names.any(|name| except.iter().any(|glob| glob.matches(&name)))
}

/// What a run ends with that is held up: 3 where other agents are well, 1 where none is.
pub fn exit(held_up: &[HeldUp], agents: usize) -> Exit {
    let holding = || held_up.iter().filter(|it| !it.excepted);
    if holding().any(|it| it.kind == "interrupted") {
        return Exit::Interrupted;
    }
    let mut names: Vec<_> = holding().map(|it| &it.agent).collect();
    names.sort();
    names.dedup();
    if names.len() >= agents { Exit::NotAsAsked } else { Exit::Partial }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::{AgentError, AgentErrorKind};

    fn agent(name: &str, status: Status, error: Option<AgentErrorKind>) -> AgentReport {
        let error = error.map(|kind| AgentError::new(kind, "x"));
        AgentReport { error, ..AgentReport::bare(name, status) }
    }

    fn globs(texts: &[&str]) -> Vec<Glob> {
        texts.iter().map(|text| text.parse().expect("any text is a pattern")).collect()
    }

    #[test]
    fn an_agent_that_lacks_a_ca_holds_up_the_others_unless_it_is_excepted() {
        let agents = [
            agent("10.0.0.1", Status::Unchanged, None),
            agent("10.0.0.2", Status::Drifted, None),
            agent("10.0.0.3", Status::Failed, Some(AgentErrorKind::ConnectTimeout)),
        ];
        let held = not_as_wanted(&agents, &globs(&["10.0.0.3"]));
        let told: Vec<_> = held.iter().map(|it| (it.agent.as_str(), it.kind.as_str(), it.excepted)).collect();
        assert_eq!(told, [("10.0.0.2", "differs", false), ("10.0.0.3", "connect-timeout", true)]);
        assert_eq!(exit(&held, 3), Exit::Partial);
        assert_eq!(exit(&held, 1), Exit::NotAsAsked);
        let interrupted = [agent("a", Status::Skipped, Some(AgentErrorKind::Interrupted))];
        assert_eq!(exit(&not_as_wanted(&interrupted, &[]), 3), Exit::Interrupted);
    }

    #[test]
    fn an_agent_whose_handshake_fails_does_not_accept_the_new_leaf() {
        let handshake = Finding::fail("agent-trust", "handshake", "no TLS", "x").about_agent("a1");
        let held = not_accepting(&[handshake], &Runtimes::Auto, &[]);
        assert_eq!((held[0].agent.as_str(), held[0].kind.as_str(), held.len()), ("a1", "handshake", 1));
    }

    #[test]
    fn an_agent_without_docker_need_not_have_dockers_folder() {
        let missing = Finding::fail("agent-trust", "ca-missing", "there is no folder", "x").about_agent("a1");
        let refused = Finding::fail("agent-trust", "certificate-refused", "refused", "x").about_agent("a2");
        let held = |runtimes: &str| {
            let runtimes = runtimes.parse().expect("legal");
            not_accepting(&[missing.clone(), refused.clone()], &runtimes, &[]).len()
        };
        assert_eq!((held("docker,ucr"), held("auto"), held("ucr")), (2, 1, 1));
    }
}
