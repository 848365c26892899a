//! `regctl user ls`: the users of the file here.

use std::path::PathBuf;

use anyhow::Result;

use crate::commands::Context;
use crate::commands::flags::AppArgs;
use crate::commands::users_file::UsersFile;
use crate::domain::user::UsersReport;
use crate::report::Report;

/// Flags of `user ls`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Reads the file here and asks nobody. A user whose password is not hashed with bcrypt is marked: a registry refuses it \
without a word.")]
pub struct Args {
    /// File with the users [default: htpasswd in the folder of certificates].
    #[arg(long, value_name = "FILE", env = "REGCTL_HTPASSWD")]
    htpasswd: Option<PathBuf>,
    /// Folder with the certificates [default: certs].
    #[arg(long, value_name = "DIR", env = "REGCTL_CERTS")]
    certs: Option<PathBuf>,
}

/// Reads the file and tells who is in it.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let app = AppArgs { htpasswd: args.htpasswd, certs: args.certs, ..AppArgs::default() };
    let UsersFile { path, exists, users, .. } = UsersFile::open(&app, context)?;
    Ok(Report::Users(UsersReport { file: path, exists, users }))
}
