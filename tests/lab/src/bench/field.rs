//! The lab that the ways run in: agents of a certain number and distance, some of them perhaps dead.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::group::Group;
use super::setting::Setting;
use super::way::{Scene, Way};
use super::{agents, kit};
use crate::process::Process;
use crate::wait::{Progress, wait_for};
use crate::{Fault, Host, Lab};

/// What agents of a DC/OS age offer (OpenSSH 7.4 of `CentOS` 7): none of the slow post-quantum key exchanges of later
/// versions, which would hide every difference between the ways behind 110 ms of arithmetic a host.
const KEY_EXCHANGE: &str =
    "KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256\n";

/// How often the round trip is measured.
const PINGS: usize = 9;

/// A lab made ready.
pub(crate) struct Field {
    lab: Lab,
    /// All agents. It ends after the lab, when nothing is left in it.
    servers: Group,
    ca: String,
    setting: Setting,
}

impl Field {
    /// Starts it.
    ///
    /// # Errors
    /// Where the lab does not come up or cannot be made so.
    pub(crate) fn start(agents: u8, setting: Setting, far: Duration, tools: &Tools<'_>) -> Result<Self> {
        let lab = Lab::builder().agents(agents).binary(tools.regctl).start()?;
        let all: Vec<&Host> = lab.agents().collect();
        like_an_old_agent(&all)?;
        let ca = kit::lay_out(lab.host("master"), &all, tools.scene)?;
        install_runner(lab.host("master"))?;
        if let Some(round_trip) = setting.round_trip(far) {
            lab.lengthen_cable(round_trip)?;
        }
        for (_, agent) in all.iter().enumerate().filter(|(index, _)| setting.kills(*index)) {
            agent.fault(&Fault::Blackholed)?;
        }
        let servers = Group::create()?;
        all.iter().try_for_each(|agent| servers.admit(agent.init_pid()))?;
        Ok(Self { lab, servers, ca, setting })
    }

    /// The host that the ways run in.
    pub(crate) fn master(&self) -> &Host {
        self.lab.host("master")
    }

    /// The agents that can be reached.
    pub(crate) fn living(&self) -> impl Iterator<Item = &Host> {
        self.lab.agents().enumerate().filter(|(index, _)| !self.setting.kills(*index)).map(|(_, agent)| agent)
    }

    /// Brings everything back to where no way has ever run.
    ///
    /// # Errors
    /// Where something cannot be removed.
    pub(crate) fn reset(&self) -> Result<()> {
        self.lab.agents().try_for_each(agents::empty)?;
        // Sockets and folders that the way before has left; /root/.ssh holds the key and the known hosts.
        self.master()
            .shell("rm -rf /root/.ansible /root/.local /root/.cache /tmp/* /tmp/.[!.]* /dev/shm/*")?
            .good()
            .context("emptying the master")
            .map(drop)
    }

    /// User and system time that the agents have spent so far.
    ///
    /// # Errors
    /// Where the kernel does not tell.
    pub(crate) fn agents_cpu(&self) -> Result<Duration> {
        self.servers.cpu()
    }

    /// On how many agents the work is done.
    pub(crate) fn done(&self) -> usize {
        self.living().filter(|agent| agents::is_done(agent, &self.ca)).count()
    }

    /// The version of a way's tool; the reason where it cannot be run here.
    pub(crate) fn version(&self, way: Way, scene: &Scene) -> Result<String, String> {
        let output = self.master().shell(&way.version_line(scene)).map_err(|error| format!("{error:#}"))?;
        let line = |text: &str| text.trim().lines().next().unwrap_or("it says nothing").trim().to_owned();
        if output.status.success() { Ok(line(&output.stdout)) } else { Err(line(&output.stderr)) }
    }

    /// The round trip from the master to the first agent: the median of some handshakes.
    ///
    /// # Errors
    /// Where the agent cannot be reached.
    pub(crate) fn round_trip(&self) -> Result<Duration> {
        let agent = SocketAddr::new(self.lab.host("a1").address().into(), 22);
        let mut times = agents::on_network(self.master().init_pid(), || {
            let ping = || {
                let started = Instant::now();
                TcpStream::connect_timeout(&agent, Duration::from_secs(5)).map(|_| started.elapsed())
            };
            (0..PINGS).map(|_| ping()).collect::<std::io::Result<Vec<_>>>()
        })?;
        times.sort();
        Ok(times[PINGS / 2])
    }
}

/// The programs that the ways need from outside of the lab.
pub(crate) struct Tools<'run> {
    pub regctl: &'run Path,
    pub scene: &'run Scene,
}

/// Has every sshd offer what an old one offers.
fn like_an_old_agent(all: &[&Host]) -> Result<()> {
    let mut restarted = Vec::new();
    for agent in all {
        agent.write("/etc/ssh/sshd_config.d/bench.conf", KEY_EXCHANGE)?;
        restarted.push((agent, listener(agent)));
        Process::of(agent.init_pid()).context("the agent is dead")?.signal(Signal::HUP)?;
    }
    for (agent, before) in restarted {
        wait_for(
            format_args!("sshd of {} to read its settings", agent.name()),
            Duration::from_secs(60),
            || match listener(agent) {
                Some(now) if Some(&now) != before.as_ref() => Progress::Done(()),
                _ => Progress::NotYet("it listens as before".to_owned()),
            },
        )?;
    }
    Ok(())
}

/// The number of the socket that sshd listens on.
fn listener(agent: &Host) -> Option<String> {
    let table = std::fs::read_to_string(format!("/proc/{}/net/tcp", agent.init_pid())).ok()?;
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let listens = fields.get(1)?.ends_with(":0016") && fields.get(3) == Some(&"0A");
        listens.then(|| fields.get(9).map(ToString::to_string))?
    })
}

/// Puts this very program into the master host, for [`Way::Ssh`].
fn install_runner(master: &Host) -> Result<()> {
    let program = std::fs::read("/proc/self/exe").context("reading this program")?;
    let path = format!("{}/regctl-lab", kit::FOLDER);
    master.write(&path, program)?;
    master.exec(&["chmod", "755", &path])?.good().map(drop)
}
