//! A Marathon that was killed: its tasks run on, and the next one goes on from there.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use regctl_lab::marathon::MarathonVersion::V1_11;
use regctl_lab::marathon::{Agent, CheckPace, Loopback, MarathonConfig, serve};
use serde_json::json;

use crate::client::{Client, is_settled};
use crate::documents::{plain, port};

const SOON: Duration = Duration::from_secs(30);

#[test]
fn the_next_marathon_takes_over_what_runs() {
    let state = std::env::temp_dir().join(format!("marathon-resumed-{}", std::process::id()));
    // The kernel names a free port, which is free again when its listener goes.
    let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let start = |address: SocketAddr| {
        let launcher =
            Loopback::with_agents(state.clone(), vec![Agent::ordinary("lab-S0", Ipv4Addr::LOCALHOST)]);
        runtime.spawn(serve(MarathonConfig::new(state.clone(), address, V1_11, Arc::new(launcher))))
    };
    let first = start(free);
    let client = Client(free);
    wait_until(|| client.try_send("GET", "/ping", &[], "").is_ok());
    client.send("POST", "/v2/apps", &plain().to_string());
    let before = client.wait_for_app("/registry", SOON, is_settled);
    first.abort();
    wait_until(|| first.is_finished());
    assert!(TcpStream::connect(("127.0.0.1", port(&before))).is_ok(), "the task went with its Marathon");
    let second = start(free);
    wait_until(|| client.try_send("GET", "/ping", &[], "").is_ok());
    let after = client.wait_for_app("/registry", SOON, is_settled);
    assert_eq!(
        (&after["tasks"][0]["id"], &after["version"]),
        (&before["tasks"][0]["id"], &before["version"])
    );
    client.send("DELETE", "/v2/apps/registry", "");
    wait_until(|| client.get("/v2/tasks")["tasks"] == json!([]));
    assert!(TcpStream::connect(("127.0.0.1", port(&before))).is_err(), "an adopted task can be ended");
    second.abort();
    drop(runtime);
    std::fs::remove_dir_all(state).unwrap();
}

#[test]
fn honest_checks_wait_as_long_as_the_app_says() {
    let marathon = regctl_lab::marathon::MarathonStandIn::start(
        V1_11,
        vec![Agent::ordinary("lab-S0", Ipv4Addr::LOCALHOST)],
        |config| MarathonConfig { check_pace: CheckPace::Honest, ..config },
    )
    .unwrap();
    let client = Client(marathon.address());
    let mut app = plain();
    app["container"]["volumes"] = json!([]);
    app["healthChecks"] =
        json!([{"protocol": "MESOS_HTTP", "path": "/", "delaySeconds": 3, "intervalSeconds": 1}]);
    client.send("POST", "/v2/apps", &app.to_string());
    client.wait_for_app("/registry", SOON, |app| app["tasksRunning"] == 1);
    let running = Instant::now();
    client.wait_for_app("/registry", SOON, is_settled);
    assert!(running.elapsed() >= Duration::from_millis(2500), "{:?}", running.elapsed());
}

fn wait_until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + SOON;
    while !holds() {
        assert!(Instant::now() < deadline, "not within {SOON:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
