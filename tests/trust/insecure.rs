//! A registry without TLS: what Docker Engine is told so that it takes it, and how that goes again. The engine and the
//! registry are real; there is no systemd in a lab, so units are read and run by its stand-in for systemctl.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Host, Lab, Output, Tier, require};
use serde_json::Value;

use crate::fleet::Run;

const CONFIG: &str = "/etc/docker/daemon.json";
const SYSCONFIG: &str = "/etc/sysconfig/docker";

/// A lab with engines on its first agents, and a registry of plain HTTP on the last.
struct Site {
    lab: Lab,
}

impl Site {
    fn start() -> Option<Self> {
        Self::with(1)
    }

    fn with(engines: u8) -> Option<Self> {
        require(Tier::T2)?;
        let lab = Lab::builder().agents(engines + 1).engines(engines).binary(env!("CARGO_BIN_EXE_regctl"));
        let site = Self { lab: lab.start().expect("a lab starts") };
        let registry = "version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: /data}}\nhttp: {addr: ':5000'}\n";
        let host = site.last();
        host.write("/etc/registry.yml", registry).expect("writes");
        host.shell("setsid docker-registry serve /etc/registry.yml >/tmp/registry.log 2>&1 </dev/null &")
            .expect("starts");
        wait_for("the registry", Duration::from_secs(20), || {
            match site
                .engine()
                .exec(&["curl", "-sS", &format!("http://{}/v2/", site.registry())])
                .and_then(Output::good)
            {
                Ok(_) => Progress::Done(()),
                Err(error) => Progress::NotYet(error.to_string()),
            }
        })
        .expect("the registry answers");
        Some(site)
    }

    fn engine(&self) -> &Host {
        self.lab.host("a1")
    }

    fn last(&self) -> &Host {
        self.lab.agents().last().expect("a lab has agents")
    }

    fn registry(&self) -> String {
        format!("{}:5000", self.last().address())
    }

    fn regctl(&self, words: &[&str]) -> Run {
        let agent = self.engine().address().to_string();
        let words = [&["regctl", "-o", "json"], words, &["--only", &agent]].concat();
        Run::of(self.lab.host("master"), &words)
    }

    fn trust(&self, more: &[&str]) -> Run {
        let registry = self.registry();
        self.regctl(&[&["trust-agents", "--mode", "insecure", "--registry", &registry], more].concat())
    }

    fn pushes(&self) -> Result<(), String> {
        self.pushes_to("lab/hello")
    }

    fn pushes_to(&self, repository: &str) -> Result<(), String> {
        let image = format!("{}/{repository}:1", self.registry());
        let push = format!(
            "docker image inspect {image} >/dev/null 2>&1 || {{ cd /tmp && date >f && tar -c f | docker import - {image}; }} && docker push -q {image}"
        );
        self.engine().shell(&push).expect("runs").good().map(drop).map_err(|error| error.to_string())
    }

    fn pid(&self) -> String {
        self.engine().read("/run/docker.pid").expect("an engine runs")
    }

    fn info(&self) -> String {
        self.engine().exec(&["docker", "info"]).expect("runs").stdout
    }
}

/// What the report says of a step: its change, and its detail.
fn step<'a>(agent: &'a Value, name: &str) -> (&'a str, &'a str) {
    let steps = agent["steps"].as_array().expect("has steps");
    let found = steps.iter().find(|step| step["step"] == name);
    let found = found.unwrap_or_else(|| panic!("no step {name} in {agent}"));
    (found["change"].as_str().expect("is text"), found["detail"].as_str().expect("is text"))
}

#[test]
fn an_engine_takes_plain_http_without_a_restart_and_refuses_it_again() {
    let Some(site) = Site::start() else { return };
    let (agent, pid) = (site.engine(), site.pid());
    // This engine forgets registries when a reload tells it mirrors, which must not be seen.
    let mine = "{\n  \"log-level\": \"warn\",\n  \"insecure-registries\": [\"10.99.0.1:5000\"],\n  \"registry-mirrors\": [\"http://10.99.0.2\"]\n}\n";
    agent.write(CONFIG, mine).expect("writes");
    let refused = site.pushes().expect_err("nobody told the engine");
    assert!(refused.contains("HTTP response to HTTPS client"), "{refused}");
    let mirror = ["--mirror", "http://10.99.0.3:5000"];
    let looked = site.trust(&[&mirror[..], &["--check"]].concat());
    looked.assert_exit(4);
    assert_eq!(step(looked.agent(agent), "docker-insecure").0, "drifted");
    assert_eq!(agent.read(CONFIG).expect("is there"), mine);
    let run = site.trust(&mirror);
    run.assert_exit(0);
    assert_eq!(run.json["registry"][0], site.registry().as_str());
    assert_eq!(step(run.agent(agent), "docker-engine"), ("changed", "took it without a restart"));
    let more = |text: &str, after: &str, entry: &str| text.replace(after, &format!("{after}, \"{entry}\""));
    let after = more(mine, "\"10.99.0.1:5000\"", &site.registry());
    let after = more(&after, "\"http://10.99.0.2\"", "http://10.99.0.3:5000");
    assert_eq!(agent.read(CONFIG).expect("is there"), after);
    assert_eq!(agent.read("/etc/docker/daemon.json.regctl-backup").expect("is kept"), mine);
    let info = site.info();
    for told in ["10.99.0.1:5000", "http://10.99.0.2/", "http://10.99.0.3:5000/", &site.registry()] {
        assert!(info.lines().any(|line| line.trim() == told), "{told} {info}");
    }
    site.pushes().expect("the engine takes plain HTTP");
    let again = site.trust(&mirror);
    assert_eq!(again.status(agent), "unchanged", "{}", again.stdout);
    site.regctl(&["untrust-agents", "--check"]).assert_exit(4);
    let taken = site.regctl(&["untrust-agents", "--yes"]);
    taken.assert_exit(0);
    assert_eq!(agent.read(CONFIG).expect("is there"), mine);
    assert!(site.pushes().is_err(), "{}", site.info());
    let info = site.info();
    assert!(
        info.contains("10.99.0.1:5000") && info.contains("10.99.0.2") && !info.contains("10.99.0.3"),
        "{info}"
    );
    assert!(!agent.exists("/var/lib/regctl") && !agent.exists("/etc/docker/daemon.json.regctl-backup"));
    assert_eq!(site.pid(), pid, "the engine is the same process");
}

#[test]
fn a_flag_that_says_the_same_is_explained_and_moved_with_consent() {
    let Some(site) = Site::start() else { return };
    let agent = site.engine();
    let unit =
        "[Service]\nEnvironmentFile=-/etc/sysconfig/docker\nExecStart=/usr/sbin/dockerd -H fd:// $OPTIONS\n";
    agent.write("/etc/systemd/system/docker.service", unit).expect("writes");
    let options = "# Modify these options.\nOPTIONS='--log-level=warn --insecure-registry=10.99.0.1:5000'\n";
    agent.write(SYSCONFIG, options).expect("writes");
    agent
        .shell("systemctl daemon-reload && systemctl restart docker")
        .expect("runs")
        .good()
        .expect("restarts");
    let pid = site.pid();
    // A host that no Mesos knows of.
    let master = site.lab.host("master");
    master.write("/hosts.txt", format!("{}\n", agent.address())).expect("writes");
    let registry = site.registry();
    let trust = |more: &[&str]| {
        let words =
            ["regctl", "-o", "json", "trust-agents", "--agents-file", "/hosts.txt", "--mode", "insecure"];
        Run::of(master, &[&words[..], &["--registry", &registry], more].concat())
    };
    let left = trust(&[]);
    left.assert_exit(1);
    let error = &left.agent(agent)["error"];
    assert_eq!(error["kind"], "set-by-flag", "{error}");
    assert!(
        error["message"].as_str().is_some_and(|why| why.contains("/etc/sysconfig/docker, line 2")),
        "{error}"
    );
    assert!(!agent.exists(CONFIG) && agent.read(SYSCONFIG).expect("is there") == options);
    assert_eq!(trust(&["--check", "--move-flags"]).exit, Some(4));
    assert_eq!(site.pid(), pid, "a check restarts nothing");
    let moved = trust(&["--move-flags"]);
    moved.assert_exit(0);
    assert_eq!(step(moved.agent(agent), "docker-engine").0, "changed", "{}", moved.stdout);
    assert_ne!(site.pid(), pid, "it has restarted");
    assert_eq!(
        agent.read(SYSCONFIG).expect("is there"),
        "# Modify these options.\nOPTIONS='--log-level=warn'\n"
    );
    assert_eq!(agent.read("/etc/sysconfig/docker.regctl-backup").expect("is kept"), options);
    let listed = format!("[\"10.99.0.1:5000\", \"{registry}\"]");
    assert!(agent.read(CONFIG).expect("is there").contains(&listed));
    assert!(site.info().contains("10.99.0.1:5000"), "{}", site.info());
    site.pushes().expect("the engine takes plain HTTP");
    assert_eq!(trust(&[]).status(agent), "unchanged");
    let broken = "{\"insecure-registries\": [],}\n";
    agent.write(CONFIG, broken).expect("writes");
    let refused = trust(&[]);
    refused.assert_exit(1);
    let error = &refused.agent(agent)["error"];
    assert_eq!(error["kind"], "daemon-json", "{error}");
    assert!(error["message"].as_str().is_some_and(|why| why.contains("line 1 column 28")), "{error}");
    assert_eq!(agent.read(CONFIG).expect("is there"), broken);
}

#[test]
fn an_engine_asks_the_mirror_for_what_it_would_ask_docker_hub() {
    let Some(site) = Site::start() else { return };
    site.trust(&[]).assert_exit(0);
    site.pushes_to("library/hello").expect("the engine takes plain HTTP");
    let pull = || {
        let line = format!(
            "docker rmi -f {}/library/hello:1 hello:1 >/dev/null 2>&1; docker pull -q hello:1",
            site.registry()
        );
        site.engine().shell(&line).expect("runs").good()
    };
    assert!(pull().is_err(), "nothing leads out of a lab");
    let mirror = format!("http://{}", site.registry());
    let run = site.trust(&["--mirror", &mirror]);
    assert_eq!(step(run.agent(site.engine()), "docker-mirrors").0, "changed", "{}", run.stdout);
    pull().expect("the mirror has it");
}

/// Whether the engine answers, as a client sees it.
fn answers(host: &Host) -> bool {
    let ping = ["curl", "-sf", "-m", "1", "--unix-socket", "/var/run/docker.sock", "http://docker/_ping"];
    host.exec(&ping).is_ok_and(|output| output.status.success())
}

#[test]
fn engines_restart_a_batch_at_a_time_and_never_all_at_once() {
    let Some(site) = Site::with(2) else { return };
    let engines: Vec<&Host> = site.lab.agents().take(2).collect();
    for engine in &engines {
        let unit = "[Service]\nExecStart=/usr/sbin/dockerd --insecure-registry=10.99.0.1:5000\n";
        engine.write("/etc/systemd/system/docker.service", unit).expect("writes");
        engine
            .shell("systemctl daemon-reload && systemctl restart docker")
            .expect("runs")
            .good()
            .expect("restarts");
    }
    let pids =
        || engines.iter().map(|engine| engine.read("/run/docker.pid").expect("runs")).collect::<Vec<_>>();
    let before = pids();
    let done = AtomicBool::new(false);
    let (run, seen) = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut seen = Vec::new();
            while !done.load(Ordering::Relaxed) {
                seen.push(engines.iter().map(|engine| answers(engine)).collect::<Vec<_>>());
            }
            seen
        });
        let registry = site.registry();
        let words = ["regctl", "-o", "json", "trust-agents", "--mode", "insecure", "--registry", &registry];
        let more = ["--move-flags", "--restart-batch", "1", "--skip", &site.last().address().to_string()];
        let run = Run::of(site.lab.host("master"), &[&words[..], &more].concat());
        done.store(true, Ordering::Relaxed);
        (run, watch.join().expect("watches"))
    });
    run.assert_exit(0);
    assert!(pids().iter().zip(&before).all(|(now, before)| now != before), "each has restarted");
    for engine in 0..engines.len() {
        assert!(seen.iter().any(|answers| !answers[engine]), "its restart was seen: {seen:?}");
    }
    assert!(seen.iter().all(|answers| answers.contains(&true)), "one answered all the time: {seen:?}");
}
