//! The archive that Marathon apps fetch.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use crate::domain::change::Change;
use crate::domain::login::{Account, ArchiveReport};
use crate::effects::files;
use crate::plan::docker_archive;
use crate::plan::docker_config::{DockerConfig, Login};
use crate::plan::script::Mode;

/// An archive that is to be made.
pub(super) struct NewArchive {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    file: PathBuf,
}

impl NewArchive {
    /// The archive with these logins and no others.
    pub(super) fn of(file: &Path, accounts: &[Account]) -> Result<Self> {
        let login =
            |account: &Account| Login { address: account.registry.clone(), auth: Some(account.auth()) };
        let logins: Vec<Login> = accounts.iter().map(login).collect();
        let empty = DockerConfig::parse("").map_err(|unusable| anyhow::anyhow!(unusable.why))?;
        Ok(Self { bytes: docker_archive::archive(&empty.with(&logins)), file: file.to_path_buf() })
    }

    /// Writes it for its owner alone, or only says whether it would; `at` is where apps find it on agents.
    pub(super) fn write(&self, at: &str, mode: Mode) -> Result<ArchiveReport> {
        let change = match files::holds(&self.file, &self.bytes) {
            Some(true) => Change::Unchanged,
            Some(false) => Change::Changed,
            None => Change::Created,
        };
        if change != Change::Unchanged && mode == Mode::Apply {
            files::write_private(&self.file, &self.bytes)?;
        }
        let uri = format!("file://{at}");
        Ok(ArchiveReport {
            file: self.file.clone(),
            change,
            fetch: json!({ "fetch": [{ "uri": uri }] }).to_string(),
            uris: json!({ "uris": [uri] }).to_string(),
        })
    }
}
