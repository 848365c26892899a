//! What is wrong with a command line, in another language than clap's own.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::domain::fault::FaultKind;
use crate::domain::language::{self, Language};

/// A usage error in the language of the run, laid out as clap does it; `None` where clap's own words are it, or where the
/// kind of error is one that regctl's command line cannot have.
pub(super) fn complaint(error: &clap::Error) -> Option<String> {
    if language::current() == Language::English {
        return None;
    }
    let message = message(error)?;
    let mut text = say!("error[{}]: {message}\n", FaultKind::Usage.word());
    if let Some(values) = told(error, ContextKind::ValidValue) {
        text += &say!("  [possible values: {values}]\n");
    }
    for kind in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
        if let Some(meant) = told(error, kind) {
            text += &say!("\n  tip: did you mean `{meant}`?\n");
        }
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        text += &format!("\n{}: {}\n", say!("Usage"), usage.trim_start_matches("Usage:").trim());
    }
    Some(text + "\n" + say!("For more information, try '--help'.\n"))
}

fn message(error: &clap::Error) -> Option<String> {
    let context = |kind| told(error, kind).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    Some(match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => say!("{argument} wants a value, and none was given"),
        ErrorKind::InvalidValue => say!("invalid value '{value}' for {argument}"),
        ErrorKind::ValueValidation => {
            let why = error.source().map(ToString::to_string).unwrap_or_default();
            say!("invalid value '{value}' for {argument}: {why}")
        }
        ErrorKind::UnknownArgument => say!("unexpected argument {argument}"),
        ErrorKind::InvalidSubcommand => {
            say!("there is no command '{}'", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::NoEquals => say!("{argument} wants its value behind an equals sign"),
        ErrorKind::TooManyValues => say!("{argument} does not take the value '{value}' as well"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            say!("{argument} was given too few or too many values")
        }
        ErrorKind::ArgumentConflict => {
            say!("{argument} does not go with {}", context(ContextKind::PriorArg))
        }
        ErrorKind::MissingRequiredArgument => say!("these arguments are missing: {argument}"),
        ErrorKind::InvalidUtf8 => say!("an argument is not UTF-8").to_owned(),
        _ => return None,
    })
}

/// What clap knows of that kind, several with commas between them.
fn told(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::StyledStrs(texts) => {
            Some(texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;

    fn complained(line: &str) -> String {
        let error = Cli::definition().try_get_matches_from(line.split(' ')).expect_err("is wrong");
        message(&error).unwrap_or_else(|| panic!("{line} has no words: {:?}", error.kind()))
    }

    #[test]
    fn what_clap_objects_to_has_words_of_regctls_own() {
        assert_eq!(complained("regctl depoly"), "there is no command 'depoly'");
        assert_eq!(complained("regctl deploy --hots a1"), "unexpected argument --hots");
        assert_eq!(complained("regctl deploy --host"), "--host <AGENT> wants a value, and none was given");
        assert_eq!(complained("regctl --color pink agents"), "invalid value 'pink' for --color <WHEN>");
        assert_eq!(complained("regctl -q -v agents"), "--quiet does not go with --verbose");
        assert!(complained("regctl deploy --timeout x").starts_with("invalid value 'x' for --timeout"));
        assert!(complained("regctl tag restore").starts_with("these arguments are missing: "));
    }
}
