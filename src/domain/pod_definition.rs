//! The parts of a pod's definition that regctl's rules speak about.

use serde::Deserialize;

use super::json::or_default;

/// A pod out of `GET /v2/pods`; keys without a rule are not read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PodDefinition {
    /// The id.
    pub id: String,
    /// The volumes that its containers share.
    #[serde(deserialize_with = "or_default")]
    pub volumes: Vec<PodVolume>,
}

/// A volume of a pod; one without `host` is ephemeral, persistent or a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PodVolume {
    /// The folder on the host: what an app calls `hostPath`.
    pub host: Option<String>,
}

impl PodDefinition {
    /// The paths on the host that it mounts.
    pub fn host_paths(&self) -> impl Iterator<Item = &str> {
        self.volumes.iter().filter_map(|volume| volume.host.as_deref())
    }
}
