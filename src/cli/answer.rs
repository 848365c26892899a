//! What is printed where nothing is run: help, the version, or what is wrong with the command line.

use super::complaint::complaint;
use crate::commands::guide;
use crate::domain::fault::Exit;
use crate::domain::help::Length;

/// Longer lines are hard to read.
const HELP_COLUMNS: usize = 100;

/// What clap wants printed instead of a run: help, the version, or a usage error.
#[derive(Debug)]
pub struct Answer {
    /// For stdout.
    pub stdout: String,
    /// For stderr.
    pub stderr: String,
    /// How to leave.
    pub exit: Exit,
}

/// What is printed in place of a run, and where to.
pub(super) fn answer(error: &clap::Error, json: bool) -> Answer {
    let printed = error.render().to_string();
    let text = guide::asked(&printed).and_then(|(words, length)| help(&words, length)).unwrap_or(printed);
    if !error.use_stderr() {
        return Answer { stdout: text, stderr: String::new(), exit: Exit::Done };
    }
    let text = crate::report::with_code(&text);
    let (stdout, stderr) = if json {
        (crate::report::usage_json(&text), String::new())
    } else {
        (String::new(), complaint(error).unwrap_or(text))
    };
    Answer { stdout, stderr, exit: Exit::Usage }
}

/// The help of a command, as wide as the terminal but no wider than can be read.
fn help(words: &str, length: Length) -> Option<String> {
    let width = crate::terminal::stdout_width().map_or(HELP_COLUMNS, usize::from).min(HELP_COLUMNS);
    guide::help(&super::Cli::definition(), words).map(|help| crate::report::help::text(&help, length, width))
}

/// Whether the arguments ask for JSON although they do not parse.
pub(super) fn json_was_asked(args: &[String]) -> bool {
    args.iter().enumerate().any(|(at, arg)| match arg.strip_prefix("--output").or_else(|| behind_o(arg)) {
        Some("") => args.get(at + 1).is_some_and(|value| value == "json"),
        Some(value) => value.trim_start_matches('=') == "json",
        None => false,
    })
}

/// What stands behind the `o` of `-o`, or of `-yo`.
fn behind_o(arg: &str) -> Option<&str> {
    let (switches, value) = arg.strip_prefix('-')?.split_once('o')?;
    switches.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_ask_for_json_is_seen() {
        let asks = |line: &str| json_was_asked(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        for line in ["-o json", "-ojson", "-o=json", "-yo json", "-qyojson", "--output json", "--output=json"]
        {
            assert!(asks(&format!("regctl {line} agents")), "{line}");
        }
        for line in ["-o human", "--output=human", "--no-input json", "--only json", "-o"] {
            assert!(!asks(&format!("regctl {line}")), "{line}");
        }
    }
}
