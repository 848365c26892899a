//! Agents that pull all the time, and what came of each pull.

use std::thread;
use std::time::Duration;

use regctl_lab::Host;

use crate::cluster::Cluster;

/// Docker's own pull where there is an engine, from nothing each time; elsewhere a request that trusts what Docker would find there.
const LOOP: &str = r#"
certs=/etc/docker/certs.d/192.168.0.1/ca.crt
once() {
  if [ -S /var/run/docker.sock ]; then docker rmi -f 192.168.0.1/lab/hello:1 >/dev/null 2>&1; docker pull -q 192.168.0.1/lab/hello:1
  else curl -sS -m 5 --cacert $certs -o /dev/null https://192.168.0.1/v2/; fi
}
while [ ! -e /run/pulling.stop ]; do
  if words=$(once 2>&1); then echo ok; else echo "failed $(echo $words)"; fi >>/run/pulling.log
  sleep 0.05
done
"#;
/// What a registry that restarts looks like from outside: curl's exit codes for connections that fail or break, and
/// Docker's words for the same. Whatever has to do with a certificate is not among them.
const RESTARTING: &[&str] = &[
    "curl: (7)",
    "curl: (16)",
    "curl: (18)",
    "curl: (28)",
    "curl: (52)",
    "curl: (55)",
    "curl: (56)",
    "SSL_ERROR_SYSCALL",
    "unexpected eof",
    "connection refused",
    "connection reset",
    "Connection reset by peer",
    "broken pipe",
    "EOF",
    "no route to host",
    "i/o timeout",
    "request canceled",
    "Timeout exceeded",
];

/// Loops on every agent, until they are stopped.
pub(crate) struct Pulling<'a> {
    agents: Vec<&'a Host>,
}

/// What the pulls of one agent came to.
#[derive(Debug, Default)]
pub(crate) struct Pulls {
    pub(crate) good: usize,
    /// While the registry restarted.
    pub(crate) refused: usize,
    /// Anything else: the words.
    pub(crate) bad: Vec<String>,
}

impl<'a> Pulling<'a> {
    /// Starts one loop on each agent. With an engine on a1, an image is pushed from there first.
    pub(crate) fn start(cluster: &'a Cluster) -> Self {
        let push = "[ ! -S /var/run/docker.sock ] || {
            tar -C /etc -c hostname | docker import -c 'CMD [\"/x\"]' - 192.168.0.1/lab/hello:1 &&
            docker push -q 192.168.0.1/lab/hello:1; }";
        cluster.shell("a1", push);
        let agents: Vec<&Host> = ["a1", "a2", "a3"].map(|name| cluster.host(name)).into();
        for agent in &agents {
            agent.write("/run/pulling.sh", LOOP).expect("writes");
            let started = "rm -f /run/pulling.stop; : >/run/pulling.log; setsid sh /run/pulling.sh >/dev/null 2>&1 </dev/null &";
            agent.shell(started).expect("runs").good().expect("starts");
        }
        let pulling = Self { agents };
        pulling.wait_for_more();
        pulling
    }

    /// Waits until every agent has pulled again.
    pub(crate) fn wait_for_more(&self) {
        for agent in &self.agents {
            let good = || pulls(agent).good;
            let before = good();
            let is_more = (0..400).any(|_| {
                thread::sleep(Duration::from_millis(50));
                good() > before
            });
            assert!(is_more, "{} pulls no more: {:?}", agent.name(), pulls(agent));
        }
    }

    /// Stops the loops; what became of each agent's pulls.
    pub(crate) fn stop(self) -> Vec<Pulls> {
        self.agents.iter().for_each(|agent| agent.write("/run/pulling.stop", "").expect("writes"));
        thread::sleep(Duration::from_millis(300));
        self.agents.iter().map(|agent| pulls(agent)).collect()
    }
}

fn pulls(agent: &Host) -> Pulls {
    let mut pulls = Pulls::default();
    for line in agent.read("/run/pulling.log").expect("is there").lines() {
        match line {
            "ok" => pulls.good += 1,
            line if RESTARTING.iter().any(|words| line.contains(words)) => pulls.refused += 1,
            line => pulls.bad.push(line.to_owned()),
        }
    }
    pulls
}
