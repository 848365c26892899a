//! `nexus setup` against three generations of Nexus.

use serde_json::json;

use crate::run::steps;
use crate::site::Site;

const ALL_UNCHANGED: [&str; 7] = [
    "admin-password unchanged",
    "blob-store unchanged",
    "repository unchanged",
    "realm unchanged",
    "role unchanged",
    "user unchanged",
    "user-password unchanged",
];

/// `verify --push` of its connector by this user.
fn verified(site: &Site, port: u16, user: &str, file: &str) -> serde_json::Value {
    site.write("regctl.toml", "[registry]\ntls = false");
    let address = site.nexus.address(port);
    let login = ["--user", user, "--password-file", file];
    // Python starts the registry; it listens a moment later.
    for _ in 0..50 {
        let run = site.regctl(&[&["verify", "--push", "--registry", &address], &login[..]].concat());
        let checks = run.json()["checks"].clone();
        if !checks.to_string().contains("refused\"") || !checks.to_string().contains("onnection refused") {
            return checks;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{address} does not listen");
}

fn status(checks: &serde_json::Value, name: &str) -> String {
    let check = checks.as_array().expect("a list").iter().find(|it| it["name"] == name);
    check.and_then(|it| it["status"].as_str()).unwrap_or_default().to_owned()
}

#[test]
fn a_new_nexus_takes_and_gives_images_after_one_command_and_a_second_one_changes_nothing() {
    let Some(site) = Site::start("3.30.0") else { return };
    let dry = site.set_up(&["--check"]);
    assert_eq!(dry.code, Some(4), "{dry:?}");
    assert_eq!(site.nexus.writes(), [""; 0], "a dry run sends nothing that writes");
    let planned = steps(&dry.json());
    let first = site.set_up(&[]);
    assert_eq!(first.steps(), planned, "the plan is what is carried out");
    assert_eq!(first.json()["schema"], "regctl.nexus-setup/v1");
    let expected = [
        "admin-password updated",
        "blob-store unchanged",
        "repository created",
        "realm updated",
        "role created",
        "user created",
    ];
    assert_eq!(planned, expected);
    assert!(!site.nexus.file("admin.password").exists(), "Nexus takes it away with the change");
    let writes = site.nexus.writes();
    assert_eq!(site.set_up(&[]).steps(), ALL_UNCHANGED);
    assert_eq!(site.nexus.writes(), writes);
    let checks = verified(&site, 5001, "ann", "ann.pw");
    for name in ["api", "catalog", "push-pull"] {
        assert_eq!(status(&checks, name), "pass", "{checks:#}");
    }
    assert_eq!(status(&verified(&site, 5001, "ann", "other.pw"), "api"), "fail");
}

#[test]
fn the_licence_is_accepted_at_the_operators_word_alone() {
    let Some(site) = Site::start("3.77.1") else { return };
    let (message, hint) = site.set_up(&[]).fault(2, "consent-needed");
    assert!(message.contains("links.sonatype.com/products/nxrm/ce-eula"), "{message}");
    assert!(hint.contains("--accept-eula"), "{hint}");
    assert_eq!(site.nexus.writes(), [""; 0]);
    let steps = site.set_up(&["--accept-eula"]).steps();
    assert_eq!(steps[1], "eula updated");
    assert_eq!(site.set_up(&[]).steps()[1], "eula unchanged");
    assert_eq!(status(&verified(&site, 5001, "ann", "ann.pw"), "push-pull"), "pass");
}

#[test]
fn an_old_nexus_is_told_apart_and_what_to_do_by_hand_is_said() {
    let Some(site) = Site::start("3.14.0-04") else { return };
    let (message, hint) = site.set_up(&[]).fault(1, "nexus-unsupported");
    assert!(message.contains("Nexus 3.14.0 (OSS)") && message.contains("3.27.0"), "{message}");
    assert!(hint.contains("Docker Bearer Token") && hint.contains("HTTP connector 5001"), "{hint}");
}

#[test]
fn what_somebody_else_has_set_stays_and_an_update_of_the_repository_is_asked_about() {
    let Some(site) = Site::start("3.76.1") else { return };
    site.set_up(&[]).steps();
    let mut repository = site.read("/repositories/docker/hosted/docker-hosted");
    for key in ["format", "type", "url"] {
        repository.as_object_mut().expect("an object").remove(key);
    }
    repository["cleanup"] = json!({"policyNames": ["weekly"]});
    repository["storage"]["writePolicy"] = "ALLOW_ONCE".into();
    site.change("PUT", "/repositories/docker/hosted/docker-hosted", &repository.to_string());
    site.change(
        "PUT",
        "/security/realms/active",
        r#"["DockerToken","LdapRealm","NexusAuthenticatingRealm"]"#,
    );
    assert_eq!(site.set_up(&[]).steps(), ALL_UNCHANGED);
    site.set_up(&["--connector-port", "5002"]).fault(2, "consent-needed");
    let moved = site.set_up(&["--connector-port", "5002", "--anonymous", "off", "--yes"]);
    let detail = moved.json()["steps"][3]["detail"].clone();
    assert_eq!(moved.steps()[1], "anonymous updated");
    assert_eq!(detail, "docker-hosted: docker.httpPort 5001 → 5002");
    let after = site.read("/repositories/docker/hosted/docker-hosted");
    assert_eq!(after["cleanup"], repository["cleanup"]);
    assert_eq!(after["storage"], repository["storage"]);
    assert_eq!(after["docker"]["httpPort"], 5002);
    assert_eq!(site.read("/security/anonymous")["enabled"], false);
    let realms = json!(["DockerToken", "LdapRealm", "NexusAuthenticatingRealm"]);
    assert_eq!(site.read("/security/realms/active"), realms);
}

#[test]
fn a_user_gets_another_password_and_one_more_user_the_same_role() {
    let Some(site) = Site::start("3.70.1") else { return };
    site.set_up(&[]).steps();
    let steps = site.set_up(&["--user", "ann", "--password-file", "other.pw"]).steps();
    assert_eq!(steps.last().map(String::as_str), Some("user-password updated"));
    assert_eq!(status(&verified(&site, 5001, "ann", "other.pw"), "push-pull"), "pass");
    let steps = site.set_up(&["--user", "an", "--password-file", "ann.pw"]).steps();
    assert_eq!(
        steps[4..],
        ["role unchanged", "user created"],
        "ann is another user, though an begins her name"
    );
}

#[test]
fn an_administrators_password_that_nobody_tells_is_not_guessed() {
    let Some(site) = Site::start("3.30.0") else { return };
    site.set_up(&[]).steps();
    let (message, hint) = site.set_up(&["--admin-password-file", "other.pw"]).fault(1, "unauthorized");
    assert!(message.contains("does not let admin in"), "{message}");
    assert!(hint.contains("--initial-password-file"), "{hint}");
    site.regctl(&["nexus", "setup", "--url", &site.nexus.url()]).fault(2, "missing-value");
    site.regctl(&["nexus", "setup"]).fault(2, "missing-value");
}

#[test]
fn a_refusal_is_told_in_nexus_own_words_and_with_its_step() {
    let Some(site) = Site::start("3.76.1") else { return };
    let (message, hint) = site.set_up(&["--repository", "Docker"]).fault(1, "nexus-refused");
    assert!(message.starts_with("step repository: "), "{message}");
    assert!(message.contains("Docker repository names must be lowercase"), "{message}");
    assert!(hint.contains("goes on from there"), "{hint}");
    let steps = site.set_up(&[]).steps();
    assert_eq!(steps[..3], ["admin-password unchanged", "blob-store unchanged", "repository created"]);
}
