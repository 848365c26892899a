//! `doctor --repair`: what the ways by hand have left is put right, kind by kind.

use anyhow::Result;

use crate::commands::Context;
use crate::commands::patience::kind;
use crate::commands::reach::ReachArgs;
use crate::domain::agent::AgentError;
use crate::domain::change::Change;
use crate::domain::fault::FaultKind;
use crate::domain::finding::{CheckReport, Finding};
use crate::domain::script::Answer;
use crate::plan::leftovers::mending::{self, Kind};
use crate::plan::script::Mode;
use crate::report::{self, Format, Report};

/// One repair.
pub(super) struct Repair<'a> {
    /// Which agents there are, and how to log in.
    pub(super) reach: &'a ReachArgs,
    /// Whether to do it or only to show it.
    pub(super) mode: Mode,
    /// Where questions are asked.
    pub(super) context: &'a Context,
}

impl Repair<'_> {
    /// Mends what was found and is agreed to. In the report, what was mended passes.
    pub(super) async fn run(&self, report: CheckReport) -> Result<CheckReport> {
        if self.mode == Mode::Apply && !agents(&report, &Kind::ALL).is_empty() {
            let text = report::render(&Report::Doctor(report.clone()), Format::Human, self.context.style());
            self.context.screen.show_plan(&text);
        }
        let mut kinds = Vec::new();
        for of in Kind::ALL {
            if self.is_agreed(of, &report)? {
                kinds.push(of);
            }
        }
        let agents = agents(&report, &kinds);
        if agents.is_empty() {
            return Ok(report);
        }
        let selection = self.reach.select(self.context).await?;
        let known = selection.agents.iter().filter(|agent| agents.contains(&agent.name));
        let logins: Vec<(&str, usize)> =
            known.filter_map(|agent| Some((agent.name.as_str(), *agent.login.as_ref().ok()?))).collect();
        // Agents that share an address are one host.
        let mut hosts: Vec<usize> = logins.iter().map(|(_, at)| *at).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let targets: Vec<_> = hosts.iter().map(|at| selection.targets[*at].clone()).collect();
        let script = mending::script(&kinds, self.mode, &self.context.holder())?;
        let doing = |agents| match self.mode {
            Mode::Check => say!("Looking at {agents}"),
            Mode::Apply => say!("Mending {agents}"),
        };
        let outcomes = self.reach.logins(self.context).run(script, &targets, doing).await?;
        let mut checks = report.checks;
        for (name, at) in logins {
            let outcome = hosts.iter().position(|host| *host == at).map(|index| &outcomes[index]);
            outcome.into_iter().for_each(|it| settle(&mut checks, name, &it.result, &kinds));
        }
        Ok(CheckReport::new(checks))
    }

    /// Whether there is any of this kind and somebody says yes to it. Errors: nobody can be asked.
    fn is_agreed(&self, of: Kind, report: &CheckReport) -> Result<bool> {
        let agents = agents(report, &[of]);
        if agents.is_empty() || self.mode == Mode::Check {
            return Ok(!agents.is_empty());
        }
        let question = say!("{} on {}", of.question(), agents.join(", "));
        match self.context.screen.consent(&question) {
            Ok(()) => Ok(true),
            Err(error) if kind(&error) == Some(FaultKind::Declined) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn is_of(finding: &Finding, kinds: &[Kind]) -> bool {
    finding.cause.is_some_and(|cause| kinds.iter().any(|kind| kind.causes().contains(&cause)))
}

/// The agents that have any of it, each once.
fn agents(report: &CheckReport, kinds: &[Kind]) -> Vec<String> {
    let found = report.checks.iter().filter(|finding| is_of(finding, kinds));
    let mut agents: Vec<String> = found.map(|finding| finding.subject.clone()).collect();
    agents.dedup();
    agents
}

/// What became of the findings of one agent.
fn settle(checks: &mut [Finding], name: &str, result: &Result<Answer, AgentError>, kinds: &[Kind]) {
    let failure = |error: &AgentError| {
        let hint =
            error.hint.clone().unwrap_or_else(|| say!("Mend that, then repeat the command.").to_owned());
        Finding::fail("leftovers", error.kind.word(), say!("not mended: {}", error.message), hint)
    };
    for finding in checks.iter_mut().filter(|finding| finding.subject == name && is_of(finding, kinds)) {
        let of = kinds.iter().find(|kind| is_of(finding, &[**kind])).map(|kind| kind.step());
        let step = |answer: &Answer| answer.steps.iter().find(|step| Some(step.step.as_str()) == of).cloned();
        let outcome = match result {
            Err(error) => Some(failure(error)),
            Ok(answer) => match (step(answer), &answer.failure) {
                (Some(step), _) if step.change == Change::Changed => {
                    Some(Finding::mended("leftovers", format!("mended: {}", step.detail)))
                }
                (Some(step), _) if step.change == Change::Drifted => {
                    finding.detail = say!("{} (would be mended)", finding.detail);
                    None
                }
                (_, Some(error)) => Some(failure(error)),
                _ => None,
            },
        };
        if let Some(outcome) = outcome {
            *finding = outcome.about_agent(name);
        }
    }
}
