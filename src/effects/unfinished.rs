//! The agents that failed or were not reached in the last runs, kept in the cluster's state directory for `--failed`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::files::{self, Existing, NewFile};
use crate::domain::fault::{Fault, FaultKind};

const NAME: &str = "unfinished.json";

#[derive(Default, Serialize, Deserialize)]
struct Document {
    agents: BTreeSet<String>,
}

/// The names of the agents, as reports spell them. Nobody where no run has failed yet.
pub fn read(state_dir: &Path) -> Result<BTreeSet<String>> {
    let path = state_dir.join(NAME);
    if !path.exists() {
        return Ok(BTreeSet::new());
    }
    let text = files::read_text(&path, FaultKind::BrokenState)?;
    let document: Document = serde_json::from_str(&text).map_err(|error| {
        Fault::new(FaultKind::BrokenState, say!("reading {}: {error}", path.display()))
            .hint(say!("Remove the file; a run without --failed writes it anew."))
    })?;
    Ok(document.agents)
}

/// Keeps the names.
pub fn write(state_dir: &Path, agents: BTreeSet<String>) -> Result<()> {
    let text = serde_json::to_string_pretty(&Document { agents })?;
    let file = NewFile { name: NAME, bytes: text.as_bytes(), mode: 0o600 };
    files::write_set(state_dir, &[file], Existing::Replace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let dir = tempfile::tempdir().expect("a folder");
        let state = dir.path().join("cluster");
        assert_eq!(read(&state).expect("nobody"), BTreeSet::new());
        let names = BTreeSet::from(["10.0.0.1".to_owned(), "a2:2222".to_owned()]);
        write(&state, names.clone()).expect("writes");
        assert_eq!(read(&state).expect("reads"), names);
        std::fs::write(state.join(NAME), "{").expect("writes");
        assert!(read(&state).is_err());
    }
}
