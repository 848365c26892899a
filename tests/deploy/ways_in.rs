//! Ways into Marathon: passwords, the dcos CLI's token, a login page; and a Marathon that goes away in mid-wait.

use std::fs;
use std::time::Duration;

use regctl_lab::marathon::{Control, MarathonVersion, Requests};
use serde_json::json;

use crate::site::Site;

const NEW: MarathonVersion = MarathonVersion::V1_11;

#[test]
fn a_basic_password_comes_from_a_file_and_is_never_shown() {
    let Some(site) = Site::start(NEW) else { return };
    site.marathon.control(&Control { basic_auth: Some("ann:hunter2".to_owned()), ..Control::default() });
    let flags = ["--cluster-user", "ann", "--cluster-password-file", "password", "-v"];
    fs::write(site.path().join("password"), "hunter3\n").expect("writes");
    let wrong = site.deploy(&flags);
    wrong.fault(1, "unauthorized");
    fs::write(site.path().join("password"), "hunter2\n").expect("writes");
    let right = site.deploy(&flags);
    right.report("created");
    assert!(!format!("{wrong:?}{right:?}").contains("hunter"));
}

#[test]
fn the_attached_clusters_token_of_either_dcos_cli_is_taken_and_never_shown() {
    for file in [".dcos/clusters/c1/dcos.toml", ".dcos/dcos.toml"] {
        let Some(site) = Site::start(NEW) else { return };
        let control = Control { admin_router_token: Some("abc.def".to_owned()), ..Control::default() };
        site.marathon.control(&control);
        let (url, path) = (site.marathon.url(), site.path().join(file));
        let folder = path.parent().expect("has one");
        fs::create_dir_all(folder).expect("makes");
        if file.contains("clusters") {
            fs::write(folder.join("attached"), "").expect("writes");
        }
        fs::write(&path, format!("[core]\ndcos_url = \"{url}\"\ndcos_acs_token = \"abc.def\"\n"))
            .expect("writes");
        let run = site.deploy(&["--marathon", &format!("{url}/service/marathon"), "-v"]);
        run.report("created");
        assert!(!format!("{run:?}").contains("abc.def"), "{file}");
    }
}

#[test]
fn a_401_in_html_is_told_in_words_and_not_as_a_page() {
    let Some(site) = Site::start(NEW) else { return };
    site.marathon.control(&Control { admin_router_token: Some("abc.def".to_owned()), ..Control::default() });
    let url = format!("{}/service/marathon", site.marathon.url());
    for command in ["deploy", "rollback", "undeploy"] {
        let host = if command == "deploy" { &["--host", "127.0.0.1", "--no-stage"][..] } else { &[] };
        let run = site.regctl(&[&[command, "-o", "json", "--marathon", &url, "-y"], host].concat());
        let message = run.fault(1, "unauthorized");
        assert!(!message.contains('<'), "{message}");
        assert!(run.json()["error"]["hint"].as_str().expect("a hint").contains("--token-file"), "{run:?}");
    }
}

#[test]
fn a_connection_reset_and_a_leader_that_goes_away_in_mid_wait_are_sat_out() {
    let Some(site) = Site::start(NEW) else { return };
    let args = ["--image", "registry:2.99-none", "--timeout", "8s", "-v"];
    let run = std::thread::scope(|scope| {
        let run = scope.spawn(|| site.deploy(&args));
        while site.get("/v2/deployments") == json!([]) && !run.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
        }
        site.marathon.control(&Control { reset: Some(Requests::next(2, "GET")), ..Control::default() });
        std::thread::sleep(Duration::from_millis(2500));
        site.marathon.control(&Control { down: true, ..Control::default() });
        std::thread::sleep(Duration::from_millis(1500));
        site.marathon.behave();
        run.join().expect("ends")
    });
    let message = run.fault(1, "not-healthy");
    assert!(message.contains("manifest unknown"), "the last word is Marathon's: {message}");
    let waits = run.stderr.lines().filter(|line| line.contains("waiting: "));
    let broken = waits.filter(|line| line.contains("connection ")).count();
    assert!(broken >= 2, "{broken} in {}", run.stderr);
    assert!(run.stderr.contains("connection refused"), "{}", run.stderr);
}
