//! What is in a registry's way is told before anything is done.

use crate::site::Site;

const SECOND: &[&str] = &["--id", "/second", "--port", "5001"];

#[test]
fn what_is_in_the_way_is_told_and_left_alone() {
    let Some(site) = Site::start() else { return };
    let by_hand = "docker run -d --name registry -p 5000:5000 -v /data/docker-registry:/var/lib/registry registry:2.8.3";
    site.shell("a1", by_hand);
    let (id, logins) = (site.id(), site.host().logins().expect("counts"));
    let message = site.deploy(&["--yes"]).fault(1, "foreign-container");
    assert!(message.contains("the container registry on 192.168.1.11 was not made by regctl"), "{message}");
    let message =
        site.deploy(&[SECOND, &["--data-dir", "/data/docker-registry"]].concat()).fault(1, "already-used");
    assert!(
        message.contains("the container registry on 192.168.1.11 uses /data/docker-registry too"),
        "{message}"
    );
    let message = site.deploy(&["--id", "/second"]).fault(1, "already-used");
    assert!(message.contains("has port 5000 already"), "{message}");
    let message = site.deploy(&["--id", "/second", "--port", "22"]).fault(1, "already-used");
    assert!(message.contains("something listens on port 22"), "{message}");
    assert_eq!((site.id(), site.containers().as_str()), (id, "registry running"));
    assert!(!site.host().exists("/etc/privateregistry"));
    assert_eq!(site.host().logins().expect("counts") - logins, 4, "one login each, which looks alone");
    let message = site.deploy(&[SECOND, &["--image", "registry:9"]].concat()).fault(1, "engine");
    assert!(message.contains("docker pull"), "{message}");
    assert_eq!(site.containers(), "registry running");
    site.shell("a1", "systemctl stop docker");
    let message = site.deploy(&[]).fault(1, "engine");
    assert!(message.contains("does not answer"), "{message}");
}

#[test]
fn two_registries_on_one_host_have_folders_and_ports_of_their_own() {
    let Some(site) = Site::start() else { return };
    site.deploy(&[]).report("created");
    let report = site.deploy(SECOND).report("created");
    assert_eq!(report["endpoints"], serde_json::json!(["192.168.1.11:5001"]));
    assert_eq!(site.containers(), "registry running\nsecond running");
    assert_eq!(
        ["5000", "5001"].map(|port| site.status(&format!("https://192.168.1.11:{port}/v2/"))),
        ["200", "200"]
    );
    let message = site.deploy(&["--id", "/third", "--port", "5001"]).fault(1, "already-used");
    assert!(message.contains("the container second on 192.168.1.11 has port 5001"), "{message}");
    let taken = ["--id", "/third", "--port", "5002", "--data-dir", "/data/docker-registry-second/sub"];
    let message = site.deploy(&taken).fault(1, "already-used");
    assert!(message.contains("the container second on 192.168.1.11 uses"), "{message}");
    // Each is described where the file has it, by its id.
    site.write(
        "regctl.toml",
        "[[registry]]\ndocker_host = \"192.168.1.11\"\n[[registry]]\nid = \"/second\"\ndocker_host = \"192.168.1.11\"\nport = 5001\n",
    );
    site.deploy(&["--id", "/second"]).report("unchanged");
    site.deploy(&[]).report("unchanged");
    let logins = site.host().logins().expect("counts");
    site.write("regctl.toml", "[[registry]]\ndocker_host = \"192.168.1.11\"\n[[registry]]\nid = \"/second\"\ndocker_host = \"192.168.1.11:22\"\n");
    let message = site.deploy(&[]).fault(2, "config");
    assert!(message.contains("/registry and /second both have port 5000 on 192.168.1.11"), "{message}");
    assert_eq!(site.host().logins().expect("counts"), logins);
}
