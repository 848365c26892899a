//! Users of a registry on a Docker host: the first one comes with the deploy, the others without a restart.

use serde_json::json;

use crate::site::Site;

#[test]
fn users_come_and_go_while_the_container_runs() {
    let Some(site) = Site::start() else { return };
    site.write("pw", "geheim\n");
    let with = |words: &[&str]| site.regctl(&[words, &["--password-file", "pw"]].concat());
    let early = with(&["user", "add", "ann", "--no-stage"]).report("created");
    assert_eq!(early["reach"], "here");
    site.shell("master", "rm certs/htpasswd");
    with(&["deploy", "--user", "ann"]).report("created");
    let status = |name: &str| site.status(&format!("-u {name}:geheim https://192.168.1.11:5000/v2/"));
    assert_eq!([status("ann"), status("bob")], ["200", "401"]);
    let id = site.id();
    let added = with(&["user", "add", "bob"]).report("created");
    assert_eq!((&added["reach"], status("bob").as_str()), (&json!("registry"), "200"), "{added:#}");
    site.regctl(&["user", "rm", "bob", "--yes"]).report("removed");
    assert_eq!((status("bob").as_str(), site.id()), ("401", id));
    site.shell("master", "rm certs/htpasswd");
    let plan = site.regctl(&["deploy", "--dry-run"]).json();
    let told = plan["warnings"].to_string();
    assert!(told.contains("everybody may push and pull from now on"), "{plan:#}");
}
