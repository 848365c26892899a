//! `regctl-lab`: starts, enters and ends the lab.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use regctl_lab::bench;
use regctl_lab::marathon::{Control, MarathonVersion};
use regctl_lab::mesos::Scenario;
use regctl_lab::{Host, Lab, Part, Tier};

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
    /// Say what this machine can host and what it lacks, by trying. Exit 1 where it cannot host a lab.
    Check,
    /// Say which hosts are up.
    Status,
    /// End the lab and remove its state.
    Down,
    /// Reboot a host: its files stay, its processes and kernel settings do not.
    Reboot {
        /// master, a1, a2 …
        host: String,
    },
    /// Bring a fault into a host, or take all out: `regctl-lab fault a2 slow=5`, `regctl-lab fault a2 clear`.
    Fault {
        /// master, a1, a2 …
        host: String,
        /// `clear`, a fault's name, or `name=value`; an unknown name lists them all.
        fault: String,
    },
    /// Have the Mesos masters play a scenario: `leader`, `standby`, `no-leader`, `recovering`, `recovered`, `empty`,
    /// `html`, `truncated`, `cut-off`, `huge`, `silent`, or a JSON object such as
    /// `{"scenario":"auth","user":"u","password":"p"}`, `{"scenario":"agents","states":{"a2":"draining"}}`.
    Mesos {
        /// A name or a JSON object.
        scenario: String,
    },
    /// Have Marathon misbehave, as a JSON object says: `{"leaderless":502}`, `{"locked":["/registry"]}`,
    /// `{"kill_tasks":["/registry"]}`, `{"reset":{"times":1,"method":"POST"}}`; `{}` ends it.
    Marathon {
        /// A JSON object.
        faults: String,
    },
    /// Serve a stand-in for the lab that is up (started by `up`).
    #[command(hide = true)]
    Serve {
        /// mesos, marathon
        part: String,
    },
    /// Measure regctl against what it replaces.
    #[command(subcommand)]
    Bench(Bench),
    /// Say how many SSH logins a host has seen.
    Logins {
        /// a1, a2 …
        host: String,
    },
    /// Run a command in a host: `regctl-lab exec a1 -- sysctl -a`.
    Exec {
        /// master, a1, a2 …
        host: String,
        /// The program and its arguments.
        #[arg(last = true, required = true)]
        words: Vec<String>,
    },
}

#[derive(Subcommand)]
enum Bench {
    /// trust-agents against ssh, pssh, Ansible, pyinfra and a loop, on the same agents of a lab.
    Fanout(bench::Fanout),
    /// Every fault of the lab in front of regctl up: how it ends, what is lost, and whether the next up repairs it.
    Faults(bench::Faults),
    /// What a long list of agents costs to read and to plan for.
    Plan(bench::Plan),
    /// What one of the ways runs in the master host: ssh to many hosts, and nothing else.
    #[command(hide = true)]
    Runner(bench::Runner),
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
    /// Which Marathon runs on the master: 1.4 or 1.11.
    #[arg(long, default_value = "1.11", value_name = "VERSION")]
    marathon: MarathonVersion,
    /// A program to be found as `regctl` on every host.
    #[arg(long, value_name = "FILE")]
    bin: Option<PathBuf>,
    /// Stay, and end the lab when this process ends, in whatever way.
    #[arg(long)]
    foreground: bool,
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
    let state = cli.state;
    match cli.command {
        Command::Up(up) => start(&state, up)?,
        Command::Check => return Ok(check()),
        Command::Status => status(&state)?,
        Command::Down => regctl_lab::end(&state)?,
        Command::Reboot { host } => {
            let lab = Lab::attach(&state)?;
            lab.reboot(find(&lab, &host)?.name())?;
        }
        Command::Fault { host, fault } => {
            let lab = Lab::attach(&state)?;
            let host = find(&lab, &host)?;
            if fault == "clear" { host.clear_faults()? } else { host.fault(&fault.parse()?)? }
        }
        Command::Mesos { scenario } => {
            let document =
                if scenario.starts_with('{') { scenario } else { format!(r#"{{"scenario":"{scenario}"}}"#) };
            let scenario: Scenario = serde_json::from_str(&document).context("understanding the scenario")?;
            Lab::attach(&state)?.mesos(&scenario)?;
        }
        Command::Marathon { faults } => {
            let control: Control = serde_json::from_str(&faults).context("understanding the faults")?;
            Lab::attach(&state)?.marathon(&control)?;
        }
        Command::Serve { part } => {
            let part = Part::from_word(&part).with_context(|| format!("there is no part {part}"))?;
            regctl_lab::serve_here(part, &state)?;
        }
        Command::Bench(Bench::Fanout(fanout)) => fanout.run()?,
        Command::Bench(Bench::Faults(faults)) => faults.run()?,
        Command::Bench(Bench::Plan(plan)) => plan.run()?,
        Command::Bench(Bench::Runner(runner)) => return runner.run(),
        Command::Logins { host } => println!("{}", find(&Lab::attach(&state)?, &host)?.logins()?),
        Command::Exec { host, words } => return exec(&state, &host, &words),
    }
    Ok(ExitCode::SUCCESS)
}

fn start(state: &Path, up: Up) -> Result<()> {
    let started = Instant::now();
    let mut builder = Lab::builder()
        .agents(up.agents)
        .engines(up.engine)
        .public_agents(up.public)
        .marathon(up.marathon)
        .state(state);
    if let Some(binary) = up.bin {
        builder = builder.binary(binary);
    }
    let held = if up.foreground {
        Some(builder.start()?)
    } else {
        builder.start_detached(&std::env::current_exe().context("finding this program")?)?;
        None
    };
    println!("up: master and {} agents in {:.1} s", up.agents, started.elapsed().as_secs_f64());
    while held.is_some() {
        std::thread::park();
    }
    Ok(())
}

fn check() -> ExitCode {
    let found = regctl_lab::capability();
    println!(
        "{}",
        match found.tier {
            Tier::T0 => "T0: loopback only; this machine cannot host a lab",
            Tier::T1 => "T1: hosts in namespaces, without Docker Engine",
            Tier::T2 => "T2: hosts in namespaces, with Docker Engine",
        }
    );
    for missing in &found.missing {
        println!("missing: {missing}");
    }
    if found.tier == Tier::T0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn status(state: &Path) -> Result<()> {
    for host in Lab::attach(state)?.hosts() {
        let record = host.record();
        let runs = if host.runs() { "up" } else { "dead" };
        let kind = if record.engine { "with Docker Engine" } else { "" };
        println!(
            "{:<8}{:<16}pid {:<8}{runs} {kind}",
            record.name,
            record.address.to_string(),
            record.init_pid
        );
    }
    Ok(())
}

fn exec(state: &Path, host: &str, words: &[String]) -> Result<ExitCode> {
    let lab = Lab::attach(state)?;
    let host = find(&lab, host)?;
    let status = host.command(&words[0]).args(&words[1..]).status().context("running nsenter")?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn find<'lab>(lab: &'lab Lab, host: &str) -> Result<&'lab Host> {
    lab.find(host).with_context(|| format!("the lab has no host {host}"))
}
