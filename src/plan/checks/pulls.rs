//! How an agent's runtimes pulled: the rows of the matrix, and the `agent-pull` check.

use super::engine;
use super::seen::Seen;
use crate::domain::finding::Finding;
use crate::domain::pull::{AgentPulls, PullOutcome, RuntimePull};
use crate::domain::runtime::Runtime;
use crate::domain::script::Answer;
use crate::plan::visit::Sight;

/// One row for each address that there was something to pull from.
pub fn of(agent: &str, answer: &Answer, sights: &[Sight]) -> Vec<AgentPulls> {
    let seen = sights.iter().enumerate().map(|(number, sight)| Seen::new(answer, number, sight));
    seen.filter(|seen| seen.sight.image.is_some())
        .map(|seen| AgentPulls {
            agent: agent.to_owned(),
            registry: seen.sight.address.to_string(),
            runtimes: runtimes(&seen),
        })
        .collect()
}

fn runtimes(seen: &Seen<'_>) -> Vec<RuntimePull> {
    let wanted = seen.sight.wanted.candidates();
    Runtime::ALL.map(|runtime| one(runtime, wanted.contains(&runtime), seen.pull(runtime))).into()
}

fn one(runtime: Runtime, wanted: bool, told: Option<&str>) -> RuntimePull {
    let told = told.unwrap_or_default();
    let (word, rest) = told.split_once(' ').unwrap_or((told, ""));
    let (outcome, ms, detail) = match word {
        "pulled" => (PullOutcome::Pulled, rest.parse().ok(), None),
        "failed" => (
            PullOutcome::Failed,
            None,
            Some(rest.trim_start_matches("Error response from daemon: ").to_owned()),
        ),
        _ => (PullOutcome::None, None, None),
    };
    RuntimePull { runtime, outcome, wanted, ms, detail }
}

/// The `agent-pull` check: every runtime that has to pull and is there does. One that need not is told in the matrix alone.
pub(super) fn check(seen: &Seen<'_>) -> Finding {
    const NAME: &str = "agent-pull";
    if seen.sight.image.is_none() {
        return Finding::skip(NAME, say!("the image could not be pushed there"));
    }
    let pulls = runtimes(seen);
    let failed = pulls.iter().find(|pull| pull.wanted && pull.outcome == PullOutcome::Failed);
    if let Some(RuntimePull { runtime, detail, .. }) = failed {
        let words = detail.as_deref().unwrap_or_default();
        let (cause, hint) = engine::cause(words);
        return Finding::fail(NAME, cause, format!("{}: {words}", runtime.word()), hint);
    }
    let pulled = pulls.iter().filter(|pull| pull.outcome == PullOutcome::Pulled);
    match pulled.map(|pull| pull.runtime.word()).collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => Finding::skip(NAME, say!("{} is not there", seen.sight.wanted)),
        pulled => Finding::pass(NAME, say!("pulled by {pulled}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::domain::runtime::Runtimes;
    use crate::domain::transport::Transport;
    use crate::plan::visit::PullSource;

    fn sight(wanted: &str) -> Sight {
        let image = PullSource { repository: "r".to_owned(), digest: "sha256:1".to_owned(), auth: None };
        Sight {
            address: "192.168.0.1".parse().expect("an address"),
            transport: Transport::Tls,
            prints: Vec::new(),
            image: Some(image),
            wanted: wanted.parse::<Runtimes>().expect("runtimes"),
        }
    }

    fn answer(facts: &[(&str, &str)]) -> Answer {
        let facts = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Answer { facts, ..Answer::default() }
    }

    #[test]
    fn each_runtime_has_its_cell() {
        let facts =
            [("pull.0.docker", "pulled 410"), ("pull.0.ucr", "failed x509: y"), ("pull.0.podman", "none")];
        let rows = of("a1", &answer(&facts), &[sight("docker")]);
        let cells: Vec<_> =
            rows[0].runtimes.iter().map(|pull| (pull.outcome, pull.ms, pull.wanted)).collect();
        let none = (PullOutcome::None, None, false);
        assert_eq!(
            cells,
            [(PullOutcome::Pulled, Some(410), true), (PullOutcome::Failed, None, false), none, none]
        );
        assert_eq!(rows[0].runtimes[1].detail.as_deref(), Some("x509: y"));
        assert_eq!(of("a1", &answer(&facts), &[Sight { image: None, ..sight("docker") }]), []);
    }

    #[test]
    fn only_a_runtime_that_has_to_pull_fails_the_check() {
        let facts = answer(&[("pull.0.docker", "pulled 10"), ("pull.0.podman", "failed no such host")]);
        let status = |wanted| {
            let sight = sight(wanted);
            let found = check(&Seen::new(&facts, 0, &sight));
            (found.status, found.cause, found.detail)
        };
        assert_eq!(status("docker"), (Status::Pass, None, "pulled by docker".to_owned()));
        let failed = (Status::Fail, Some("unresolved"), "podman: no such host".to_owned());
        assert_eq!(status("auto"), failed);
        assert_eq!(status("podman"), failed);
        assert_eq!(status("containerd").0, Status::Pass, "another runtime has pulled");
        let sight = sight("docker");
        assert_eq!(check(&Seen::new(&answer(&[]), 0, &sight)).status, Status::Skip);
    }
}
