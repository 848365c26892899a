//! The masters as Mesos-DNS names them, beside the agents.

use regctl_lab::mesos::Scenario;

use crate::fleet::Fleet;

/// What Admin Router does for Mesos and Mesos-DNS: it wants a token, strips the prefix, and keeps the token to itself.
const ROUTER: &str = "
user root;
pid /router.pid;
error_log /router.log;
events {}
http {
    access_log off;
    server {
        listen 192.168.1.2:8443;
        if ($http_authorization != 'token=open-sesame') { return 401; }
        proxy_set_header Authorization '';
        location /mesos/ { proxy_pass http://192.168.1.2:5050/; }
        location /mesos_dns/ { proxy_pass http://192.168.1.2:8123/; }
    }
}
";

#[test]
fn masters_are_trusted_too_in_one_login_each() {
    let Some(fleet) = Fleet::start(1) else { return };
    let (master, agent) = (fleet.master(), fleet.agent("a1"));
    let auth = Scenario::Auth { user: "ops".to_owned(), password: "p@ss".to_owned() };
    fleet.lab.mesos(&auth).expect("plays");
    let run = fleet.trust(&["--masters", "--mesos", "http://ops:p%40ss@192.168.1.2:5050"]);
    run.assert_exit(0);
    assert_eq!(run.json["summary"]["changed"], 2, "{}", run.stdout);
    assert_eq!(run.agent(master)["agent"], "192.168.1.2");
    fleet.assert_trusts("master");
    fleet.assert_trusts("a1");
    assert_eq!((master.logins().expect("counts"), agent.logins().expect("counts")), (1, 1));
}

#[test]
fn behind_admin_router_the_token_opens_mesos_dns_too() {
    let Some(fleet) = Fleet::start(1) else { return };
    let master = fleet.master();
    master.write("/router.conf", ROUTER).expect("writes");
    master.write("/token", "open-sesame").expect("writes");
    master
        .shell("chmod 600 /token && nginx -c /router.conf >/dev/null 2>&1")
        .expect("runs")
        .good()
        .expect("nginx starts");
    let words = ["--masters", "--mesos", "http://192.168.1.2:8443/mesos", "--token-file", "/token"];
    let run = fleet.trust(&words);
    run.assert_exit(0);
    assert_eq!(run.json["summary"]["changed"], 2, "{}", run.stdout);
    fleet.assert_trusts("master");
}

#[test]
fn a_file_and_the_configured_masters_add_up() {
    let Some(fleet) = Fleet::start(2) else { return };
    let master = fleet.master();
    fleet.lab.mesos(&Scenario::NoLeader).expect("plays");
    master.write("/agents.txt", "192.168.1.11\n192.168.1.2\n").expect("writes");
    master.write("/regctl.toml", "[trust]\nmasters = true\n").expect("writes");
    let named =
        r#"[{"host":"master.mesos.","ip":"192.168.1.2"},{"host":"master.mesos.","ip":"192.168.1.12"}]"#;
    fleet.lab.mesos_dns(named).expect("plays");
    let words = ["--config", "/regctl.toml", "trust-agents", "--agents-file", "/agents.txt"];
    let run = fleet.regctl(&words);
    run.assert_exit(0);
    assert_eq!(run.json["summary"]["total"], 3, "{}", run.stdout);
    for name in ["master", "a1", "a2"] {
        fleet.assert_trusts(name);
        assert_eq!(fleet.agent(name).logins().expect("counts"), 1, "{name}");
    }
    let run = fleet.regctl(&["untrust-agents", "--yes", "--masters", "--agents-file", "/agents.txt"]);
    run.assert_exit(0);
    assert_eq!(run.json["summary"]["changed"], 3, "{}", run.stdout);
}

#[test]
fn a_mesos_dns_that_is_no_help_is_said() {
    let Some(fleet) = Fleet::start(1) else { return };
    for (body, kind, word) in [
        (r#"[{"host":"","ip":""}]"#, "no-agents", "knows no master"),
        ("<html>", "bad-answer", "web page"),
        (r#"[{"host":"master.mesos.""#, "bad-answer", "breaks off"),
    ] {
        fleet.lab.mesos_dns(body).expect("plays");
        let run = fleet.trust(&["--masters"]);
        run.assert_exit(1);
        assert_eq!(run.json["error"]["kind"], kind, "{}", run.stdout);
        assert!(run.stdout.contains(word) && run.stdout.contains("--agents-file"), "{}", run.stdout);
    }
    assert_eq!(fleet.agent("a1").connections().expect("counts"), 0);
    fleet.lab.mesos_dns(r#"[{"host":"master.mesos.","ip":"-oProxyCommand=touch /pwned"}]"#).expect("plays");
    let run = fleet.trust(&["--masters"]);
    run.assert_exit(3);
    let rows = run.json["agents"].as_array().expect("a list");
    let invalid = rows.iter().find(|row| row["error"]["kind"] == "invalid-name").expect("is a row");
    assert_eq!((invalid["status"].as_str(), invalid["attempts"].as_u64()), (Some("failed"), Some(0)));
    assert!(!fleet.master().exists("/pwned"));
    fleet.lab.mesos(&Scenario::Empty).expect("plays");
    let run = fleet.trust(&["--masters"]);
    assert_eq!(run.json["error"]["kind"], "no-agents", "masters hide no empty list: {}", run.stdout);
}
