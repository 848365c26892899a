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

/// `error[app-locked]: …` is what one copies, in whichever language; `app-locked` is meant.
fn bare(code: &str) -> &str {
    let code = code.split_once('[').map_or(code, |(_, rest)| rest);
    code.split(']').next().unwrap_or(code).trim().trim_end_matches(':')
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
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// Flags of Mesos agents.
    const OF_OTHERS: [&str; 2] = ["--hostname", "--ip"];

    #[test]
    fn a_code_is_taken_as_it_is_copied() {
        for text in [
            "app-locked",
            "app-locked:",
            "[app-locked]",
            "error[app-locked]",
            "error[app-locked]:",
            "错误[app-locked]：",
            "error[app-locked]: updating /registry: locked by deployment [5f3]",
        ] {
            assert_eq!(bare(text), "app-locked");
        }
    }

    #[test]
    fn a_cure_names_flags_that_there_are() {
        fn flags(command: &clap::Command) -> Vec<String> {
            let own = command.get_arguments().filter_map(|it| Some(format!("--{}", it.get_long()?)));
            own.chain(command.get_subcommands().flat_map(flags)).collect()
        }
        let flags = flags(&Cli::command());
        for Explanation { code, cure, .. } in known() {
            let named =
                cure.iter().flat_map(|cure| cure.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'));
            for flag in named.filter(|word| word.starts_with("--") && !OF_OTHERS.contains(word)) {
                assert!(flags.iter().any(|known| known == flag), "{code}: there is no {flag}");
            }
        }
    }

    #[test]
    fn a_misspelt_code_gets_the_nearest() {
        let fault = unknown("ap-loked", &known());
        assert!(fault.hint.is_some_and(|hint| hint.starts_with("Did you mean app-locked?")));
    }
}
