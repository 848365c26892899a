//! Reports for scripts: one document, with its schema's name first.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Report;
use crate::domain::fault::Fault;
use crate::domain::finding::FindingChange;

/// The report as one JSON document.
pub(super) fn render(report: &Report) -> String {
    match report {
        Report::CertGen(report) => document("cert-gen", report),
        Report::CertImport(report) => document("cert-import", report),
        Report::CertShow(report) => document("cert-show", report),
        Report::CertStatus(report) => document("cert-status", report),
        Report::Renew(report) => document("cert-renew", report),
        Report::App(app) => pretty(app.expose()),
        Report::DeployPlan(plan) => document(deploy_or_rollback(plan.restores.as_ref()), plan),
        Report::Deploy(report) => document(deploy_or_rollback(report.restores.as_ref()), report),
        Report::Verify(report) => document("verify", report),
        Report::Watched(report) => line("verify.summary", report) + "\n",
        Report::Undeploy(report) => document("undeploy", report),
        Report::Agents(report) => document("agents", report),
        Report::SshSetup(report) => document("ssh-setup", report),
        Report::Trust(report) => document("trust-agents", report),
        Report::Untrust(report) => document("untrust-agents", report),
        Report::Streamed(report) => line("trust-agents.summary", &report.summary) + "\n",
    }
}

/// Both make the same report; only a rollback restores a version.
const fn deploy_or_rollback(restores: Option<&String>) -> &'static str {
    if restores.is_some() { "rollback" } else { "deploy" }
}

/// `{"schema": "regctl.<command>/v1", …fields}`, indented, with a line break at the end.
fn document(command: &str, report: &impl Serialize) -> String {
    pretty(&with_schema(command, report))
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
    with_schema(command, report).to_string()
}

fn with_schema(command: &str, report: &impl Serialize) -> Value {
    let mut fields = Map::new();
    fields.insert("schema".to_owned(), format!("regctl.{command}/v1").into());
    if let Ok(Value::Object(own)) = serde_json::to_value(report) {
        fields.extend(own);
    }
    Value::Object(fields)
}

/// The document of a run that ended without a report.
pub(super) fn fault(fault: &Fault) -> String {
    pretty(&json!({
        "schema": "regctl.error/v1",
        "error": {
            "code": fault.kind.exit().code(),
            "kind": fault.kind.word(),
            "message": fault.message,
            "hint": fault.hint,
        },
    }))
}

pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
