//! How much of a registry each repository takes, for people.

use super::paint::Paint;
use super::table::table;
use crate::domain::image_usage::{ImageReport, RepositoryUsage};
use crate::domain::size;

/// A table, the largest first, and the sum.
pub(super) fn counted(report: &ImageReport, paint: Paint) -> String {
    let rows = report.repositories.iter().map(row).collect();
    let mut text = table(
        [say!("REPOSITORY"), say!("TAGS"), say!("IMAGES"), say!("OWN"), say!("SHARED"), say!("SIZE")],
        rows,
        paint,
    );
    let (count, total) = (report.repositories.len(), size::spell(report.total_bytes));
    let noun = if count == 1 { say!("repository") } else { say!("repositories") };
    text.push_str(&say!("{total} in {count} {noun}, what is shared counted once\n"));
    let unknown: usize = report.repositories.iter().map(|usage| usage.unknown).sum();
    if unknown > 0 {
        text.push_str(&say!(
            "not counted: {unknown} images of schema 1, which do not say how large they are\n"
        ));
    }
    for name in &report.missing {
        text.push_str(&(paint.bad(&say!("there is no repository {name}")) + "\n"));
    }
    text
}

fn row(usage: &RepositoryUsage) -> [String; 6] {
    [
        usage.repository.to_string(),
        usage.tags.to_string(),
        usage.manifests.to_string(),
        size::spell(usage.own_bytes),
        size::spell(usage.shared_bytes),
        size::spell(usage.bytes),
    ]
}
