//! Flags of commands that change something.

use clap::Args;

use crate::domain::fault::Exit;
use crate::plan::script::Mode;

/// How far to go.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Plan only")]
pub struct ChangeArgs {
    /// Print what would be done and change nothing.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// With --dry-run: exit 4 where something would change.
    #[arg(long, requires = "dry_run")]
    pub exit_code: bool,
    /// The same as --dry-run --exit-code.
    #[arg(long)]
    pub check: bool,
}

impl ChangeArgs {
    /// How a script runs: only looking where nothing is to be changed.
    pub const fn mode(&self) -> Mode {
        if self.plan_only() { Mode::Check } else { Mode::Apply }
    }

    /// Whether only the plan is wanted.
    pub const fn plan_only(&self) -> bool {
        self.dry_run || self.check
    }

    /// Whether a difference is to be told by exit code 4.
    pub const fn exit_by_difference(&self) -> bool {
        self.check || self.exit_code
    }

    /// What a plan ends with that would change something, or would not.
    pub const fn exit(&self, differs: bool) -> Exit {
        if differs && self.exit_by_difference() { Exit::WouldChange } else { Exit::Done }
    }
}
