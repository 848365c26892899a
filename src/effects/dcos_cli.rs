//! Reads the dcos CLI's files: `clusters/<id>/dcos.toml` since 0.5, one `dcos.toml` before.

use std::fs;
use std::path::{Path, PathBuf};

use crate::domain::dcos_cli::{Candidate, DcosCluster, chosen, parse};
use crate::domain::fault::FaultKind;

/// The cluster that the dcos CLI of this user is attached to, if there is one. Files that cannot be read count as none:
/// they are another program's.
pub fn attached() -> Option<DcosCluster> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let folder = variable("DCOS_DIR")
        .map(PathBuf::from)
        .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".dcos")))?;
    let wanted = variable("DCOS_CLUSTER").and_then(|name| name.into_string().ok());
    let candidates = candidates(&folder.join("clusters"));
    if candidates.is_empty() {
        let file = variable("DCOS_CONFIG").map_or_else(|| folder.join("dcos.toml"), PathBuf::from);
        return read(&file);
    }
    chosen(&candidates, wanted.as_deref())
}

fn candidates(clusters: &Path) -> Vec<Candidate> {
    let entries = fs::read_dir(clusters).into_iter().flatten().flatten();
    let candidate = |entry: fs::DirEntry| {
        let id = entry.file_name().into_string().ok()?;
        Some(Candidate {
            id,
            attached: entry.path().join("attached").exists(),
            cluster: read(&entry.path().join("dcos.toml"))?,
        })
    };
    entries.filter_map(candidate).collect()
}

fn read(file: &Path) -> Option<DcosCluster> {
    parse(&super::files::read_text(file, FaultKind::InputFile).ok()?)
}
