//! Questions on a terminal: an update that fails offers the way back, and what others do while a question stands.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use regctl_lab::marathon::MarathonVersion;

use crate::site::Site;

/// Reads until these words have come.
fn read_until(from: &mut ChildStdout, words: &str) -> String {
    let (mut all, mut piece) = (String::new(), [0; 1024]);
    while !all.contains(words) {
        let bytes = from.read(&mut piece).expect("reads");
        assert!(bytes > 0, "it ended without `{words}`: {all}");
        all.push_str(&String::from_utf8_lossy(&piece[..bytes]));
    }
    all
}

/// regctl about this Marathon, on a terminal.
fn on_a_terminal(site: &Site, args: &str) -> Child {
    let line = format!("{} {args} --marathon {}", env!("CARGO_BIN_EXE_regctl"), site.marathon.url());
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).current_dir(site.path());
    command.env_clear().env("HOME", site.path()).env("PATH", "/usr/bin:/bin").env("TERM", "xterm");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().expect("script runs")
}

/// A deploy of an image that does not exist, on a terminal; yes to the update, then `answer` to the way back. How it
/// ended.
fn failing_update(site: &Site, answer: &str) -> (Option<i32>, String) {
    let args = "deploy --no-stage --host 127.0.0.1 --image registry:2.99-none --timeout 3s";
    let mut child = on_a_terminal(site, args);
    let (mut keys, mut shown) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    read_until(&mut shown, "restarts the registry");
    keys.write_all(b"y").expect("writes");
    read_until(&mut shown, "back to the version before?");
    keys.write_all(answer.as_bytes()).expect("writes");
    let mut rest = String::new();
    shown.read_to_string(&mut rest).expect("reads");
    (child.wait().expect("ends").code(), rest)
}

#[test]
fn a_failed_update_offers_the_way_back_and_stays_a_failure() {
    let Some(site) = Site::start(MarathonVersion::V1_11) else { return };
    site.deploy(&[]).report("created");
    let image = || site.get("/v2/apps/registry")["app"]["container"]["docker"]["image"].clone();
    let (code, shown) = failing_update(&site, "n");
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("regctl rollback") && !shown.contains("rolled back"), "{shown}");
    assert_eq!(image(), "registry:2.99-none");
    site.about("rollback", &["--yes", "--timeout", "60s"]).report("updated");
    let (code, shown) = failing_update(&site, "y");
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("error[not-healthy]") && shown.contains("rolled back"), "{shown}");
    assert_eq!(image(), "registry:2.8.3");
    assert_eq!(site.task_ids().len(), 1);
}

#[test]
fn what_somebody_else_deploys_while_the_question_stands_is_not_cancelled() {
    let Some(site) = Site::start(MarathonVersion::V1_11) else { return };
    site.deploy(&[]).report("created");
    site.deploy(&["--mem", "512", "-y"]).report("updated");
    let mut child = on_a_terminal(&site, "rollback --timeout 20s");
    let (mut keys, mut shown) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    read_until(&mut shown, "restarts the registry");
    let url = format!("{}/v2/apps/registry", site.marathon.url());
    let put =
        ["-sSf", "-m", "20", "-X", "PUT", "-H", "Content-Type: application/json", "-d", "{\"mem\": 600}"];
    assert!(Command::new("curl").args(put).arg(&url).output().expect("curl runs").status.success());
    keys.write_all(b"y").expect("writes");
    let mut rest = String::new();
    shown.read_to_string(&mut rest).expect("reads");
    assert_eq!(child.wait().expect("ends").code(), Some(1), "{rest}");
    assert!(rest.contains("error[app-locked]") && rest.contains("somebody else meanwhile"), "{rest}");
    assert_eq!(site.get("/v2/apps/registry")["app"]["mem"].as_f64(), Some(600.0));
}
