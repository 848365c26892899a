//! Runs over fleets of any size, as regctl would report them, for pages of realistic weight. The same size is always the
//! same run.

use regctl::domain::agent::{AgentError, AgentErrorKind};
use regctl::domain::certificate::Role;
use regctl::domain::change::Change;
use regctl::domain::fault::Exit;
use regctl::domain::finding::{CheckReport, Finding};
use regctl::domain::pull::{AgentPulls, PullOutcome, RuntimePull};
use regctl::domain::runtime::Runtime;
use regctl::domain::script::StepLine;
use regctl::domain::seen_certificate::SeenCertificate;
use regctl::domain::trust::{AgentReport, Status, Summary, TrustReport, Work};
use regctl::report::Report;
use regctl::report::html::{Run, page};
use regctl::report::stages::{Course, StageEntry, StageStatus, StagesReport};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const BEGAN: OffsetDateTime = datetime!(2026-11-22 09:14:07 UTC);
const CA_PATH: &str = "/etc/docker/certs.d/192.168.0.1/ca.crt";

/// Some text that wants to be markup.
pub(crate) const HOSTILE: &str =
    "</script><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

/// The page of `regctl up` over so many agents, of which some fail.
pub(crate) fn up_page(agents: usize) -> String {
    let stages = vec![
        StageEntry::of("preflight", Report::Doctor(preflight())),
        StageEntry::idle("cert-gen", StageStatus::Unchanged, "certs/domain.crt is there"),
        StageEntry::idle("deploy", StageStatus::Unchanged, "/registry is as asked, healthy"),
        StageEntry::of("trust-agents", Report::Trust(trust(agents))),
        StageEntry::of("verify", Report::Verify(verify(agents))),
    ];
    let report =
        StagesReport { course: Course::Up, dry_run: false, stages, interrupted: false, done: String::new() };
    rendered("up", &Report::Stages(report), agents)
}

/// The page of `regctl trust-agents` over so many agents, the first of which says what it likes.
pub(crate) fn hostile_page(agents: usize) -> String {
    let mut report = trust(agents);
    report.exit = Exit::Partial;
    let first = &mut report.agents[0];
    first.agent = HOSTILE.to_owned();
    first.status = Status::Failed;
    first.error = Some(AgentError::new(AgentErrorKind::Script, HOSTILE).hint(HOSTILE));
    first.steps =
        vec![StepLine { step: HOSTILE.to_owned(), change: Change::Failed, detail: HOSTILE.to_owned() }];
    rendered("trust-agents", &Report::Trust(report), agents)
}

fn rendered(command: &str, report: &Report, agents: usize) -> String {
    let run = Run {
        command: command.to_owned(),
        line: format!("regctl {command} --pull --report registry.html"),
        began: BEGAN,
        ended: BEGAN + Duration::milliseconds(2_400 + 9 * i64::try_from(agents).expect("fits")),
        registry: vec!["192.168.0.1".to_owned(), "lb.example.com:5000".to_owned()],
        cluster: "master.mesos".to_owned(),
    };
    page(&run, Ok(report))
}

/// A number that looks like chance, below `most`.
fn chance(agent: usize, salt: usize, most: usize) -> usize {
    let mut mixed =
        agent.wrapping_mul(0x9E37_79B9).wrapping_add(salt.wrapping_mul(0x85EB_CA6B)) & 0xFFFF_FFFF;
    mixed ^= mixed >> 15;
    mixed = mixed.wrapping_mul(0x2C1B_3C6D) & 0xFFFF_FFFF;
    (mixed ^ (mixed >> 12)) % most
}

fn address(agent: usize) -> String {
    format!("10.20.{}.{}", agent / 250, agent % 250 + 1)
}

/// What goes wrong on an agent, where something does. Of three agents it is the last.
fn error(agent: usize, agents: usize) -> Option<AgentError> {
    let host = address(agent);
    let luck = if agents < 10 { usize::from(agent + 1 < agents) * 999 } else { chance(agent, 1, 1000) };
    let (kind, message, hint) = match luck {
        0..=9 => (
            AgentErrorKind::ConnectTimeout,
            format!("connecting to {host} port 22: no answer in 10 s"),
            "Is the host up, and does a firewall let ssh through? --connect-timeout waits longer.".to_owned(),
        ),
        10..=14 => (
            AgentErrorKind::Auth,
            format!("logging in to core@{host}: permission denied (publickey)"),
            "Put the key there with regctl ssh-setup, or name another with --ssh-key.".to_owned(),
        ),
        15..=17 => (
            AgentErrorKind::HostKey,
            format!(
                "the host key of {host} is SHA256:q3Zk0r9V1yXb4sJm2nHc7dLw8eTf5gUa6iPo{agent:07} and not the known one"
            ),
            format!("If the host was set up anew: ssh-keygen -R {host}, then again."),
        ),
        18..=19 => (
            AgentErrorKind::DiskFull,
            format!("writing {CA_PATH}: no space left on device"),
            "Make room on the root file system of the agent.".to_owned(),
        ),
        _ => return None,
    };
    Some(AgentError::new(kind, message).hint(hint))
}

fn agent(number: usize, agents: usize) -> AgentReport {
    let error = error(number, agents);
    let step = |step: &str, change, detail: &str| StepLine {
        step: step.to_owned(),
        change,
        detail: detail.to_owned(),
    };
    let change = if chance(number, 2, 10) < 3 { Change::Changed } else { Change::Unchanged };
    let status = match (&error, change) {
        (Some(_), _) => Status::Failed,
        (None, Change::Changed) => Status::Changed,
        (None, _) => Status::Unchanged,
    };
    let written = [
        step("conntrack", Change::Unchanged, "net.netfilter.nf_conntrack_tcp_be_liberal = 1"),
        step("docker-ca", change, CA_PATH),
    ];
    AgentReport {
        agent: address(number),
        agent_id: Some(format!("f1c1a7b2-9f3e-4a51-8b8e-2c9d11d0a6c4-S{number}")),
        address: None,
        status,
        steps: if error.is_some() { Vec::new() } else { written.to_vec() },
        attempts: if error.is_some() { 2 } else { 1 },
        elapsed_ms: if error.is_some() { 10_040 } else { time_of(number, 3, 240) },
        error,
    }
}

/// A time with a long tail.
fn time_of(agent: usize, salt: usize, usual: u64) -> u64 {
    let spread = u64::try_from(chance(agent, salt, 100)).expect("fits");
    let tail = if spread > 93 { usual * (spread - 92) } else { 0 };
    (usual * (60 + spread) / 100 + tail) / 10 * 10
}

fn trust(count: usize) -> TrustReport {
    let agents: Vec<_> = (0..count).map(|number| agent(number, count)).collect();
    let of = |status| agents.iter().filter(|agent| agent.status == status).count();
    let summary = Summary {
        total: count,
        changed: of(Status::Changed),
        unchanged: of(Status::Unchanged),
        failed: of(Status::Failed),
        elapsed_ms: 4_000,
        ..Summary::default()
    };
    let exit = if summary.failed == 0 { Exit::Done } else { Exit::Partial };
    let ca = certificates(count).into_iter().next();
    TrustReport {
        registry: Vec::new(),
        agents,
        summary,
        certificates: ca.into_iter().collect(),
        work: Work::Trust,
        exit,
    }
}

/// Small fleets have a fresh leaf, large ones a leaf that ends soon.
fn certificates(agents: usize) -> Vec<SeenCertificate> {
    let certificate = |source: &str, role, subject: &str, (from, to): (i64, i64)| SeenCertificate {
        source: source.to_owned(),
        role,
        subject: subject.to_owned(),
        not_before: BEGAN + Duration::days(from),
        not_after: BEGAN + Duration::days(to),
        fingerprint: format!("SHA256:{subject}"),
    };
    let leaf = if agents > 1000 { (-804, 21) } else { (-210, 615) };
    vec![
        certificate("certs/ca.crt", Role::Ca, "CN=regctl CA,O=example.com", (-900, 2750)),
        certificate("192.168.0.1", Role::Leaf, "CN=192.168.0.1,O=example.com", leaf),
        certificate("lb.example.com:5000", Role::Leaf, "CN=192.168.0.1,O=example.com", leaf),
    ]
}

fn preflight() -> CheckReport {
    let checks = vec![
        Finding::pass("mesos", "1.11.0, leading master at 10.20.0.250").about("http://master.mesos:5050"),
        Finding::pass("marathon", "1.11.24, leader elected").about("http://marathon.mesos:8080"),
        Finding::warn("disk", "little-room", "9.1 GiB free below /data")
            .about("10.20.0.8")
            .hint("Images need room: 20 GiB is a good start."),
    ];
    CheckReport::new(checks)
}

fn verify(count: usize) -> CheckReport {
    let mut checks = vec![
        Finding::pass("marathon-health", "1 of 1 healthy").about("/registry"),
        Finding::pass("tls", "TLS 1.3, CN=192.168.0.1,O=example.com, valid until 2028-07-29T09:14:07Z")
            .about("192.168.0.1"),
        Finding::pass("api", "/v2/ answers as a registry").about("192.168.0.1"),
        Finding::pass("catalog", "37 repositories").about("192.168.0.1"),
        Finding::fail(
            "tls",
            "connection-refused",
            "lb.example.com:5000 refused the connection",
            "Nothing listens there: is the registry running (regctl deploy)?",
        )
        .about("lb.example.com:5000"),
        Finding::skip("push-pull", "not asked for: --push").about("lb.example.com:5000"),
    ];
    let mut pulls = Vec::new();
    for number in 0..count {
        let (name, error) = (address(number), error(number, count));
        if let Some(error) = error {
            let hint = error.hint.clone().unwrap_or_default();
            checks.push(
                Finding::fail("agent-login", error.kind.word(), error.message, hint).about_agent(&name),
            );
            continue;
        }
        checks.push(Finding::pass("agent-reach", "reached").about_agent(&name));
        checks.push(Finding::pass("agent-trust", "its Docker Engine trusts 192.168.0.1").about_agent(&name));
        let slow = count > 10 && chance(number, 7, 200) == 0;
        checks.push(if slow {
            Finding::warn("agent-clock", "clock-apart", "its clock is 94 s behind")
                .about_agent(&name)
                .hint("Look at chronyd or ntpd there.")
        } else {
            Finding::pass("agent-pull", "pulled by docker").about_agent(&name)
        });
        pulls.push(pull(number, name));
    }
    CheckReport { pulls, certificates: certificates(count), ..CheckReport::new(checks) }
}

fn pull(number: usize, agent: String) -> AgentPulls {
    let one = |runtime, outcome, ms| RuntimePull {
        runtime,
        outcome,
        wanted: runtime == Runtime::Docker,
        ms,
        detail: None,
    };
    let docker = one(Runtime::Docker, PullOutcome::Pulled, Some(time_of(number, 5, 620)));
    let ucr = one(Runtime::Ucr, PullOutcome::Pulled, Some(time_of(number, 6, 90)));
    let others = [Runtime::Containerd, Runtime::Podman].map(|runtime| one(runtime, PullOutcome::None, None));
    AgentPulls {
        agent,
        registry: "192.168.0.1".to_owned(),
        runtimes: [docker, ucr].into_iter().chain(others).collect(),
    }
}
