//! `--syslog`: what agents' own logs learn, from the real logger to a socket where a syslog daemon would listen.

use std::time::Duration;

use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Host, require_programs};

use crate::fleet::Fleet;

/// Writes each datagram as a line.
const DAEMON: &str = "import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('/dev/log')
while True: open('/run/log.txt', 'ab').write(s.recv(9000) + b'\\n')";

/// A /dev of the host's own, with nobody at /dev/log: the one it has is the machine's.
const OWN_DEV: &str = "set -e; mkdir /run/dev; mount -t tmpfs dev /run/dev
    for node in null zero full random urandom tty ptmx; do touch /run/dev/$node; mount --bind /dev/$node /run/dev/$node; done
    for folder in pts shm; do mkdir /run/dev/$folder; mount --rbind /dev/$folder /run/dev/$folder; done
    ln -s /proc/self/fd /run/dev/fd; mount --move /run/dev /dev";

/// Starts what listens there.
fn listen(host: &Host) {
    host.write("/run/daemon.py", DAEMON).expect("writes");
    host.shell("setsid python3 /run/daemon.py </dev/null >/dev/null 2>&1 &").expect("starts");
    wait_for("the socket", Duration::from_secs(10), || {
        let there = host.shell("test -S /dev/log").is_ok_and(|output| output.status.success());
        if there { Progress::Done(()) } else { Progress::NotYet("not there".to_owned()) }
    })
    .expect("listens");
}

fn lines(host: &Host) -> Vec<String> {
    host.read("/run/log.txt").unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn each_agent_that_is_changed_tells_its_own_log_in_the_one_login() {
    let programs = [("python3", "listens in place of a syslog daemon"), ("logger", "is what agents tell")];
    let Some(()) = require_programs(&programs) else { return };
    let Some(fleet) = Fleet::start(2) else { return };
    let (heard, unheard) = (fleet.agent("a1"), fleet.agent("a2"));
    for agent in [heard, unheard] {
        agent.shell(OWN_DEV).expect("runs").good().expect("mounts");
    }
    listen(heard);
    let run = fleet.trust(&["--syslog"]);
    run.assert_exit(0);
    let id = fleet.records()[1]["id"].as_str().expect("an id").to_owned();
    let told = lines(heard);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("<85>"), "authpriv.notice: {told:?}");
    let end = format!("@master (uid 0), run {id}: done: conntrack changed, docker-ca changed");
    assert!(
        told[0].contains(" regctl: trust-agents for 192.168.0.1 by ") && told[0].ends_with(&end),
        "{told:?}"
    );
    assert_eq!((run.status(heard), run.status(unheard)), ("changed", "changed"));
    let last = run.agent(unheard)["steps"].as_array().and_then(|steps| steps.last()).expect("steps").clone();
    assert_eq!((&last["step"], &last["change"]), (&"syslog".into(), &"unsupported".into()), "{last}");
    fleet.trust(&["--syslog"]).assert_exit(0);
    fleet.regctl(&["untrust-agents", "--syslog", "--check"]).assert_exit(4);
    assert_eq!(lines(heard).len(), 1, "what changed nothing told something");
    fleet.master().write("/regctl.toml", "[trust]\nsyslog = true\n").expect("writes");
    fleet.regctl(&["--config", "/regctl.toml", "untrust-agents", "--yes"]).assert_exit(0);
    let told = lines(heard);
    assert!(
        told[1].contains("regctl: untrust-agents by ") && told[1].contains("done: conntrack changed"),
        "{told:?}"
    );
    assert_eq!(heard.logins().expect("counts"), 4);
}
