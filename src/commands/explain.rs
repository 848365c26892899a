//! `regctl explain`: what the code of an error means, and what to do about it.

use anyhow::Result;

use crate::domain::explanation::{self, ExplainReport, Explanation, Met};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::printable;
use crate::plan::checks::causes;
use crate::report::Report;

/// Flags of `explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code, as in error[CODE] [default: all of them].
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Looks the code up. Errors, exit 2: there is no such code; the hint names the nearest.
pub fn run(args: &Args) -> Result<Report> {
    let known = known();
    let Some(code) = args.code.as_deref().map(bare) else {
        return Ok(Report::Explain(ExplainReport { codes: known, all: true }));
    };
    let meant: Vec<_> = known.iter().filter(|it| it.code == code).cloned().collect();
    if meant.is_empty() {
        return Err(unknown(code, &known).into());
    }
    Ok(Report::Explain(ExplainReport { codes: meant, all: false }))
}

/// Errors first, then the causes that checks name.
fn known() -> Vec<Explanation> {
    let checks = causes::CAUSES.iter().map(|(code, meaning)| Explanation {
        code,
        met: Met::Check,
        exit: None,
        cause: (*meaning).to_owned(),
        cure: None,
    });
    explanation::errors().into_iter().chain(checks).collect()
}

/// `error[app-locked]:` is what one copies, `app-locked` is meant.
fn bare(code: &str) -> &str {
    let code = code.trim().trim_end_matches(':');
    code.strip_prefix("error").unwrap_or(code).trim_start_matches('[').trim_end_matches(']')
}

fn unknown(code: &str, known: &[Explanation]) -> Fault {
    let fault = Fault::new(FaultKind::BadValue, say!("there is no code `{}`", printable(code)));
    match crate::domain::config_text::nearest(code, known.iter().map(|it| it.code)) {
        Some(near) => fault.hint(say!("Did you mean {near}? regctl explain lists all of them.")),
        None => fault.hint(say!("regctl explain lists all of them.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_taken_as_it_is_copied() {
        for text in ["app-locked", "[app-locked]", "error[app-locked]", "error[app-locked]:"] {
            assert_eq!(bare(text), "app-locked");
        }
    }

    #[test]
    fn a_misspelt_code_gets_the_nearest() {
        let fault = unknown("ap-loked", &known());
        assert!(fault.hint.is_some_and(|hint| hint.starts_with("Did you mean app-locked?")));
    }
}
