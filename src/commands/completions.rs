//! `regctl completions`: what a shell needs to know so that Tab works.

use anyhow::{Context as _, Result};
use clap_complete::Shell;

use crate::domain::manual::Completions;
use crate::report::Report;

/// Flags of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  regctl completions bash > /etc/bash_completion.d/regctl
  regctl completions zsh > ~/.zfunc/_regctl        with ~/.zfunc in fpath
  regctl completions fish > ~/.config/fish/completions/regctl.fish")]
pub struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Makes the script from the definition of the command line.
pub fn run(args: &Args, mut command: clap::Command) -> Result<Report> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "regctl", &mut script);
    let script = String::from_utf8(script).context("making completions: they are no text")?;
    Ok(Report::Completions(Completions { shell: args.shell.to_string(), script }))
}
