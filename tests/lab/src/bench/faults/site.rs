//! A lab in which regctl has been up once, and which every fault finds in need of it again.

use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::case::{Case, Lasts, When};
use super::verdict::Verdict;
use crate::{Lab, marathon, mesos};

/// Where the registry runs.
pub(crate) const HOST: &str = "a2";
/// A run that takes longer than this is stuck.
const LIMIT: Duration = Duration::from_secs(150);
/// How often it is looked whether a stage has begun.
const POLL: Duration = Duration::from_millis(20);

/// Time limits are short, so that what waits for them does not take all day.
const TOML: &str = "\
[cluster]
mesos = \"http://master.mesos:5050\"
marathon = \"http://marathon.mesos:8080\"
[registry]
host = \"192.168.1.12\"
[ssh]
connect_timeout = \"3s\"
timeout = \"15s\"
retries = 0
";

/// `up`, with the registry's health looked at more often than in a cluster, and without the preflight, which misses a Docker
/// Engine on the lab's agents and would stop at most faults before anything is at stake.
const UP: &str = "regctl up -y --no-input --no-preflight --wait 20s --set healthChecks.0.intervalSeconds=1 --set healthChecks.0.delaySeconds=0";

/// What must not be lost: a blob that a client has pushed.
const PUSH: &str = "\
echo precious >/keep; digest=sha256:$(sha256sum </keep | cut -c 1-64); curl='curl -sSf --cacert /certs/ca.crt'
place=$($curl -X POST -D - -o /dev/null https://192.168.0.1/v2/keep/blobs/uploads/ | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p')
case $place in /*) place=https://192.168.0.1$place ;; esac
$curl -X PUT -H 'Content-Type: application/octet-stream' --data-binary @/keep \"$place&digest=$digest\"
sha256sum /certs/* >/keep.certs";

/// Marathon answers within some seconds.
const ANSWERS: &str = "\
    for _ in $(seq 50); do curl -fsS -m 2 -o /dev/null http://marathon.mesos:8080/v2/info && exit; sleep 0.1; done; exit 1";

/// Whether it is there, the certificates are the same, and each agent trusts whom else it trusted.
const KEPT: &str = "\
digest=sha256:$(sha256sum </keep | cut -c 1-64)
[ \"$(curl -sSf --cacert /certs/ca.crt https://192.168.0.1/v2/keep/blobs/$digest)\" = precious ] && sha256sum -c --quiet /keep.certs";

/// A lab in which regctl has been up.
pub(crate) struct Site {
    pub(crate) lab: Lab,
    /// The stages of a run that has something to do, in their order.
    pub(crate) stages: Vec<String>,
    turn: std::cell::Cell<u32>,
}

impl Site {
    /// Starts a lab, goes up, and has a client push something.
    pub(crate) fn start(regctl: &Path) -> Result<Self> {
        let lab = Lab::builder().agents(3).binary(regctl).start()?;
        let mut site = Self { lab, stages: Vec::new(), turn: 0.into() };
        site.lab.host("master").write("/regctl.toml", TOML)?;
        let (status, said) = site.up(None)?;
        ensure!(status.success(), "the first up failed: {said}");
        // The certificate is there from now on.
        let stages =
            said.lines().filter_map(|line| line.strip_prefix("== ")).filter(|stage| *stage != "cert-gen");
        site.stages = stages.map(str::to_owned).collect();
        site.shell("master", PUSH).context("pushing what must not be lost")?;
        for agent in ["a1", "a2", "a3"] {
            site.shell(
                agent,
                "mkdir -p /etc/docker/certs.d/other && echo theirs >/etc/docker/certs.d/other/ca.crt",
            )?;
        }
        Ok(site)
    }

    /// Puts the fault in front of `up`; hands back the verdict and all that was printed.
    pub(crate) fn face(&self, case: &Case) -> Result<(Verdict, String)> {
        self.unsettle()?;
        if case.when == When::Before {
            (case.strike)(self)?;
        }
        let began = Instant::now();
        let (status, said) = self.up(Some(case))?;
        let seconds = began.elapsed().as_secs_f64();
        self.mend()?;
        let again = Instant::now();
        let (next, then) = self.up(None)?;
        let repair = again.elapsed().as_secs_f64();
        let verdict = Verdict {
            name: case.name.clone(),
            code: status.code(),
            right_code: case.codes.contains(&status.code()),
            right_words: said.contains(case.words),
            kept: self.kept(),
            repaired: next.success(),
            seconds,
            repair,
        };
        Ok((verdict, format!("{said}\n---- the next up ----\n{then}")))
    }

    /// What a line of shell on that host prints; it has to succeed.
    pub(crate) fn shell(&self, host: &str, line: &str) -> Result<String> {
        self.lab.host(host).shell(line)?.good()
    }

    /// Gives every stage something to do: another size of the app, and agents without the CA.
    fn unsettle(&self) -> Result<()> {
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        let toml = TOML.replace("[ssh]", &format!("mem = {}\n[ssh]", 256 + turn % 2));
        self.lab.host("master").write("/regctl.toml", toml)?;
        for agent in ["a1", "a2", "a3"] {
            self.shell(agent, "rm -rf /etc/docker/certs.d/192.168.0.1")?;
        }
        Ok(())
    }

    /// Takes every fault out again, and waits for a Marathon that was down.
    fn mend(&self) -> Result<()> {
        self.lab.marathon(&marathon::Control::default())?;
        self.shell("master", ANSWERS).context("Marathon does not come back")?;
        self.lab.mesos(&mesos::Scenario::Leader)?;
        for agent in ["a2", "a3"] {
            self.lab.host(agent).clear_faults()?;
        }
        Ok(())
    }

    fn kept(&self) -> bool {
        let theirs = |agent: &str| self.shell(agent, "cat /etc/docker/certs.d/other/ca.crt").is_ok();
        self.shell("master", KEPT).is_ok() && ["a1", "a2", "a3"].into_iter().all(theirs)
    }

    /// Goes up; the fault strikes and goes when it is due.
    fn up(&self, case: Option<&Case>) -> Result<(ExitStatus, String)> {
        // What the run before said must not be taken for this one's.
        self.shell("master", "rm -f /run/up.log /run/up.pid")?;
        let line = format!("echo $$ >/run/up.pid; exec {UP} >/run/up.log 2>&1");
        let mut command = self.lab.host("master").command("sh");
        let mut child = command.args(["-c", &line]).stdin(Stdio::null()).spawn().context("starting up")?;
        let began = Instant::now();
        if let Some(case) = case {
            self.attend(case, &mut child, began)?;
        }
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if began.elapsed() > LIMIT {
                let _ = self.shell("master", "kill -KILL $(cat /run/up.pid)");
                child.wait()?;
                bail!("up is stuck: {}", self.said());
            }
            thread::sleep(POLL);
        };
        Ok((status, self.said()))
    }

    /// Waits for the moments at which the fault comes and goes, as long as the run lasts.
    fn attend(&self, case: &Case, child: &mut Child, began: Instant) -> Result<()> {
        if let When::At(stage, after) = &case.when {
            let begun = format!("== {stage}");
            while !self.said().lines().any(|line| line == begun) {
                if child.try_wait()?.is_some() || began.elapsed() > LIMIT {
                    bail!("{}: {stage} did not begin: {}", case.name, self.said());
                }
                thread::sleep(POLL);
            }
            thread::sleep(*after);
            (case.strike)(self)?;
        }
        if let Lasts::For(time) = case.lasts {
            thread::sleep(time);
            self.mend()?;
        }
        Ok(())
    }

    fn said(&self) -> String {
        self.lab.host("master").read("/run/up.log").unwrap_or_default()
    }
}
