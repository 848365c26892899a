//! What a collection of garbage has freed.

use std::fmt::Write as _;

use super::paint::Paint;
use crate::domain::change::Change;
use crate::domain::gc::{GcMode, GcReport, GcSubject};
use crate::domain::size;

/// What was done, or would be.
pub(super) fn collected(report: &GcReport, paint: Paint) -> String {
    let name = match &report.subject {
        GcSubject::AppId(id) => id.as_str(),
        GcSubject::Container(name) => name,
    };
    let (name, host) = (paint.bold(name), &report.host);
    let what = format!(
        "{} and {} without a tag",
        plural(report.blobs, "blob"),
        plural(report.manifests, "manifest")
    );
    let mut text = match report.change {
        Change::Unchanged => format!("No garbage: nothing was done to {name} on {host}.\n"),
        Change::Drifted => {
            let size = report.freed.map_or_else(String::new, |bytes| format!(", {}", size::spell(bytes)));
            format!("{name} on {host} has garbage: {what}{size}.\n")
        }
        _ => format!("Collected the garbage of {name} on {host}: {what}.\n"),
    };
    if report.change == Change::Drifted {
        text.push_str(match report.mode {
            GcMode::Stopped => "  It would be stopped meanwhile, and started again as it is.\n",
            GcMode::ReadOnly => {
                "  It would be read-only meanwhile: two restarts, pulls in between, no pushes.\n"
            }
        });
    }
    if report.kept_parts > 0 {
        let parts = plural(report.kept_parts, "manifest");
        let _ =
            writeln!(text, "  {parts} without a tag stay: they are parts of images for several platforms.");
    }
    if let (Some(before), Some(after), Some(freed)) = (report.bytes_before, report.bytes_after, report.freed)
    {
        let (before, after, freed) = (size::spell(before), size::spell(after), size::spell(freed));
        let _ = writeln!(text, "  {before} before, {after} now: {freed} freed.");
    }
    text
}

fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
