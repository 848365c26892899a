//! Parses the command line, runs the command, prints its report and leaves with its exit code.

use std::io::Write;
use std::process::ExitCode;

use regctl::cli::Cli;
use regctl::commands;
use regctl::domain::fault::Exit;
use regctl::report;

fn main() -> ExitCode {
    if let Some(answer) = commands::askpass::answer() {
        let exit = if answer.is_some() { Exit::Done } else { Exit::NotAsAsked };
        let line = answer.map(|secret| format!("{}\n", secret.expose())).unwrap_or_default();
        return print(&line, "", exit);
    }
    let cli = match Cli::parse_checked() {
        Ok(cli) => cli,
        Err(answer) => return print(&answer.stdout, &answer.stderr, answer.exit),
    };
    let format = cli.global.output;
    let style = cli.global.style();
    match regctl::cli::run(cli) {
        Ok(report) => {
            let exit = report.exit();
            print(&report::render(&report, format, style), "", exit)
        }
        Err(error) => {
            let end = report::failure(&error, format);
            print(&end.stdout, &end.stderr, end.exit)
        }
    }
}

/// Writes both streams; a closed pipe (`regctl … | head`) is not worth a panic.
fn print(stdout: &str, stderr: &str, exit: Exit) -> ExitCode {
    let _ = std::io::stderr().write_all(stderr.as_bytes());
    let _ = std::io::stdout().write_all(stdout.as_bytes());
    ExitCode::from(exit.code())
}
