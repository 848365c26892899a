//! `deploy` against a Marathon that is strict, and against one that misbehaves. It runs the real registry.

use std::process::Stdio;
use std::time::{Duration, Instant};

use regctl_lab::marathon::{Control, MarathonVersion, Requests};
use rustix::process::{Pid, Signal, kill_process};

use crate::run::Run;
use crate::site::Site;

const NEW: MarathonVersion = MarathonVersion::V1_11;
const OLD: MarathonVersion = MarathonVersion::V1_4;

#[test]
fn a_registry_is_created_and_then_left_alone() {
    for version in [NEW, OLD] {
        let Some(site) = Site::start(version) else { return };
        let first = site.deploy(&[]);
        first.report("created");
        let report = first.json();
        assert_eq!(report["schema"], "regctl.deploy/v1");
        assert_eq!(report["healthy"], true);
        assert_eq!(report["endpoints"], serde_json::json!(["192.168.0.1"]));
        let keys: Vec<_> = report.as_object().expect("an object").keys().cloned().collect();
        let expected =
            ["schema", "app_id", "change", "deployment_id", "version", "healthy", "staged", "endpoints"];
        assert_eq!(keys, expected);
        let tasks = site.task_ids();
        assert_eq!(tasks.len(), 1);
        let second = site.deploy(&["--check"]);
        assert_eq!((second.code, &second.json()["change"]), (Some(0), &"unchanged".into()), "{second:?}");
        let third = site.deploy(&[]).json();
        assert_eq!(
            (&third["change"], &third["deployment_id"]),
            (&"unchanged".into(), &serde_json::Value::Null)
        );
        assert_eq!(third["version"], report["version"]);
        assert_eq!(site.task_ids(), tasks);
    }
}

#[test]
fn an_update_shows_its_diff_and_asks() {
    let Some(site) = Site::start(NEW) else { return };
    site.deploy(&[]).report("created");
    let tasks = site.task_ids();
    let refused = site.deploy(&["--mem", "512"]);
    refused.fault(2, "consent-needed");
    assert!(refused.stderr.contains("~ mem: 1024 -> 512"), "{}", refused.stderr);
    assert_eq!(site.task_ids(), tasks);
    let updated = site.deploy(&["--mem", "512", "--yes"]);
    assert_eq!((updated.code, &updated.json()["change"]), (Some(0), &"updated".into()), "{updated:?}");
    assert!(updated.json()["deployment_id"].is_string());
    assert_ne!(site.task_ids(), tasks);
    let app = site.get("/v2/apps/registry");
    assert_eq!(app["app"]["mem"].as_f64(), Some(512.0));
}

#[test]
fn a_key_that_is_wanted_no_more_is_gone() {
    let Some(site) = Site::start(NEW) else { return };
    site.deploy(&["--set", "env.REGISTRY_LOG_LEVEL=debug"]).report("created");
    let dry = site.deploy(&["--dry-run", "--exit-code"]);
    assert_eq!(dry.code, Some(4), "{dry:?}");
    assert_eq!(dry.json()["differences"][0]["key"], "env.REGISTRY_LOG_LEVEL");
    assert_eq!(site.deploy(&["-y"]).code, Some(0));
    assert!(site.get("/v2/apps/registry")["app"]["env"]["REGISTRY_LOG_LEVEL"].is_null());
}

#[test]
fn a_dry_run_changes_nothing() {
    let Some(site) = Site::start(NEW) else { return };
    let dry = site.deploy(&["--dry-run", "--exit-code"]);
    assert_eq!((dry.code, &dry.json()["change"]), (Some(4), &"created".into()), "{dry:?}");
    assert_eq!(site.deploy(&["--dry-run"]).code, Some(0));
    assert_eq!(site.get("/v2/apps")["apps"], serde_json::json!([]));
    assert!(!site.path().join(".regctl").exists());
}

#[test]
fn a_running_app_keeps_its_secret_and_a_weak_one_is_warned_of() {
    let Some(site) = Site::start(NEW) else { return };
    site.deploy(&["--set", "env.REGISTRY_HTTP_SECRET=123456secret"]).report("created");
    let again = site.deploy(&[]);
    assert_eq!((again.code, &again.json()["change"]), (Some(0), &"unchanged".into()), "{again:?}");
    assert!(again.stderr.contains("short enough to be guessed"), "{}", again.stderr);
    assert!(!format!("{again:?}").contains("123456secret"));
}

#[test]
fn a_locked_app_is_waited_for_or_taken_by_force() {
    let Some(site) = Site::start(NEW) else { return };
    site.deploy(&[]).report("created");
    site.marathon.control(&Control { locked: vec!["/registry".to_owned()], ..Control::default() });
    let locked = site.deploy(&["--mem", "512", "--yes", "--no-wait"]);
    let message = locked.fault(1, "app-locked");
    assert!(message.contains("locked by deployment"), "{message}");
    let waited = std::thread::scope(|scope| {
        let run = scope.spawn(|| site.deploy(&["--mem", "512", "--yes", "--timeout", "60s"]));
        std::thread::sleep(Duration::from_secs(1));
        site.marathon.behave();
        run.join().expect("ends")
    });
    assert_eq!((waited.code, &waited.json()["change"]), (Some(0), &"updated".into()), "{waited:?}");
    site.marathon.control(&Control { locked: vec!["/registry".to_owned()], ..Control::default() });
    let forced = site.deploy(&["--mem", "600", "--yes", "--force", "--no-wait"]);
    assert_eq!((forced.code, &forced.json()["healthy"]), (Some(0), &serde_json::Value::Null), "{forced:?}");
}

#[test]
fn credentials_are_wanted_given_and_never_shown() {
    let Some(site) = Site::start(NEW) else { return };
    site.marathon.control(&Control { basic_auth: Some("ann:hunter2".to_owned()), ..Control::default() });
    site.deploy(&[]).fault(1, "unauthorized");
    let url = site.marathon.url();
    let with = |user: &str| url.replace("http://", &format!("http://{user}@"));
    let wrong = site.deploy(&["--marathon", &with("ann:hunter3"), "-v"]);
    wrong.fault(1, "unauthorized");
    let right = site.deploy(&["--marathon", &with("ann:hunter2"), "-v"]);
    right.report("created");
    for run in [wrong, right] {
        assert!(!format!("{run:?}").contains("hunter"), "{run:?}");
    }
}

#[test]
fn admin_router_lets_a_token_in() {
    let Some(site) = Site::start(NEW) else { return };
    site.marathon.control(&Control { admin_router_token: Some("abc.def".to_owned()), ..Control::default() });
    let url = format!("{}/service/marathon", site.marathon.url());
    let refused = site.deploy(&["--marathon", &url]);
    refused.fault(1, "unauthorized");
    assert!(refused.json()["error"]["hint"].as_str().expect("a hint").contains("--token-file"));
    std::fs::write(site.path().join("token"), "abc.def\n").expect("writes");
    let run = site.deploy(&["--marathon", &url, "--token-file", "token", "-v"]);
    run.report("created");
    assert!(!format!("{run:?}").contains("abc.def"));
}

#[test]
fn what_is_not_marathon_is_said_to_be_none() {
    let Some(site) = Site::start(NEW) else { return };
    let wrong_path = format!("{}/marathon", site.marathon.url());
    let message = site.deploy(&["--marathon", &wrong_path]).fault(1, "other-service");
    assert!(message.contains("not Marathon"), "{message}");
    site.marathon.control(&Control { html: true, ..Control::default() });
    let page = site.deploy(&[]);
    let message = page.fault(1, "other-service");
    assert!(message.contains("not Marathon"), "{message}");
    assert!(page.json()["error"]["hint"].as_str().expect("a hint").contains("/service/marathon"));
    site.marathon.control(&Control { other_product: true, ..Control::default() });
    site.deploy(&[]).fault(1, "other-service");
    site.deploy(&["--marathon", "marathon.mesos:8080"]).fault(2, "bad-value");
    site.deploy(&["--marathon", "http://127.0.0.1:1"]).fault(1, "unreachable");
}

#[test]
fn a_post_whose_answer_was_lost_is_not_sent_twice() {
    let Some(site) = Site::start(NEW) else { return };
    site.marathon.control(&Control { lose_answer: Some(Requests::next(1, "POST")), ..Control::default() });
    let run = site.deploy(&[]);
    run.report("created");
    assert!(run.json()["deployment_id"].is_string(), "{run:?}");
    assert_eq!(site.task_ids().len(), 1);
}

#[test]
fn a_request_that_did_not_arrive_is_sent_again() {
    let Some(site) = Site::start(NEW) else { return };
    site.marathon.control(&Control { reset: Some(Requests::next(2, "POST")), ..Control::default() });
    site.deploy(&[]).report("created");
    site.marathon.control(&Control { reset: Some(Requests::next(1, "PUT")), ..Control::default() });
    let run = site.deploy(&["--mem", "512", "-y"]);
    assert_eq!((run.code, &run.json()["change"]), (Some(0), &"updated".into()), "{run:?}");
}

#[test]
fn an_election_in_the_middle_of_the_wait_is_sat_out() {
    let Some(site) = Site::start(NEW) else { return };
    // An app that never comes up, so that the wait is long enough whatever the machine does.
    let args = ["--image", "registry:2.99-none", "--timeout", "6s", "-v"];
    let run = std::thread::scope(|scope| {
        let run = scope.spawn(|| site.deploy(&args));
        while site.get("/v2/deployments") == serde_json::json!([]) && !run.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
        }
        for leaderless in [502, 503] {
            site.marathon.control(&Control { leaderless: Some(leaderless), ..Control::default() });
            std::thread::sleep(Duration::from_millis(1200));
        }
        site.marathon.behave();
        run.join().expect("ends")
    });
    let message = run.fault(1, "not-healthy");
    assert!(message.contains("manifest unknown"), "{message}");
    for said in ["(502)", "(503)"] {
        assert!(run.stderr.contains(said), "{said} is not in {}", run.stderr);
    }
}

#[test]
fn a_host_that_makes_no_offers_is_named_when_the_time_is_up() {
    let Some(site) = Site::start(NEW) else { return };
    let started = Instant::now();
    let run = site.deploy(&["--host", "127.0.0.9", "--timeout", "3s"]);
    let message = run.fault(1, "not-healthy");
    assert!(message.contains("/registry is not ready after 3.0 s: 0 of 1 instances run"), "{message}");
    assert!(message.contains("no offer comes from 127.0.0.9: 1 declined for their host"), "{message}");
    assert!(run.json()["error"]["hint"].as_str().expect("a hint").contains("regctl agents"));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_app_that_never_came_up_is_stopped_before_it_is_replaced() {
    let Some(site) = Site::start(NEW) else { return };
    site.deploy(&["--host", "127.0.0.9", "--timeout", "1s"]).fault(1, "not-healthy");
    site.deploy(&["--yes", "--timeout", "1s"]).fault(1, "app-locked");
    let forced = site.deploy(&["--yes", "--force", "--timeout", "60s"]);
    assert_eq!((forced.code, &forced.json()["change"]), (Some(0), &"updated".into()), "{forced:?}");
}

#[test]
fn an_interrupted_wait_says_that_marathon_goes_on() {
    let Some(site) = Site::start(NEW) else { return };
    let url = site.marathon.url();
    let args = ["deploy", "-o", "json", "--no-stage", "--marathon", &url, "--host", "127.0.0.9"];
    let child = site.command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    while site.get("/v2/deployments") == serde_json::json!([]) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = site.deploy(&[]);
    assert!(second.fault(1, "locked").contains(&format!("process {}", child.id())), "{second:?}");
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).expect("is there");
    let started = Instant::now();
    let run = Run::from(child.wait_with_output().expect("ends"));
    let message = run.fault(130, "interrupted");
    assert!(message.contains("/registry it goes on with"), "{message}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn too_much_memory_is_told_with_its_figures() {
    let Some(site) = Site::start(NEW) else { return };
    let run = site.deploy(&["--mem", "99999", "--timeout", "3s"]);
    let message = run.fault(1, "not-healthy");
    assert!(message.contains("no offer has 99999 MB on 127.0.0.1: 1 declined for memory"), "{message}");
}

#[test]
fn an_image_that_cannot_be_pulled_is_told_in_the_engines_words() {
    let Some(site) = Site::start(NEW) else { return };
    let run = site.deploy(&["--image", "registry:2.99-none", "--timeout", "4s"]);
    let message = run.fault(1, "not-healthy");
    assert!(message.contains("the last task failed on 127.0.0.1"), "{message}");
    assert!(message.contains("manifest unknown"), "{message}");
    assert!(run.json()["error"]["hint"].as_str().expect("a hint").contains("--image"), "{run:?}");
}

#[test]
fn a_certificate_that_the_registry_cannot_read_shows_in_the_failure() {
    let Some(site) = Site::start(NEW) else { return };
    std::fs::remove_file(site.marathon.agent_root().join("etc/privateregistry/certs/domain.key"))
        .expect("removes");
    let message = site.deploy(&["--timeout", "4s"]).fault(1, "not-healthy");
    assert!(message.contains("the last task failed on 127.0.0.1"), "{message}");
}

#[test]
fn what_marathon_refuses_is_told_in_its_own_words() {
    let Some(site) = Site::start(NEW) else { return };
    let run = site.deploy(&["--set", "killSelection=ELDEST_FIRST"]);
    let message = run.fault(1, "app-refused");
    assert!(message.contains("killSelection"), "{message}");
}
