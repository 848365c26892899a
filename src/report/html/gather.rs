//! Takes a report apart into what a page shows: agents, trouble, checks, certificates, stages.

use super::certificates::lifetimes;
use super::data::{Check, Document, Heading, Stage};
use super::failures::{Failures, Trouble};
use super::fleet::{Fleet, Look};
use super::labels;
use super::state::State;
use super::texts::Texts;
use super::times::series;
use crate::domain::change::Change;
use crate::domain::fault::Fault;
use crate::domain::finding::{CheckReport, Finding, Scope, Status as Found};
use crate::domain::seen_certificate::SeenCertificate;
use crate::domain::trust::{AgentReport, Status, TrustReport};
use crate::report::stages::{StageEntry, StageResult, StageStatus};
use crate::report::{Report, text};

/// What has been gathered so far.
pub(super) struct Gathered {
    texts: Texts,
    fleet: Fleet,
    failures: Failures,
    checks: Vec<Check>,
    certificates: Vec<SeenCertificate>,
    stages: Vec<Stage>,
}

impl Gathered {
    /// All that a run came to. `command` is what ran.
    pub(super) fn of(command: &str, told: Result<&Report, &Fault>) -> Self {
        let mut gathered = Self {
            texts: Texts::new(),
            fleet: Fleet::default(),
            failures: Failures::default(),
            checks: Vec::new(),
            certificates: Vec::new(),
            stages: Vec::new(),
        };
        match told {
            Ok(report) => gathered.report((command, Look::Counts), report),
            Err(fault) => gathered.fault(command, fault),
        }
        gathered
    }

    /// The page's data.
    pub(super) fn into_document(self, run: Heading<'_>, now: time::OffsetDateTime) -> Document<'_> {
        let agents = self.fleet.into_agents();
        Document {
            schema: "regctl.report/v1",
            lang: labels::lang(),
            run,
            labels: labels::all(),
            stages: self.stages,
            failures: self.failures.into_groups(),
            checks: self.checks,
            times: series(&agents),
            certificates: lifetimes(&self.certificates, now),
            agents,
            texts: self.texts.into_all(),
        }
    }

    fn report(&mut self, (from, look): (&str, Look), report: &Report) {
        match report {
            Report::Trust(own) | Report::Untrust(own) | Report::Streamed(own) => self.trust(from, own),
            Report::Verify(own) | Report::Doctor(own) => self.checked((from, look), own),
            Report::Stages(own) => own.stages.iter().for_each(|entry| self.stage(entry)),
            _ => {}
        }
    }

    fn stage(&mut self, entry: &StageEntry) {
        let state = match entry.status {
            StageStatus::Done if matches!(entry.stage, "preflight" | "verify") => State::Passed,
            StageStatus::Done => State::Changed,
            StageStatus::Unchanged => State::Unchanged,
            StageStatus::WouldChange => State::Drifted,
            StageStatus::Failed => State::Failed,
            StageStatus::Skipped | StageStatus::NotReached => State::Skipped,
        };
        let (stage, status) = (entry.stage, entry.status.word());
        self.stages.push(Stage { stage, status, state, detail: text::headline(entry) });
        match &entry.result {
            StageResult::Report(own) => {
                let look = if matches!(**own, Report::Doctor(_)) { Look::Before } else { Look::Counts };
                self.report((entry.stage, look), own);
            }
            StageResult::Fault(fault) => self.fault(entry.stage, fault),
            StageResult::Nothing => {}
        }
    }

    fn fault(&mut self, from: &str, fault: &Fault) {
        let trouble = Trouble {
            from,
            kind: fault.kind.word().to_owned(),
            state: State::Failed,
            agent: None,
            subject: "",
            message: &fault.message,
            hint: fault.hint.as_ref(),
        };
        self.failures.add(&trouble, &mut self.texts);
    }

    fn trust(&mut self, from: &str, report: &TrustReport) {
        for agent in &report.agents {
            let number = self.fleet.worked(agent, &mut self.texts);
            let (kind, message, hint) = match (&agent.error, agent.status) {
                (Some(error), _) => {
                    (error.kind.word().to_owned(), error.message.clone(), error.hint.as_ref())
                }
                (None, Status::Drifted) => {
                    let (kind, message) = drifted(agent);
                    (kind, message, None)
                }
                (None, _) => continue,
            };
            let (state, message) = (agent.status.into(), &*message);
            let trouble = Trouble { from, kind, state, agent: Some(number), subject: "", message, hint };
            self.failures.add(&trouble, &mut self.texts);
        }
        SeenCertificate::add(&mut self.certificates, report.certificates.iter().cloned());
    }

    fn checked(&mut self, (from, look): (&str, Look), report: &CheckReport) {
        for finding in &report.checks {
            let agent = match finding.scope {
                Scope::Agent => Some(self.fleet.checked(finding, look, &mut self.texts)),
                Scope::Registry => {
                    self.check(from, finding);
                    None
                }
            };
            if matches!(finding.status, Found::Fail | Found::Warn) {
                self.trouble((from, agent), finding);
            }
        }
        for row in &report.pulls {
            self.fleet.pulled(row, &mut self.texts);
        }
        SeenCertificate::add(&mut self.certificates, report.certificates.iter().cloned());
    }

    fn check(&mut self, from: &str, finding: &Finding) {
        let texts = &mut self.texts;
        self.checks.push(Check {
            from: texts.number(from),
            name: texts.number(finding.name),
            state: finding.status.into(),
            subject: texts.number(&finding.subject),
            detail: texts.number(&finding.detail),
            hint: texts.maybe(finding.hint.as_ref()),
        });
    }

    fn trouble(&mut self, (from, agent): (&str, Option<usize>), finding: &Finding) {
        let kind = match finding.cause {
            Some(cause) => format!("{}: {cause}", finding.name),
            None => finding.name.to_owned(),
        };
        let subject = if agent.is_some() { "" } else { &finding.subject };
        let (message, hint) = (&finding.detail, finding.hint.as_ref());
        let state = finding.status.into();
        self.failures.add(&Trouble { from, kind, state, agent, subject, message, hint }, &mut self.texts);
    }
}

/// Which steps differ on an agent, and what they said.
fn drifted(agent: &AgentReport) -> (String, String) {
    let differing = || agent.steps.iter().filter(|step| step.change == Change::Drifted);
    let steps: Vec<_> = differing().map(|step| &*step.step).collect();
    let details: Vec<_> = differing().map(|step| &*step.detail).filter(|detail| !detail.is_empty()).collect();
    (steps.join(", "), details.join("; "))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::agent::{AgentError, AgentErrorKind};
    use crate::domain::certificate::Role;
    use crate::domain::fault::Exit;
    use crate::domain::pull::{AgentPulls, PullOutcome, RuntimePull};
    use crate::domain::runtime::Runtime;
    use crate::domain::script::StepLine;
    use crate::domain::trust::{Summary, Work};
    use crate::report::stages::{Course, StagesReport};

    fn agent(name: &str, status: Status, error: Option<AgentError>) -> AgentReport {
        let step =
            StepLine { step: "docker-ca".to_owned(), change: Change::Changed, detail: "ca.crt".to_owned() };
        AgentReport {
            agent: name.to_owned(),
            agent_id: Some(format!("S-{name}")),
            address: None,
            status,
            steps: if error.is_some() { Vec::new() } else { vec![step] },
            attempts: 1,
            elapsed_ms: 120,
            error,
        }
    }

    fn trust() -> Report {
        let refused = AgentError::new(AgentErrorKind::Auth, "permission denied").hint("Check the key.");
        let agents = vec![agent("a1", Status::Changed, None), agent("a2", Status::Failed, Some(refused))];
        let certificate = SeenCertificate {
            source: "certs/ca.crt".to_owned(),
            role: Role::Ca,
            subject: "CN=regctl CA".to_owned(),
            not_before: datetime!(2026-01-01 00:00 UTC),
            not_after: datetime!(2036-01-01 00:00 UTC),
            fingerprint: "SHA256:AA".to_owned(),
        };
        let (summary, certificates) = (Summary::default(), vec![certificate]);
        Report::Trust(TrustReport {
            registry: vec![],
            agents,
            summary,
            certificates,
            work: Work::Trust,
            exit: Exit::Partial,
        })
    }

    fn verify() -> Report {
        let pull = RuntimePull {
            runtime: Runtime::Docker,
            outcome: PullOutcome::Pulled,
            wanted: true,
            ms: Some(340),
            detail: None,
        };
        let row =
            AgentPulls { agent: "a1".to_owned(), registry: "192.168.0.1".to_owned(), runtimes: vec![pull] };
        let checks = vec![
            Finding::pass("tls", "TLS 1.3").about("192.168.0.1"),
            Finding::fail("api", "not-a-registry", "answers 404", "Look at the VIP.").about("192.168.0.1"),
            Finding::pass("agent-reach", "reached").about_agent("a1"),
            Finding::fail("agent-login", "auth", "permission denied", "Check the key.").about_agent("a2"),
        ];
        Report::Verify(CheckReport { pulls: vec![row], ..CheckReport::new(checks) })
    }

    #[test]
    fn several_stages_make_one_page() {
        let stages = vec![
            StageEntry::idle("cert-gen", StageStatus::Unchanged, "certs/domain.crt is there"),
            StageEntry::of("trust-agents", trust()),
            StageEntry::of("verify", verify()),
        ];
        let (course, dry_run, interrupted, done) = (Course::Up, false, false, String::new());
        let report = Report::Stages(StagesReport { course, dry_run, stages, interrupted, done });
        let heading = Heading {
            command: "up",
            line: "",
            version: "0",
            began: 0,
            ended: 1,
            registry: &[],
            cluster: "",
            exit: 1,
            outcome: "",
            state: State::Failed,
        };
        let now = datetime!(2026-11-22 12:00 UTC);
        let document = Gathered::of("up", Ok(&report)).into_document(heading, now);
        let mut value = serde_json::to_value(&document).expect("serializes");
        value["labels"] = serde_json::Value::Null;
        crate::golden::check("report-up.json", &format!("{value:#}\n"));
    }
}
