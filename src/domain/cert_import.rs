//! A certificate of another CA, brought into the certs folder.

use std::path::PathBuf;

use serde::Serialize;

use super::cert::CertificateSummary;
use super::change::Change;
use super::fault::Exit;

/// One file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedFile {
    /// Its name.
    pub name: &'static str,
    /// What became of it, or would.
    pub change: Change,
}

/// What `cert import` did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertImportReport {
    /// The folder.
    pub out: PathBuf,
    /// The files in it.
    pub files: Vec<ImportedFile>,
    /// The leaf.
    pub leaf: CertificateSummary,
    /// Subjects of the intermediates, in the order in which they are served.
    pub intermediates: Vec<String>,
    /// What agents are to trust.
    pub ca: CertificateSummary,
    /// Where the files that were there before are kept; `null` where nothing was replaced.
    pub backup: Option<PathBuf>,
    /// Whether nothing was written because only the plan was wanted.
    pub dry_run: bool,
    /// Whether it is known already where the registry is to run.
    #[serde(skip)]
    pub knows_host: bool,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}
