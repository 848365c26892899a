//! What local proxies are for: the real Docker Engine pushes and pulls by localhost, without any setting.

use regctl_lab::Host;

use crate::fleet::Fleet;
use crate::local_proxy::{INCLUDE, done, proxied, step, told, verified};
use crate::serving::start_registry;

/// An image by the name that regctl takes, made of the local nginx: what of it runs is what the real image has.
const IMAGE: &str = r#"
set -e
work=$(mktemp -d); mkdir -p "$work/bin" "$work/tmp"
cp /usr/sbin/nginx "$work/bin/nginx"
for library in $(ldd /usr/sbin/nginx | grep -o '/[^ )]*'); do mkdir -p "$work$(dirname $library)"; cp -L $library "$work$library"; done
tar -C "$work" -c . | docker import -c 'ENV PATH=/bin' - nginx:1.27-alpine >/dev/null
docker save -o /run/nginx.tar nginx:1.27-alpine
docker rmi nginx:1.27-alpine >/dev/null
"#;

/// Notes, until it is killed, the most that the host's disk holds and that the processes of nginx take of memory.
const WATCH: &str = "disk=0 memory=0
while sleep 0.05; do
  used=$(df --output=used / | tail -n 1)
  taken=$(cat $(printf '/proc/%s/status ' $(pgrep -x nginx)) 2>/dev/null | awk '/RssAnon/ {sum += $2} END {print sum + 0}')
  [ $used -le $disk ] || disk=$used
  [ $taken -le $memory ] || memory=$taken
  echo $disk $memory >/run/most.new; mv /run/most.new /run/most
done";

/// KiB of the disk and of nginx's memory, at most, since the watch began.
fn most(host: &Host) -> (u64, u64) {
    let said = host.read("/run/most").expect("was noted");
    let mut numbers = said.split_whitespace().map(|number| number.parse().expect("a number"));
    (numbers.next().expect("the disk"), numbers.next().expect("the memory"))
}

#[test]
fn an_engine_pushes_and_pulls_200_megabytes_by_localhost_and_nginx_keeps_none_of_it() {
    let Some(fleet) = Fleet::with_engine(2) else { return };
    let agent = fleet.agent("a1");
    start_registry(&fleet, "a2", "a1");
    proxied(&fleet, &[]).assert_exit(0);
    done(
        agent,
        "cd /var/lib/docker/tmp && head -c 200000000 /dev/urandom >big && tar -c big | docker import - localhost:5001/lab/big:1 && rm big",
    );
    let id = done(agent, "docker images -q --no-trunc localhost:5001/lab/big:1");
    agent.write("/run/watch.sh", WATCH).expect("writes");
    done(
        agent,
        "setsid sh /run/watch.sh >/dev/null 2>&1 </dev/null & echo $! >/run/watch.pid; while [ ! -e /run/most ]; do sleep 0.02; done",
    );
    let (disk, _) = most(agent);
    done(
        agent,
        "docker push -q localhost:5001/lab/big:1 && docker rmi localhost:5001/lab/big:1 && docker pull -q localhost:5001/lab/big:1",
    );
    let (most_disk, memory) = most(agent);
    done(agent, "kill $(cat /run/watch.pid)");
    assert_eq!(done(agent, "docker images -q --no-trunc localhost:5001/lab/big:1"), id);
    assert!(most_disk - disk < 10_000, "{} KiB of the disk", most_disk - disk);
    assert!(memory > 0 && memory < 40_000, "{memory} KiB of memory");
    assert!(!agent.exists("/etc/docker/daemon.json"), "no engine setting");

    // The same as a container, whose image comes along.
    done(agent, IMAGE);
    let saved = std::fs::read(agent.root().join("run/nginx.tar")).expect("reads");
    fleet.master().write("/nginx.tar", saved).expect("writes");
    let contained = ["--proxy-runtime", "docker", "--proxy-image-archive", "/nginx.tar"];
    let run = proxied(&fleet, &contained);
    run.assert_exit(0);
    let (change, detail) = step(&run, agent);
    assert_eq!(change, "changed");
    assert!(
        detail.contains("nginx stopped")
            && detail.ends_with("regctl-proxy started, localhost:5001 is 192.168.0.1 by docker"),
        "{detail}"
    );
    for more in [&contained[..], &["--proxy-runtime", "docker"], &[]] {
        assert_eq!(step(&proxied(&fleet, more), agent).0, "unchanged");
    }
    done(
        agent,
        "cd /tmp && date >made && tar -c made | docker import - localhost:5001/lab/small:1 && docker push -q localhost:5001/lab/small:1 && \
         docker rmi localhost:5001/lab/small:1 && docker pull -q localhost:5001/lab/small:1",
    );
    let address = agent.address();
    let refused = fleet.agent("a2").shell(&format!("curl -sS -m 5 http://{address}:5001/v2/")).expect("runs");
    assert_eq!(refused.status.code(), Some(7), "connection refused: {}", refused.stderr);
    let pulled = verified(&fleet, &["--pull"]);
    assert_eq!(pulled, told(&[("agent-reach", "pass"), ("agent-trust", "skip"), ("agent-pull", "pass")]));
    let port = proxied(&fleet, &["--proxy-port", "5002"]);
    assert!(step(&port, agent).1.contains("regctl-proxy reloaded"), "{}", port.stdout);
    done(agent, "docker pull -q localhost:5002/lab/big:1");
    assert_eq!(agent.systemctl_calls().expect("reads"), Vec::<String>::new());

    fleet.regctl(&["untrust-agents", "--yes"]).assert_exit(0);
    assert_eq!(done(agent, "docker ps -aq; docker images -q nginx:1.27-alpine"), "");
    for path in [INCLUDE, "/etc/regctl", "/var/lib/regctl"] {
        assert!(!agent.exists(path), "{path} is left");
    }
}
