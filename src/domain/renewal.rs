//! What `cert renew` did, or would do.

use std::path::PathBuf;

use serde::Serialize;

use super::app::AppId;
use super::cert::{CertificateSummary, Names};
use super::change::Change;
use super::deploy::StagedFile;
use super::fault::Exit;
use super::registry::RegistryAddress;

/// What answers at an address of the registry after its certificate was exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answering {
    /// The new certificate.
    New,
    /// Nobody knows: the address was not reached from here before either.
    NotReached,
}

/// One address of the registry, and what answers there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnsweringAddress {
    /// The address.
    pub address: RegistryAddress,
    /// What answers.
    pub certificate: Answering,
}

/// How the names of a leaf and the configured ones differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NameChange {
    /// Configured, but not in the leaf.
    pub missing: Names,
    /// In the leaf, but not configured.
    pub extra: Names,
}

/// What `cert renew` did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RenewReport {
    /// Whether nothing was done because only the plan was wanted.
    pub dry_run: bool,
    /// Marathon's id for the app.
    pub app_id: AppId,
    /// Updated, or unchanged where the old leaf holds long enough.
    pub change: Change,
    /// The names that the new leaf is for.
    pub names: Names,
    /// How they differ from the configured ones.
    pub configured: NameChange,
    /// The leaf before.
    pub old: CertificateSummary,
    /// The leaf now; `null` where there is none.
    pub new: Option<CertificateSummary>,
    /// The files on the host.
    pub staged: Vec<StagedFile>,
    /// The deployment that restarted the registry; `null` where none did.
    pub deployment_id: Option<String>,
    /// What answers at each address; empty where nothing was done.
    pub endpoints: Vec<AnsweringAddress>,
    /// Where the old certificate and key are kept; `null` where nothing was replaced.
    pub backup: Option<PathBuf>,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}
