//! How a run without a report ends: the fault, told to people or as JSON.

use super::rendering::Format;
use super::{json, text};
use crate::domain::fault::{Exit, Fault, FaultKind};

/// What a run without a report prints, and how it ends.
#[derive(Debug, PartialEq, Eq)]
pub struct End {
    /// For stdout: with JSON the error document.
    pub stdout: String,
    /// For stderr: otherwise the error for people.
    pub stderr: String,
    /// The exit code.
    pub exit: Exit,
}

/// Renders the fault inside an error, with the contexts that were added on its way up.
pub fn failure(error: &anyhow::Error, format: Format) -> End {
    let fault = fault_of(error);
    let exit = fault.kind.exit();
    match format {
        Format::Human => End { stdout: String::new(), stderr: text::fault(&fault), exit },
        Format::Json => End { stdout: json::fault(&fault), stderr: String::new(), exit },
    }
}

/// What the command line's parser says, with the code that every error carries.
pub fn with_code(text: &str) -> String {
    match text.strip_prefix("error: ") {
        Some(rest) => format!("error[{}]: {rest}", FaultKind::Usage.word()),
        None => text.to_owned(),
    }
}

/// A usage error of the command line, told with its code, as the JSON error document; what clap proposes instead is its hint.
pub fn usage_json(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let message = line.split_once("]: ").map_or(line, |(_, message)| message);
    let tips: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).collect();
    let fault = Fault::usage(message);
    json::fault(&if tips.is_empty() { fault } else { fault.hint(tips.join("; ")) })
}

/// The fault inside an error, told with the contexts that were added on its way up.
pub fn fault_of(error: &anyhow::Error) -> Fault {
    let message = format!("{error:#}");
    match error.downcast_ref::<Fault>() {
        Some(fault) => Fault { message, ..fault.clone() },
        None => Fault::new(FaultKind::Failed, message),
    }
}

/// What went wrong, for a report of its own; what the operator gave wrongly stays an error, which ends the run.
pub fn tellable<T>(result: anyhow::Result<T>) -> anyhow::Result<Result<T, Fault>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error) => match fault_of(&error) {
            fault if fault.kind.exit() == Exit::Usage => Err(error),
            fault => Ok(Err(fault)),
        },
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn contexts_are_told_and_the_kind_survives() {
        let fault = Fault::new(FaultKind::AppLocked, "locked by deployment 5f3").hint("Use --force.");
        let error = Err::<(), _>(fault).context("updating /registry").expect_err("is an error");
        let end = failure(&error, Format::Human);
        assert_eq!(
            end.stderr,
            "error[app-locked]: updating /registry: locked by deployment 5f3\nhint: Use --force.\n"
        );
        assert_eq!(end.exit, Exit::NotAsAsked);
    }

    #[test]
    fn an_error_of_the_command_line_has_its_code_too() {
        let text = with_code("error: unexpected argument '--x]: y' found\n\nUsage: regctl\n");
        assert!(text.starts_with("error[usage]: unexpected argument '--x]: y' found\n\nUsage"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&usage_json(&text)).expect("is JSON");
        assert_eq!(value["error"]["message"], "unexpected argument '--x]: y' found");
    }

    #[test]
    fn json_errors_are_one_document() {
        let end = failure(&Fault::usage("no").into(), Format::Json);
        let value: serde_json::Value = serde_json::from_str(&end.stdout).expect("is JSON");
        assert_eq!(value["schema"], "regctl.error/v1");
        assert_eq!(value["error"]["code"], 2);
        assert_eq!(value["error"]["kind"], "usage");
        assert!(value["error"]["hint"].is_null());
    }
}
