//! Asking for a lab, and starting its parts in their order.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::address;
use crate::boot::{Holder, HostPlan, hosts_file};
use crate::cluster::{Cluster, HostRecord};
use crate::engine;
use crate::host::Host;
use crate::lab::Lab;
use crate::marathon::MarathonVersion;
use crate::owned::Owned;
use crate::process::Process;
use crate::state::{self, Record};

/// How large a host's disk is unless asked otherwise. Memory is taken only as it is written to.
const DISK: &str = "1g";

/// What a lab shall be like.
#[derive(Debug, Clone)]
pub struct Builder {
    agents: u8,
    engines: u8,
    public_agents: u8,
    disk: String,
    binary: Option<PathBuf>,
    state: Option<PathBuf>,
    marathon: MarathonVersion,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            agents: 3,
            engines: 0,
            public_agents: 0,
            disk: DISK.to_owned(),
            binary: None,
            state: None,
            marathon: MarathonVersion::V1_11,
        }
    }
}

impl Builder {
    /// How many agents: a1, a2 … (3 unless asked otherwise).
    #[must_use]
    pub fn agents(mut self, count: u8) -> Self {
        self.agents = count;
        self
    }

    /// How many of the agents, counted from a1, run a Docker Engine (none unless asked otherwise).
    #[must_use]
    pub fn engines(mut self, count: u8) -> Self {
        self.engines = count;
        self
    }

    /// How many of the agents, counted from the last, are public ones (none unless asked otherwise).
    #[must_use]
    pub fn public_agents(mut self, count: u8) -> Self {
        self.public_agents = count;
        self
    }

    /// The program to be found as `regctl` on every host.
    #[must_use]
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// Which Marathon runs on the master (1.11 unless asked otherwise).
    #[must_use]
    pub fn marathon(mut self, version: MarathonVersion) -> Self {
        self.marathon = version;
        self
    }

    /// Where to keep the lab's state; in a new directory unless asked otherwise.
    #[must_use]
    pub fn state(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some(path.into());
        self
    }

    /// Starts a lab that ends with this process at the latest.
    ///
    /// # Errors
    /// Where any part does not come up; what had come up is ended.
    pub fn start(&self) -> Result<Lab> {
        self.boot(None)
    }

    /// Starts a lab that stays when this process ends, until [`crate::end`]. `program` is the regctl-lab binary.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub fn start_detached(&self, program: &Path) -> Result<()> {
        self.boot(Some(program))?.release();
        Ok(())
    }

    /// The stand-ins run as processes of `program`, or without one as threads of this process.
    fn boot(&self, program: Option<&Path>) -> Result<Lab> {
        let plans = self.plans()?;
        let state = state::create(self.state.as_deref())?;
        let mut owned = Owned::new(&state);
        fs::write(state.join("hosts"), hosts_file(&plans)).context("writing the hosts file")?;
        fs::write(state.join("standby"), address::STANDBY.to_string())
            .context("writing the standby's address")?;
        self.marathon.write(&state)?;
        let (holder, child) = Holder::start(program.is_none())?;
        let keeper = Process::of(child.id()).context("the lab's first process ended at once")?;
        owned.adopt([child]);
        Record { holder: holder.init().clone(), keeper, servers: Vec::new() }.write(&state)?;
        let hosts = boot_hosts(&holder, &plans, &mut owned)?;
        let cluster = Cluster::open(&state);
        cluster.write_hosts(&hosts)?;
        let hosts: Vec<Host> = hosts.into_iter().map(|record| Host::new(record, &state)).collect();
        engine::start(hosts.iter().filter(|host| host.record().engine), holder.init())?;
        owned.serve(program, hosts[0].init_pid())?;
        Ok(Lab::new(cluster, hosts, Some(owned)))
    }

    fn plans(&self) -> Result<Vec<HostPlan>> {
        let mut plans = vec![self.plan("master".to_owned(), address::MASTER)?];
        for number in 1..=self.agents {
            let mut plan = self.plan(format!("a{number}"), address::agent(number)?)?;
            plan.engine = number <= self.engines;
            plan.public = number > self.agents.saturating_sub(self.public_agents);
            plans.push(plan);
        }
        Ok(plans)
    }

    fn plan(&self, name: String, address: Ipv4Addr) -> Result<HostPlan> {
        let binary = match &self.binary {
            Some(path) => {
                Some(path.canonicalize().with_context(|| format!("looking for {}", path.display()))?)
            }
            None => None,
        };
        Ok(HostPlan { name, address, engine: false, public: false, disk: self.disk.clone(), binary })
    }
}

/// Starts all hosts at once and waits for each. What was started is owned even where one fails.
fn boot_hosts(holder: &Holder, plans: &[HostPlan], owned: &mut Owned) -> Result<Vec<HostRecord>> {
    let state = owned.state().to_path_buf();
    holder.prepare(&state)?;
    let mut starting = Vec::new();
    for plan in plans {
        starting.push(holder.start_host(&state, plan)?);
    }
    let ready = starting.iter_mut().zip(plans).map(|(host, plan)| host.ready(plan)).collect();
    owned.adopt(starting.into_iter().map(|host| host.child));
    ready
}
