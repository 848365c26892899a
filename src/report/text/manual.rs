//! The manual: the page itself, or where the pages are.

use crate::domain::manual::Manual;

/// The text of what is printed, or how many pages were written.
pub(super) fn told(manual: &Manual) -> String {
    match &manual.folder {
        None => manual.pages.iter().map(|page| page.roff.as_str()).collect(),
        Some(folder) => say!("{} pages written to {}\n", manual.pages.len(), folder.display()),
    }
}
