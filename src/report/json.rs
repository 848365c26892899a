//! Reports for scripts: one document, with its schema's name first.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::stages::{StageEntry, StageResult, StagesReport};
use super::{Report, listing};
use crate::domain::fault::{Exit, Fault};
use crate::domain::finding::FindingChange;

/// The report as one JSON document.
pub(super) fn render(report: &Report) -> String {
    match report {
        Report::Streamed(report) => line("trust-agents.summary", &report.summary) + "\n",
        Report::Watched(report) => line("verify.summary", report) + "\n",
        Report::RepoLs(report) => listing::tail(report),
        report => pretty(&value(report)),
    }
}

/// The document itself, so that it can be part of another one.
pub(super) fn value(report: &Report) -> Value {
    match report {
        Report::CertDoctor(report) => document("cert-doctor", report),
        Report::CertGen(report) => document("cert-gen", report),
        Report::CertImport(report) => document("cert-import", report),
        Report::CertShow(report) => document("cert-show", report),
        Report::CertStatus(report) => document("cert-status", report),
        Report::Rotate(report) => document("cert-rotate-ca", report),
        Report::Renew(report) => document("cert-renew", report),
        Report::Init(report) => document("init", report),
        Report::App(app) => app.expose().clone(),
        Report::BuildContainer(setting) => json!(setting),
        Report::DeployPlan(plan) => document(deploy_or_rollback(plan.restores.as_ref()), plan),
        Report::Deploy(report) => document(deploy_or_rollback(report.restores.as_ref()), report),
        Report::Verify(report) => document("verify", report),
        Report::Watched(report) => document("verify.summary", report),
        Report::Log(report) => document("log", report),
        Report::Login(report) => document("login", report),
        Report::Logout(report) => document("logout", report),
        Report::UserAdd(report) => document("user-add", report),
        Report::UserRm(report) => document("user-rm", report),
        Report::Users(report) => document("user-ls", report),
        Report::Undeploy(report) => document("undeploy", report),
        Report::Gc(report) => document("gc", report),
        Report::NexusSetup(report) => document("nexus-setup", report),
        Report::Doctor(report) => document("doctor", report),
        Report::Explain(report) => document("explain", report),
        Report::Agents(report) => document("agents", report),
        Report::Completions(report) => document("completions", report),
        Report::Manual(report) => document("man", report),
        Report::SshSetup(report) => document("ssh-setup", report),
        Report::Trust(report) => document("trust-agents", report),
        Report::Untrust(report) => document("untrust-agents", report),
        Report::Streamed(report) => document("trust-agents.summary", &report.summary),
        Report::Stages(report) => stages(report),
        Report::TagDelete(report) => document("tag-delete", report),
        Report::TagRestore(report) => document("tag-restore", report),
        Report::Image(report) => document("image", report),
        Report::TagLs(report) => document("tag-ls", report),
        // Its document has been handed out but for its end, and is never part of another one.
        Report::RepoLs(_) => Value::Null,
    }
}

/// What several commands in a row did, each with its own document.
fn stages(report: &StagesReport) -> Value {
    let stage = |entry: &StageEntry| {
        let own = match &entry.result {
            StageResult::Report(report) => value(report),
            StageResult::Fault(fault) => fault_value(fault),
            StageResult::Nothing => Value::Null,
        };
        json!({"stage": entry.stage, "status": entry.status.word(), "detail": entry.detail, "report": own})
    };
    let stages: Vec<Value> = report.stages.iter().map(stage).collect();
    let fields = json!({
        "ok": report.exit() == Exit::Done,
        "dry_run": report.dry_run,
        "stages": stages,
        "next": report.next(),
    });
    document(report.course.word(), &fields)
}

/// Both make the same report; only a rollback restores a version.
const fn deploy_or_rollback(restores: Option<&String>) -> &'static str {
    if restores.is_some() { "rollback" } else { "deploy" }
}

/// One change that a watch has seen, with the time.
pub(super) fn change(change: &FindingChange, time: &str) -> String {
    let FindingChange { subject, check, before, after } = change;
    line(
        "verify.change",
        &json!({ "time": time, "subject": subject, "check": check, "before": before, "after": after }),
    )
}

/// The same in one line, without its break.
pub(super) fn line(command: &str, report: &impl Serialize) -> String {
    document(command, report).to_string()
}

/// `{"schema": "regctl.<command>/v1", …fields}`
fn document(command: &str, report: &impl Serialize) -> Value {
    let mut fields = Map::new();
    fields.insert("schema".to_owned(), format!("regctl.{command}/v1").into());
    if let Ok(Value::Object(own)) = serde_json::to_value(report) {
        fields.extend(own);
    }
    Value::Object(fields)
}

/// The document of a run that ended without a report.
pub(super) fn fault(fault: &Fault) -> String {
    pretty(&fault_value(fault))
}

fn fault_value(fault: &Fault) -> Value {
    json!({ "schema": "regctl.error/v1", "error": fault_fields(fault) })
}

/// What there is to say about a fault.
pub(super) fn fault_fields(fault: &Fault) -> Value {
    let mut fields = json!({
        "code": fault.kind.exit().code(),
        "kind": fault.kind.word(),
        "message": fault.message,
        "hint": fault.hint,
    });
    if let Some(log) = &fault.log {
        fields["log"] = json!(log);
    }
    fields
}

pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
