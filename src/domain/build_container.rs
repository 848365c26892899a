//! What a container that builds images needs of the agent that it is started on, such as those that Jenkins' Mesos plugin
//! starts for its builds.

use serde::Serialize;

/// The setting, in the two forms in which it is put somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BuildContainer {
    /// For the plugin: part of an agent spec, by the names that its configuration as code has too.
    pub container_info: ContainerInfo,
    /// The same as flags of `docker run`.
    pub docker_run: Vec<String>,
}

/// The plugin's `containerInfo`, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContainerInfo {
    /// `DOCKER`: the plugin gives volumes of the host to no other kind.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// `BRIDGE`, or `HOST` where the registry is on the host's own loopback interface.
    pub networking: &'static str,
    /// The volumes.
    pub volumes: Vec<Volume>,
}

/// A file or folder of the host, seen in the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Its path in the container.
    pub container_path: String,
    /// Its path on the host.
    pub host_path: String,
    /// Whether the container may only read it.
    pub read_only: bool,
}
