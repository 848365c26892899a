//! What `cert renew` has to say.

use std::fmt::Write as _;

use super::cert::certificate;
use super::deploy::staged;
use super::paint::Paint;
use crate::domain::change::Change;
use crate::domain::renewal::{Answering, AnsweringAddress, NameChange, RenewReport};

/// What was done, or would be.
pub(super) fn renewed(report: &RenewReport, paint: Paint) -> String {
    let id = paint.bold(report.app_id.as_str());
    let until = &report.old.not_after;
    let mut text = match (report.change, report.dry_run, &report.new) {
        (Change::Unchanged, ..) => {
            say!("The certificate of {id} stays as it is; it holds until {until}.\n")
        }
        (_, true, _) => say!(
            "The certificate of {id}, which ends on {until}, would be replaced; the registry would restart.\n"
        ),
        (_, _, None) => say!("{id} has its old certificate again.\n"),
        (_, _, Some(_)) => say!("Renewed the certificate of {id}.\n"),
    };
    if let Some(new) = &report.new {
        text.push_str(&certificate(say!("leaf"), new));
    }
    text.push_str(&names(&report.configured, paint));
    text.push_str(&staged(&report.staged));
    report.endpoints.iter().for_each(|endpoint| text.push_str(&answering(endpoint, paint)));
    if let Some(backup) = &report.backup {
        let what = if report.new.is_some() { say!("old") } else { say!("unused") };
        let _ =
            writeln!(text, "{}", say!("  The {what} certificate and key are kept in {}.", backup.display()));
    }
    text
}

/// How the names of the leaf differ from the configured ones.
fn names(change: &NameChange, paint: Paint) -> String {
    let (missing, extra) = (change.missing.to_string(), change.extra.to_string());
    let mut text = String::new();
    if !missing.is_empty() {
        let _ = writeln!(
            text,
            "{}",
            say!(
                "  {} not for {missing}, which regctl.toml names by now: --configured-names.",
                paint.warn(say!("note:"))
            )
        );
    }
    if !extra.is_empty() {
        let _ = writeln!(
            text,
            "{}",
            say!("  {} for {extra}, which regctl.toml does not name.", paint.warn(say!("note:")))
        );
    }
    text
}

/// What answers at an address.
pub(super) fn answering(endpoint: &AnsweringAddress, paint: Paint) -> String {
    let what = match endpoint.certificate {
        Answering::New => paint.good(say!("answers with it")),
        Answering::NotReached => {
            paint.warn(say!("cannot be reached from here, so nobody has looked: regctl verify --from-agents"))
        }
    };
    format!("  {}  {what}\n", endpoint.address)
}
