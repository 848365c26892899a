//! Jump hosts, keys with a passphrase, and Ctrl-C.

use std::thread;
use std::time::{Duration, Instant};

use regctl_lab::Fault;

use crate::bastion::{Bastion, KEY, KEYS, tries};

#[test]
fn behind_a_jump_host_that_takes_another_key() {
    let Some(bastion) = Bastion::start(2) else { return };
    bastion.agent("a2").clear_faults().expect("takes the old key");
    bastion.master().write("/root/.ssh/config", "Host a2\nIdentityFile /old/id_ed25519\n").expect("writes");
    let run = bastion.by_password(&["--only", "192.168.1.11", "--jump", "root@a2"]);
    run.assert_exit(0);
    assert_eq!(run.agent(bastion.agent("a1"))["steps"][1]["change"], "unchanged");
    assert!(
        bastion.key_works("a1", KEY) && !bastion.agent("a2").read(KEYS).expect("is there").contains("regctl")
    );
}

#[test]
fn a_jump_host_is_not_given_the_password_of_the_agents() {
    let Some(bastion) = Bastion::start(2) else { return };
    let (a1, a2) = (bastion.agent("a1"), bastion.agent("a2"));
    let asking = ["--ssh-option", "BatchMode=no", "--ssh-option", "PreferredAuthentications=password"];
    let run = bastion.by_password(&[&["--only", "192.168.1.11", "--jump", "core@a2"], &asking[..]].concat());
    run.assert_exit(1);
    let error = &run.agent(a1)["error"];
    assert!(error["message"].as_str().expect("a text").starts_with("the way there asks"), "{error}");
    assert_eq!((tries(a1), tries(a2)), ((0, 0), (0, 0)));
    bastion.assert_nothing_is_left();
}

#[test]
fn a_key_with_a_passphrase_is_put_there_but_not_tried() {
    let Some(bastion) = Bastion::start(1) else { return };
    let a1 = bastion.agent("a1");
    let make = format!("mkdir -m 700 /root/.ssh; ssh-keygen -q -t ecdsa -N passphrase -f {KEY}");
    bastion.master().shell(&make).expect("runs").good().expect("makes one");
    for status in ["changed", "unchanged"] {
        let run = bastion.by_password(&[]);
        run.assert_exit(0);
        assert_eq!((run.status(a1), run.agent(a1)["steps"].as_array().expect("steps").len()), (status, 1));
    }
    assert_eq!(tries(a1), (2, 0), "the key cannot be used, so the password is");
    bastion.by_password(&["--remove"]).assert_exit(0);
    assert!(!a1.exists(KEYS));
}

#[test]
fn ctrl_c_reports_what_was_done_and_leaves_nothing() {
    let Some(bastion) = Bastion::start(3) else { return };
    for name in ["a2", "a3"] {
        bastion.agent(name).fault(&Fault::Slow { seconds: 60 }).expect("is slow");
    }
    let script = "regctl -o json ssh-setup --ssh-user core --login-password-file /password & \
                  until [ -e /go ]; do sleep 0.1; done; kill -INT $!; wait $!; echo $? >/exit";
    let (output, took) = thread::scope(|scope| {
        let run = scope.spawn(|| bastion.master().shell(script).expect("runs"));
        wait_until(|| bastion.agent("a1").exists(KEYS));
        let interrupted = Instant::now();
        bastion.master().write("/go", "").expect("writes");
        (run.join().expect("no panic"), interrupted.elapsed())
    });
    assert!(took < Duration::from_secs(7), "{took:?}");
    assert_eq!(bastion.master().read("/exit").expect("is there"), "130\n", "{}", output.stderr);
    let json: serde_json::Value = serde_json::from_str(&output.stdout).expect("one document");
    let counts = (&json["summary"]["changed"], &json["summary"]["failed"]);
    assert_eq!(counts, (&1.into(), &2.into()), "{}", output.stdout);
    bastion.assert_nothing_is_left();
}

fn wait_until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "it never came");
        thread::sleep(Duration::from_millis(50));
    }
}
