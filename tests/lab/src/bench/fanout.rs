//! `regctl-lab bench fanout`: regctl and what it replaces, side by side on the same agents.
//!
//! Every repetition runs all ways in a new random order on agents that were emptied before, each in a control group of
//! its own; afterwards the agents are looked at from outside. Memory is looked at in one further round, since looking
//! costs time. Client and agents share the cores here, which they do not in a cluster: that pulls all ratios of wall
//! time towards 1. CPU time of the client is the figure to carry over.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::field::{Field, Tools};
use super::figures::{Block, Run};
use super::run::{Look, measure};
use super::setting::Setting;
use super::way::{Scene, Way};
use super::{csv, goals, machine, svg, table};

/// A loop takes as many times longer as others have lanes: twice is enough to see it.
const LOOPS: u32 = 2;

/// What is to be measured.
#[derive(Debug, Args)]
pub struct Fanout {
    /// How many agents; several numbers one after another.
    #[arg(long, value_delimiter = ',', default_values_t = [50, 200], value_name = "N,…")]
    agents: Vec<u8>,
    /// What regctl is measured against.
    #[arg(long, value_delimiter = ',', default_value = "ssh,loop,pssh,ansible,pyinfra,pyinfra-shell")]
    against: Vec<Way>,
    /// How far away and how alive the agents are.
    #[arg(long, value_delimiter = ',', default_value = "near,far,dead,far-dead")]
    setting: Vec<Setting>,
    /// How often each way is run (the loop twice at most).
    #[arg(long, default_value_t = 5, value_name = "N")]
    repeat: u32,
    /// How many agents at once.
    #[arg(long, default_value_t = 32, value_name = "N")]
    width: u32,
    /// For how long all but regctl try to connect.
    #[arg(long, default_value_t = 5, value_name = "SECONDS")]
    patience: u32,
    /// The round trip where agents are far.
    #[arg(long, default_value_t = 50, value_name = "MS")]
    round_trip: u64,
    /// The regctl to be measured.
    #[arg(long, default_value = "target/release/regctl", value_name = "FILE")]
    regctl: PathBuf,
    /// The Python environment of Ansible and pyinfra.
    #[arg(long, default_value = "target/bench-venv", value_name = "DIR")]
    venv: PathBuf,
    /// Where to write fanout.csv, fanout-runs.csv, fanout.svg and the output of every run.
    #[arg(long, default_value = "target/bench", value_name = "DIR")]
    out: PathBuf,
}

impl Fanout {
    /// Measures, prints and writes.
    ///
    /// # Errors
    /// Where the lab cannot be hosted, or a result cannot be written. A way that fails is a result.
    pub fn run(&self) -> Result<()> {
        ensure!(self.repeat > 0 && self.width > 0, "at least one repetition and one agent at once");
        fs::create_dir_all(self.out.join("log")).with_context(|| format!("making {}", self.out.display()))?;
        let scene = self.scene()?;
        let (mut blocks, mut versions, before) = (Vec::new(), Vec::new(), machine::load());
        for agents in &self.agents {
            for setting in &self.setting {
                let (block, found) = self.block(*agents, *setting, &scene)?;
                println!("{}", table::render(&block, &self.heading(&block)));
                blocks.push(block);
                versions = found;
            }
        }
        let mut notes = vec![format!("{}; load {before:.1} before the first run", machine::describe())];
        notes.extend(versions);
        notes.iter().chain(&goals::lines(&blocks)).for_each(|line| println!("{line}"));
        self.write(&blocks, &notes)
    }

    fn scene(&self) -> Result<Scene> {
        let venv = std::path::absolute(&self.venv).context("finding the Python environment")?;
        Ok(Scene { width: self.width, patience: self.patience, venv: venv.display().to_string() })
    }

    /// One lab, all repetitions, and the versions of what was run.
    fn block(&self, agents: u8, setting: Setting, scene: &Scene) -> Result<(Block, Vec<String>)> {
        let tools = Tools { regctl: &self.regctl, scene };
        let far = Duration::from_millis(self.round_trip);
        let field = Field::start(agents, setting, far, &tools)?;
        let round_trip = field.round_trip()?.as_secs_f64() * 1000.0;
        let mut block = Block { agents, setting, round_trip, runs: Vec::new(), skipped: Vec::new() };
        let (mut ways, mut versions) = (Vec::new(), Vec::new());
        for way in [&[Way::Regctl], self.against.as_slice()].concat() {
            match field.version(way, scene) {
                Ok(version) => {
                    ways.push(way);
                    if !versions.contains(&version) {
                        versions.push(version);
                    }
                }
                Err(reason) => block.skipped.push((way, reason)),
            }
        }
        for repetition in 1..=self.repeat {
            let now: Vec<Way> =
                ways.iter().copied().filter(|way| *way != Way::Loop || repetition <= LOOPS).collect();
            self.round(&field, &mut block, Round { repetition, look: Look::Away, ways: now }, scene)?;
        }
        let round = Round { repetition: 0, look: Look::AtMemory, ways };
        self.round(&field, &mut block, round, scene)?;
        Ok((block, versions))
    }

    /// Every way once, in a random order.
    fn round(&self, field: &Field, block: &mut Block, round: Round, scene: &Scene) -> Result<()> {
        for (index, way) in shuffled(round.ways).into_iter().enumerate() {
            field.reset()?;
            let (load, before) = (machine::load(), field.agents_cpu()?);
            let log = self.log(block, round.repetition, way);
            let cost = measure(field.master(), &way.line(scene), &log, round.look)?;
            let each = |time: Duration| time.as_secs_f64() * 1000.0 / f64::from(block.agents);
            let run = Run {
                way,
                repetition: round.repetition,
                place: index + 1,
                exit: cost.exit,
                wall: cost.wall.as_secs_f64(),
                cpu: each(cost.cpu),
                agent_cpu: each(field.agents_cpu()?.saturating_sub(before)),
                done: field.done(),
                possible: field.living().count(),
                left: cost.left,
                peak: cost.peak,
                load,
            };
            eprintln!("{}", progress(block, &run, cost.counted_by.describe()));
            block.runs.push(run);
        }
        Ok(())
    }

    /// The file that gets what a run prints.
    fn log(&self, block: &Block, repetition: u32, way: Way) -> PathBuf {
        let name = format!("{}-{}-{}-{repetition}.log", block.agents, block.setting.word(), way.word());
        self.out.join("log").join(name)
    }

    fn heading(&self, block: &Block) -> String {
        let loads = || block.runs.iter().map(|run| run.load);
        format!(
            "{} agents, {}: {}; {} at once, {} repetitions, round trip {:.1} ms, load {:.1}-{:.1}",
            block.agents,
            block.setting.word(),
            block.setting.describe(Duration::from_millis(self.round_trip)),
            self.width,
            self.repeat,
            block.round_trip,
            loads().fold(f64::INFINITY, f64::min),
            loads().fold(0.0, f64::max),
        )
    }

    fn write(&self, blocks: &[Block], notes: &[String]) -> Result<()> {
        let far = Duration::from_millis(self.round_trip);
        let describe = |block: &Block| format!("{} agents, {}", block.agents, block.setting.describe(far));
        let caption = format!(
            "medians of {} repetitions, {} agents at once; client and agents share {}",
            self.repeat, self.width, notes[0]
        );
        let versions = notes[1..].join("; ");
        save(&self.out, "fanout.csv", &csv::rows(blocks))?;
        save(&self.out, "fanout-runs.csv", &csv::runs(blocks))?;
        save(&self.out, "fanout.svg", &svg::render(blocks, describe, &[caption, versions]))
    }
}

/// What is run before the order is drawn anew.
struct Round {
    repetition: u32,
    look: Look,
    ways: Vec<Way>,
}

fn save(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    println!("wrote {}", path.display());
    Ok(())
}

/// A random order: each way gets a random number and they are sorted by it.
fn shuffled(ways: Vec<Way>) -> Vec<Way> {
    let random = RandomState::new();
    let mut ways = ways;
    ways.sort_by_cached_key(|way| random.hash_one(way.word()));
    ways
}

fn progress(block: &Block, run: &Run, counted_by: &str) -> String {
    let which = if run.repetition == 0 { "memory".to_owned() } else { format!("run {}", run.repetition) };
    let verdict = if run.counts() { "" } else { "  NOT DONE" };
    format!(
        "{:>4} {:<9}{which:<8}{:<14}{:>7.2} s{:>7.1} ms here, {:.1} ms there ({counted_by})  {}/{} done  load {:.1}{verdict}",
        block.agents,
        block.setting.word(),
        run.way.word(),
        run.wall,
        run.cpu,
        run.agent_cpu,
        run.done,
        run.possible,
        run.load,
    )
}
