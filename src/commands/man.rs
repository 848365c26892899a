//! `regctl man`: the manual, from the same definition as --help.

use std::path::PathBuf;

use anyhow::Result;

use super::guide;
use crate::domain::fault::Fault;
use crate::domain::help::Help;
use crate::domain::manual::{ManPage, Manual};
use crate::effects::files::{self, Existing, NewFile};
use crate::report::{self, Report};

/// Everybody may read a manual.
const MODE: u32 = 0o644;

/// Flags of `man`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command whose page is printed [default: regctl itself].
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Vec<String>,
    /// Write the pages of all commands into this folder instead; older ones there are replaced.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Makes the page that is asked for, or all of them. Errors, exit 2: there is no such command, or the folder cannot be
/// written to.
pub fn run(args: Args, root: &clap::Command) -> Result<Report> {
    let Some(folder) = args.out else {
        return Ok(Report::Manual(Manual { folder: None, pages: vec![asked(&args.command, root)?] }));
    };
    let pages: Vec<_> = guide::all(root).iter().map(page).collect();
    let file = |page: &'_ ManPage| (page.name.clone(), page.roff.clone().into_bytes());
    let texts: Vec<_> = pages.iter().map(file).collect();
    let files: Vec<_> = texts.iter().map(|(name, bytes)| NewFile { name, bytes, mode: MODE }).collect();
    files::write_set(&folder, &files, Existing::Replace)?;
    Ok(Report::Manual(Manual { folder: Some(folder), pages }))
}

fn asked(words: &[String], root: &clap::Command) -> Result<ManPage> {
    let words = words.join(" ");
    let help = guide::help(root, &words).ok_or_else(|| {
        Fault::value(say!("there is no command `{words}`")).hint(say!("regctl --help lists the commands."))
    })?;
    Ok(page(&help))
}

fn page(help: &Help) -> ManPage {
    let name = format!("{}.1", help.command.replace(' ', "-"));
    ManPage { name, roff: report::help::page(help, env!("CARGO_PKG_VERSION")) }
}
