//! A registry as it is to be deployed, and what deploying it did.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use super::app::{AppDocument, AppId};
use super::change::Change;
use super::data_move::DataMove;
use super::fault::Exit;
use super::host::Host;
use super::host_folder::HostFolder;
use super::nexus::NexusSetupReport;
use super::nexus_app::NexusApp;
use super::registry::{RegistryAddress, Vip};
use super::storage::{S3Keys, Storage};
use super::transport::Transport;
use super::upstream::{Upstream, UpstreamLogin};

/// A container image, pinned by a tag or a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Image(String);

impl FromStr for Image {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shown = super::host::printable(text);
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"/:@._-".contains(&b);
        let name = text.rsplit('/').next().unwrap_or_default();
        if name.is_empty() || name.starts_with([':', '@']) || !text.bytes().all(legal) {
            return Err(say!("`{shown}` is not an image such as registry:2.8.3"));
        }
        let (_, version) = name.split_once([':', '@']).unwrap_or_default();
        if version.is_empty() {
            return Err(say!(
                "image `{shown}` has neither tag nor digest: without one another release may run \
                 after the next restart"
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl From<Image> for String {
    fn from(image: Image) -> Self {
        image.0
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who may use the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everybody who reaches it.
    Open,
    /// The users of an htpasswd file.
    Htpasswd,
}

impl Access {
    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Open => Self::Htpasswd,
            Self::Htpasswd => Self::Open,
        }
    }
}

/// What the registry's own configuration holds beside what everybody may know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigSecrets {
    /// The keys of its bucket, where it is told by which it lets in.
    pub bucket: Option<S3Keys>,
    /// The user at its upstream, where that wants one.
    pub upstream: Option<UpstreamLogin>,
}

/// One registry as it is to run.
#[derive(Debug, Clone, PartialEq)]
pub struct RegistrySpec {
    /// Marathon's id for it.
    pub id: AppId,
    /// The agents that have its files and may run it, by the hostnames that Mesos knows; at least one.
    pub hosts: Vec<Host>,
    /// How many instances run, each on a host of its own.
    pub instances: u32,
    /// Where layer 4 load balancing offers it.
    pub vip: Vip,
    /// The port that Marathon-LB offers it on.
    pub service_port: u16,
    /// The image.
    pub image: Image,
    /// CPU shares.
    pub cpus: f64,
    /// Memory, MiB.
    pub mem: f64,
    /// Where its images are.
    pub storage: Storage,
    /// The folders on its hosts.
    pub folders: Folders,
    /// TLS or not.
    pub transport: Transport,
    /// Users or not.
    pub access: Access,
    /// The registry whose images it keeps, where it is a pull-through cache.
    pub upstream: Option<Upstream>,
    /// The Mesos roles whose resources it may use; unreserved ones where none is named.
    pub accepted_roles: Vec<String>,
    /// What it has besides where it is a Nexus.
    pub nexus: Option<NexusApp>,
    /// Further environment variables.
    pub env: BTreeMap<String, String>,
    /// Further labels.
    pub labels: BTreeMap<String, String>,
}

/// The registry's folders on its hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Images, where they are in a folder.
    pub data: HostFolder,
    /// Certificate and key.
    pub certs: HostFolder,
    /// config.yml and htpasswd.
    pub config: HostFolder,
}

/// One key of the app that is not as wanted, with secrets already masked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Where in the app: `container.portMappings[0].servicePort`.
    pub key: String,
    /// What Marathon has; `null` where there is nothing.
    pub from: Value,
    /// What is wanted; `null` where there is to be nothing.
    pub to: Value,
}

/// One file or folder on a host of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StagedFile {
    /// The host.
    pub host: Host,
    /// Its path there.
    pub path: String,
    /// What was done to it, or would be.
    pub change: Change,
}

/// What `deploy` would do: the value that `--dry-run` prints and that `deploy` carries out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeployPlan {
    /// True: this is what would be done, not what was.
    pub dry_run: bool,
    /// Marathon's id for the app.
    pub app_id: AppId,
    /// Created, updated or unchanged.
    pub change: Change,
    /// The version that a rollback goes back to; absent from a deploy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restores: Option<String>,
    /// What an update changes, key by key.
    pub differences: Vec<Difference>,
    /// The images that are copied before, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_move: Option<DataMove>,
    /// What the operator should know before saying yes.
    pub warnings: Vec<String>,
    /// The files on the host; empty where nothing is staged.
    pub staged: Vec<StagedFile>,
    /// The addresses of the registry, as image references spell them.
    pub endpoints: Vec<RegistryAddress>,
    /// The app as it would be sent, or the container as it would be made on a Docker host; secrets masked.
    pub app: AppDocument,
    /// What a dry run ends with: 4 where `--exit-code` was given and something would change.
    #[serde(skip)]
    pub exit: Exit,
    /// How it is spoken to; in a rollback it is not looked at.
    #[serde(skip)]
    pub transport: Transport,
}

impl DeployPlan {
    /// Whether carrying it out would change anything.
    pub fn changes_anything(&self) -> bool {
        self.change != Change::Unchanged || self.staged.iter().any(|file| file.change != Change::Unchanged)
    }
}

/// What `deploy` did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeployReport {
    /// Marathon's id for the app.
    pub app_id: AppId,
    /// Created, updated or unchanged.
    pub change: Change,
    /// The version that a rollback went back to; absent from a deploy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restores: Option<String>,
    /// The images that were copied, where they were; the old ones are still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_move: Option<DataMove>,
    /// The deployment that was started, or on a Docker host the id of the new container; `null` where there is none.
    pub deployment_id: Option<String>,
    /// The version of the app, RFC 3339; on a Docker host when its container was made.
    pub version: String,
    /// Whether every instance runs this version and is healthy; `null` where it was not waited for.
    pub healthy: Option<bool>,
    /// The files on the host; empty where nothing was staged.
    pub staged: Vec<StagedFile>,
    /// The addresses of the registry, as image references spell them.
    pub endpoints: Vec<RegistryAddress>,
    /// How the Nexus was set up that it is, where it is one that was waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nexus: Option<NexusSetupReport>,
    /// As in the plan: agents are prepared for it accordingly.
    #[serde(skip)]
    pub transport: Transport,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_needs_a_tag_or_a_digest() {
        for text in ["registry:2.8.3", "10.0.0.1:5000/library/registry:2", "registry@sha256:0011"] {
            assert!(text.parse::<Image>().is_ok(), "{text}");
        }
        for text in ["", "registry", "10.0.0.1:5000/registry", "registry:", ":2", "a b:1", "a/:1", "a;b:1"] {
            assert!(text.parse::<Image>().is_err(), "{text}");
        }
    }
}
