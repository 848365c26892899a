//! A page to look at, beside what is printed.

use std::path::PathBuf;

use clap::Args;

/// Where the page goes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Report")]
pub struct ReportFileArgs {
    /// Also write what came of it as a page to look at: one HTML file that needs nothing else, for its owner alone (0600)
    /// unless it is there already. It is written where agents failed and where the run is interrupted, too.
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
}
