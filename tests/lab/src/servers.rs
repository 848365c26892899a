//! Stand-ins that run on the master's network: as threads of this process, or as processes of their own.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tokio::sync::oneshot;

use crate::address;
use crate::marathon;
use crate::mesos::{self, Masters};
use crate::process::Process;
use crate::state::Record;
use crate::wait::{Progress, wait_for};

/// How long a stand-in may take until it listens.
const START_TIME: Duration = Duration::from_secs(20);

/// What is served on the master's network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The Mesos masters, Mesos-DNS beside the first, and what the agents themselves answer.
    Mesos,
    /// Marathon.
    Marathon,
}

impl Part {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Mesos, Self::Marathon];

    /// The part with that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }

    /// The word for it on the command line of `regctl-lab serve`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mesos => "mesos",
            Self::Marathon => "marathon",
        }
    }

    /// The port on which it is up when it listens there.
    fn port(self) -> u16 {
        match self {
            Self::Mesos => mesos::PORT,
            Self::Marathon => marathon::PORT,
        }
    }

    async fn serve(self, state: &Path) -> Result<()> {
        match self {
            Self::Mesos => {
                let at = |address: Ipv4Addr| SocketAddr::from((address, mesos::PORT));
                let masters = Masters { first: at(address::MASTER), second: at(address::STANDBY) };
                let dns = mesos::dns::listen((address::MASTER, mesos::dns::PORT).into()).await?;
                let dns = mesos::dns::serve(state.to_path_buf(), dns);
                let agents = mesos::agent_api::serve(state.to_path_buf());
                tokio::try_join!(mesos::serve(state.to_path_buf(), masters), dns, agents).map(|_| ())
            }
            Self::Marathon => marathon::serve_lab(state).await,
        }
    }
}

/// A part that runs as threads of this process. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Threads {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Threads {
    /// Starts a part on the network of the master whose pid 1 is `init_pid`, and waits until it listens.
    pub(crate) fn start(part: Part, state: &Path, init_pid: u32) -> Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let state = state.to_path_buf();
        let thread = thread::Builder::new()
            .name(part.word().to_owned())
            .spawn(move || serve_until(part, &state, init_pid, stopped))
            .context("starting a thread")?;
        let mut running = Self { stop: Some(stop), thread: Some(thread) };
        wait_for(format_args!("{} to listen", part.word()), START_TIME, || running.probe(part, init_pid))?;
        Ok(running)
    }

    fn probe(&mut self, part: Part, init_pid: u32) -> Progress<()> {
        if self.thread.as_ref().is_some_and(JoinHandle::is_finished) {
            return Progress::Failed(self.ended());
        }
        if listens(init_pid, part.port()) {
            Progress::Done(())
        } else {
            Progress::NotYet("not yet".to_owned())
        }
    }

    /// Why the thread ended by itself.
    fn ended(&mut self) -> anyhow::Error {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(Err(error))) => error,
            _ => anyhow!("it ended by itself"),
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves on another network until told to stop. Threads that this one starts are on that network too.
fn serve_until(part: Part, state: &Path, init_pid: u32, stopped: oneshot::Receiver<()>) -> Result<()> {
    enter_network(init_pid)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let result = runtime.block_on(async {
        tokio::select! {
            result = part.serve(state) => result,
            _ = stopped => Ok(()),
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

/// Moves this thread, and those it will start, onto the network of that process.
pub(crate) fn enter_network(pid: u32) -> Result<()> {
    let namespace = File::open(format!("/proc/{pid}/ns/net")).context("opening the master's network")?;
    move_into_link_name_space(std::os::fd::AsFd::as_fd(&namespace), Some(LinkNameSpaceType::Network))
        .context("entering the master's network")
}

/// Serves a part in this process until the lab ends: the body of `regctl-lab serve`.
///
/// # Errors
/// Where no lab is up, or the part cannot be served.
pub fn serve_here(part: Part, state: &Path) -> Result<()> {
    let holder = Record::read(state)?.holder;
    let hosts = crate::cluster::Cluster::open(state).hosts()?;
    let master = hosts.first().context("the lab has no master")?;
    let (stop, stopped) = oneshot::channel::<()>();
    thread::spawn(move || {
        while holder.runs() {
            thread::sleep(Duration::from_secs(1));
        }
        drop(stop);
    });
    serve_until(part, state, master.init_pid, stopped)
}

/// Starts a part as a process of its own that outlives this one, and waits until it listens.
///
/// `program` is the regctl-lab binary.
pub(crate) fn start_process(part: Part, program: &Path, state: &Path, init_pid: u32) -> Result<Process> {
    use std::os::unix::process::CommandExt as _;
    let path = state.join("log").join(format!("{}.log", part.word()));
    let log = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    let mut child = Command::new(program)
        .arg("serve")
        .arg(part.word())
        .arg("--state")
        .arg(state)
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("sharing the log")?)
        .stderr(log)
        .process_group(0)
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let process = Process::of(child.id()).with_context(|| format!("{} ended at once", part.word()))?;
    wait_for(format_args!("{} to listen", part.word()), START_TIME, || match child.try_wait() {
        Ok(Some(_)) => Progress::Failed(anyhow!("{}", fs::read_to_string(&path).unwrap_or_default().trim())),
        _ if listens(init_pid, part.port()) => Progress::Done(()),
        _ => Progress::NotYet("not yet".to_owned()),
    })?;
    Ok(process)
}

/// True where something listens on that TCP port in the network namespace of `pid`; nothing is sent to find out.
pub(crate) fn listens(pid: u32, port: u16) -> bool {
    /// The listening state, as /proc/net/tcp writes it.
    const LISTEN: &str = "0A";
    let local_end = format!(":{port:04X}");
    ["tcp", "tcp6"].iter().any(|table| {
        let table = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        table.lines().any(|line| {
            let mut fields = line.split_whitespace().skip(1);
            fields.next().is_some_and(|local| local.ends_with(&local_end)) && fields.nth(1) == Some(LISTEN)
        })
    })
}
