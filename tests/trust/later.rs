//! Agents that join later: the systemd unit that the README recommends, run as systemd would.

use std::time::Duration;

use regctl_lab::mesos::Scenario;
use regctl_lab::{Output, Tier, require, require_programs};

use crate::fleet::{Fleet, identities};

const SERVICE: &str = include_str!("../../docs/systemd/regctl-trust.service");
const TIMER: &str = include_str!("../../docs/systemd/regctl-trust.timer");
const CONFIG: &str = "[cluster]\nmesos = \"http://192.168.1.2:5050\"\n\n[ssh]\nuser = \"core\"\n";

/// What the service says under that key.
fn setting(key: &str) -> &'static str {
    let value = SERVICE.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("the service has no {key}"))
}

/// A fleet whose master has regctl, its configuration and its CA where the service looks for them.
fn installed(agents: u8) -> Option<Fleet> {
    let fleet = Fleet::start(agents)?;
    let master = fleet.master();
    let place = "ln -s /usr/local/bin/regctl /usr/bin/regctl && mkdir /etc/regctl && mv /certs /etc/regctl/";
    master.shell(place).expect("runs").good().expect("places");
    master.write("/etc/regctl/regctl.toml", CONFIG).expect("writes");
    Some(fleet)
}

/// Runs the service's command line in what its settings leave of the host: no terminal, an environment of its own, a file
/// system that is read-only but for /tmp and the state, and hardly any capability.
fn run_the_service(fleet: &Fleet) -> Output {
    let state = format!("/var/lib/{}", setting("StateDirectory"));
    let capability = setting("CapabilityBoundingSet").to_lowercase().replace("cap_", "");
    let (folder, environment, command) =
        (setting("WorkingDirectory"), setting("Environment"), setting("ExecStart"));
    let script = format!(
        "set -e; mkdir -p -m {mode} {state}; mount --bind {state} {state}; mount -t tmpfs tmpfs /tmp; \
         mount -o remount,bind,ro /; if touch /etc/x 2>/dev/null; then exit 99; fi; cd {folder}; umask {umask}; \
         exec setpriv --no-new-privs --bounding-set=-all,+{capability} \
         env -i PATH=/usr/sbin:/usr/bin HOME=/root USER=root {environment} {command}",
        mode = setting("StateDirectoryMode"),
        umask = setting("UMask"),
    );
    let words = ["unshare", "--mount", "sh", "-c", &script];
    fleet.master().exec_with(&words, b"", Duration::from_secs(60)).expect("runs")
}

#[test]
fn an_agent_that_joins_and_one_that_lost_its_files_are_trusted_at_the_next_run() {
    let Some(fleet) = installed(3) else { return };
    let (a1, a2, a3) = (fleet.agent("a1"), fleet.agent("a2"), fleet.agent("a3"));
    let early = vec!["a1".to_owned(), "a2".to_owned()];
    fleet.lab.mesos(&Scenario::PartlyRecovered { back: early }).expect("plays");
    run_the_service(&fleet).good().expect("succeeds");
    let ca = fleet.master().read("/etc/regctl/certs/ca.crt").expect("the CA is there");
    let trusts = |host: &regctl_lab::Host| host.read(crate::fleet::CA).ok().as_ref() == Some(&ca);
    assert!(trusts(a1) && trusts(a2) && !trusts(a3), "a3 has not joined yet");

    fleet.lab.mesos(&Scenario::Leader).expect("plays");
    a2.shell("rm -r /etc/docker/certs.d").expect("runs").good().expect("removes");
    let before = identities(a1);
    run_the_service(&fleet).good().expect("succeeds");
    assert!(trusts(a2) && trusts(a3));
    assert_eq!(identities(a1), before, "what is as wanted is left alone");

    let state = format!("/var/lib/{}/regctl/192.168.1.2", setting("StateDirectory"));
    let known =
        fleet.master().read(&format!("{state}/known_hosts")).expect("host keys are kept between runs");
    assert_eq!(known.lines().count(), 3, "{known}");
    // What was run by hand before is on record there, and that is all.
    let elsewhere = "find /root/.local/state/regctl -type f ! -name audit.jsonl ! -name audit.lock";
    let elsewhere = fleet.master().shell(elsewhere).expect("runs").good().expect("looks");
    assert_eq!(elsewhere, "", "nothing is kept elsewhere");
    fleet.assert_nothing_is_left();
}

#[test]
fn an_agent_that_is_away_makes_the_service_fail() {
    let Some(fleet) = installed(2) else { return };
    fleet.agent("a2").fault(&regctl_lab::Fault::PortClosed).expect("is closed");
    let output = run_the_service(&fleet);
    assert_eq!(output.status.code(), Some(3), "{}{}", output.stdout, output.stderr);
}

#[test]
fn systemd_understands_the_units() {
    let programs = [("systemd-analyze", "systemd")];
    let (Some(()), Some(())) = (require(Tier::T1), require_programs(&programs)) else { return };
    let Some(fleet) = installed(1) else { return };
    let (service, timer) = ("/units/regctl-trust.service", "/units/regctl-trust.timer");
    fleet.master().shell("mkdir /units").expect("makes");
    fleet.master().write(service, SERVICE).expect("writes");
    fleet.master().write(timer, TIMER).expect("writes");
    let words = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", service, timer];
    let said = fleet.master().exec(&words).expect("runs");
    assert!(said.status.success() && said.stderr.is_empty(), "{}{}", said.stdout, said.stderr);
}
