//! What a registry on a Docker host is to its clients: trusted, pushed to and pulled from, renewed, taken down.

use serde_json::json;

use crate::site::Site;

/// The certificate that answers on the published port.
fn served(site: &Site) -> String {
    site.shell(
        "master",
        "openssl s_client -connect 192.168.1.11:5000 </dev/null 2>/dev/null | openssl x509 -noout -serial",
    )
}

/// The statuses of a stages report, in their order.
fn stages(report: &serde_json::Value) -> Vec<String> {
    let stages = report["stages"].as_array().expect("has stages").iter();
    stages.map(|it| format!("{} {}", it["stage"], it["status"]).replace('"', "")).collect()
}

#[test]
fn up_brings_it_to_its_clients_and_down_takes_it_away() {
    let Some(site) = Site::start() else { return };
    site.write("clients", "192.168.1.11\n");
    let run = site.regctl(&["up", "--agents-file", "clients"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let all = ["preflight skipped", "cert-gen unchanged", "deploy done", "trust-agents done", "verify done"];
    assert_eq!(stages(&run.json()), all);
    let before = served(&site);
    let image = "192.168.1.11:5000/own/registry:1";
    site.shell("a1", &format!("docker tag registry:2.8.3 {image} && docker push -q {image} && docker rmi {image} && docker pull -q {image}"));
    let run = site.regctl(&["cert", "rotate-ca", "--agents-file", "clients", "--yes"]);
    assert_eq!((run.code, served(&site) == before), (Some(0), false), "{run:?}");
    site.shell("a1", &format!("docker rmi {image} && docker pull -q {image}"));
    let run = site.regctl(&["verify", "--push"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let health = run.json()["checks"][0].clone();
    assert_eq!(
        (&health["name"], &health["status"], &health["subject"]),
        (&json!("docker-health"), &json!("pass"), &json!("/registry"))
    );
    site.shell("a1", "docker stop registry");
    let run = site.regctl(&["verify", "--wait", "1s"]);
    assert_eq!((run.code, &run.json()["checks"][0]["cause"]), (Some(1), &json!("not-healthy")), "{run:?}");
    let run = site.regctl(&["down", "--agents-file", "clients", "--yes"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(site.containers(), "");
    assert!(!site.host().exists("/etc/docker/certs.d/192.168.1.11:5000/ca.crt"));
    assert!(site.host().exists("/data/docker-registry/docker/registry/v2/repositories/own/registry"));
    // Without a cluster and without a file there is nobody to trust it.
    let run = site.regctl(&["up"]);
    assert_eq!((run.code, stages(&run.json())[3].as_str()), (Some(0), "trust-agents skipped"), "{run:?}");
    assert_eq!(site.status("https://192.168.1.11:5000/v2/own/registry/tags/list"), "200");
}

#[test]
fn a_renewal_is_served_and_undeploy_leaves_the_folders_unless_they_are_purged() {
    let Some(site) = Site::start() else { return };
    let message = site.regctl(&["cert", "renew", "--yes"]).fault(1, "no-app");
    assert!(message.contains("there is no container of /registry"), "{message}");
    site.deploy(&[]).report("created");
    let (before, id) = (served(&site), site.id());
    let dry = site.regctl(&["cert", "renew", "--check"]);
    assert_eq!((dry.code, served(&site), site.id()), (Some(4), before.clone(), id.clone()), "{dry:?}");
    let report = site.regctl(&["cert", "renew", "--yes"]).report("updated");
    assert_eq!(report["endpoints"], json!([{"address": "192.168.1.11:5000", "certificate": "new"}]));
    assert_ne!((served(&site), site.id()), (before, id));
    assert_eq!(site.status("https://192.168.1.11:5000/v2/"), "200");
    site.deploy(&[]).report("unchanged");

    let dry = site.regctl(&["undeploy", "--check", "--purge"]);
    assert_eq!((dry.code, site.containers().as_str()), (Some(4), "registry running"), "{dry:?}");
    site.regctl(&["undeploy"]).fault(2, "consent-needed");
    let report = site.regctl(&["undeploy", "--yes"]).report("removed");
    assert_eq!(
        (site.containers().as_str(), report["folders"][0]["change"].as_str()),
        ("", Some("unchanged"))
    );
    assert!(site.host().exists("/etc/privateregistry/certs/domain.key"));
    site.regctl(&["undeploy", "--yes"]).report("unchanged");
    site.deploy(&[]).report("created");
    // Another container looks into the folder: its owner would not want it to go.
    site.shell("a1", "docker run -d --name backup -v /data/docker-registry:/x:ro registry:2.8.3");
    let message = site.regctl(&["undeploy", "--purge", "--yes"]).fault(2, "usage");
    assert!(message.contains("used by backup too"), "{message}");
    site.shell("a1", "docker rm -f backup");
    site.regctl(&["undeploy", "--purge", "--yes"]).report("removed");
    assert_eq!(site.containers(), "");
    for folder in ["/data/docker-registry", "/etc/privateregistry/certs", "/var/lib/regctl"] {
        assert!(!site.host().exists(folder), "{folder}");
    }
    // What only Marathon can do says so.
    for command in ["rollback", "render", "doctor"] {
        let message = site.regctl(&[command]).fault(2, "not-applicable");
        assert!(message.contains("on the Docker host 192.168.1.11"), "{message}");
    }
}
