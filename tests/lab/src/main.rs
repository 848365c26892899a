//! `regctl-lab`: starts, enters and ends the lab.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use regctl_lab::Lab;

/// A DC/OS cluster in miniature, on this machine alone.
#[derive(Parser)]
#[command(name = "regctl-lab", version)]
struct Cli {
    /// Where the lab keeps its state.
    #[arg(long, global = true, default_value = "/tmp/regctl-lab", value_name = "DIR")]
    state: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a master and agents.
    Up(Up),
    /// End the lab and remove its state.
    Down,
    /// Run a command in a host: `regctl-lab exec a1 -- sysctl -a`.
    Exec {
        /// master, a1, a2 …
        host: String,
        /// The program and its arguments.
        #[arg(last = true, required = true)]
        words: Vec<String>,
    },
}

#[derive(Args)]
struct Up {
    /// How many agents.
    #[arg(long, default_value_t = 3)]
    agents: u8,
    /// How many of them run a Docker Engine.
    #[arg(long, default_value_t = 0, value_name = "N")]
    engine: u8,
    /// How many of them are public agents.
    #[arg(long, default_value_t = 0, value_name = "N")]
    public: u8,
    /// A program to be found as `regctl` on every host.
    #[arg(long, value_name = "FILE")]
    bin: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Up(up) => {
            let started = Instant::now();
            let mut lab = Lab::builder()
                .agents(up.agents)
                .engines(up.engine)
                .public_agents(up.public)
                .state(&cli.state);
            if let Some(binary) = up.bin {
                lab = lab.binary(binary);
            }
            lab.start_detached()?;
            eprintln!("up: master and {} agents in {:.1} s", up.agents, started.elapsed().as_secs_f64());
        }
        Command::Down => regctl_lab::end(&cli.state)?,
        Command::Exec { host, words } => return exec(&cli.state, &host, &words),
    }
    Ok(ExitCode::SUCCESS)
}

fn exec(state: &std::path::Path, host: &str, words: &[String]) -> Result<ExitCode> {
    let lab = Lab::attach(state)?;
    let host = lab.find(host).with_context(|| format!("the lab has no host {host}"))?;
    let status = host.command(&words[0]).args(&words[1..]).status().context("running nsenter")?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
