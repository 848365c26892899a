//! What `undeploy` does, or would do.

use serde::Serialize;

use super::app::AppId;
use super::change::Change;
use super::fault::Exit;
use super::host::Host;
use super::host_folder::HostFolder;

/// What `undeploy` did; with `--dry-run` what it would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UndeployReport {
    /// Whether this is only what would be done.
    pub dry_run: bool,
    /// Marathon's id for the app.
    pub app_id: AppId,
    /// Its container, where it is one of a Docker host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Removed, drifted (it would be removed), or unchanged where there was no app.
    pub change: Change,
    /// The deployment that removes it; `null` where there was nothing to do or its id was lost.
    pub deployment_id: Option<String>,
    /// Whether the app and its last task are gone; `null` where it was not waited for.
    pub gone: Option<bool>,
    /// The app's folders on its hosts.
    pub folders: Vec<FolderFate>,
    /// What a dry run ends with: 4 where `--exit-code` was given and something would change.
    #[serde(skip)]
    pub exit: Exit,
}

/// One of the app's folders on one of its hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FolderFate {
    /// The host.
    pub host: Host,
    /// The folder there.
    pub path: HostFolder,
    /// What is in it, in bytes; `null` where it was not measured or is not there.
    pub bytes: Option<u64>,
    /// Unchanged (it stays, or was not there), drifted (it would be removed) or removed.
    pub change: Change,
}
