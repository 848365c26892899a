//! A whole lab: asked for with a builder, ended by dropping it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;

use anyhow::{Context, Result};

use crate::address;
use crate::boot::{Holder, HostPlan, hosts_file};
use crate::cluster::{Cluster, HostRecord};
use crate::engine;
use crate::host::Host;
use crate::marathon::{self, MarathonVersion};
use crate::mesos::Scenario;
use crate::process::Process;
use crate::reboot;
use crate::servers::{Part, Threads, start_process};
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

    /// Starts a lab that stays when this process ends, until [`end`]. `program` is the regctl-lab binary.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub fn start_detached(&self, program: &Path) -> Result<()> {
        let mut lab = self.boot(Some(program))?;
        if let Some(owned) = lab.owned.take() {
            owned.release();
        }
        Ok(())
    }

    /// The stand-ins run as processes of `program`, or without one as threads of this process.
    fn boot(&self, program: Option<&Path>) -> Result<Lab> {
        let plans = self.plans()?;
        let state = state::create(self.state.as_deref())?;
        let mut owned = Owned { state: state.clone(), children: Vec::new(), threads: Vec::new() };
        fs::write(state.join("hosts"), hosts_file(&plans)).context("writing the hosts file")?;
        fs::write(state.join("standby"), address::STANDBY.to_string())
            .context("writing the standby's address")?;
        self.marathon.write(&state)?;
        let (holder, child) = Holder::start(program.is_none())?;
        let keeper = Process::of(child.id()).context("the lab's first process ended at once")?;
        owned.children.push(child);
        Record { holder: holder.init().clone(), keeper, servers: Vec::new() }.write(&state)?;
        let hosts = boot_hosts(&holder, &plans, &mut owned)?;
        let cluster = Cluster::open(&state);
        cluster.write_hosts(&hosts)?;
        let hosts: Vec<Host> = hosts.into_iter().map(|record| Host::new(record, &state)).collect();
        engine::start(hosts.iter().filter(|host| host.record().engine), holder.init())?;
        owned.serve(program, hosts[0].init_pid())?;
        Ok(Lab { cluster, hosts, owned: Some(owned) })
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

    fn plan(&self, name: String, address: std::net::Ipv4Addr) -> Result<HostPlan> {
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
    holder.prepare(&owned.state)?;
    let mut starting = Vec::new();
    for plan in plans {
        starting.push(holder.start_host(&owned.state, plan)?);
    }
    let ready = starting.iter_mut().zip(plans).map(|(host, plan)| host.ready(plan)).collect();
    owned.children.extend(starting.into_iter().map(|host| host.child));
    ready
}

/// A running lab.
#[derive(Debug)]
pub struct Lab {
    cluster: Cluster,
    hosts: Vec<Host>,
    /// None where another process started it.
    owned: Option<Owned>,
}

impl Lab {
    /// Three agents without Docker Engine, unless asked otherwise.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            agents: 3,
            engines: 0,
            public_agents: 0,
            disk: DISK.to_owned(),
            binary: None,
            state: None,
            marathon: MarathonVersion::V1_11,
        }
    }

    /// The lab that was started by another process and keeps its state there. Dropping this does not end it.
    ///
    /// # Errors
    /// Where none is up.
    pub fn attach(state: &Path) -> Result<Self> {
        let cluster = Cluster::open(state);
        let hosts = cluster.hosts()?.into_iter().map(|record| Host::new(record, state)).collect();
        Ok(Self { cluster, hosts, owned: None })
    }

    /// The host of that name.
    ///
    /// # Panics
    /// Where the lab has none: a test asks for what it has built.
    #[must_use]
    pub fn host(&self, name: &str) -> &Host {
        self.find(name).unwrap_or_else(|| panic!("the lab has no host {name}"))
    }

    /// The host of that name, if there is one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| host.name() == name)
    }

    /// All hosts, the master first.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// All hosts but the master.
    pub fn agents(&self) -> impl Iterator<Item = &Host> {
        self.hosts.iter().filter(|host| host.record().is_agent())
    }

    /// Has the Mesos masters play this from the next request on.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn mesos(&self, scenario: &Scenario) -> Result<()> {
        scenario.write(self.state())
    }

    /// Reboots a host: its files stay, its processes and kernel settings do not. Its faults are taken out.
    ///
    /// # Errors
    /// Where it does not come up again.
    pub fn reboot(&self, name: &str) -> Result<()> {
        reboot::reboot(self.host(name), self.state())
    }

    /// Has Marathon misbehave like this from the next request on.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn marathon(&self, control: &marathon::Control) -> Result<()> {
        control.write(&marathon::state_dir(self.state()))
    }

    /// The stand-ins' view of it.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Where its state is kept.
    #[must_use]
    pub fn state(&self) -> &Path {
        self.cluster.state()
    }
}

/// What this process has to end.
#[derive(Debug)]
struct Owned {
    state: PathBuf,
    children: Vec<Child>,
    threads: Vec<Threads>,
}

impl Owned {
    /// Starts the stand-ins on the network of the master with this pid 1.
    fn serve(&mut self, program: Option<&Path>, master: u32) -> Result<()> {
        for part in Part::ALL {
            match program {
                None => self.threads.push(Threads::start(part, &self.state, master)?),
                Some(program) => {
                    let process = start_process(part, program, &self.state, master)?;
                    let mut record = Record::read(&self.state)?;
                    record.servers.push(process);
                    record.write(&self.state)?;
                }
            }
        }
        Ok(())
    }

    /// Leaves everything running: dropping would end it.
    fn release(self) {
        std::mem::forget(self);
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.threads.clear();
        if let Err(error) = end(&self.state) {
            eprintln!("regctl-lab: {error:#}");
        }
        for mut child in self.children.drain(..) {
            let _ = child.kill().and_then(|()| child.wait());
        }
    }
}

/// Ends the lab that keeps its state there, and removes the state. Without one there is nothing to do.
///
/// # Errors
/// Where a process does not end or a file cannot be removed.
pub fn end(state: &Path) -> Result<()> {
    if let Ok(lab) = Record::read(state) {
        for process in lab.servers.iter().chain([&lab.holder, &lab.keeper]) {
            process.end()?;
        }
        engine::remove_groups(&lab.holder)?;
    }
    match fs::remove_dir_all(state) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", state.display()))
        }
        _ => Ok(()),
    }
}
