//! Faults on demand, each as a client sees it.

use std::time::{Duration, Instant};

use regctl_lab::marathon::MarathonVersion::V1_11;
use regctl_lab::marathon::{Control, MarathonStandIn, Requests, TlsFiles};
use serde_json::json;

use crate::client::{Client, is_settled};
use crate::documents::plain;

const SOON: Duration = Duration::from_secs(30);

fn control() -> Control {
    Control::default()
}

#[test]
fn somebody_elses_deployment_holds_the_app() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    client.send("POST", "/v2/apps", r#"{"id": "/held", "cmd": "sleep 600"}"#);
    client.wait_for_app("/held", SOON, |app| app["deployments"] == json!([]));
    marathon.control(&Control { locked: vec!["/held".to_owned()], ..control() });
    let refused = client.send("PUT", "/v2/apps/held", r#"{"cpus": 0.1}"#);
    let id = client.get("/v2/deployments")[0]["id"].clone();
    assert_eq!((refused.status, &refused.json()["deployments"][0]["id"]), (409, &id));
    assert_eq!(client.get("/v2/apps/held")["app"]["deployments"], json!([{ "id": id }]));
    marathon.behave();
    assert_eq!(client.send("PUT", "/v2/apps/held", r#"{"cpus": 0.1}"#).status, 200);
    marathon.control(&Control { locked: vec!["/held".to_owned()], ..control() });
    assert_eq!(client.send("POST", "/v2/apps/held/restart", "").status, 409);
    assert_eq!(client.send("POST", "/v2/apps/held/restart?force=true", "").status, 200);
    client.wait_for_app("/held", SOON, |app| app["deployments"] == json!([]));
}

#[test]
fn without_a_leader_everything_is_refused() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    marathon.control(&Control { leaderless: Some(502), ..control() });
    let answer = client.send("GET", "/v2/apps", "");
    assert_eq!((answer.status, answer.header("content-type")), (502, "text/html;charset=iso-8859-1"));
    assert!(answer.body.contains("Could not determine the current leader"));
    marathon.control(&Control { leaderless: Some(503), ..control() });
    assert_eq!(client.send("GET", "/v2/apps", "").status, 503);
    marathon.behave();
    assert_eq!(client.send("GET", "/v2/apps", "").status, 200);
}

#[test]
fn marathon_goes_and_comes_back() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    client.send("POST", "/v2/apps", r#"{"id": "/a", "cmd": "sleep 600"}"#);
    let before = client.wait_for_app("/a", SOON, |app| app["tasksRunning"] == 1);
    marathon.control(&Control { down: true, ..control() });
    let refused = || client.try_send("GET", "/ping", &[], "").err().map(|it| it.kind());
    let deadline = Instant::now() + SOON;
    while refused() != Some(std::io::ErrorKind::ConnectionRefused) {
        assert!(Instant::now() < deadline, "{:?}", refused());
    }
    marathon.behave();
    while refused().is_some() {
        assert!(Instant::now() < deadline, "{:?}", refused());
    }
    assert_eq!(client.get("/v2/apps/a")["app"]["tasks"][0]["id"], before["tasks"][0]["id"]);
}

#[test]
fn too_many_deployments_are_no_question_of_rights() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    marathon.control(&Control { crowded: true, ..control() });
    let refused = client.send("POST", "/v2/apps", r#"{"id": "/a", "cmd": "sleep 600"}"#);
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("Max number (100) of running deployments is achieved"), "{}", refused.body);
    assert_eq!(client.send("GET", "/v2/apps", "").status, 200);
}

#[test]
fn a_reset_request_is_not_carried_out_and_a_lost_answer_is() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let post = || client.try_send("POST", "/v2/apps", &[], r#"{"id": "/a", "cmd": "sleep 600"}"#);
    marathon.control(&Control { reset: Some(Requests::next(1, "POST")), ..control() });
    let error = post().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
    assert_eq!(client.send("GET", "/v2/apps/a", "").status, 404);
    marathon.control(&Control { lose_answer: Some(Requests::next(1, "POST")), ..control() });
    assert_eq!(post().unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(client.send("GET", "/v2/apps/a", "").status, 200);
    assert_eq!(post().unwrap().status, 409, "only one answer was to be lost");
}

#[test]
fn answers_can_be_slow() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    marathon.control(&Control { slow_ms: 400, ..control() });
    let asked = Instant::now();
    assert_eq!(client.send("GET", "/ping", "").status, 200);
    assert!(asked.elapsed() >= Duration::from_millis(400));
}

#[test]
fn a_killed_task_comes_back() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    client.send("POST", "/v2/apps", &plain().to_string());
    let before = client.wait_for_app("/registry", SOON, is_settled);
    marathon.control(&Control { kill_tasks: vec!["/registry".to_owned()], ..control() });
    let after = client.wait_for_app("/registry", SOON, |app| {
        is_settled(app) && app["tasks"][0]["id"] != before["tasks"][0]["id"]
    });
    assert_eq!(after["version"], before["version"]);
}

#[test]
fn https_needs_the_right_ca() {
    let folder = std::env::temp_dir().join(format!("marathon-https-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let made = std::process::Command::new("openssl")
        .args([
            "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-x509", "-days", "2", "-out",
            "ca.pem",
        ])
        .args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let marathon =
        MarathonStandIn::start_https(V1_11, TlsFiles { certificates: read("ca.pem"), key: read("key.pem") });
    let curl = |words: &[&str]| {
        let url = format!("{}/ping", marathon.url());
        let output =
            std::process::Command::new("curl").args(["-qsS", "-m", "10", &url]).args(words).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(curl(&["--cacert", folder.join("ca.pem").to_str().unwrap()]), (Some(0), "pong".to_owned()));
    assert_eq!(curl(&[]).0, Some(60), "not trusted without");
    drop(marathon);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn other_servers_answer_in_marathons_place() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    marathon.control(&Control { html: true, ..control() });
    let page = client.send("GET", "/v2/info", "");
    assert_eq!((page.status, page.header("server")), (200, "nginx/1.22.1"));
    assert!(page.body.contains("<h1>Welcome to nginx!</h1>"));
    marathon.control(&Control { other_product: true, ..control() });
    assert_eq!(client.get("/v2/info")["app"]["name"], "inventory");
    assert_eq!(client.send("GET", "/v2/apps", "").status, 404);
}

#[test]
fn a_password_or_a_token_is_asked_for() {
    let marathon = MarathonStandIn::start_loopback(V1_11);
    let client = Client(marathon.address());
    let get = |path: &str, header: &str| client.try_send("GET", path, &[header], "").unwrap();
    marathon.control(&Control { basic_auth: Some("ops:secret".to_owned()), ..control() });
    let refused = get("/v2/info", "X-None: x");
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Basic realm=\"Mesosphere\""));
    assert_eq!(get("/v2/info", "Authorization: Basic b3BzOnNlY3JldA==").status, 200);
    assert_eq!(get("/v2/info", "Authorization: Basic b3BzOndyb25n").status, 401);
    marathon.control(&Control { admin_router_token: Some("ey.j.w".to_owned()), ..control() });
    let refused = get("/service/marathon/v2/info", "X-None: x");
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, "oauthjwt"));
    assert!(refused.body.starts_with("<html>"));
    for header in ["Authorization: token=ey.j.w", "Authorization: Bearer ey.j.w"] {
        assert_eq!(get("/service/marathon/v2/info", header).status, 200);
    }
    assert_eq!(get("/v2/info", "Authorization: token=ey.j.w").status, 404, "only under its prefix");
    let moved = get("/service/marathon", "Authorization: token=ey.j.w");
    assert_eq!((moved.status, moved.header("location")), (301, "/service/marathon/"));
}
