//! What was done about the registry's users.

use std::fmt::Write as _;

use super::deploy::staged;
use super::paint::Paint;
use crate::domain::change::Change;
use crate::domain::user::{Reach, UserChangeReport, UsersReport};

/// What `user add` or `user rm` did, or would do, and what comes next.
pub(super) fn changed(report: &UserChangeReport, paint: Paint) -> String {
    let user = paint.bold(report.user.as_str());
    let file = report.file.display();
    let would = if report.dry_run { say!("would be ") } else { "" };
    let what = match report.change {
        Change::Created => say!("{would}added to {file}"),
        Change::Changed => say!("{would}given another password in {file}"),
        Change::Removed => say!("{would}removed from {file}"),
        _ => say!("is as asked in {file}"),
    };
    let mut text = format!("{user} {what}; {}\n", count(report.users));
    text.push_str(&staged(&report.staged));
    text.push_str(next(report));
    text
}

fn count(users: usize) -> String {
    match users {
        0 => say!("no user is left").to_owned(),
        1 => say!("1 user").to_owned(),
        more => say!("{more} users"),
    }
}

fn next(report: &UserChangeReport) -> &'static str {
    match (report.dry_run, report.reach) {
        (true, _) => say!("Nothing was written.\n"),
        _ if report.users == 0 => {
            say!("With this file the registry lets nobody in, and regctl deploy refuses it.\n")
        }
        (_, Reach::Registry) => say!("The registry reads the file anew by itself: no restart is needed.\n"),
        (_, Reach::Here) => say!("It is in the file here alone. Next: regctl deploy\n"),
        (_, Reach::DeployNext) => {
            say!("The registry runs without users so far and lets everybody in. Next: regctl deploy\n")
        }
    }
}

/// Who is in the file.
pub(super) fn listed(report: &UsersReport, paint: Paint) -> String {
    let file = report.file.display();
    if !report.exists {
        return say!("There is no {file}: everybody may push and pull.\nNext: regctl user add NAME\n");
    }
    let mut text = say!("{} in {file}\n", count(report.users.len()));
    for user in &report.users {
        let note = if user.bcrypt { "" } else { say!("  refused by the registry: not hashed with bcrypt") };
        let _ = writeln!(text, "  {}{}", user.name, paint.bad(note));
    }
    text
}
