//! `[registry.nexus]` of regctl.toml.

use std::path::PathBuf;

use serde::Deserialize;

/// How a Nexus is to be set up. Every key is optional.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NexusConfig {
    /// Where its web page and REST API are: `http://HOST:8081`; by default the task that Marathon runs.
    pub url: Option<String>,
    /// PEM file with the CA of that address, where it is an https one.
    pub ca: Option<PathBuf>,
    /// File with the password that its administrator is to have.
    pub admin_password_file: Option<PathBuf>,
    /// Accept the licence of the Community Edition, from 3.77 on.
    pub accept_eula: bool,
    /// `on` or `off`: whether somebody without a name may read; left as it is where nothing is said.
    pub anonymous: Option<String>,
    /// `on` or `off`: whether the connector wants HTTP Basic, or sends clients for a token.
    pub basic_auth: Option<String>,
    /// Name of the Docker repository.
    pub repository: Option<String>,
    /// Name of the blob store that keeps its images.
    pub blob_store: Option<String>,
    /// The port of the repository's connector in the container.
    pub connector_port: Option<u16>,
    /// VIP for the web page: `192.168.0.1:8081`; none where nothing is said.
    pub ui_vip: Option<String>,
    /// Port of its host for the web page; one that Mesos offers, or 8081 on a Docker host.
    pub ui_port: Option<u16>,
}
