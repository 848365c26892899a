//! Every report that a command can end with.

use super::stages::StagesReport;
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
use crate::domain::fault::Exit;
use crate::domain::finding::{CheckReport, WatchReport};
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
use crate::domain::trust::TrustReport;
use crate::domain::undeploy::UndeployReport;
use crate::domain::user::{UserChangeReport, UsersReport};

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
