//! Turns a report, or the fault that a run ended with, into text or JSON. Pure.

pub mod help;
pub mod html;
mod json;
pub mod listing;
pub mod stages;
mod text;
mod traces;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::agent::AgentsReport;
use crate::domain::app::AppDocument;
use crate::domain::audit::LogReport;
use crate::domain::build_container::BuildContainer;
use crate::domain::cert::CertGenReport;
use crate::domain::cert_import::CertImportReport;
use crate::domain::cert_show::CertShowReport;
use crate::domain::cert_status::CertStatusReport;
use crate::domain::deploy::{DeployPlan, DeployReport};
use crate::domain::doctor::DoctorReport;
use crate::domain::explanation::ExplainReport;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::finding::{CheckReport, FindingChange, WatchReport};
use crate::domain::gc::GcReport;
use crate::domain::image_usage::ImageReport;
use crate::domain::init::InitReport;
use crate::domain::login::LoginReport;
use crate::domain::manual::{Completions, Manual};
use crate::domain::nexus::NexusSetupReport;
use crate::domain::renewal::RenewReport;
use crate::domain::repo_ls::RepoLsReport;
use crate::domain::rotation::RotateReport;
use crate::domain::ssh_setup::SshSetupReport;
use crate::domain::tag_delete::TagDeleteReport;
use crate::domain::tag_ls::TagLsReport;
use crate::domain::tag_restore::TagRestoreReport;
use crate::domain::trust::{AgentReport, TrustReport};
use crate::domain::undeploy::UndeployReport;
use crate::domain::user::{UserChangeReport, UsersReport};

use stages::StagesReport;

pub use traces::traces;

/// What to print on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Human,
    /// Exactly one JSON document.
    Json,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub colored: bool,
    /// Columns, where the output is a terminal.
    pub width: Option<u16>,
    /// Whether everything is named that there may be thousands of.
    pub whole: bool,
}

impl Style {
    /// As it is in a file.
    pub const PLAIN: Self = Self { colored: false, width: None, whole: false };
}

/// What a command did, ready to be rendered.
#[derive(Debug)]
pub enum Report {
    /// Of `cert doctor`.
    CertDoctor(DoctorReport),
    /// Of `cert gen`.
    CertGen(Box<CertGenReport>),
    /// Of `cert import`.
    CertImport(Box<CertImportReport>),
    /// Of `cert show`.
    CertShow(CertShowReport),
    /// Of `cert status`.
    CertStatus(CertStatusReport),
    /// Of `cert rotate-ca`.
    Rotate(Box<RotateReport>),
    /// Of `cert renew`.
    Renew(Box<RenewReport>),
    /// Of `init`, with and without `--dry-run`.
    Init(Box<InitReport>),
    /// Of `render`: the app definition itself, secrets and all.
    App(AppDocument),
    /// Of `render --for jenkins-agent`.
    BuildContainer(BuildContainer),
    /// Of `deploy --dry-run` and `rollback --dry-run`.
    DeployPlan(DeployPlan),
    /// Of `deploy` and `rollback`.
    Deploy(DeployReport),
    /// Of `undeploy`, with and without `--dry-run`.
    Undeploy(UndeployReport),
    /// Of `login`.
    Login(LoginReport),
    /// Of `logout`.
    Logout(LoginReport),
    /// Of `user add`.
    UserAdd(UserChangeReport),
    /// Of `user rm`.
    UserRm(UserChangeReport),
    /// Of `user ls`.
    Users(UsersReport),
    /// Of `gc`, with and without `--dry-run`.
    Gc(GcReport),
    /// Of `nexus setup`, with and without `--dry-run`.
    NexusSetup(NexusSetupReport),
    /// Of `verify`.
    Verify(CheckReport),
    /// Of `verify --watch`, whose changes have been told already.
    Watched(WatchReport),
    /// Of `doctor`.
    Doctor(CheckReport),
    /// Of `explain`.
    Explain(ExplainReport),
    /// Of `agents`.
    Agents(AgentsReport),
    /// Of `completions`.
    Completions(Completions),
    /// Of `man`.
    Manual(Manual),
    /// Of `ssh-setup`.
    SshSetup(SshSetupReport),
    /// Of `trust-agents`.
    Trust(TrustReport),
    /// Of `untrust-agents`.
    Untrust(TrustReport),
    /// Of `up` and `down`.
    Stages(StagesReport),
    /// Of `repo ls`, whose repositories have been told already.
    RepoLs(RepoLsReport),
    /// Of `tag delete`, with and without `--dry-run`.
    TagDelete(TagDeleteReport),
    /// Of `tag restore`, with and without `--dry-run`.
    TagRestore(TagRestoreReport),
    /// Of `image`.
    Image(ImageReport),
    /// Of `tag ls`.
    TagLs(TagLsReport),
    /// Of `log`.
    Log(LogReport),
    /// Of `trust-agents --stream`, whose agents have been told already.
    Streamed(TrustReport),
}

impl From<CertGenReport> for Report {
    fn from(report: CertGenReport) -> Self {
        Self::CertGen(Box::new(report))
    }
}

impl From<CertImportReport> for Report {
    fn from(report: CertImportReport) -> Self {
        Self::CertImport(Box::new(report))
    }
}

impl From<CertShowReport> for Report {
    fn from(report: CertShowReport) -> Self {
        Self::CertShow(report)
    }
}

impl From<CertStatusReport> for Report {
    fn from(report: CertStatusReport) -> Self {
        Self::CertStatus(report)
    }
}

impl Report {
    /// The exit code that the run ends with.
    pub fn exit(&self) -> Exit {
        match self {
            Self::CertDoctor(report) => report.exit(),
            Self::CertGen(report) => report.exit,
            Self::CertImport(report) => report.exit,
            Self::CertShow(report) => report.exit(),
            Self::CertStatus(report) => report.exit(),
            Self::Rotate(report) => report.exit,
            Self::Renew(report) => report.exit,
            Self::App(_)
            | Self::BuildContainer(_)
            | Self::Completions(_)
            | Self::Deploy(_)
            | Self::Explain(_)
            | Self::Manual(_)
            | Self::Users(_) => Exit::Done,
            Self::Init(report) => report.exit,
            Self::Login(report) | Self::Logout(report) => report.exit,
            Self::Log(report) => report.exit,
            Self::UserAdd(report) | Self::UserRm(report) => report.exit,
            Self::DeployPlan(plan) => plan.exit,
            Self::Undeploy(report) => report.exit,
            Self::Gc(report) => report.exit,
            Self::NexusSetup(report) => report.exit,
            Self::Watched(report) => report.exit,
            Self::Verify(report) | Self::Doctor(report) => report.exit(),
            Self::Agents(report) => report.exit,
            Self::SshSetup(report) => report.exit,
            Self::Stages(report) => report.exit(),
            Self::RepoLs(report) => report.exit(),
            Self::TagLs(report) => report.exit(),
            Self::Image(report) => report.exit(),
            Self::TagRestore(report) => report.exit,
            Self::TagDelete(report) => report.exit,
            Self::Trust(report) | Self::Untrust(report) | Self::Streamed(report) => report.exit,
        }
    }
}

/// The report as it goes to stdout.
pub fn render(report: &Report, format: Format, style: Style) -> String {
    match format {
        Format::Human => text::render(report, style),
        Format::Json => json::render(report),
    }
}

/// One agent's entry as one line of JSON, for whoever does not wait for the end.
pub fn agent_line(agent: &AgentReport) -> String {
    json::line("trust-agents.agent", agent)
}

/// One change that a watch has seen, as one line for people or of JSON; without the line's break. A hint comes on a second.
pub fn change_line(change: &FindingChange, at: OffsetDateTime, format: Format) -> String {
    let whole_seconds = at.replace_nanosecond(0).unwrap_or(at);
    let time = whole_seconds.format(&Rfc3339).unwrap_or_default();
    match format {
        Format::Human => text::change(change, &time),
        Format::Json => json::change(change, &time),
    }
}

/// What a run without a report prints, and how it ends.
#[derive(Debug, PartialEq, Eq)]
pub struct End {
    /// For stdout: with JSON the error document.
    pub stdout: String,
    /// For stderr: otherwise the error for people.
    pub stderr: String,
    /// The exit code.
    pub exit: Exit,
}

/// Renders the fault inside an error, with the contexts that were added on its way up.
pub fn failure(error: &anyhow::Error, format: Format) -> End {
    let fault = fault_of(error);
    let exit = fault.kind.exit();
    match format {
        Format::Human => End { stdout: String::new(), stderr: text::fault(&fault), exit },
        Format::Json => End { stdout: json::fault(&fault), stderr: String::new(), exit },
    }
}

/// What the command line's parser says, with the code that every error carries.
pub fn with_code(text: &str) -> String {
    match text.strip_prefix("error: ") {
        Some(rest) => format!("error[{}]: {rest}", FaultKind::Usage.word()),
        None => text.to_owned(),
    }
}

/// A usage error of the command line, told with its code, as the JSON error document; what clap proposes instead is its hint.
pub fn usage_json(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let message = line.split_once("]: ").map_or(line, |(_, message)| message);
    let tips: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).collect();
    let fault = Fault::usage(message);
    json::fault(&if tips.is_empty() { fault } else { fault.hint(tips.join("; ")) })
}

/// The fault inside an error, told with the contexts that were added on its way up.
pub fn fault_of(error: &anyhow::Error) -> Fault {
    let message = format!("{error:#}");
    match error.downcast_ref::<Fault>() {
        Some(fault) => Fault { message, ..fault.clone() },
        None => Fault::new(FaultKind::Failed, message),
    }
}

/// What went wrong, for a report of its own; what the operator gave wrongly stays an error, which ends the run.
pub fn tellable<T>(result: anyhow::Result<T>) -> anyhow::Result<Result<T, Fault>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error) => match fault_of(&error) {
            fault if fault.kind.exit() == Exit::Usage => Err(error),
            fault => Ok(Err(fault)),
        },
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn contexts_are_told_and_the_kind_survives() {
        let fault = Fault::new(FaultKind::AppLocked, "locked by deployment 5f3").hint("Use --force.");
        let error = Err::<(), _>(fault).context("updating /registry").expect_err("is an error");
        let end = failure(&error, Format::Human);
        assert_eq!(
            end.stderr,
            "error[app-locked]: updating /registry: locked by deployment 5f3\nhint: Use --force.\n"
        );
        assert_eq!(end.exit, Exit::NotAsAsked);
    }

    #[test]
    fn an_error_of_the_command_line_has_its_code_too() {
        let text = with_code("error: unexpected argument '--x]: y' found\n\nUsage: regctl\n");
        assert!(text.starts_with("error[usage]: unexpected argument '--x]: y' found\n\nUsage"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&usage_json(&text)).expect("is JSON");
        assert_eq!(value["error"]["message"], "unexpected argument '--x]: y' found");
    }

    #[test]
    fn json_errors_are_one_document() {
        let end = failure(&Fault::usage("no").into(), Format::Json);
        let value: serde_json::Value = serde_json::from_str(&end.stdout).expect("is JSON");
        assert_eq!(value["schema"], "regctl.error/v1");
        assert_eq!(value["error"]["code"], 2);
        assert_eq!(value["error"]["kind"], "usage");
        assert!(value["error"]["hint"].is_null());
    }
}
