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
    let what = say!(
        "{} and {} without a tag",
        plural(report.blobs, say!("blob"), say!("blobs")),
        plural(report.manifests, say!("manifest"), say!("manifests"))
    );
    let mut text = match report.change {
        Change::Unchanged => say!("No garbage: nothing was done to {name} on {host}.\n"),
        Change::Drifted => {
            let size = report.freed.map_or_else(String::new, |bytes| format!(", {}", size::spell(bytes)));
            say!("{name} on {host} has garbage: {what}{size}.\n")
        }
        _ => say!("Collected the garbage of {name} on {host}: {what}.\n"),
    };
    if report.change == Change::Drifted {
        text.push_str(match report.mode {
            GcMode::Stopped => say!("  It would be stopped meanwhile, and started again as it is.\n"),
            GcMode::ReadOnly => {
                say!("  It would be read-only meanwhile: two restarts, pulls in between, no pushes.\n")
            }
        });
    }
    if report.kept_parts > 0 {
        let parts = plural(report.kept_parts, say!("manifest"), say!("manifests"));
        let _ = writeln!(
            text,
            "{}",
            say!("  {parts} without a tag stay: they are parts of images for several platforms.")
        );
    }
    if report.bytes_before.is_none() && report.change != Change::Unchanged {
        text.push_str(say!("  The images are in no folder of the host, so their size is not known.\n"));
        if report.kept_parts > 0 {
            text.push_str(say!(
                "  There the parts cannot be told from the rest, so all manifests without a tag stay.\n"
            ));
        }
    }
    if let (Some(before), Some(after), Some(freed)) = (report.bytes_before, report.bytes_after, report.freed)
    {
        let (before, after, freed) = (size::spell(before), size::spell(after), size::spell(freed));
        let _ = writeln!(text, "{}", say!("  {before} before, {after} now: {freed} freed."));
    }
    text
}

fn plural(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Exit;
    use crate::report::Style;

    fn told(report: GcReport) -> String {
        collected(&report, Paint::new(Style::PLAIN))
    }

    fn report() -> GcReport {
        GcReport {
            dry_run: false,
            subject: GcSubject::AppId("/registry".parse().expect("legal")),
            host: "a1".parse().expect("a host"),
            mode: GcMode::Stopped,
            change: Change::Changed,
            bytes_before: Some(5_000_000),
            bytes_after: Some(2_000_000),
            freed: Some(3_000_000),
            manifests: 1,
            blobs: 3,
            kept_parts: 2,
            exit: Exit::Done,
        }
    }

    #[test]
    fn what_was_freed_and_what_stays_is_told() {
        assert_eq!(
            told(report()),
            "Collected the garbage of /registry on a1: 3 blobs and 1 manifest without a tag.\n  \
             2 manifests without a tag stay: they are parts of images for several platforms.\n  \
             5.0 MB before, 2.0 MB now: 3.0 MB freed.\n"
        );
    }

    #[test]
    fn a_plan_says_what_it_takes_and_a_bucket_that_sizes_are_not_known() {
        let plan =
            GcReport { change: Change::Drifted, mode: GcMode::ReadOnly, bytes_after: None, ..report() };
        assert!(
            told(plan.clone()).contains(
                "has garbage: 3 blobs and 1 manifest without a tag, 3.0 MB.\n  It would be read-only"
            )
        );
        let bucket = told(GcReport { bytes_before: None, freed: None, manifests: 0, ..plan });
        assert!(
            bucket.contains("size is not known") && bucket.contains("all manifests without a tag stay"),
            "{bucket}"
        );
        let idle = told(GcReport { change: Change::Unchanged, kept_parts: 0, bytes_after: None, ..report() });
        assert_eq!(idle, "No garbage: nothing was done to /registry on a1.\n");
    }
}
