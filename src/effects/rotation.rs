//! The files of a rotation that is under way, in `rotation/` of the certificates' folder: the new CA with its key, the new
//! leaf with its, the old CA, and which stage has begun. All of it is there from the first stage on, at one stroke.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::certs_folder::{CertsFolder, Undertaking};
use super::files::{self, Existing, NewFile};
use super::key_pair::{self, KeyPair};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::rotation::Stage;
use crate::domain::secret::Secret;

const STATE: &str = "state.json";
const OLD_CA: &str = "old-ca.crt";

#[derive(Serialize, Deserialize)]
struct State {
    stage: Stage,
}

/// What a rotation begins with.
pub struct NewFiles<'a> {
    /// The CA file before, as PEM.
    pub old_ca: &'a str,
    /// The new CA as PEM.
    pub ca: &'a str,
    /// Its private key.
    pub ca_key: &'a Secret,
    /// The new leaf.
    pub pair: &'a KeyPair,
}

/// The folder of a rotation.
#[derive(Debug, Clone)]
pub struct RotationFolder {
    path: PathBuf,
}

impl RotationFolder {
    /// The one of this certificates' folder, whether it is there or not.
    pub fn new(certs: &CertsFolder) -> Self {
        Self { path: certs.of(Undertaking::Rotation) }
    }

    /// Where the new CA is.
    pub fn new_ca(&self) -> PathBuf {
        self.path.join("ca.crt")
    }

    /// Where the old CA is.
    pub fn old_ca(&self) -> PathBuf {
        self.path.join(OLD_CA)
    }

    /// Begins: writes everything at one stroke.
    pub fn begin(&self, new: &NewFiles<'_>) -> Result<()> {
        let state = state(Stage::TrustBoth);
        let NewFiles { old_ca, ca, ca_key, pair } = new;
        let file = |name, text: &'_ str, mode| (name, text.to_owned(), mode);
        let set = [
            file(OLD_CA, old_ca, 0o644),
            file("ca.crt", ca, 0o644),
            file("ca.key", ca_key.expose(), 0o600),
            file("domain.crt", &pair.chain_pem, 0o644),
            file("domain.key", pair.key_pem.expose(), 0o600),
            file(STATE, &state, 0o600),
        ];
        let set: Vec<_> = set
            .iter()
            .map(|(name, text, mode)| NewFile { name, bytes: text.as_bytes(), mode: *mode })
            .collect();
        files::write_folder(&self.path, &set)
    }

    /// The stage that has begun; none where no rotation is under way.
    pub fn stage(&self) -> Result<Option<Stage>> {
        if !self.path.exists() {
            return Ok(None);
        }
        let path = self.path.join(STATE);
        let text = files::read_text(&path, FaultKind::BrokenState)?;
        let state: State = serde_json::from_str(&text).map_err(|error| {
            Fault::new(FaultKind::BrokenState, say!("reading {}: {error}", path.display())).hint(say!(
                "Write {{\"stage\": \"trust-both\"}} into it: every stage may be repeated from the first on."
            ))
        })?;
        Ok(Some(state.stage))
    }

    /// Notes that a stage begins.
    pub fn record(&self, stage: Stage) -> Result<()> {
        let text = state(stage);
        files::write_set(
            &self.path,
            &[NewFile { name: STATE, bytes: text.as_bytes(), mode: 0o600 }],
            Existing::Replace,
        )
    }

    /// The new leaf.
    pub fn pair(&self) -> Result<KeyPair> {
        key_pair::read(&self.path.join("domain.crt"), &self.path.join("domain.key"))
    }

    /// The private key of the new CA.
    pub fn ca_key(&self) -> Result<Secret> {
        files::read_text(&self.path.join("ca.key"), FaultKind::InputFile).map(Secret::new)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn state(stage: Stage) -> String {
    format!("{}\n", serde_json::json!({ "stage": stage }))
}
