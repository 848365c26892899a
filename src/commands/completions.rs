//! `regctl completions`: what a shell needs to know so that Tab works.

use anyhow::{Context as _, Result};
use clap_complete::Shell;

use crate::domain::manual::Completions;
use crate::report::Report;

/// Flags of `completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
    /// The name that the program is called by, where another program has this one.
    #[arg(long, default_value = "regctl", value_parser = name)]
    name: String,
}

/// It becomes a word of a script.
fn name(text: &str) -> Result<String, String> {
    let fit = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = !text.is_empty() && !text.starts_with('-') && text.chars().all(fit);
    if is_name {
        Ok(text.to_owned())
    } else {
        Err(say!("a name has letters, digits, `.`, `-` and `_`").to_owned())
    }
}

/// Makes the script from the definition of the command line.
pub fn run(args: &Args, mut command: clap::Command) -> Result<Report> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, &args.name, &mut script);
    let script = String::from_utf8(script).context(say!("making completions: they are no text"))?;
    Ok(Report::Completions(Completions { shell: args.shell.to_string(), script }))
}
