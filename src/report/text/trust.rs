//! What `trust-agents` and `untrust-agents` have to say: counts first, then identical results together.

use std::time::Duration;

use super::names::{named, unnamed, way_to_all};
use super::paint::Paint;
use crate::domain::agent;
use crate::domain::change::Change;
use crate::domain::columns::padded;
use crate::domain::duration;
use crate::domain::language::spoken;
use crate::domain::trust::{AgentReport, Status, Summary, TrustReport, Work};
use crate::report::Style;

/// The whole report.
pub(super) fn told(report: &TrustReport, style: Style) -> String {
    if report.agents.is_empty() {
        return say!("No agent is left over from the last runs.\n").to_owned();
    }
    let told = agents_told(&report.agents, &report.summary, style);
    format!("{told}\n{}{}\n", names_told(&report.agents), next(report))
}

/// From when on a name counts that has got an entry of its own, or has lost it.
fn names_told(agents: &[AgentReport]) -> &'static str {
    let mut steps = agents.iter().flat_map(|agent| &agent.steps);
    if steps.any(|step| step.step == "hosts" && step.change == Change::Changed) {
        say!("Docker Engine, as all programs in Go, may know /etc/hosts as it was for another 5 s.\n")
    } else {
        ""
    }
}

/// How the agents came out: counts first, then what is identical together.
pub(super) fn agents_told(agents: &[AgentReport], summary: &Summary, style: Style) -> String {
    let mut text = format!("{}\n\n", Paint::new(style).bold(&headline(summary)));
    let groups = groups(agents);
    for group in &groups {
        text.push_str(&group_told(group, style));
    }
    let hidden = groups.iter().any(|group| unnamed(group.agents.len(), style) > 0);
    if hidden { format!("{text}\n{}\n", way_to_all(hidden)) } else { text }
}

/// `3 agents: 2 changed, 1 failed in 0.4 s`.
fn headline(summary: &Summary) -> String {
    let counts = [summary.changed, summary.unchanged, summary.drifted, summary.failed, summary.skipped];
    let named = Status::ALL.iter().zip(counts).filter(|(_, count)| *count > 0);
    let named: Vec<_> = named.map(|(status, count)| format!("{count} {}", spoken(status.word()))).collect();
    let time = duration::spell(Duration::from_millis(summary.elapsed_ms));
    say!("{}: {} in {time}", agent::counted(summary.total), named.join(", "))
}

/// What agents must have in common to be told together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    status: Status,
    /// The steps that were not simply as wanted.
    steps: Vec<(String, Change)>,
    /// Error word and hint.
    error: Option<(&'static str, Option<String>)>,
}

struct Group<'a> {
    kind: Kind,
    agents: Vec<&'a AgentReport>,
}

fn kind(agent: &AgentReport) -> Kind {
    let telling = agent.steps.iter().filter(|step| step.change != Change::Unchanged);
    let mut steps: Vec<_> = telling.map(|step| (step.step.clone(), step.change)).collect();
    steps.dedup();
    let error = agent.error.as_ref().map(|error| (error.kind.word(), error.hint.clone()));
    Kind { status: agent.status, steps, error }
}

/// The groups by status, larger ones first.
fn groups(agents: &[AgentReport]) -> Vec<Group<'_>> {
    let mut by_kind = std::collections::BTreeMap::<Kind, Vec<&AgentReport>>::new();
    for agent in agents {
        by_kind.entry(kind(agent)).or_default().push(agent);
    }
    let mut groups: Vec<_> = by_kind.into_iter().map(|(kind, agents)| Group { kind, agents }).collect();
    groups.sort_by_key(|group| (group.kind.status, std::cmp::Reverse(group.agents.len())));
    groups
}

fn group_told(group: &Group<'_>, style: Style) -> String {
    let paint = Paint::new(style);
    let word = padded(spoken(group.kind.status.word()), 9);
    let word = match group.kind.status {
        Status::Changed | Status::Unchanged => paint.good(&word),
        Status::Drifted | Status::Skipped => paint.warn(&word),
        Status::Failed => paint.bad(&word),
    };
    let steps: Vec<_> =
        group.kind.steps.iter().map(|(step, change)| format!("{step} {}", spoken(change.word()))).collect();
    let steps = if steps.is_empty() { String::new() } else { format!("  {}", steps.join(", ")) };
    let mut text = format!("  {word} {:>4}{steps}\n", group.agents.len());
    let mut add = |line: &str| text.push_str(&format!("                  {line}\n"));
    let names: Vec<_> = group.agents.iter().map(|agent| agent.agent.as_str()).collect();
    add(&named(&names, style));
    let first = group.agents[0];
    if let Some(error) = &first.error {
        add(&error.to_string());
        error.hint.iter().for_each(|hint| add(hint));
    } else {
        details(first).iter().for_each(|detail| add(detail));
    }
    text
}

/// What the first of a group says of the steps that are worth a word.
fn details(agent: &AgentReport) -> Vec<String> {
    let telling = agent.steps.iter().filter(|step| !step.detail.is_empty());
    telling.map(|step| format!("{}: {}", step.step, step.detail)).collect()
}

fn next(report: &TrustReport) -> &'static str {
    let Summary { drifted, failed, skipped, .. } = report.summary;
    match (report.work, drifted, failed + skipped) {
        (Work::Look, 0, 0) => say!("Nothing would be changed."),
        (Work::Look, ..) => say!("Nothing was changed. Without --check or --dry-run it would be."),
        (Work::Trust | Work::Untrust, 1.., 0) => {
            say!(
                "Where Docker Engine needs a restart: the same again with --restart-engines, when \
                 its containers may stop."
            )
        }
        (Work::Trust, _, 0) => verification(&report.agents),
        (Work::Untrust, _, 0) => say!("Docker asks for no restart: its next pull finds the trust gone."),
        (..) => say!("Once the cause is gone, repeat the command: what is right already is left alone."),
    }
}

/// The command that looks at what agents were given in the way that they were given it.
fn verification(agents: &[AgentReport]) -> &'static str {
    let has = |name: &str| agents.iter().flat_map(|agent| &agent.steps).any(|step| step.step == name);
    match (has("local-proxy"), has("docker-insecure") && !has("docker-ca")) {
        (true, _) => say!("Next: regctl verify --from-agents --mode local-proxy"),
        (_, true) => say!("Next: regctl verify --plain-http"),
        _ => say!("Next: regctl verify"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::{AgentError, AgentErrorKind};
    use crate::domain::fault::Exit;
    use crate::domain::script::StepLine;

    fn agent(number: usize, status: Status, error: Option<AgentErrorKind>) -> AgentReport {
        let changed =
            StepLine { step: "docker-ca".to_owned(), change: Change::Changed, detail: "/etc/x".to_owned() };
        AgentReport {
            agent: format!("10.0.0.{number}"),
            agent_id: None,
            address: None,
            status,
            steps: if status == Status::Changed { vec![changed] } else { Vec::new() },
            error: error
                .map(|kind| AgentError::new(kind, format!("10.0.0.{number} is silent")).hint("Look there.")),
            attempts: 1,
            elapsed_ms: 12,
        }
    }

    #[test]
    fn identical_results_are_told_once() {
        let mut agents: Vec<_> = (1..=8).map(|number| agent(number, Status::Changed, None)).collect();
        agents.push(agent(9, Status::Unchanged, None));
        let timeout = Some(AgentErrorKind::ConnectTimeout);
        agents.push(agent(10, Status::Failed, timeout));
        agents.push(agent(11, Status::Failed, timeout));
        let summary = Summary {
            total: 11,
            changed: 8,
            unchanged: 1,
            failed: 2,
            elapsed_ms: 3_100,
            ..Summary::default()
        };
        let report = TrustReport {
            registry: Vec::new(),
            agents,
            summary,
            certificates: Vec::new(),
            work: Work::Trust,
            exit: Exit::Partial,
        };
        let text = told(&report, Style::PLAIN);
        assert_eq!(
            text,
            "\
11 agents: 8 changed, 1 unchanged, 2 failed in 3.1 s

  changed      8  docker-ca changed
                  10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6 and 2 more
                  docker-ca: /etc/x
  unchanged    1
                  10.0.0.9
  failed       2
                  10.0.0.10, 10.0.0.11
                  connect-timeout: 10.0.0.10 is silent
                  Look there.

Every name: -v, or --output json.

Once the cause is gone, repeat the command: what is right already is left alone.
"
        );
    }

    #[test]
    fn what_comes_next_looks_by_the_way_that_agents_were_given() {
        let next = |names: &[&str]| {
            let mut some = agent(1, Status::Changed, None);
            let step = |name: &&str| StepLine { step: (*name).to_owned(), ..some.steps[0].clone() };
            some.steps = names.iter().map(step).collect();
            let summary = Summary { total: 1, changed: 1, ..Summary::default() };
            let (agents, exit) = (vec![some], Exit::Done);
            let report = TrustReport {
                registry: Vec::new(),
                agents,
                summary,
                certificates: Vec::new(),
                work: Work::Trust,
                exit,
            };
            let text = told(&report, Style::PLAIN);
            let end: Vec<_> = text.lines().rev().take(2).map(str::to_owned).collect();
            (end[0].clone(), end[1].contains("/etc/hosts as it was"))
        };
        let verify = |flags: &str| format!("Next: regctl verify{flags}");
        assert_eq!(next(&["docker-ca"]), (verify(""), false));
        assert_eq!(next(&["hosts", "docker-ca", "docker-insecure"]), (verify(""), true));
        assert_eq!(next(&["docker-insecure"]), (verify(" --plain-http"), false));
        assert_eq!(next(&["local-proxy"]), (verify(" --from-agents --mode local-proxy"), false));
    }
}
