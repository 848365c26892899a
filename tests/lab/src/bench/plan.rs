//! `regctl-lab bench plan`: what a long list of agents costs to read and to plan for.
//!
//! On loopback addresses alone: nothing listens on the agents' port, so that every login is refused at once and what
//! is left is the price of the list. Half of the agents repeat an address of the other half, as after a rebuild.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::Value;

use super::figures::Spread;
use super::plan_figures::{Row, Task, csv, goals, table};
use super::{machine, static_server};
use crate::mesos::{self, OddAgent};

/// Reports what a process took: kilobytes at its highest, and seconds of user and system time.
const TIME: &str = "/usr/bin/time";

/// What is to be measured.
#[derive(Debug, Args)]
pub struct Plan {
    /// How many agents Mesos lists; several numbers one after another.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 1000, 5000, 10_000], value_name = "N,…")]
    agents: Vec<u32>,
    /// How often each command is run.
    #[arg(long, default_value_t = 5, value_name = "N")]
    repeat: u32,
    /// The regctl to be measured.
    #[arg(long, default_value = "target/release/regctl", value_name = "FILE")]
    regctl: PathBuf,
    /// Where to write plan.csv and what the commands print.
    #[arg(long, default_value = "target/bench", value_name = "DIR")]
    out: PathBuf,
}

/// What one run took.
struct Taken {
    wall: f64,
    cpu: f64,
    memory: f64,
}

impl Plan {
    /// Measures, prints and writes.
    ///
    /// # Errors
    /// Where GNU time is missing, or a command does not answer for every agent.
    pub fn run(&self) -> Result<()> {
        ensure!(Path::new(TIME).exists(), "skipped: no {TIME} (apt-get install time)");
        ensure!(self.repeat > 0, "at least one repetition");
        fs::create_dir_all(&self.out).with_context(|| format!("making {}", self.out.display()))?;
        let regctl = fs::canonicalize(&self.regctl)
            .with_context(|| format!("looking for {}", self.regctl.display()))?;
        let work = Work::make(&self.out, regctl)?;
        let before = machine::load();
        let mut rows = Vec::new();
        for agents in &self.agents {
            for task in [Task::Agents, Task::TrustAgents] {
                rows.push(self.row(&work, task, *agents)?);
            }
        }
        println!(
            "{}; load {before:.1}-{:.1}; {} repetitions",
            machine::describe(),
            machine::load(),
            self.repeat
        );
        print!("{}", table(&rows));
        goals(&rows).iter().for_each(|line| println!("{line}"));
        let path = self.out.join("plan.csv");
        fs::write(&path, csv(&rows)).with_context(|| format!("writing {}", path.display()))?;
        println!("wrote {}", path.display());
        Ok(())
    }

    fn row(&self, work: &Work, task: Task, agents: u32) -> Result<Row> {
        let body = mesos::listing_of(&(0..agents).map(|index| agent(index, agents)).collect::<Vec<_>>());
        let length = body.len();
        let mesos = static_server::serve(body)?;
        let runs = (0..self.repeat).map(|_| work.measure(task, agents, mesos)).collect::<Result<Vec<_>>>()?;
        let of = |value: fn(&Taken) -> f64| Spread::of(runs.iter().map(value)).context("no run");
        Ok(Row {
            task,
            agents,
            body: length,
            wall: of(|taken| taken.wall)?,
            cpu: of(|taken| taken.cpu)?,
            memory: of(|taken| taken.memory)?,
        })
    }
}

/// One of many agents; those of the second half repeat the addresses of the first.
fn agent(index: u32, of: u32) -> OddAgent {
    let number = if index < of.div_ceil(2) { index } else { index - of.div_ceil(2) };
    let address = Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + number);
    OddAgent { hostname: address.to_string(), pid: format!("slave(1)@{address}:5051") }
}

/// What follows `regctl`.
fn arguments(task: Task, closed: u16) -> Vec<String> {
    let words = match task {
        Task::Agents => "agents".to_owned(),
        Task::TrustAgents => {
            format!("trust-agents --check --ca ca.crt --ssh-port {closed} --retries 0 --no-input")
        }
    };
    words.split(' ').map(str::to_owned).collect()
}

/// The folder that the commands run in, and what they need there.
struct Work {
    folder: PathBuf,
    regctl: PathBuf,
    /// A port on which nothing listens.
    closed: u16,
}

impl Work {
    fn make(out: &Path, regctl: PathBuf) -> Result<Self> {
        let folder = std::path::absolute(out.join("plan")).context("finding the folder")?;
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let made = Command::new("openssl")
            .args(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt"
                    .split(' '),
            )
            .args(["-days", "3650", "-subj", "/CN=benchmark CA", "-addext", "keyUsage=critical,keyCertSign"])
            .current_dir(&folder)
            .output()
            .context("running openssl")?;
        ensure!(made.status.success(), "making a CA: {}", String::from_utf8_lossy(&made.stderr));
        let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Self { folder, regctl, closed })
    }

    /// Runs the command once and makes sure that it speaks of every agent.
    fn measure(&self, task: Task, agents: u32, mesos: SocketAddr) -> Result<Taken> {
        let answer = self.folder.join("answer.json");
        let started = Instant::now();
        let status = Command::new(TIME)
            .args(["-q", "-f", "%M %U %S", "-o", "taken"])
            .arg(&self.regctl)
            .args(arguments(task, self.closed))
            .args(["-o", "json", "--mesos", &format!("http://{mesos}")])
            .current_dir(&self.folder)
            .env_clear()
            .envs([("HOME", self.folder.as_os_str()), ("PATH", "/usr/bin:/bin".as_ref())])
            .stdin(Stdio::null())
            .stdout(File::create(&answer)?)
            .stderr(File::create(self.folder.join("errors"))?)
            .status()
            .context("running regctl")?;
        let wall = started.elapsed().as_secs_f64();
        let spoken_of = count(&answer).unwrap_or(0);
        if spoken_of != agents as usize {
            let errors = fs::read_to_string(self.folder.join("errors")).unwrap_or_default();
            bail!(
                "regctl {} ({status}) speaks of {spoken_of} of {agents} agents: {}",
                task.name(),
                first(&errors)
            );
        }
        let taken = fs::read_to_string(self.folder.join("taken")).context("reading what it took")?;
        let values: Vec<f64> = taken.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [kib, user, system] = values[..] else { bail!("{TIME} says {taken}") };
        Ok(Taken { wall, cpu: user + system, memory: kib / 1024.0 })
    }
}

/// How many agents a report has.
fn count(answer: &Path) -> Result<usize> {
    let report: Value = serde_json::from_slice(&fs::read(answer)?)?;
    Ok(report["agents"].as_array().context("no agents")?.len())
}

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or("it says nothing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_addresses_are_repeated() {
        let addresses: std::collections::BTreeSet<String> =
            (0..10).map(|index| agent(index, 10).pid).collect();
        assert_eq!(addresses.len(), 5);
        assert!(addresses.contains("slave(1)@127.1.0.5:5051"));
    }
}
