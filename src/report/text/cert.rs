//! What the certificate commands have to say.

use super::paint::Paint;
use crate::domain::cert::{CertGenReport, CertificateSummary};
use crate::domain::cert_import::CertImportReport;
use crate::domain::change::Change;
use crate::domain::language::spoken;

/// What `cert gen` made, and the next command.
pub(super) fn generated(report: &CertGenReport, paint: Paint) -> String {
    let ca = if report.new_ca { say!("a new CA") } else { say!("the given CA") };
    let files = report.files.join(", ");
    if report.dry_run {
        let out = report.out.display();
        return say!(
            "Would write {files} to {out}: a leaf for {}, signed by {ca}. Nothing was written.\n",
            report.names
        );
    }
    let mut text = say!("Wrote {files} to {}\n\n", paint.bold(&report.out.display().to_string()));
    for (title, summary) in [(say!("CA"), &report.ca), (say!("leaf"), &report.leaf)] {
        if let Some(summary) = summary {
            text.push_str(&certificate(title, summary));
        }
    }
    text.push('\n');
    if report.new_ca {
        text.push_str(say!("Keep ca.key where only you can read it; regctl never copies it anywhere.\n"));
    }
    text.push_str(&say!("Next: {}\n", deploy(report.knows_host)));
    text
}

/// The command that brings the registry up, with the flag that is still needed.
fn deploy(knows_host: bool) -> &'static str {
    if knows_host { say!("regctl deploy") } else { say!("regctl deploy --host AGENT") }
}

/// What `cert import` did or would do, and the next command.
pub(super) fn imported(report: &CertImportReport, paint: Paint) -> String {
    let out = report.out.display().to_string();
    let changes = report.files.iter().map(|file| format!("{} {}", file.name, spoken(file.change.word())));
    let changes = changes.collect::<Vec<_>>().join(", ");
    let same = report.files.iter().all(|file| file.change == Change::Unchanged);
    let first = match (report.dry_run, same) {
        (true, _) => say!("Would put into {out}: {changes}. Nothing was written.\n"),
        (false, true) => say!("{} holds it already: nothing was changed.\n", paint.bold(&out)),
        (false, false) => say!("Put into {}: {changes}\n", paint.bold(&out)),
    };
    let mut text = format!("{first}\n{}", certificate(say!("leaf"), &report.leaf));
    for subject in &report.intermediates {
        text.push_str(&say!("  by    {subject}\n"));
    }
    text.push_str(&certificate(say!("CA"), &report.ca));
    if let Some(backup) = &report.backup {
        text.push_str(&say!("  What was there before is kept in {}.\n", backup.display()));
    }
    text.push_str(&say!("\nNext: {}, and regctl trust-agents\n", deploy(report.knows_host)));
    text
}

/// One certificate: subject, names, end and fingerprint; what is not known is left out.
pub(super) fn certificate(title: &str, summary: &CertificateSummary) -> String {
    let names = summary.names.to_string();
    let names = if names.is_empty() { String::new() } else { say!("        names        {names}\n") };
    let CertificateSummary { subject, fingerprint, not_after, .. } = summary;
    let fingerprint =
        if fingerprint.is_empty() { String::new() } else { say!("        fingerprint  {fingerprint}\n") };
    say!("  {title:<5} {subject}\n{names}        expires      {not_after}\n{fingerprint}")
}
