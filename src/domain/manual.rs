//! What regctl says of its own command line: completions for a shell, and pages for man.

use std::path::PathBuf;

use serde::Serialize;

/// A completion script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Completions {
    /// The shell that it is for: `bash`.
    pub shell: String,
    /// The script, to be read by that shell.
    pub script: String,
}

/// One page for man.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManPage {
    /// The file's name: `regctl-cert-gen.1`.
    pub name: String,
    /// Its text, in roff.
    pub roff: String,
}

/// The pages that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manual {
    /// The folder that they were written to; none where they are printed.
    pub folder: Option<PathBuf>,
    /// The pages, the one of regctl itself first.
    pub pages: Vec<ManPage>,
}
