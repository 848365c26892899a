//! What goes from a registry, what stays and why, and the way back.

use std::fmt::Write as _;

use super::contents::date;
use super::paint::Paint;
use crate::domain::repository::Tag;
use crate::domain::tag_delete::{Deletion, Fate, Reason, Refusal, RepositoryPlan, TagDeleteReport};

/// What was done, or would be.
pub(super) fn told(report: &TagDeleteReport, paint: Paint) -> String {
    let mut text: String = report.repositories.iter().map(|plan| repository(plan, report, paint)).collect();
    if let Some(error) = &report.error {
        let _ = writeln!(text, "{}", paint.bad(&say!("It ended early: {error}")));
    }
    if report.dry_run && report.deletes() {
        text.push_str(say!("Nothing was deleted yet.\n"));
    }
    if let Some(undo) = &report.undo {
        let _ = writeln!(
            text,
            "{}",
            say!("Undo, until garbage is collected: regctl tag restore {}", undo.display())
        );
    }
    text
}

fn repository(plan: &RepositoryPlan, report: &TagDeleteReport, paint: Paint) -> String {
    let mut text = format!("{}\n", paint.bold(plan.repository.as_str()));
    for deletion in &plan.deletions {
        let _ = writeln!(text, "  {}", self::deletion(deletion, report, paint));
    }
    for refusal in &plan.refused {
        let _ = writeln!(text, "  {}", self::refusal(refusal, paint));
    }
    if !plan.undated.is_empty() {
        let _ = writeln!(
            text,
            "{}",
            say!("  stays  {}: their images do not say when they were made", tags(&plan.undated))
        );
    }
    if !plan.missing.is_empty() {
        let _ = writeln!(text, "{}", say!("  no such tag  {}", tags(&plan.missing)));
    }
    match (plan.deletions.is_empty(), plan.tags_left) {
        (true, _) => text.push_str(say!("  nothing to delete\n")),
        // How many are left was planned, and did not come so far.
        _ if report.error.is_some() => {}
        (false, 0) => text.push_str(say!("  no tag is left; the repository stays in the catalog\n")),
        (false, left) => {
            let _ = writeln!(
                text,
                "{}",
                say!("  {left} {} left", if left == 1 { say!("tag is") } else { say!("tags are") })
            );
        }
    }
    text
}

fn deletion(deletion: &Deletion, report: &TagDeleteReport, paint: Paint) -> String {
    let Deletion { digest, image, tags: meant, shared, created, parts, fate } = deletion;
    let name = digest.as_ref().map(|digest| digest.short()).or_else(|| image.as_ref().map(|id| id.short()));
    let mut text = format!("{}  {}  {}", word(*fate, report, paint), name.unwrap_or_default(), tags(meant));
    if created.is_some() {
        let _ = write!(text, "{}", say!(", made {}", date(*created)));
    }
    if !shared.is_empty() {
        let _ = write!(
            text,
            "{}",
            say!("; {} on the same image: {}", paint.warn(say!("goes too,")), tags(shared))
        );
    }
    if *parts > 0 {
        let _ = write!(text, "{}", say!("; its {parts} images stay until garbage is collected"));
    }
    text
}

fn word(fate: Fate, report: &TagDeleteReport, paint: Paint) -> String {
    match fate {
        Fate::Planned if report.dry_run => paint.bad(say!("would go")),
        Fate::Planned => paint.warn(say!("not tried")),
        Fate::Deleted => say!("deleted").to_owned(),
        Fate::Gone => say!("was gone").to_owned(),
        Fate::Failed => paint.bad(say!("failed")),
    }
}

fn refusal(refusal: &Refusal, paint: Paint) -> String {
    let Refusal { digest, tags: meant, why, because_of, .. } = refusal;
    let why = match why {
        Reason::Shared => say!("{} would go too (--with-shared)", tags(because_of)),
        Reason::PartOfList => say!("it is part of {}", tags(because_of)),
    };
    format!("{}  {}  {}: {why}", paint.warn(say!("stays")), digest.short(), tags(meant))
}

/// The first few, and how many more.
fn tags(tags: &[Tag]) -> String {
    const NAMED: usize = 8;
    let named: Vec<&str> = tags.iter().take(NAMED).map(Tag::as_str).collect();
    match tags.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => say!("{} and {more} more", named.join(", ")),
    }
}
