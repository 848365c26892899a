//! Commands as people type them.

use std::path::Path;
use std::process::Command;

/// Runs shell lines in a folder and hands back what they print.
///
/// # Panics
/// Where a line fails; the message holds what it said.
#[must_use]
pub fn shell(folder: &Path, lines: &str) -> String {
    let output = Command::new("sh").args(["-ec", lines]).current_dir(folder).output().expect("sh starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{lines}\nfailed: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
