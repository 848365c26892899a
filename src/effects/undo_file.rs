//! Undo files in the state directory: private, whole, and never one over another.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use time::OffsetDateTime;
use time::macros::format_description;

use super::files::{self, Existing, NewFile};
use super::random;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::undo::Undo;

/// Ten thousand manifests of a few kilobytes each.
const MOST_BYTES: u64 = 512 << 20;

/// Writes it into the folder `undo` of a state directory, mode 0600, and hands back its path. Errors: it cannot be written,
/// or is so large that [`read`] would not take it back.
pub fn write(state_dir: &Path, undo: &Undo, now: OffsetDateTime) -> Result<PathBuf> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let name = random::name().context(say!("the system has no random numbers to give"))?;
    let name = format!("tags-{}-{}.json", now.format(&format)?, &name[..8]);
    let folder = state_dir.join("undo");
    let text = undo.text();
    if text.len() as u64 > MOST_BYTES {
        let what = say!("what goes takes more than {} MiB to be kept for the way back", MOST_BYTES >> 20);
        return Err(Fault::new(FaultKind::TooMuch, what)
            .hint(say!("Nothing was deleted. Delete fewer at a time."))
            .into());
    }
    let file = NewFile { name: &name, bytes: text.as_bytes(), mode: 0o600 };
    files::write_set(&folder, &[file], Existing::Keep)?;
    Ok(folder.join(name))
}

/// Takes one away again that stands for nothing: nothing was deleted.
pub fn discard(path: &Path) {
    // Where it stays, it is of no use, and of no harm.
    let _ = std::fs::remove_file(path);
}

/// Reads one. Errors, exit 2: it is missing, too large, or no undo file.
pub fn read(path: &Path) -> Result<Undo> {
    let text = files::read_text_up_to(MOST_BYTES, path, FaultKind::InputFile)?;
    Undo::read(&text)
        .map_err(|why| Fault::new(FaultKind::InputFile, say!("reading {}: {why}", path.display())).into())
}
