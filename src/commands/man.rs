//! `regctl man`: the manual, from the same definition as --help.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap_mangen::Man;

use crate::domain::fault::Fault;
use crate::domain::manual::{ManPage, Manual};
use crate::effects::files::{self, Existing, NewFile};
use crate::report::Report;

/// Everybody may read a manual.
const MODE: u32 = 0o644;

/// Flags of `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  regctl man deploy | man -l -
  regctl man --out /usr/share/man/man1             a page for every command")]
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
pub fn run(args: Args, mut root: clap::Command) -> Result<Report> {
    root.build();
    if let Some(folder) = args.out {
        let pages = pages(&root)?;
        let file = |page: &'_ ManPage| (page.name.clone(), page.roff.clone().into_bytes());
        let texts: Vec<_> = pages.iter().map(file).collect();
        let files: Vec<_> = texts.iter().map(|(name, bytes)| NewFile { name, bytes, mode: MODE }).collect();
        files::write_set(&folder, &files, Existing::Replace)?;
        return Ok(Report::Manual(Manual { folder: Some(folder), pages }));
    }
    let mut asked = &root;
    for word in &args.command {
        let found = asked.find_subcommand(word).filter(|found| is_told(found));
        asked = found.ok_or_else(|| {
            Fault::usage(say!("there is no command `{}`", args.command.join(" ")))
                .hint(say!("regctl --help lists the commands."))
        })?;
    }
    Ok(Report::Manual(Manual { folder: None, pages: vec![page(asked)?] }))
}

/// The page of a command, then those of the commands below it.
fn pages(command: &clap::Command) -> Result<Vec<ManPage>> {
    let mut all = vec![page(command)?];
    for below in command.get_subcommands().filter(|below| is_told(below)) {
        all.extend(pages(below)?);
    }
    Ok(all)
}

/// clap's own `help` has no page: it prints what the others say.
fn is_told(command: &clap::Command) -> bool {
    command.get_name() != "help" && !command.is_hide_set()
}

fn page(command: &clap::Command) -> Result<ManPage> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut roff = Vec::new();
    Man::new(command.clone()).title(name.clone()).render(&mut roff)?;
    let roff = String::from_utf8(roff).with_context(|| say!("making the page of {name}: it is no text"))?;
    Ok(ManPage { name: format!("{name}.1"), roff })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_command_has_its_page() {
        let mut root = crate::cli::Cli::command();
        root.build();
        let pages = pages(&root).expect("are made");
        let names: Vec<_> = pages.iter().map(|page| page.name.as_str()).collect();
        assert_eq!(names[0], "regctl.1");
        for name in ["regctl-cert-gen.1", "regctl-trust-agents.1", "regctl-man.1"] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
        assert!(!names.iter().any(|name| name.contains("help")), "{names:?}");
        for page in &pages {
            assert!(page.roff.contains(".SH SYNOPSIS"), "{}", page.name);
        }
    }
}
