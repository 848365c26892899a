//! Images of a registry on their way to another host or folder.

use std::fmt;

use serde::Serialize;

use super::host::Host;
use super::host_folder::HostFolder;

/// A folder of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The host.
    pub host: Host,
    /// The folder.
    pub path: HostFolder,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.path)
    }
}

/// Where the images are, and where they are to be too. The old ones stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataMove {
    /// The folder of the app that runs.
    pub from: Place,
    /// The folder of the app that is wanted.
    pub to: Place,
}

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Its size on the disk.
    pub kib: u64,
    /// How many files.
    pub files: u64,
    /// A checksum of the names, sizes, owners and rights of all of them.
    pub sum: String,
}
