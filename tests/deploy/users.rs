//! Users of a registry that runs: they come, change and go, and it goes on running.

use regctl_lab::Tier;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::run::Run;

const V2: &str = "https://192.168.0.1/v2/";

/// `regctl user …` with a password on standard input.
fn user(cluster: &Cluster, words: &str, password: &str) -> Run {
    let line = format!("printf '{password}\\n' | regctl -o json user {words} --host 192.168.1.12");
    cluster.host("master").exec(&["sh", "-c", &line]).expect("it runs").into()
}

fn add(cluster: &Cluster, name: &str, password: &str, change: &str) -> Value {
    let report = user(cluster, &format!("add {name} --password-file -"), password).report(change);
    assert_eq!(report["schema"], "regctl.user-add/v1");
    report
}

/// What the registry answers to this user.
fn status(cluster: &Cluster, name: &str, password: &str) -> String {
    cluster.status(&format!("-u {name}:{password} {V2}"))
}

fn task(cluster: &Cluster) -> String {
    let url = "http://marathon.mesos:8080/v2/apps/registry/tasks";
    cluster.shell("master", &format!("curl -s {url} -H 'Accept: application/json' | jq -r '.tasks[].id'"))
}

#[test]
fn users_come_change_and_go_without_a_restart_once_the_registry_asks_for_them() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");

    // The first user changes the configuration, so it takes a deploy.
    let first = add(&cluster, "ann", "geheim", "created");
    assert_eq!((&first["reach"], &first["staged"]), (&json!("deploy-next"), &json!([])), "{first:#}");
    assert_eq!(cluster.shell("master", "stat -c '%a %n' certs/htpasswd"), "600 certs/htpasswd");
    assert_eq!(cluster.status(V2), "200");
    let plan = cluster.deploy(&["--dry-run"]).json();
    let told = plan["warnings"].to_string();
    assert!(told.contains("only users in certs/htpasswd may push and pull from now on: ann"), "{plan:#}");
    let deployed = cluster.deploy(&["--yes"]).report("updated");
    assert_eq!(deployed["healthy"], true, "the health check asks for no user");
    assert_eq!((cluster.status(V2), status(&cluster, "ann", "geheim")), ("401".into(), "200".into()));

    let running = task(&cluster);
    let second = add(&cluster, "bob", "auch", "created");
    assert_eq!((&second["reach"], &second["users"]), (&json!("registry"), &json!(2)), "{second:#}");
    assert_eq!(status(&cluster, "bob", "auch"), "200");
    add(&cluster, "ann", "neu", "changed");
    assert_eq!(["geheim", "neu"].map(|password| status(&cluster, "ann", password)), ["401", "200"]);
    let again = add(&cluster, "ann", "neu", "unchanged");
    let touched =
        again["staged"].as_array().expect("a list").iter().any(|file| file["change"] != "unchanged");
    assert!(!touched, "{again:#}");

    assert_eq!(user(&cluster, "rm bob", "").fault(2, "consent-needed").matches("bob").count(), 1);
    user(&cluster, "rm bob --yes", "").report("removed");
    assert_eq!(status(&cluster, "bob", "auch"), "401");
    user(&cluster, "rm bob --yes", "").report("unchanged");
    let last = user(&cluster, "rm ann --yes", "").fault(2, "last-user");
    assert!(last.contains("ann is the last user"), "{last}");
    assert_eq!(task(&cluster), running, "nothing of this restarts the registry");
    cluster.deploy(&[]).report("unchanged");

    let everywhere = "cat certs/htpasswd /tmp/* /root/.local/state/regctl/*/* 2>/dev/null; ps -eo args";
    let said = cluster.shell("master", everywhere);
    assert!(!said.contains("geheim"), "a password is lying about");
}

#[test]
fn nothing_is_written_where_the_registry_runs_with_other_files_or_cannot_be_asked() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.deploy(&[]).report("created");
    let lost = user(&cluster, "add ann --password-file - --marathon http://127.0.0.1:1", "x");
    assert!(
        lost.json()["error"]["hint"].as_str().is_some_and(|hint| hint.contains("--no-stage")),
        "{lost:?}"
    );
    assert_eq!(cluster.regctl(&["cert", "gen", "--force"]).code, Some(0));
    user(&cluster, "add ann --password-file -", "x").fault(1, "app-differs");
    assert!(!cluster.host("master").exists("/certs/htpasswd"));
    let here = user(&cluster, "add ann --password-file - --no-stage", "x").report("created");
    assert_eq!(here["reach"], "here");
}

#[test]
fn an_engine_pushes_as_the_user_who_logged_in_on_every_agent() {
    let Some(cluster) = Cluster::start_on(Tier::T2) else { return };
    cluster.shell("master", "(umask 077; echo geheim >pw)");
    let with_user = ["--user", "ann", "--password-file", "pw"];
    let dry = cluster.deploy(&["--dry-run", "--user", "ann"]);
    assert_eq!((dry.code, cluster.host("master").exists("/certs/htpasswd")), (Some(0), false), "{dry:?}");
    cluster.deploy(&with_user).report("created");
    cluster.deploy(&["--user", "ann"]).report("unchanged");
    assert_eq!((cluster.status(V2), status(&cluster, "ann", "geheim")), ("401".into(), "200".into()));

    assert_eq!(cluster.regctl(&["trust-agents"]).code, Some(0));
    let image = "tar -C /etc -c hostname | docker import -c 'CMD [\"/x\"]' - 192.168.0.1/team/app:1";
    cluster.shell("a1", image);
    let push = "docker push -q 192.168.0.1/team/app:1";
    let refused = cluster.host("a1").shell(push).expect("runs");
    assert!(!refused.status.success() && refused.stderr.contains("no basic auth credentials"), "{refused:?}");
    let login = cluster.regctl(&[&["login", "--agents"], &with_user[..]].concat());
    assert_eq!(login.code, Some(0), "{login:?}");
    assert!(login.stdout.contains("192.168.0.1: ann, which the registry accepts"), "{}", login.stdout);
    cluster.shell("a1", push);
    assert_eq!(status(&cluster, "ann", "geheim"), "200");
    let calls = cluster.host("a1").systemctl_calls().expect("are told");
    assert_eq!(calls, Vec::<String>::new(), "Docker is not restarted for it");
}
