//! Which program of our name a shell would start.

use std::path::PathBuf;

/// What PATH has under the name of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnPath {
    /// Nothing: whoever runs it names its folder.
    Nothing,
    /// This very program, or a copy of it, at this path.
    Ours(PathBuf),
    /// Another program, at this path.
    Another(PathBuf),
}
