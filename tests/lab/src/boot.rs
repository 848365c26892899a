//! Starting the parts of a lab in their order: the holder of all namespaces, the shared layer, then the hosts.

use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::address;
use crate::cluster::HostRecord;
use crate::host::log_file;
use crate::process::{Process, init_below};
use crate::servers::listens;
use crate::wait::{Progress, wait_for};

/// A host has this long to answer on port 22; 200 at once on two busy cores take a while.
const HOST_TIME: Duration = Duration::from_secs(120);

/// The process that all of a lab hangs on: pid 1 of its pid namespace, at home in the namespace of the bridge.
pub(crate) struct Holder {
    /// Pid 1 of the lab.
    init: Process,
}

impl Holder {
    /// Starts it. The child is its parent; where leashed, the child's standard input keeps the lab alive: it ends
    /// when this process ends, in whatever way.
    pub(crate) fn start(leashed: bool) -> Result<(Self, Child)> {
        let wait: &[&str] = if leashed { &["cat"] } else { &["sleep", "infinity"] };
        let mut child = Command::new("unshare")
            .args(["--mount", "--net", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"])
            .args(wait)
            // Ctrl-C is for whoever started the lab, who then ends it.
            .process_group(0)
            .stdin(if leashed { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            .spawn()
            .context("starting the lab's first process with unshare")?;
        let init = wait_for("the lab's first process", Duration::from_secs(20), || {
            match init_below(child.id(), 1).and_then(Process::of) {
                Some(init) if runs_program(init.pid, wait[0]) => Progress::Done(init),
                _ => Progress::NotYet("unshare has not started it".to_owned()),
            }
        });
        match init {
            Ok(init) => Ok((Self { init }, child)),
            Err(error) => {
                let _ = child.kill().and_then(|()| child.wait());
                Err(error)
            }
        }
    }

    /// Pid 1 of the lab.
    pub(crate) fn init(&self) -> &Process {
        &self.init
    }

    /// A command in the lab's own namespaces: those of the bridge.
    fn enter(&self) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.init.pid.to_string(), "-m", "-n", "-u", "-p", "--"]);
        command
    }

    /// Makes the bridge and the layer that all hosts share.
    pub(crate) fn prepare(&self, state: &Path) -> Result<()> {
        let script = write_script(state, "base.sh", include_str!("../scripts/base.sh"))?;
        write_script(state, "host.sh", include_str!("../scripts/host.sh"))?;
        write_script(state, "systemctl.sh", include_str!("../scripts/systemctl.sh"))?;
        let output = self
            .enter()
            .arg("sh")
            .arg(script)
            .arg(state)
            .arg(address::GATEWAY.to_string())
            .output()
            .context("preparing the hosts' shared layer")?;
        if !output.status.success() {
            bail!("preparing the hosts' shared layer: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    /// Starts one host; [`Starting::ready`] waits for it.
    pub(crate) fn start_host(&self, state: &Path, plan: &HostPlan) -> Result<Starting> {
        let log = log_file(state, &plan.name);
        let out = File::create(&log).with_context(|| format!("making {}", log.display()))?;
        let child = self
            .enter()
            .args(["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "sh"])
            .arg(state.join("host.sh"))
            .arg(state)
            .args([&plan.name, &address::six(plan.address).to_string(), &plan.address.to_string()])
            .args([&address::GATEWAY.to_string(), &plan.disk])
            .args(&plan.binary)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(out.try_clone().context("sharing the log")?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("starting {}", plan.name))?;
        Ok(Starting { child, log })
    }
}

/// What is to be started.
pub(crate) struct HostPlan {
    pub name: String,
    pub address: Ipv4Addr,
    pub engine: bool,
    pub public: bool,
    /// How large its disk is, as mount's `size=` takes it.
    pub disk: String,
    /// A program to be found there as /usr/local/bin/regctl.
    pub binary: Option<PathBuf>,
}

/// A host on its way up.
pub(crate) struct Starting {
    pub child: Child,
    log: PathBuf,
}

impl Starting {
    /// Waits until its sshd listens.
    pub(crate) fn ready(&mut self, plan: &HostPlan) -> Result<HostRecord> {
        let init_pid =
            wait_for(format_args!("{} to answer on port 22", plan.name), HOST_TIME, || self.probe())?;
        Ok(HostRecord {
            name: plan.name.clone(),
            address: plan.address,
            init_pid,
            engine: plan.engine,
            public: plan.public,
        })
    }

    fn probe(&mut self) -> Progress<u32> {
        if let Ok(Some(status)) = self.child.try_wait() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            return Progress::Failed(anyhow::anyhow!("it ended with {status}: {}", log.trim()));
        }
        let Some(pid) = init_below(self.child.id(), 2) else {
            return Progress::NotYet("its namespaces are being made".to_owned());
        };
        if listens(pid, 22) {
            Progress::Done(pid)
        } else {
            Progress::NotYet("its sshd does not listen".to_owned())
        }
    }
}

/// True once `pid` has become that program (between fork and exec it is still another).
fn runs_program(pid: u32, program: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == program)
}

fn write_script(state: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = state.join(name);
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}

/// /etc/hosts of every host: the cluster's names, then all hosts.
pub(crate) fn hosts_file(plans: &[HostPlan]) -> String {
    let mut text = format!(
        "127.0.0.1 localhost\n::1 localhost ip6-localhost\n{} master.mesos leader.mesos marathon.mesos\n",
        address::MASTER
    );
    for plan in plans {
        text.push_str(&format!("{} {}\n", plan.address, plan.name));
    }
    text
}
