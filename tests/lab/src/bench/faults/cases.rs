//! The lab's faults: of Marathon, of Mesos, of the registry's host, and of an agent.

use super::case::Case;
use super::site::{HOST, Site};
use crate::faults::Fault;
use crate::marathon::{Control, Requests};
use crate::mesos::Scenario;

/// The agent that faults strike; it is not the registry's host.
const VICTIM: &str = "a3";
const FAILED: &[Option<i32>] = &[Some(1)];
const SOME_FAILED: &[Option<i32>] = &[Some(3)];
const DONE: &[Option<i32>] = &[Some(0)];

/// All of them but signals.
pub(crate) fn all() -> Vec<Case> {
    marathon().into_iter().chain(mesos()).chain(registry_host()).chain(agent()).collect()
}

fn app() -> Vec<String> {
    vec!["/registry".to_owned()]
}

fn control(name: &str, control: Control) -> Case {
    Case::new(format!("marathon-{name}"), move |site: &Site| site.lab.marathon(&control))
}

fn marathon() -> Vec<Case> {
    let down = || Control { down: true, ..Control::default() };
    let leaderless = |status| Control { leaderless: Some(status), ..Control::default() };
    let lost = || Some(Requests::next(1, "PUT"));
    let killed = || Control { kill_tasks: app(), ..Control::default() };
    vec![
        control("down", down()).ends(FAILED, "unreachable"),
        control("killed-in-mid-run", down()).at("deploy", 1500).lasting(4),
        control("without-leader", leaderless(503)).ends(FAILED, "leader"),
        control("elects-in-mid-run", leaderless(502)).at("deploy", 1500).lasting(4),
        control("locked", Control { locked: app(), ..Control::default() }).ends(FAILED, "locked"),
        control("loses-the-answer", Control { lose_answer: lost(), ..Control::default() }),
        control("resets-the-request", Control { reset: lost(), ..Control::default() }),
        control("slow", Control { slow_ms: 1000, ..Control::default() }),
        control("crowded", Control { crowded: true, ..Control::default() })
            .ends(FAILED, "running deployments"),
        control("is-a-web-page", Control { html: true, ..Control::default() }).ends(FAILED, "not Marathon"),
        control("kills-the-task-in-trust", killed()).at("trust-agents", 0),
        // Struck before the registry was asked, it is waited for; after that, it is found wanting.
        control("kills-the-task-in-verify", killed()).at("verify", 0).ends(&[Some(0), Some(1)], ""),
    ]
}

fn scenario(name: &str, scenario: Scenario) -> Case {
    Case::new(format!("mesos-{name}"), move |site: &Site| site.lab.mesos(&scenario))
}

fn mesos() -> Vec<Case> {
    vec![
        scenario("fails-over-in-mid-run", Scenario::Standby).at("deploy", 500),
        scenario("without-leader", Scenario::NoLeader).ends(FAILED, "no leader"),
        scenario("recovering", Scenario::Recovering).ends(FAILED, "agent"),
        scenario("silent", Scenario::Silent).ends(FAILED, "reading the agents"),
        scenario("is-a-web-page", Scenario::Html).ends(FAILED, "web page"),
        scenario("cut-off", Scenario::CutOff).ends(FAILED, "reading the agents"),
    ]
}

fn on(host: &'static str, name: &str, fault: Fault) -> Case {
    Case::new(name, move |site: &Site| site.lab.host(host).fault(&fault))
}

fn registry_host() -> Vec<Case> {
    vec![
        on(HOST, "registry-disk-full", Fault::DiskFull).ends(FAILED, "No space left"),
        on(HOST, "registry-disk-full-in-verify", Fault::DiskFull).at("verify", 0).ends(FAILED, "push-pull"),
        // The host is gone and its task is not: a task has a network of its own here.
        on(HOST, "registry-host-vanishes", Fault::Blackholed)
            .at("trust-agents", 0)
            .ends(SOME_FAILED, "192.168.1.12"),
    ]
}

fn agent() -> Vec<Case> {
    let vanishes =
        Case::new("agent-vanishes-in-mid-run", |site: &Site| site.lab.host(VICTIM).fault(&Fault::Blackholed));
    let usual = Fault::all().into_iter().map(|fault| {
        let (codes, words) = outcome(&fault);
        let name = format!("agent-{}", fault.to_string().replace(['=', '/', '+'], "-"));
        on(VICTIM, &name, fault).ends(codes, words)
    });
    usual.chain([vanishes.at("trust-agents", 100).ends(SOME_FAILED, "192.168.1.13")]).collect()
}

/// What is to come of a fault of one agent: either it is named and the others are done, or there is nothing to it.
fn outcome(fault: &Fault) -> (&'static [Option<i32>], &'static str) {
    match fault {
        Fault::Blackholed | Fault::Silent => (SOME_FAILED, "timeout"),
        Fault::PortClosed => (SOME_FAILED, "connect-refused"),
        Fault::ChangedHostKey => (SOME_FAILED, "host-key"),
        Fault::KeyRefused | Fault::PasswordLogin => (SOME_FAILED, "auth"),
        Fault::DiskFull => (SOME_FAILED, "disk-full"),
        Fault::ReadOnlyEtc => (SOME_FAILED, "read-only"),
        Fault::CertsDirIsFile => (SOME_FAILED, "script"),
        Fault::MaxStartups { .. } => (SOME_FAILED, "192.168.1.13"),
        Fault::Clock { .. } => (&[Some(0), Some(3)], ""),
        _ => (DONE, ""),
    }
}
