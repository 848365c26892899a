//! A registry's life on a Docker host: deployed, left alone, updated, broken and back.

use std::thread;

use serde_json::{Value, json};

use crate::site::Site;

/// The staged paths that were changed.
fn staged(report: &Value) -> usize {
    let files = report["staged"].as_array().expect("a list").iter();
    files.filter(|file| file["change"] != "unchanged").count()
}

#[test]
fn a_registry_comes_up_is_left_alone_and_changes_with_a_diff_and_a_yes() {
    let Some(site) = Site::start() else { return };
    let dry = site.deploy(&["--check"]);
    assert_eq!((dry.code, &dry.json()["change"]), (Some(4), &json!("created")), "{dry:?}");
    assert_eq!(dry.json()["app"]["env"]["REGISTRY_HTTP_SECRET"], "(secret)");
    assert_eq!(site.containers(), "");
    assert!(!site.host().exists("/etc/privateregistry"));
    let report = site.deploy(&[]).report("created");
    assert_eq!((&report["healthy"], &report["endpoints"]), (&json!(true), &json!(["192.168.1.11:5000"])));
    assert_eq!((report["deployment_id"].as_str(), staged(&report)), (Some(site.id().as_str()), 6));
    assert_eq!(site.status("https://192.168.1.11:5000/v2/"), "200");
    let id = site.id();
    let report = site.deploy(&[]).report("unchanged");
    assert_eq!((site.id(), staged(&report), &report["deployment_id"]), (id.clone(), 0, &Value::Null));
    assert_eq!(site.deploy(&["--check"]).code, Some(0));
    let changed = ["--mem", "512", "--set", "labels.team=infra"];
    assert!(site.deploy(&changed).fault(2, "consent-needed").contains("restarts the registry"));
    let dry = site.deploy(&[&changed[..], &["--dry-run"]].concat()).json();
    assert_eq!(
        dry["differences"],
        json!([
            {"key": "memory", "from": 1_073_741_824, "to": 536_870_912},
            {"key": "labels.team", "from": null, "to": "infra"},
        ])
    );
    assert_eq!(site.id(), id);
    let report = site.deploy(&[&changed[..], &["--yes"]].concat()).report("updated");
    assert_eq!(report["deployment_id"], site.id());
    assert_ne!(site.id(), id);
    assert_eq!(site.containers(), "registry running");
}

#[test]
fn an_update_that_does_not_come_up_goes_back_and_tells_the_log_and_so_does_one_that_was_cut_short() {
    let Some(site) = Site::start() else { return };
    site.deploy(&[]).report("created");
    let id = site.id();
    let run = site.deploy(&["--yes", "--set", "env.REGISTRY_LOG_LEVEL=loud"]);
    let message = run.fault(1, "not-healthy");
    assert!(message.ends_with("the container before it runs again"), "{message}");
    let log = run.json()["error"]["log"]["lines"].to_string();
    assert!(log.contains("invalid loglevel loud"), "{log}");
    assert_eq!((site.id(), site.containers().as_str()), (id.clone(), "registry running"));
    assert_eq!(site.status("https://192.168.1.11:5000/v2/"), "200");
    // As a run leaves it that was killed between putting the old one aside and starting the new one.
    site.shell("a1", "docker stop registry && docker rename registry registry.regctl-old && docker create --name registry registry:2.8.3");
    let report = site.deploy(&["--yes"]).report("updated");
    assert_eq!((report["healthy"].as_bool(), site.containers().as_str()), (Some(true), "registry running"));
    // One that somebody stopped is not as asked.
    site.shell("a1", "docker stop registry");
    let dry = site.deploy(&["--check"]);
    assert_eq!(
        dry.json()["differences"],
        json!([{"key": "state", "from": "exited", "to": "running"}]),
        "{dry:?}"
    );
    site.deploy(&["--yes"]).report("updated");
    assert_eq!(site.containers(), "registry running");
}

#[test]
fn an_update_that_is_interrupted_puts_the_old_container_back() {
    let Some(site) = Site::start() else { return };
    site.deploy(&["--no-tls"]).report("created");
    let id = site.id();
    let words = ["--no-tls", "--yes", "--set", "healthChecks.0.path=/nothing", "--set", "env.A=b"];
    let run = thread::scope(|scope| {
        let run = scope.spawn(|| site.deploy(&words));
        site.until(
            "docker inspect --format '{{.State.Running}}' registry registry.regctl-old | tr '\\n' ' '",
            "true false",
        );
        site.shell("master", "kill -INT $(pidof regctl)");
        run.join().expect("ends")
    });
    run.fault(130, "interrupted");
    site.until("docker ps -a --format '{{.Names}} {{.State}}'", "registry running");
    assert_eq!(site.id(), id);
    site.deploy(&["--no-tls"]).report("unchanged");
}

#[test]
fn a_first_container_that_does_not_come_up_goes_again_and_its_end_is_told() {
    let Some(site) = Site::start() else { return };
    let run = site.deploy(&["--no-tls", "--set", "env.REGISTRY_LOG_LEVEL=loud"]);
    assert!(run.fault(1, "not-healthy").ends_with("it was removed again"), "{run:?}");
    assert_eq!(site.containers(), "");
    // What answers, but not as a registry does, is not healthy either.
    let run = site.deploy(&["--no-tls", "--set", "healthChecks.0.path=/nothing", "--timeout", "2s"]);
    assert!(run.fault(1, "not-healthy").contains("it answers with status 404"), "{run:?}");
    assert_eq!(site.containers(), "");
    // An image that the host cannot pull comes from an archive; another one of that name is another container.
    site.shell("a1", "docker save -o /run/saved.tar registry:2.8.3 && docker rmi registry:2.8.3");
    let saved = std::fs::read(site.host().root().join("run/saved.tar")).expect("reads");
    site.write("saved.tar", saved);
    site.deploy(&["--no-tls", "--port", "5005"]).fault(1, "engine");
    let archived = ["--no-tls", "--port", "5005", "--image-archive", "saved.tar"];
    site.deploy(&archived).report("created");
    site.shell("a1", "docker image inspect registry:2.8.3 >/dev/null && docker tag registry:2.8.3 kept:1 && \
        docker export registry | docker import -c 'ENTRYPOINT [\"/entrypoint.sh\"]' -c 'ENV PATH=/bin' - registry:2.8.3");
    let dry = site.deploy(&[&archived[..], &["--check"]].concat());
    assert_eq!(
        (dry.code, &dry.json()["change"]),
        (Some(4), &json!("unchanged")),
        "the archive has the very image"
    );
    let dry = site.deploy(&["--no-tls", "--port", "5005", "--dry-run"]).json();
    assert_eq!(
        (&dry["change"], &dry["differences"][0]["key"]),
        (&json!("updated"), &json!("imageId")),
        "{dry:#}"
    );
    assert_eq!(site.status("http://192.168.1.11:5005/v2/"), "200");
    assert!(!site.host().exists("/etc/privateregistry/certs"));
}
