//! The state directory of a lab: enough to enter it, and to end it after its starter is gone.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::process::Process;

/// How the directories of labs without a fixed place begin.
const PREFIX: &str = "regctl-lab-";

/// What must be ended for the lab to be gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// The process whose death takes all hosts and all they run with it.
    pub holder: Process,
    /// The holder's parent, outside of the lab's namespaces.
    pub keeper: Process,
    /// Stand-ins that run outside of the hosts' namespaces.
    pub servers: Vec<Process>,
}

impl Record {
    /// Reads the record of a lab.
    ///
    /// # Errors
    /// Where no lab keeps its state there.
    pub fn read(state: &Path) -> Result<Self> {
        let path = state.join("lab.json");
        let text = fs::read(&path).with_context(|| format!("no lab is up in {}", state.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("understanding {}", path.display()))
    }

    /// Keeps the record in the state directory.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, state: &Path) -> Result<()> {
        let path = state.join("lab.json");
        fs::write(&path, serde_json::to_vec_pretty(self)?)
            .with_context(|| format!("writing {}", path.display()))
    }
}

/// Makes the state directory: the one asked for, or one that no other lab has.
///
/// # Errors
/// Where a lab already keeps its state there, or it cannot be made.
pub(crate) fn create(wanted: Option<&Path>) -> Result<PathBuf> {
    let path = match wanted {
        Some(path) => claim(path)?.with_context(|| {
            format!("{} is there already: a lab is up (end it with `regctl-lab down`)", path.display())
        })?,
        None => fresh()?,
    };
    for folder in ["disk", "log", "faults"] {
        fs::create_dir(path.join(folder))
            .with_context(|| format!("making {folder} in {}", path.display()))?;
    }
    Ok(path)
}

/// A new directory beside those of other labs, after removing what killed ones left.
fn fresh() -> Result<PathBuf> {
    let parent = std::env::temp_dir();
    sweep(&parent);
    for _ in 0..1000 {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        if let Some(path) = claim(&parent.join(format!("{PREFIX}{}-{number}", std::process::id())))? {
            return Ok(path);
        }
    }
    bail!("no free name for a state directory in {}", parent.display())
}

/// The number of the next lab of this process. None comes twice: whoever still removes an ended lab's directory must
/// not meet a new lab under the old name.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Makes one directory; None where it is there already.
fn claim(path: &Path) -> Result<Option<PathBuf>> {
    match fs::create_dir(path) {
        Ok(()) => Ok(Some(path.to_path_buf())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error).with_context(|| format!("making the state directory {}", path.display())),
    }
}

/// Removes the directories of labs whose processes are gone, such as those of a killed test run. Where the starter
/// lives, it removes its labs itself, and two who do that at the same time would be in each other's way.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        let starter = rest.split('-').next().and_then(|pid| pid.parse().ok());
        let left = starter.is_some_and(|pid| Process::of(pid).is_none());
        let stays = Record::read(&entry.path()).is_ok_and(|lab| lab.holder.runs());
        if left && !stays {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_process_has_left_is_swept_and_what_a_living_one_has_stays() {
        let parent = std::env::temp_dir().join(format!("sweep-test-{}", std::process::id()));
        // No process has the number 4194305: the kernel gives none above 2^22.
        let [dead, alive] =
            [4_194_305, std::process::id()].map(|pid| parent.join(format!("{PREFIX}{pid}-0")));
        let foreign = parent.join("regctl-lab-of-mine");
        for folder in [&dead, &alive, &foreign] {
            fs::create_dir_all(folder).unwrap();
        }
        sweep(&parent);
        assert_eq!([dead, alive, foreign].map(|folder| folder.exists()), [false, true, true]);
        fs::remove_dir_all(parent).unwrap();
    }
}
