//! `regctl-lab bench faults`: every fault of the lab in front of `regctl up`, one after the other.

mod case;
mod cases;
mod signals;
mod site;
mod table;
mod verdict;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use case::Case;
use site::Site;
use verdict::Verdict;

/// What is to be tried.
#[derive(Debug, Args)]
pub struct Faults {
    /// Only faults whose name has this in it.
    #[arg(long, value_name = "WORD")]
    only: Option<String>,
    /// The regctl to be tried.
    #[arg(long, default_value = "target/release/regctl", value_name = "FILE")]
    regctl: PathBuf,
    /// Where to write faults.csv, and what each run printed.
    #[arg(long, default_value = "target/bench", value_name = "DIR")]
    out: PathBuf,
}

impl Faults {
    /// Tries them, prints a line for each as it is done, and writes the table.
    ///
    /// # Errors
    /// Where the lab cannot be had, or a fault was not met as it should be.
    pub fn run(&self) -> Result<()> {
        let logs = self.out.join("faults");
        fs::create_dir_all(&logs).with_context(|| format!("making {}", logs.display()))?;
        let regctl = fs::canonicalize(&self.regctl)
            .with_context(|| format!("looking for {}", self.regctl.display()))?;
        let mut site = Site::start(&regctl)?;
        let named = |case: &Case| self.only.as_deref().is_none_or(|word| case.name.contains(word));
        let cases: Vec<Case> =
            cases::all().into_iter().chain(signals::at(&site.stages)).filter(named).collect();
        ensure!(!cases.is_empty(), "no fault is called so");
        let mut verdicts: Vec<Verdict> = Vec::new();
        println!("{}", table::heading());
        for case in &cases {
            let (verdict, said) = site.face(case)?;
            fs::write(logs.join(format!("{}.log", case.name)), said)?;
            println!("{}", table::line(&verdict));
            // What one fault has broken for good must not be held against the next.
            if !verdict.good() {
                site = Site::start(&regctl)?;
            }
            verdicts.push(verdict);
        }
        fs::write(self.out.join("faults.csv"), table::csv(&verdicts))?;
        println!("{}", table::summary(&verdicts));
        match verdicts.iter().filter(|verdict| !verdict.good()).count() {
            0 => Ok(()),
            bad => bail!(
                "{bad} faults were not met as they should be; what was printed is in {}",
                logs.display()
            ),
        }
    }
}
