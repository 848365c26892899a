//! A task that ends between the look at the app and the update of it.
//!
//! Marathon 1.11 ends at once only as many old instances as are healthy then, and with 0/0 starts none beside them.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use regctl_lab::marathon::{Control, MarathonVersion};

use crate::site::Site;

#[test]
fn a_task_that_is_killed_while_the_operator_thinks_does_not_stop_the_update() {
    let Some(site) = Site::start(MarathonVersion::V1_11) else { return };
    site.deploy(&[]).report("created");
    let regctl = env!("CARGO_BIN_EXE_regctl");
    let url = site.marathon.url();
    let words =
        format!("{regctl} deploy --no-stage --marathon {url} --host 127.0.0.1 --mem 512 --timeout 40s");
    let mut run = Command::new("script")
        .args(["-qec", &words, "/dev/null"])
        .current_dir(site.path())
        .env("HOME", site.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script runs");
    let mut screen = run.stdout.take().expect("is piped");
    let mut shown = String::new();
    let mut byte = [0];
    // The question ends without a line break.
    while !shown.contains("[y/N]") && screen.read(&mut byte).expect("is read") > 0 {
        shown.push(char::from(byte[0]));
    }
    site.marathon.control(&Control { kill_tasks: vec!["/registry".to_owned()], ..Control::default() });
    let deadline = Instant::now() + Duration::from_secs(20);
    while site.get("/v2/apps/registry")["app"]["tasksHealthy"] != 0 {
        assert!(Instant::now() < deadline, "the task was not killed");
        std::thread::sleep(Duration::from_millis(20));
    }
    run.stdin.take().expect("is piped").write_all(b"y\n").expect("answers");
    screen.read_to_string(&mut shown).expect("is read");
    assert_eq!(run.wait().expect("ends").code(), Some(0), "{shown}");
    assert_eq!(site.get("/v2/apps/registry")["app"]["mem"].as_f64(), Some(512.0));
}
