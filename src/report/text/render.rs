//! Which report is told by which file.

use super::{
    agents, cert, cert_show, cert_status, checks, contents, deploy, explain, fold::fold, gc, image_usage,
    init, log, login, manual, nexus, paint::Paint, renewal, rotation, ssh_setup, stages, tag_delete,
    tag_restore, trust, undeploy, user, watch,
};
use crate::domain::fault::Fault;
use crate::domain::log_tail::LogTail;
use crate::report::{Report, Style};

/// The report as text; what is read and not copied from is folded where the terminal ends.
pub(crate) fn render(report: &Report, style: Style) -> String {
    let text = told(report, style);
    match report {
        Report::CertDoctor(_)
        | Report::Doctor(_)
        | Report::Rotate(_)
        | Report::SshSetup(_)
        | Report::Stages(_)
        | Report::Streamed(_)
        | Report::Trust(_)
        | Report::Untrust(_)
        | Report::Verify(_) => fold(&text, style.width),
        _ => text,
    }
}

fn told(report: &Report, style: Style) -> String {
    let paint = Paint::new(style);
    match report {
        Report::CertDoctor(report) => checks::diagnosed(report, style),
        Report::CertGen(report) => cert::generated(report, paint),
        Report::CertImport(report) => cert::imported(report, paint),
        Report::CertShow(report) => cert_show::shown(report, paint),
        Report::CertStatus(report) => cert_status::listed(report, paint),
        Report::Rotate(report) => rotation::told(report, paint),
        Report::Renew(report) => renewal::renewed(report, paint),
        Report::Init(report) => init::told(report, paint),
        Report::App(app) => super::super::json::pretty(app.expose()),
        Report::BuildContainer(_) => super::super::json::render(report),
        Report::Completions(completions) => completions.script.clone(),
        Report::Manual(manual) => manual::told(manual),
        Report::DeployPlan(plan) => deploy::plan(plan, paint),
        Report::Deploy(report) => deploy::deployed(report, paint),
        Report::Watched(report) => watch::watched(report),
        Report::Log(report) => log::told(report, paint),
        Report::Login(report) => login::logged_in(report, style),
        Report::Logout(report) => login::logged_out(report, style),
        Report::UserAdd(report) | Report::UserRm(report) => user::changed(report, paint),
        Report::Users(report) => user::listed(report, paint),
        Report::NexusSetup(report) => nexus::set_up(report, paint),
        Report::Undeploy(report) => undeploy::undeployed(report, paint),
        Report::Gc(report) => gc::collected(report, paint),
        Report::Verify(report) | Report::Doctor(report) => checks::checked(report, style),
        Report::Explain(report) => explain::explained(report, paint),
        Report::Agents(report) => agents::listed(report, paint),
        Report::SshSetup(report) => ssh_setup::set_up(report, style),
        Report::Stages(report) => stages::told(report, style),
        Report::RepoLs(_) => String::new(),
        Report::TagDelete(report) => tag_delete::told(report, paint),
        Report::TagRestore(report) => tag_restore::told(report, paint),
        Report::Image(report) => image_usage::counted(report, paint),
        Report::TagLs(report) => contents::tags(report, paint),
        Report::Trust(report) | Report::Untrust(report) | Report::Streamed(report) => {
            trust::told(report, style)
        }
    }
}

/// `error[kind]: message` and, below it, the end of the log that it is about and the hint.
pub(crate) fn fault(fault: &Fault) -> String {
    let hint = fault.hint.as_ref().map(|hint| say!("hint: {hint}\n")).unwrap_or_default();
    let log = fault.log.as_deref().map(tail).unwrap_or_default();
    say!("error[{}]: {}\n{log}{hint}", fault.kind.word(), fault.message)
}

fn tail(log: &LogTail) -> String {
    let LogTail { task, host, file, lines } = log;
    let lines: String = lines.iter().map(|line| format!("  | {line}\n")).collect();
    say!("{file} of {task} on {host} ends with:\n{lines}")
}
