//! What `undeploy` took away and what it left.

use std::fmt::Write as _;

use super::paint::Paint;
use crate::domain::change::Change;
use crate::domain::size;
use crate::domain::undeploy::{FolderFate, UndeployReport};

/// What was done, or would be.
pub(super) fn undeployed(report: &UndeployReport, paint: Paint) -> String {
    let id = paint.bold(report.app_id.as_str());
    let mut text = match (report.change, report.gone) {
        (Change::Drifted, _) => format!("{id} would be deleted.\n"),
        (Change::Removed, Some(true)) => format!("Deleted {id}; its last task is gone.\n"),
        (Change::Removed, _) => format!("Deleted {id}; its tasks were not waited for.\n"),
        _ => format!("Unchanged: there is no app {id}.\n"),
    };
    for folder in &report.folders {
        let _ = writeln!(text, "  {}", fate(folder, paint));
    }
    if report.change == Change::Removed && report.folders.iter().any(|it| it.change == Change::Unchanged) {
        text.push_str("Next: regctl deploy brings it back with them.\n");
    }
    text
}

fn fate(folder: &FolderFate, paint: Paint) -> String {
    let FolderFate { host, path, bytes, change } = folder;
    let size = bytes.map_or_else(String::new, |bytes| format!(", {}", size::spell(bytes)));
    match change {
        Change::Drifted => paint.bad(&format!("would be removed  {host}:{path}{size}")),
        Change::Removed => format!("removed  {host}:{path}{size}"),
        _ => format!("stays  {host}:{path}"),
    }
}
