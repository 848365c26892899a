//! Ctrl-C and sudden death at every stage, and that up again goes on from there.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, QUICK, stages};
use crate::run::Run;

/// Starts `up`, sends the signal as soon as the stage has begun, and waits for the end.
fn up_until(cluster: &Cluster, stage: &str, signal: &str) -> Run {
    let line =
        format!("rm -f log; echo $$ >pid; exec regctl up --no-preflight -o json {} 2>log", QUICK.join(" "));
    let mut command = cluster.host("master").command("sh");
    let child =
        command.args(["-c", &line]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("starts");
    let begun = format!("grep -q '^== {stage}' log 2>/dev/null && echo yes || true");
    let deadline = Instant::now() + Duration::from_secs(60);
    while cluster.shell("master", &begun).is_empty() {
        assert!(Instant::now() < deadline, "{stage} does not begin");
        thread::sleep(Duration::from_millis(20));
    }
    cluster.shell("master", &format!("kill -{signal} $(cat pid)"));
    child.wait_with_output().expect("ends").into()
}

#[test]
fn up_goes_on_after_sudden_death_at_each_stage() {
    let Some(cluster) = Cluster::start() else { return };
    for stage in ["deploy", "trust-agents", "verify"] {
        let run = up_until(&cluster, stage, "KILL");
        assert!(run.code != Some(0) && run.stdout.is_empty(), "{stage}: {run:?}");
    }
    let run = cluster.up(&[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(stages(&run.json()).contains(&"verify=done".to_owned()));
    assert_eq!(
        stages(&cluster.up(&[]).json())[1..4],
        ["cert-gen", "deploy", "trust-agents"].map(|it| format!("{it}=unchanged"))
    );
}

#[test]
fn up_goes_on_after_ctrl_c_at_each_stage_and_says_how_far_it_came() {
    let Some(cluster) = Cluster::start() else { return };
    for (index, stage) in [(2, "deploy"), (3, "trust-agents"), (4, "verify")] {
        let run = up_until(&cluster, stage, "INT");
        assert_eq!(run.code, Some(130), "{stage}: {run:?}");
        let report = run.json();
        let after = stages(&report).split_off(index + 1);
        assert!(after.iter().all(|it| it.ends_with("=not-reached")), "{stage}: {report:#}");
        let next = report["next"].as_str().expect("a sentence");
        assert!(next.contains("regctl up again goes on from there"), "{next}");
    }
    let run = cluster.up(&[]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
