//! What was done about logins at registries.

use std::fmt::Write as _;

use super::paint::Paint;
use super::trust::agents_told;
use crate::domain::change::Change;
use crate::domain::language::spoken;
use crate::domain::login::{ArchiveReport, Checked, LoginEntry, LoginReport};
use crate::report::Style;

/// What `login` did, or would do.
pub(super) fn logged_in(report: &LoginReport, style: Style) -> String {
    let (paint, mut text) = (Paint::new(style), String::new());
    for entry in &report.logins {
        let user = entry.user.as_ref().map(ToString::to_string).unwrap_or_default();
        let checked = match entry.checked {
            Some(Checked::Accepted) => say!("which the registry accepts"),
            Some(Checked::NotAsked) => say!("though the registry lets everybody in"),
            _ => say!("unchecked"),
        };
        let at = paint.bold(&entry.registry.to_string());
        let _ = writeln!(text, "{at}: {}, {checked}{}", paint.bold(&user), kept_by(entry));
    }
    text.push_str(&own(report));
    report.archive.iter().for_each(|archive| text.push_str(&packed(archive, report.dry_run)));
    text + &fleet(report, style) + ending(report)
}

/// What `logout` did, or would do.
pub(super) fn logged_out(report: &LoginReport, style: Style) -> String {
    let names: Vec<_> =
        report.logins.iter().map(|entry| format!("{}{}", entry.registry, kept_by(entry))).collect();
    let mut text = say!("No login at {}\n", Paint::new(style).bold(&names.join(", ")));
    text.push_str(&own(report));
    text + &fleet(report, style) + ending(report)
}

fn kept_by(entry: &LoginEntry) -> String {
    entry.helper.as_ref().map_or_else(String::new, |helper| say!("; kept by {helper} here"))
}

fn own(report: &LoginReport) -> String {
    let file = report.own.file.display();
    let change = done(report.own.change, report.dry_run);
    match &report.own.backup {
        Some(backup) => say!("  {change}  {file}; what was there before is in {}\n", backup.display()),
        None => format!("  {change}  {file}\n"),
    }
}

fn packed(archive: &ArchiveReport, dry_run: bool) -> String {
    let ArchiveReport { file, change, fetch, uris } = archive;
    say!(
        "  {}  {}\n\nAn app that is to pull as this user says, beside its container:\n  \
         {fetch}\nor, to Marathon 1.4:\n  {uris}\n",
        done(*change, dry_run),
        file.display()
    )
}

fn done(change: Change, dry_run: bool) -> String {
    let would = if dry_run && change != Change::Unchanged { say!("would be ") } else { "" };
    format!("{would}{}", spoken(change.word()))
}

fn fleet(report: &LoginReport, style: Style) -> String {
    report
        .fleet
        .as_ref()
        .map_or_else(String::new, |fleet| format!("\n{}", agents_told(&fleet.agents, &fleet.summary, style)))
}

fn ending(report: &LoginReport) -> &'static str {
    if report.dry_run { say!("Nothing was changed.\n") } else { "" }
}
