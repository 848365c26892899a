//! The key: made, put there, used, taken back.

use crate::bastion::{Bastion, KEY, KEYS, tries};

/// Permission bits of a file or folder, as `600`.
fn mode(host: &regctl_lab::Host, path: &str) -> String {
    host.exec(&["stat", "-c", "%a", path]).expect("runs").good().expect("is there")
}

#[test]
fn from_nothing_to_trust_agents_and_back() {
    let Some(bastion) = Bastion::start(3) else { return };
    let (a1, a2) = (bastion.agent("a1"), bastion.agent("a2"));
    a1.shell("rm -r /home/core/.ssh").expect("removes");
    let foreign = "# mine\nssh-rsa AAAAB3 somebody\\n\nssh-rsa AAAAB4 without a line break";
    a2.write(KEYS, foreign).expect("writes");
    a2.shell(&format!("chown core: {KEYS} && chmod 640 {KEYS}")).expect("owns");

    let run = bastion.by_password(&[]);
    run.assert_exit(0);
    assert_eq!(
        (&run.json["schema"], &run.json["key"]["change"]),
        (&"regctl.ssh-setup/v1".into(), &"created".into())
    );
    assert_eq!(run.json["summary"]["changed"], 3);
    assert_eq!(
        (mode(bastion.master(), KEY), mode(bastion.master(), "/root/.ssh")),
        ("600".into(), "700".into())
    );
    assert_eq!((mode(a1, KEYS), mode(a1, "/home/core/.ssh")), ("600".into(), "700".into()));
    assert_eq!(mode(a2, KEYS), "640", "a file that is there keeps its mode");
    assert!(["a1", "a2", "a3"].iter().all(|name| bastion.key_works(name, KEY)));
    assert_eq!(tries(a1), (1, 0), "one login with the password");
    let steps = run.agent(a1)["steps"].as_array().expect("steps").len();
    assert_eq!((steps, &run.agent(a1)["steps"][1]["step"]), (2, &"key-login".into()));

    let written = a2.read(KEYS).expect("is there");
    let run = bastion.by_password(&[]);
    run.assert_exit(0);
    assert_eq!(
        (&run.json["summary"]["unchanged"], &run.json["key"]["change"]),
        (&3.into(), &"unchanged".into())
    );
    assert_eq!(a2.read(KEYS).expect("is there"), written);
    assert_eq!(tries(a1), (1, 0), "where the key is accepted, no password is sent");

    bastion.regctl(&["cert", "gen"]);
    let made = bastion.master().exec(&["regctl", "cert", "gen"]).expect("runs");
    assert!(made.status.success(), "{}", made.stderr);
    bastion.regctl(&["trust-agents"]).assert_exit(0);

    let run = bastion.by_password(&["--remove"]);
    run.assert_exit(0);
    assert_eq!((run.status(a1), run.agent(a1)["steps"][0]["change"].as_str()), ("changed", Some("removed")));
    assert_eq!(a2.read(KEYS).expect("is there"), foreign, "not as it was, byte for byte");
    assert_eq!(mode(a2, KEYS), "640");
    assert!(!a1.exists("/home/core/.ssh"), "what was made for it goes with it");
    assert!(!bastion.key_works("a1", KEY) && bastion.master().exists(KEY));
    bastion.regctl(&["trust-agents"]).assert_exit(1);
    let run = bastion.by_password(&["--remove"]);
    assert_eq!(run.json["summary"]["unchanged"], 3, "{}", run.stdout);
    bastion.assert_nothing_is_left();
}

#[test]
fn a_dry_run_makes_no_key_and_writes_nothing() {
    let Some(bastion) = Bastion::start(1) else { return };
    let a1 = bastion.agent("a1");
    let run = bastion.by_password(&["--check"]);
    run.assert_exit(4);
    assert_eq!((run.status(a1), &run.json["key"]["change"]), ("drifted", &"drifted".into()));
    assert!(run.json["key"]["fingerprint"].is_null());
    assert!(!bastion.master().exists("/root/.ssh/id_ed25519") && !a1.exists(KEYS));
    bastion.by_password(&["--dry-run"]).assert_exit(0);
    bastion.by_password(&[]).assert_exit(0);
    bastion.by_password(&["--check"]).assert_exit(0);
    let there = a1.read(KEYS).expect("is there");
    bastion.by_password(&["--check", "--remove"]).assert_exit(4);
    assert_eq!(a1.read(KEYS).expect("is there"), there);
}

#[test]
fn through_a_login_that_is_there_already() {
    let Some(bastion) = Bastion::start(2) else { return };
    for agent in bastion.lab.agents() {
        agent.clear_faults().expect("takes the old key again");
    }
    let a1 = bastion.agent("a1");
    let before = a1.read(KEYS).expect("is there");
    let run = bastion.set_up(&["--via-key", "/old/id_ed25519", "--ssh-key", "/root/new.pub"]);
    run.assert_exit(0);
    assert_eq!((&run.json["summary"]["changed"], &run.json["key"]["file"]), (&2.into(), &"/root/new".into()));
    assert!(bastion.key_works("a2", "/root/new") && bastion.key_works("a2", "/old/id_ed25519"));
    let by_agent = |key: &str, word: &str| {
        let script = format!(
            "eval $(ssh-agent) >/dev/null; ssh-add -q /old/id_ed25519; \
             regctl -o json ssh-setup --ssh-user core --via-key agent --ssh-key {key} {word}; code=$?; \
             ssh-agent -k >/dev/null; exit $code"
        );
        bastion.master().shell(&script).expect("runs").good().expect("works")
    };
    by_agent("/root/second", "");
    assert!(bastion.key_works("a1", "/root/second"));
    by_agent("/root/second", "--remove");
    by_agent("/root/new", "--remove");
    assert_eq!(a1.read(KEYS).expect("is there"), before);
    assert_eq!(tries(a1), (0, 0));
}

#[test]
fn what_the_operator_gave_is_wrong() {
    let Some(bastion) = Bastion::start(1) else { return };
    for words in [
        &[][..],
        &["--via-key", "/no/such/key"],
        &["--login-password-file", "/no/such/file"],
        &["--via-key", "agent", "--login-password-file", "/password"],
        &["--login-password-file", "/password", "--remove"],
        &["--login-password-file", "/password", "--ssh-key", "/etc/hostname"],
    ] {
        let run = bastion.set_up(words);
        assert_eq!(
            (run.exit, &run.json["schema"]),
            (Some(2), &"regctl.error/v1".into()),
            "{words:?}: {run:?}"
        );
    }
    assert_eq!(bastion.agent("a1").connections().expect("counts"), 0);
    assert!(!bastion.master().exists(KEY));
}
