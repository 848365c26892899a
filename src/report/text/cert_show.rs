//! What `cert show` has to say: who takes the chain, why others do not, then each certificate.

use super::paint::Paint;
use crate::domain::cert_show::{CertShowReport, Flaw, Purpose, ShownCertificate, Verdict};

/// The verdicts, the flaws with what to do, and the chain.
pub(super) fn shown(report: &CertShowReport, paint: Paint) -> String {
    let mut text = format!("{}{}\n\n", paint.bold(&report.source), judged_by(report));
    for verdict in &report.clients {
        text.push_str(&line(verdict, paint));
    }
    if !report.clients.is_empty() && !report.flaws.is_empty() {
        text.push('\n');
    }
    for flaw in &report.flaws {
        text.push_str(&told(flaw, paint));
    }
    for (index, certificate) in report.chain.iter().enumerate() {
        text.push_str(&format!("\n{}", card(index + 1, certificate, paint)));
    }
    text
}

fn judged_by(report: &CertShowReport) -> String {
    let protocol = report.protocol.as_ref().map(|protocol| format!(" ({protocol})")).unwrap_or_default();
    let by = match (&report.ca, report.purpose) {
        (Some(ca), _) => say!(", judged by {ca}"),
        (None, Some(Purpose::Authority)) => say!(", a CA").to_owned(),
        (None, Some(Purpose::Server)) if report.protocol.is_none() => {
            say!(", as far as the file itself shows (--ca FILE judges who signed it, too)").to_owned()
        }
        (None, _) => String::new(),
    };
    format!("{protocol}{by}")
}

fn line(verdict: &Verdict, paint: Paint) -> String {
    let name = verdict.client.name();
    if verdict.accepts {
        return say!("{}  {name:<6}  takes it\n", paint.good(say!("ok  ")));
    }
    say!("{}  {name:<6}  refuses it: {}\n", paint.bad(say!("FAIL")), verdict.causes.join(", "))
}

fn told(flaw: &Flaw, paint: Paint) -> String {
    let cause = if flaw.refused_by.is_empty() { paint.warn(flaw.cause) } else { paint.bad(flaw.cause) };
    format!("{cause}: {}\n      {}\n", flaw.detail, flaw.hint)
}

fn card(number: usize, one: &ShownCertificate, paint: Paint) -> String {
    let ShownCertificate { summary, key, signature, serial, .. } = one;
    let kind = match (one.ca, one.self_signed) {
        (true, true) => say!(", a CA that signed itself"),
        (true, false) => say!(", a CA"),
        (false, true) => say!(", signed by itself"),
        (false, false) => "",
    };
    let names = summary.names.to_string();
    let names = if names.is_empty() { String::new() } else { say!("   names        {names}\n") };
    let issuer = if one.self_signed { String::new() } else { say!("   issuer       {}\n", summary.issuer) };
    say!(
        "{number}. {}{kind}\n{names}{issuer}   valid        {} to {} ({})\n   key          \
         {key}, signed by {signature}\n   serial       {serial}\n   fingerprint  {}\n",
        paint.bold(&summary.subject),
        day(&summary.not_before),
        day(&summary.not_after),
        left(one.days_left, paint),
        summary.fingerprint,
    )
}

/// The date of an RFC 3339 time.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

fn left(days: i64, paint: Paint) -> String {
    match days {
        ..0 => paint.bad(&say!("ended {} days ago", -days)),
        0..30 => paint.warn(&say!("{days} days left")),
        _ => say!("{days} days left"),
    }
}
