//! What a collection of garbage does to a registry.

use serde::Serialize;

use super::app::AppId;
use super::change::Change;
use super::fault::Exit;
use super::host::Host;

/// How a registry is kept from being pushed to while its garbage is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GcMode {
    /// It does not run.
    Stopped,
    /// It runs and takes no pushes.
    ReadOnly,
}

/// What there is to delete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Garbage {
    /// The size of the storage, where it is a folder of the host.
    pub storage: Option<u64>,
    /// Layers, configurations and manifests that nothing refers to.
    pub blobs: u64,
    /// Manifests without a tag.
    pub manifests: u64,
    /// Manifests without a tag that are parts of what has one, and therefore stay.
    pub parts: u64,
    /// The size of those blobs, where they are files of the host.
    pub bytes: Option<u64>,
}

impl Garbage {
    /// Whether there is none.
    pub const fn is_none(&self) -> bool {
        self.blobs == 0 && self.manifests == 0
    }
}

/// Whose garbage it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GcSubject {
    /// Marathon's id for the app.
    AppId(AppId),
    /// The name of the container on a Docker host.
    Container(String),
}

/// What `gc` did; with `--dry-run` what it would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GcReport {
    /// Whether this is only what would be done.
    pub dry_run: bool,
    /// `app_id`, or `container`.
    #[serde(flatten)]
    pub subject: GcSubject,
    /// The host that it is collected on.
    pub host: Host,
    /// Stopped, or read-only.
    pub mode: GcMode,
    /// Changed, drifted (it would be), or unchanged where nothing is garbage: then nothing was stopped either.
    pub change: Change,
    /// The size of the storage before; `null` where it is no folder of the host.
    pub bytes_before: Option<u64>,
    /// And after; `null` in a dry run.
    pub bytes_after: Option<u64>,
    /// The bytes that are free now; in a dry run the size of what would go.
    pub freed: Option<u64>,
    /// Manifests without a tag that were deleted, or would be.
    pub manifests: u64,
    /// Layers, configurations and manifests that were deleted, or would be.
    pub blobs: u64,
    /// Manifests without a tag that stay, since they are parts of an image for several platforms.
    pub kept_parts: u64,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}
