//! What the certificate commands have to say.

use super::paint::Paint;
use crate::domain::cert::{CertGenReport, CertificateSummary};

/// What `cert gen` made, and the next command.
pub(super) fn generated(report: &CertGenReport, paint: Paint) -> String {
    let ca = if report.new_ca { "a new CA" } else { "the given CA" };
    let files = report.files.join(", ");
    if report.dry_run {
        let out = report.out.display();
        return format!(
            "Would write {files} to {out}: a leaf for {}, signed by {ca}. Nothing was written.\n",
            report.names
        );
    }
    let mut text = format!("Wrote {files} to {}\n\n", paint.bold(&report.out.display().to_string()));
    for (title, summary) in [("CA", &report.ca), ("leaf", &report.leaf)] {
        if let Some(summary) = summary {
            text.push_str(&certificate(title, summary));
        }
    }
    text.push_str("\nKeep ca.key where only you can read it; regctl never copies it anywhere.\nNext: regctl deploy --host AGENT\n");
    if report.new_ca {
        text
    } else {
        text.replace("Keep ca.key where only you can read it; regctl never copies it anywhere.\n", "")
    }
}

/// One certificate: subject, names, end and fingerprint; what is not known is left out.
pub(super) fn certificate(title: &str, summary: &CertificateSummary) -> String {
    let names = summary.names.to_string();
    let names = if names.is_empty() { String::new() } else { format!("        names        {names}\n") };
    let CertificateSummary { subject, fingerprint, not_after, .. } = summary;
    let fingerprint =
        if fingerprint.is_empty() { String::new() } else { format!("        fingerprint  {fingerprint}\n") };
    format!("  {title:<5} {subject}\n{names}        expires      {not_after}\n{fingerprint}")
}
