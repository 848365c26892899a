//! The registry's HTTP secret: made once, kept in `.regctl/`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::files::{self, Existing, NewFile};
use crate::domain::app::AppId;
use crate::domain::secret::Secret;

/// The folder that is kept beside regctl.toml.
const FOLDER: &str = ".regctl";

/// The secret that is kept for an app, if one was made.
pub fn stored(base: &Path, id: &AppId) -> Result<Option<Secret>> {
    let file = folder(base).join(file_name(id));
    if !file.exists() {
        return Ok(None);
    }
    files::read_secret(&file).map(Some)
}

/// Makes 256 random bits and keeps them, 0600 in a folder of 0700. Errors: one is kept already, or nothing can be
/// written there.
pub fn make(base: &Path, id: &AppId) -> Result<Secret> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| anyhow::anyhow!(say!("the system has no random numbers to give")))?;
    let secret = Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let line = format!("{}\n", secret.expose());
    let file = NewFile { name: &file_name(id), bytes: line.as_bytes(), mode: 0o600 };
    files::write_set(&folder(base), &[file], Existing::Keep)?;
    Ok(secret)
}

fn folder(base: &Path) -> PathBuf {
    base.join(FOLDER)
}

/// `/infra/registry` is kept as `infra_registry.http-secret`: ids hold no underscore, so no two meet.
fn file_name(id: &AppId) -> String {
    format!("{}.http-secret", id.as_str().trim_start_matches('/').replace('/', "_"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_found_again() {
        let base = tempfile::tempdir().expect("a folder");
        let id = "/infra/registry".parse().expect("legal");
        assert_eq!(stored(base.path(), &id).expect("reads"), None);
        let made = make(base.path(), &id).expect("makes");
        assert_eq!(made.expose().len(), 64);
        assert_eq!(stored(base.path(), &id).expect("reads"), Some(made));
        assert!(make(base.path(), &id).is_err());
        let file = base.path().join(".regctl/infra_registry.http-secret");
        assert_eq!(file.metadata().expect("is there").permissions().mode() & 0o777, 0o600);
    }
}
