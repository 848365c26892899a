//! A watch tells changes and nothing else; an interruption leaves nothing behind.

use std::fs::{self, File};
use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::Duration;

use regctl_lab::loopback::{Registry, Setup, Web, shell};
use regctl_lab::wait::{Progress, wait_for};
use serde_json::{Value, json};

use crate::bench::{Bench, DOCUMENT_001, Verified, at, regctl};

/// `verify` that runs on its own, with what it says on stdout in a file.
struct Running<'a> {
    bench: &'a Bench,
    child: Child,
}

impl<'a> Running<'a> {
    fn start(bench: &'a Bench, address: &str, more: &[&str]) -> Self {
        let mut command = regctl(bench.path(), &[]);
        command.args(["verify", "--ca", "ca.crt", "--registry", address]).args(more);
        command.stdout(File::create(bench.file("stdout")).expect("is made"));
        command.stderr(File::create(bench.file("stderr")).expect("is made"));
        Self { bench, child: command.spawn().expect("starts") }
    }

    fn said(&self) -> String {
        fs::read_to_string(self.bench.file("stdout")).expect("is there")
    }

    /// Waits until stdout has so many lines.
    fn wait_for_lines(&self, count: usize) {
        let _ = wait_for("lines", Duration::from_secs(20), || match self.said() {
            said if said.lines().count() >= count => Progress::Done(said),
            said => Progress::NotYet(said),
        })
        .expect("tells");
    }

    /// Interrupts it and hands back its exit code and what it said.
    fn interrupt(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().expect("runs").success());
        let status = self.child.wait().expect("ends");
        (status.code(), self.said())
    }
}

/// A registry that listens where another one did.
fn again(bench: &Bench, port: u16) -> Registry {
    bench.setup().set("HTTP_ADDR", &format!("127.0.0.1:{port}")).start().expect("starts again")
}

#[test]
fn a_watch_tells_what_changes_and_ends_with_the_last_rounds_code() {
    let bench = Bench::new("");
    // A certificate that nothing is to be said about.
    assert!(bench.regctl(&["cert", "gen", "--ip", "127.0.0.1", "--out", "."]).status.success());
    let registry = bench.registry();
    let (port, address) = (registry.port, at(&registry));
    let watch = Running::start(&bench, &address, &["--watch", "1s", "-o", "json"]);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(watch.said(), "", "nothing has changed yet");
    drop(registry);
    watch.wait_for_lines(3);
    let registry = again(&bench, port);
    watch.wait_for_lines(6);
    let (exit, said) = watch.interrupt();
    drop(registry);

    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    let told = |line: &Value| {
        assert_eq!(line["schema"], "regctl.verify.change/v1", "{line}");
        assert!(line["time"].as_str().expect("a time").ends_with('Z'));
        assert_eq!(line["subject"], address);
        ["check", "/before/status", "/after/status"].map(|key| {
            let value = if key.starts_with('/') { line.pointer(key) } else { line.get(key) };
            value.and_then(Value::as_str).expect("a word").to_owned()
        })
    };
    let expected = [
        ["tls", "pass", "fail"],
        ["api", "pass", "skip"],
        ["catalog", "pass", "skip"],
        ["tls", "fail", "pass"],
        ["api", "skip", "pass"],
        ["catalog", "skip", "pass"],
    ];
    let changes: Vec<_> = lines[..lines.len() - 1].iter().map(told).collect();
    assert_eq!(changes, expected, "{said}");
    let summary = lines.last().expect("a summary");
    assert_eq!((&summary["schema"], &summary["changes"]), (&"regctl.verify.summary/v1".into(), &6.into()));
    assert_eq!((exit, &summary["ok"]), (Some(0), &true.into()), "all was well in the last round");
}

#[test]
fn a_killed_task_is_told_although_marathon_starts_another_one() {
    let bench = Bench::leaf("IP:127.0.0.1", "");
    let app = |running: u32| {
        let app = json!({"app": {"id": "/registry", "version": "v1", "instances": 1, "tasksRunning": running,
            "tasksHealthy": running, "healthChecks": [{}], "tasks": [], "deployments": []}});
        fs::write(bench.file("new.json"), app.to_string()).expect("is written");
        fs::rename(bench.file("new.json"), bench.file("app.json")).expect("is renamed");
    };
    fs::write(bench.file("queue.json"), r#"{"queue": []}"#).expect("is written");
    app(1);
    let locations = "location = /v2/apps/registry { rewrite .* /app.json; }
        location = /v2/queue { rewrite .* /queue.json; }";
    let web = Web::start(bench.path(), locations).expect("nginx starts");
    let marathon = format!("https://127.0.0.1:{}", web.port);
    let more = ["--watch", "1s", "--marathon", &marathon, "--cluster-ca", "ca.crt", "-o", "json"];
    let watch = Running::start(&bench, "127.0.0.1:1", &more);
    // The registry, where nobody listens: known from the first round on.
    watch.wait_for_lines(1);
    app(0);
    watch.wait_for_lines(2);
    app(1);
    watch.wait_for_lines(3);
    let (_, said) = watch.interrupt();
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    let detail = |line: &Value| {
        assert_eq!(line["check"], "marathon-health", "{said}");
        line["after"]["detail"].as_str().expect("a text").to_owned()
    };
    assert!(detail(&lines[1]).contains("/registry is not ready: 0 of 1 instances run"), "{said}");
    assert!(detail(&lines[2]).contains("1 of 1 instances running and healthy"), "{said}");
}

#[test]
fn what_is_not_well_at_first_is_told_at_once_and_is_the_exit_code() {
    let bench = Bench::new(DOCUMENT_001);
    let watch = Running::start(&bench, "127.0.0.1:1", &["--watch", "30s"]);
    watch.wait_for_lines(1);
    let (exit, said) = watch.interrupt();
    assert_eq!(exit, Some(1), "{said}");
    let first = said.lines().next().expect("a line");
    assert!(first.contains("127.0.0.1:1  tls  - → fail (connection-refused)"), "{said}");
    assert!(said.ends_with("At the end not as it should be: 1 round, 1 change.\n"), "{said}");
}

#[test]
fn an_interruption_in_mid_push_takes_away_what_was_pushed() {
    let bench = Bench::new(DOCUMENT_001);
    fs::create_dir(bench.file("behind")).expect("is made");
    let registry = Setup::new(&bench.file("behind")).start().expect("a registry starts");
    // Nobody answers here: the manifest is on its way when the interruption comes.
    let nowhere = TcpListener::bind("127.0.0.1:0").expect("listens");
    let hole = nowhere.local_addr().expect("has a port").port();
    let locations = format!(
        "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https;
        location / {{ proxy_pass http://127.0.0.1:{port}; }}
        location ~ /manifests/ {{
            if ($request_method = PUT) {{ proxy_pass http://127.0.0.1:{hole}; }}
            proxy_pass http://127.0.0.1:{port};
        }}",
        port = registry.port
    );
    let web = Web::start(bench.path(), &locations).expect("nginx starts");
    let run = Running::start(&bench, &format!("127.0.0.1:{}", web.port), &["--push", "-o", "json"]);
    let layers =
        || shell(&registry.storage, "find . -path '*/_layers/*' -name link | wc -l").trim().to_owned();
    let _ = wait_for("both blobs", Duration::from_secs(20), || match layers() {
        two if two == "2" => Progress::Done(()),
        other => Progress::NotYet(other),
    });
    let (exit, said) = run.interrupt();
    let verified = Verified::new(exit, &said, "");
    assert_eq!((exit, verified.finding("verify").1), (Some(130), "interrupted"), "{said}");
    assert_eq!(layers(), "0", "the blobs are no longer linked");
}
