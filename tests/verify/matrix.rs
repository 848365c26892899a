//! The matrix of agents and runtimes: each pulls what was pushed a moment ago, timed, and keeps nothing of it.

use std::time::Duration;

use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Host, Tier, page, require_programs};
use serde_json::Value;

use crate::bench::Verified;
use crate::lab::Site;

/// Outcome, and whether a time was told, of that runtime of that agent.
fn cell(verified: &Verified, agent: &str, runtime: &str) -> (String, bool) {
    let rows =
        verified.report["pulls"].as_array().unwrap_or_else(|| panic!("no pulls in {}", verified.report));
    let row = rows.iter().find(|row| row["agent"] == agent).expect("has a row");
    let cells = row["runtimes"].as_array().expect("a list");
    let cell = cells.iter().find(|cell| cell["runtime"] == runtime).expect("has a cell");
    (cell["outcome"].as_str().expect("a word").to_owned(), cell["ms"].as_u64().is_some_and(|ms| ms < 60_000))
}

/// Makes a host ready for podman, which has neither a policy nor a disk of its own in the lab.
fn prepare_podman(host: &Host) {
    let policy = r#"{"default": [{"type": "insecureAcceptAnything"}]}"#;
    host.write("/etc/containers/policy.json", policy).expect("writes");
    let script = "mkdir -p /var/lib/containers && mount -t tmpfs containers /var/lib/containers";
    host.shell(script).expect("runs").good().expect("mounts");
}

fn images(host: &Host) -> String {
    host.shell("podman images -aq").expect("runs").good().expect("lists")
}

/// The page has the same pulls, and the CA and the leaf on its line of time.
fn assert_page(page: &Value, verified: &Verified) {
    let pulled = verified.report["pulls"][0]["runtimes"].as_array().expect("a list").iter();
    let tried = pulled.filter(|pull| pull["outcome"] != "none").count();
    let pulls = page["agents"][0]["pulls"].as_array().expect("a list");
    assert!(tried > 0 && pulls.len() == tried, "{page}");
    let roles: Vec<_> =
        page["certificates"]["spans"].as_array().expect("a list").iter().map(|span| &span["role"]).collect();
    assert_eq!(roles, ["ca", "leaf"]);
    let told = verified.report["certificates"].as_array().expect("a list");
    assert!(told.iter().any(|it| it["role"] == "leaf" && it["source"] == "192.168.0.1"), "{told:?}");
}

#[test]
fn every_runtime_that_an_agent_has_pulls_by_digest_in_a_time_and_keeps_nothing() {
    let (Some(()), Some(site)) =
        (require_programs(&[("podman", "podman"), ("busybox", "busybox")]), Site::start(Tier::T1))
    else {
        return;
    };
    let (a1, a3) = (site.agent("a1"), site.agent("a3"));
    prepare_podman(a1);
    a1.shell("mkdir -p /var/lib/dcos/pki/tls/certs").expect("runs").good().expect("is made");
    a3.shell("mv $(command -v podman) $(command -v skopeo) /root/").expect("runs");
    site.done("regctl deploy --host 192.168.1.12");
    site.done("regctl trust-agents");

    let docker_only = site.verify("--from-agents --pull --only 192.168.1.11 --report /page.html");
    assert_eq!(docker_only.exit, Some(0), "UCR need not pull: {}", docker_only.report);
    assert_page(&page::data(&site.master().read("/page.html").expect("the page is there")), &docker_only);
    let strict = site.verify("--from-agents --pull --runtime ucr --only 192.168.1.11");
    assert_eq!(strict.exit, Some(1), "{}", strict.report);
    site.assert_seen(&strict, "agent-pull", "a1", ("fail", "unknown-authority"));

    site.done("regctl trust-agents --runtime docker,ucr,podman --only 192.168.1.11");
    let verified =
        site.verify("--from-agents --pull --runtime ucr,podman --only 192.168.1.11 --only 192.168.1.13");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    for runtime in ["ucr", "podman"] {
        assert_eq!(
            cell(&verified, "192.168.1.11", runtime),
            ("pulled".to_owned(), true),
            "{}",
            verified.report
        );
    }
    for runtime in ["docker", "ucr", "containerd", "podman"] {
        assert_eq!(
            cell(&verified, "192.168.1.13", runtime),
            ("none".to_owned(), false),
            "{}",
            verified.report
        );
    }
    assert_eq!(images(a1), "", "podman kept the image");
    let text = site.run("regctl verify --from-agents --pull --runtime podman --only 192.168.1.11").stdout;
    let row = text.lines().find(|line| line.trim_start().starts_with("192.168.1.11 ")).expect("a row");
    assert_eq!(row.split_whitespace().count(), 5, "{text}");
    let left = site.agent("a2").shell("find /data/docker-registry -path '*/regctl/verify/*' -name link");
    assert_eq!(left.expect("runs").stdout, "", "the registry kept an image");
}

#[test]
fn an_interruption_in_mid_pull_leaves_nothing_on_the_agent_or_in_the_registry() {
    let (Some(()), Some(site)) = (require_programs(&[("podman", "podman")]), Site::start(Tier::T1)) else {
        return;
    };
    let agent = site.agent("a1");
    prepare_podman(agent);
    site.done("regctl deploy --host 192.168.1.12");
    site.done("regctl trust-agents --runtime podman");
    // A podman that has pulled but is slow to say so.
    let slow = "mv $(command -v podman) /usr/bin/podman.real && printf '#!/bin/sh\\n/usr/bin/podman.real \"$@\"\\n\
                code=$?\\n[ $1 != pull ] || { : >/tmp/pulled; sleep 12; }\\nexit $code\\n' >/usr/bin/podman && chmod 755 /usr/bin/podman";
    agent.shell(slow).expect("runs").good().expect("is done");
    let line =
        "timeout -s INT --preserve-status 6 regctl verify -o json --from-agents --pull --only 192.168.1.11";
    let output = site.run(line);
    let verified = Verified::new(output.status.code(), &output.stdout, &output.stderr);
    assert_eq!(verified.exit, Some(130), "{}", verified.report);
    assert_eq!(verified.report["pulls"], Value::Null);
    assert!(agent.exists("/tmp/pulled"), "it was interrupted in mid-pull");
    // While an image goes, podman may fail to list it.
    wait_for("podman's image to go", Duration::from_secs(20), || {
        match agent.shell("podman images -aq").expect("runs").good() {
            Ok(none) if none.is_empty() => Progress::Done(()),
            Ok(some) => Progress::NotYet(some),
            Err(going) => Progress::NotYet(going.to_string()),
        }
    })
    .expect("nothing stays");
    let left = site.agent("a2").shell("find /data/docker-registry -path '*/regctl/verify/*' -name link");
    assert_eq!(left.expect("runs").stdout, "", "the registry kept the image");
}
