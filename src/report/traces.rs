//! What a report leaves in the audit trail: what was changed, without what was only looked at.

use std::fmt::Display;

use anyhow::Result;

use super::stages::{StageResult, StagesReport};
use super::{Report, fault_of};
use crate::domain::audit::{AgentFailure, AuditAgents, AuditChange, AuditError, AuditResult};
use crate::domain::cert::CertGenReport;
use crate::domain::cert_import::CertImportReport;
use crate::domain::change::Change;
use crate::domain::deploy::{DeployReport, StagedFile};
use crate::domain::fault::Fault;
use crate::domain::finding::CheckReport;
use crate::domain::gc::{GcReport, GcSubject};
use crate::domain::login::LoginReport;
use crate::domain::nexus::NexusSetupReport;
use crate::domain::renewal::RenewReport;
use crate::domain::rotation::RotateReport;
use crate::domain::ssh_setup::SshSetupReport;
use crate::domain::tag_delete::{Fate, TagDeleteReport};
use crate::domain::tag_restore::{RestoreFate, TagRestoreReport};
use crate::domain::trust::{AgentReport, Status, Summary, TrustReport};
use crate::domain::undeploy::UndeployReport;
use crate::domain::user::UserChangeReport;
use crate::plan::audit::without_passwords;

/// What there is to keep of a run that ended like this. A run that ended with an error has no report, so that only the
/// error is known.
pub fn traces(outcome: &Result<Report>) -> AuditResult {
    let mut result = match outcome {
        Ok(report) => AuditResult { exit: Some(report.exit().code()), ..of_report(report) },
        Err(error) => {
            let fault = fault_of(error);
            AuditResult {
                exit: Some(fault.kind.exit().code()),
                error: Some(told(&fault)),
                ..Default::default()
            }
        }
    };
    result.more_changes = result.changes.len().saturating_sub(AuditResult::MOST);
    result.changes.truncate(AuditResult::MOST);
    result
}

fn told(fault: &Fault) -> AuditError {
    AuditError { kind: fault.kind.word().to_owned(), message: without_passwords(&fault.message) }
}

/// Every kind of report is named, so that a new one is thought of.
fn of_report(report: &Report) -> AuditResult {
    match report {
        Report::CertGen(report) => cert_gen(report),
        Report::CertImport(report) => cert_import(report),
        Report::Rotate(report) => rotated(report),
        Report::Renew(report) => renewed(report),
        Report::Deploy(report) => deployed(report),
        Report::Undeploy(report) => undeployed(report),
        Report::Login(report) | Report::Logout(report) => logins(report),
        Report::UserAdd(report) | Report::UserRm(report) => user(report),
        Report::Gc(report) => collected(report),
        Report::NexusSetup(report) => changes(nexus(report)),
        Report::SshSetup(report) => key_spread(report),
        Report::Trust(report) | Report::Untrust(report) | Report::Streamed(report) => trusted(report),
        Report::Stages(report) => stages(report),
        Report::TagDelete(report) => tags_deleted(report),
        Report::TagRestore(report) => tags_restored(report),
        Report::Doctor(report) => repaired(report),
        Report::CertDoctor(_)
        | Report::CertShow(_)
        | Report::CertStatus(_)
        | Report::App(_)
        | Report::BuildContainer(_)
        | Report::DeployPlan(_)
        | Report::Verify(_)
        | Report::Watched(_)
        | Report::Users(_)
        | Report::Agents(_)
        | Report::Completions(_)
        | Report::Explain(_)
        | Report::Log(_)
        | Report::Manual(_)
        | Report::RepoLs(_)
        | Report::Image(_)
        | Report::Init(_)
        | Report::TagLs(_) => AuditResult::default(),
    }
}

fn change(what: &str, name: impl Display, change: &str) -> AuditChange {
    AuditChange { what: what.to_owned(), name: name.to_string(), change: change.to_owned() }
}

/// Nothing where nothing was changed.
fn made(what: &str, name: impl Display, made: Change) -> Option<AuditChange> {
    let untouched = [Change::Unchanged, Change::Drifted, Change::Unsupported];
    (!untouched.contains(&made)).then(|| change(what, name, made.word()))
}

fn changes(changes: impl IntoIterator<Item = AuditChange>) -> AuditResult {
    AuditResult { changes: changes.into_iter().collect(), ..AuditResult::default() }
}

fn words(names: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    names.into_iter().map(|name| name.to_string()).collect()
}

fn staged(files: &[StagedFile]) -> impl Iterator<Item = AuditChange> {
    files.iter().filter_map(|file| made("file", format!("{}:{}", file.host, file.path), file.change))
}

fn cert_gen(report: &CertGenReport) -> AuditResult {
    let written = report.files.iter().filter(|_| !report.dry_run);
    changes(written.map(|name| change("file", report.out.join(name).display(), "written")))
}

fn cert_import(report: &CertImportReport) -> AuditResult {
    let written = report.files.iter().filter(|_| !report.dry_run);
    changes(written.filter_map(|file| made("file", report.out.join(file.name).display(), file.change)))
}

fn renewed(report: &RenewReport) -> AuditResult {
    let leaf = made("certificate", &report.app_id, report.change).filter(|_| !report.dry_run);
    let registry = words(report.endpoints.iter().map(|it| &it.address));
    AuditResult { registry, ..changes(leaf.into_iter().chain(staged(&report.staged))) }
}

/// Which stage a rotation has come to; its agents are not told one by one.
fn rotated(report: &RotateReport) -> AuditResult {
    use crate::domain::rotation::{Outcome, Progress};
    let outcome = match report.outcome {
        Outcome::Planned => return AuditResult::default(),
        Outcome::Rotated => "rotated",
        Outcome::HeldUp => "held-up",
        Outcome::Aborted => "taken-back",
    };
    let done = report.stages.iter().filter(|stage| stage.progress == Progress::Done);
    let done = done.map(|stage| change("stage", stage.stage.word(), "done"));
    let whole = change("ca", &report.app_id, outcome);
    AuditResult { registry: words(&report.registry), ..changes(std::iter::once(whole).chain(done)) }
}

fn deployed(report: &DeployReport) -> AuditResult {
    let app = made("app", &report.app_id, report.change);
    let moved = report.data_move.iter().map(|_| change("images", &report.app_id, "copied"));
    let nexus = report.nexus.iter().flat_map(nexus);
    let all = app.into_iter().chain(staged(&report.staged)).chain(moved).chain(nexus);
    AuditResult { registry: words(&report.endpoints), ..changes(all) }
}

fn undeployed(report: &UndeployReport) -> AuditResult {
    let app = made("app", &report.app_id, report.change);
    let folders = report.folders.iter();
    let gone = folders.filter_map(|it| made("folder", format!("{}:{}", it.host, it.path), it.change));
    changes(app.into_iter().chain(gone))
}

fn logins(report: &LoginReport) -> AuditResult {
    let own = made("file", report.own.file.display(), report.own.change);
    let archive = report.archive.iter().filter_map(|it| made("file", it.file.display(), it.change));
    let all = own.into_iter().chain(archive).filter(|_| !report.dry_run).collect();
    let registry = words(report.logins.iter().map(|it| &it.registry));
    let agents = report.fleet.as_ref().map(|fleet| agents(&fleet.agents, &fleet.summary));
    AuditResult { registry, changes: all, agents, ..AuditResult::default() }
}

fn user(report: &UserChangeReport) -> AuditResult {
    let user = made("user", &report.user, report.change).filter(|_| !report.dry_run);
    changes(user.into_iter().chain(staged(&report.staged)))
}

fn collected(report: &GcReport) -> AuditResult {
    let of = match &report.subject {
        GcSubject::AppId(id) => id.to_string(),
        GcSubject::Container(name) => name.clone(),
    };
    let told = || change("garbage", of, "collected");
    changes((report.change == Change::Changed).then(told))
}

fn nexus(report: &NexusSetupReport) -> impl Iterator<Item = AuditChange> {
    let done = report.steps.iter().filter(|_| !report.dry_run);
    done.filter_map(|step| made("nexus", step.step, step.change))
}

fn key_spread(report: &SshSetupReport) -> AuditResult {
    let key = made("key", report.key.file.display(), report.key.change);
    AuditResult { agents: Some(agents(&report.agents, &report.summary)), ..changes(key) }
}

fn trusted(report: &TrustReport) -> AuditResult {
    let agents = Some(agents(&report.agents, &report.summary));
    AuditResult { registry: words(&report.registry), agents, ..AuditResult::default() }
}

fn agents(agents: &[AgentReport], summary: &Summary) -> AuditAgents {
    let of =
        |status: Status| agents.iter().filter(move |agent| agent.status == status).take(AuditResult::MOST);
    let kind = |agent: &AgentReport| agent.error.as_ref().map(|error| error.kind.word()).unwrap_or_default();
    let failure =
        |agent: &AgentReport| AgentFailure { agent: agent.agent.clone(), kind: kind(agent).to_owned() };
    AuditAgents {
        total: summary.total,
        changed: summary.changed,
        unchanged: summary.unchanged,
        failed: summary.failed,
        skipped: summary.skipped,
        changed_names: of(Status::Changed).map(|agent| agent.agent.clone()).collect(),
        failures: of(Status::Failed).map(failure).collect(),
    }
}

/// All that the stages did; of several that visited agents the last one counts.
fn stages(report: &StagesReport) -> AuditResult {
    let mut whole = AuditResult::default();
    for entry in &report.stages {
        match &entry.result {
            StageResult::Report(report) => {
                let one = of_report(report);
                whole.changes.extend(one.changes);
                whole.agents = one.agents.or(whole.agents);
                whole.registry.extend(one.registry);
            }
            StageResult::Fault(fault) => whole.error = whole.error.or_else(|| Some(told(fault))),
            StageResult::Nothing => {}
        }
    }
    whole.registry.sort();
    whole.registry.dedup();
    whole
}

fn tags_deleted(report: &TagDeleteReport) -> AuditResult {
    let of_repository = |plan: &crate::domain::tag_delete::RepositoryPlan| -> Vec<AuditChange> {
        let gone = plan.deletions.iter().filter(|it| it.fate == Fate::Deleted);
        let tags = gone.flat_map(|it| it.tags.iter().chain(&it.shared));
        tags.map(|tag| change("tag", format!("{}:{tag}", plan.repository), "removed")).collect()
    };
    let all = report.repositories.iter().flat_map(of_repository).filter(|_| !report.dry_run);
    let undo = report.undo.iter().filter(|_| !report.dry_run);
    let undo = undo.map(|file| change("file", file.display(), "written"));
    let error = report.error.as_ref().map(told);
    AuditResult { registry: words([&report.registry]), error, ..changes(all.chain(undo)) }
}

fn tags_restored(report: &TagRestoreReport) -> AuditResult {
    let back = report.tags.iter().filter(|tag| tag.fate == RestoreFate::Restored);
    let back = back.map(|tag| change("tag", format!("{}:{}", tag.repository, tag.tag), "restored"));
    AuditResult { registry: words([&report.registry]), ..changes(back) }
}

fn repaired(report: &CheckReport) -> AuditResult {
    let mended = report.checks.iter().filter(|finding| finding.is_mended());
    changes(mended.map(|finding| change(finding.name, &finding.subject, "mended")))
}
