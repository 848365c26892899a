//! Logins on every agent: beside what is there, for their owner alone, and gone again when they are taken back.

use regctl_lab::Host;
use serde_json::{Value, json};

use crate::fleet::{Fleet, Run};

const CONFIG: &str = "/root/.docker/config.json";
const ARCHIVE: &str = "/etc/docker.tar.gz";
/// `ci:geheim` in base64.
const AUTH: &str = "Y2k6Z2VoZWlt";
const OTHERS: &str = "{\n    \"HttpHeaders\": {},\n    \"auths\": {\n        \"z:1\": {\n            \"auth\": \"eg==\"\n        }\n    }\n}\n";

const ANOTHER_RUN: &str = "exec 9>>/var/lib/regctl/lock
flock 9
: >/run/locked
until pgrep -x flock; do sleep 0.02; done
sed -i s/z:1/a:1/ /root/.docker/config.json
";

fn login(fleet: &Fleet, more: &[&str]) -> Run {
    let words = ["login", "--no-check", "--user", "ci", "--password-file", "/pw", "--agents"];
    fleet.regctl(&[&words, more].concat())
}

fn start(agents: u8) -> Option<Fleet> {
    let fleet = Fleet::start(agents)?;
    fleet.master().shell("(umask 077; echo geheim >/pw)").expect("runs").good().expect("writes");
    Some(fleet)
}

/// What the report says of an agent: its status, and the steps that it names.
fn told(run: &Run, host: &Host) -> (String, Value) {
    let address = host.address().to_string();
    let agents =
        run.json["fleet"]["agents"].as_array().unwrap_or_else(|| panic!("{}{}", run.stdout, run.stderr));
    let agent = agents.iter().find(|agent| agent["address"] == *address).expect("is in the report");
    (agent["status"].as_str().expect("a word").to_owned(), agent.clone())
}

fn modes(host: &Host) -> String {
    let line = format!("stat -c '%a %u' /root/.docker {CONFIG} {ARCHIVE}");
    host.shell(&line).expect("runs").good().expect("are there")
}

#[test]
fn every_agent_keeps_its_other_logins_and_a_broken_file_is_left_alone() {
    let Some(fleet) = start(3) else { return };
    let idle =
        fleet.regctl(&["login", "--no-check", "--user", "ci", "--password-file", "/pw", "--only", "a1"]);
    idle.assert_exit(2);
    let [fresh, used, odd] = ["a1", "a2", "a3"].map(|name| fleet.agent(name));
    used.write(CONFIG, OTHERS).expect("writes");
    used.shell(&format!("chmod 755 /root/.docker; chmod 644 {CONFIG}"))
        .expect("runs")
        .good()
        .expect("is done");
    odd.write(CONFIG, "{“auth”: {}}").expect("writes");

    let looked = login(&fleet, &["--check", "--only", "192.168.1.11", "--archive", "docker.tar.gz"]);
    looked.assert_exit(4);
    assert_eq!(told(&looked, fresh).0, "drifted");
    assert!(
        !fresh.exists("/root/.docker") && !fresh.exists(ARCHIVE) && !fleet.master().exists("/docker.tar.gz")
    );

    // Whoever looks at the processes of an agent meanwhile sees no password.
    let watch = "setsid sh -c 'while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; done' >/run/seen 2>/dev/null </dev/null & echo $! >/run/watch";
    fresh.shell(watch).expect("runs").good().expect("starts");
    let run = login(&fleet, &["--archive", "docker.tar.gz"]);
    fresh.shell("kill $(cat /run/watch)").expect("runs").good().expect("ends");
    let seen = fresh
        .shell(&format!("grep -ac sshd /run/seen; grep -aoE '{AUTH}|geheim' /run/seen"))
        .expect("runs")
        .stdout;
    assert!(!seen.starts_with('0') && seen.lines().count() == 1, "{seen}");

    run.assert_exit(3);
    assert_eq!((told(&run, fresh).0, told(&run, used).0), ("changed".into(), "changed".into()));
    let (status, broken) = told(&run, odd);
    assert_eq!((status.as_str(), &broken["error"]["kind"]), ("failed", &json!("script")), "{broken}");
    assert!(broken["error"]["message"].as_str().is_some_and(|text| text.contains("typographic")), "{broken}");
    assert_eq!(odd.read(CONFIG).expect("is there"), "{“auth”: {}}");
    for agent in [fresh, used] {
        assert_eq!(modes(agent), "700 0\n600 0\n600 0");
        let config: Value = serde_json::from_str(&agent.read(CONFIG).expect("is there")).expect("is JSON");
        assert_eq!(config["auths"]["192.168.0.1"], json!({ "auth": AUTH }));
        let packed =
            agent.shell(&format!("tar -xzOf {ARCHIVE} .docker/config.json | jq -c .auths")).expect("runs");
        assert_eq!(packed.stdout.trim(), json!({ "192.168.0.1": { "auth": AUTH } }).to_string());
    }
    assert!(used.read(CONFIG).expect("is there").starts_with(&OTHERS[..OTHERS.len() - 16]));

    // Another run has the lock, and writes once this one has read the file and waits.
    used.write("/another", ANOTHER_RUN).expect("writes");
    used.shell(
        "setsid sh /another >/dev/null 2>&1 </dev/null & until [ -e /run/locked ]; do sleep 0.02; done",
    )
    .expect("runs")
    .good()
    .expect("starts");
    let late = login(&fleet, &["--registry", "later:5000", "--only", "192.168.1.12"]);
    late.assert_exit(1);
    let why = &told(&late, used).1["error"]["message"];
    assert!(why.as_str().is_some_and(|text| text.contains("changed by somebody else")), "{why}");
    let config = used.read(CONFIG).expect("is there");
    assert!(config.contains("\"a:1\"") && !config.contains("later"), "{config}");
    used.shell(&format!("sed -i s/a:1/z:1/ {CONFIG}")).expect("runs").good().expect("is as it was");

    odd.write(CONFIG, "{\"credsStore\": \"pass\"}").expect("writes");
    let again = login(&fleet, &["--archive", "docker.tar.gz"]);
    again.assert_exit(0);
    assert_eq!((told(&again, fresh).0, told(&again, used).0), ("unchanged".into(), "unchanged".into()));
    let (_, helped) = told(&again, odd);
    assert_eq!(helped["steps"][0]["change"], "unsupported", "{helped}");
    assert_eq!(odd.read(CONFIG).expect("is there"), "{\"credsStore\": \"pass\"}");

    fleet.regctl(&["logout", "--agents"]).assert_exit(2);
    fleet.regctl(&["logout", "--agents", "--yes"]).assert_exit(0);
    for path in ["/root/.docker", ARCHIVE, "/var/lib/regctl"] {
        assert!(!fresh.exists(path), "{path}");
    }
    assert_eq!(used.read(CONFIG).expect("is there"), OTHERS);
}

#[test]
fn another_users_login_is_that_users_own() {
    let Some(fleet) = start(1) else { return };
    let agent = fleet.agent("a1");
    let user = "echo 'jenkins:x:1234:1234::/home/jenkins:/bin/sh' >>/etc/passwd; mkdir -p /home/jenkins; chown 1234:1234 /home/jenkins";
    agent.shell(user).expect("runs").good().expect("is made");
    let nobody = login(&fleet, &["--for-user", "nobody2"]);
    assert!(
        told(&nobody, agent).1["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("no user nobody2"))
    );
    let for_tasks = ["--archive", "docker.tar.gz", "--archive-owner", "jenkins"];
    login(&fleet, &[&["--for-user", "jenkins"], &for_tasks[..]].concat()).assert_exit(0);
    let owners = agent
        .shell("stat -c '%a %u' /home/jenkins/.docker /home/jenkins/.docker/config.json /etc/docker.tar.gz")
        .expect("runs");
    assert_eq!(owners.stdout.trim(), "700 1234\n600 1234\n600 1234");
    assert!(!agent.exists("/root/.docker"));
    agent
        .shell("mv /home/jenkins/.docker /srv/elsewhere; ln -s /srv/elsewhere /home/jenkins/.docker")
        .expect("runs");
    let link = login(&fleet, &["--for-user", "jenkins"]);
    assert!(told(&link, agent).1["error"]["message"].as_str().is_some_and(|text| text.contains("is a link")));
}
