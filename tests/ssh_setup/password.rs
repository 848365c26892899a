//! The password: right, wrong, not wanted, typed.

use regctl_lab::Fault;
use regctl_lab::faults::PASSWORD;

use crate::bastion::{Bastion, KEY, KEYS, tries};

#[test]
fn a_wrong_password_is_tried_once_on_one_agent() {
    let Some(bastion) = Bastion::start(3) else { return };
    let run = bastion.set_up(&["--login-password-file", "/wrong"]);
    run.assert_exit(1);
    assert_eq!(run.json["summary"]["failed"], 3);
    let (mut refused, mut untried) = (0, 0);
    for agent in bastion.lab.agents() {
        let error = &run.agent(agent)["error"];
        assert!(error["kind"] == "auth" && error["hint"].is_string(), "{error}");
        let message = error["message"].as_str().expect("a text");
        refused += usize::from(message.starts_with("the password was refused"));
        untried += usize::from(message.starts_with("the password was not tried here"));
    }
    assert_eq!((refused, untried), (1, 2), "{}", run.stdout);
    let told: usize = bastion.lab.agents().map(|agent| tries(agent).1).sum();
    assert_eq!(told, 1, "an account of its own would be locked by now");
    assert!(bastion.lab.agents().all(|agent| !agent.exists(KEYS)));
    bastion.assert_nothing_is_left();
}

#[test]
fn an_agent_with_another_password_can_be_left_out() {
    let Some(bastion) = Bastion::start(3) else { return };
    bastion.by_password(&["--only", "192.168.1.11"]).assert_exit(0);
    let other = "sed -i \"s|^core:[^:]*:|core:$(openssl passwd -6 another):|\" /etc/shadow";
    let a2 = bastion.agent("a2");
    a2.shell(other).expect("runs").good().expect("sets");
    bastion.by_password(&["--skip", "192.168.1.12"]).assert_exit(0);
    let run = bastion.by_password(&["--only", "192.168.1.12"]);
    run.assert_exit(1);
    assert_eq!((run.agent(a2)["error"]["kind"].as_str(), tries(a2)), (Some("auth"), (0, 1)));
}

#[test]
fn an_agent_that_takes_no_password_says_so() {
    let Some(bastion) = Bastion::start(2) else { return };
    let a1 = bastion.agent("a1");
    a1.clear_faults().expect("takes keys only");
    let run = bastion.by_password(&[]);
    run.assert_exit(3);
    let error = &run.agent(a1)["error"];
    assert_eq!((error["kind"].as_str(), tries(a1)), (Some("auth"), (0, 0)));
    assert!(error["hint"].as_str().expect("a hint").contains("--via-key"), "{error}");
    assert_eq!(run.status(bastion.agent("a2")), "changed");
}

#[test]
fn other_faults_keep_their_names() {
    let Some(bastion) = Bastion::start(4) else { return };
    let agent = |name| bastion.agent(name);
    agent("a1").fault(&Fault::PortClosed).expect("is closed");
    agent("a2").fault(&Fault::Slow { seconds: 60 }).expect("is slow");
    agent("a3").fault(&Fault::DiskFull).expect("is full");
    let run = bastion.by_password(&["--timeout", "20s"]);
    run.assert_exit(3);
    let kind = |name| run.agent(agent(name))["error"]["kind"].as_str();
    assert_eq!((kind("a1"), kind("a2")), (Some("connect-refused"), Some("timeout")), "{}", run.stdout);
    assert_eq!((kind("a3"), run.status(agent("a4"))), (Some("disk-full"), "changed"), "{}", run.stdout);
    assert!(!agent("a3").exists(KEYS), "half a file was left");
    bastion.assert_nothing_is_left();
}

#[test]
fn a_changed_host_key_gets_no_password() {
    let Some(bastion) = Bastion::start(1) else { return };
    bastion.by_password(&["--check"]).assert_exit(4);
    let a1 = bastion.agent("a1");
    a1.fault(&Fault::ChangedHostKey).expect("changes");
    let run = bastion.by_password(&[]);
    run.assert_exit(1);
    assert_eq!(run.agent(a1)["error"]["kind"], "host-key");
    assert_eq!(tries(a1), (1, 0));
}

#[test]
fn it_is_asked_for_once_on_a_terminal() {
    let Some(bastion) = Bastion::start(2) else { return };
    // A terminal of its own, as an operator has; ssh must not ask there, whatever its version.
    let words = "regctl ssh-setup --ssh-user core";
    let typed =
        format!("(sleep 1; echo {}; sleep 3) | script -qec '{words}' /dev/null", "\"$(cat /password)\"");
    let seen = bastion.master().shell(&typed).expect("runs");
    assert!(seen.status.success(), "{}{}", seen.stdout, seen.stderr);
    assert_eq!(seen.stdout.matches("on the agents: [hidden]").count(), 1, "{}", seen.stdout);
    assert!(!seen.stdout.contains(PASSWORD) && !seen.stdout.contains("core@"), "{}", seen.stdout);
    assert!(bastion.key_works("a1", KEY) && bastion.key_works("a2", KEY));
}

#[test]
fn an_ssh_that_knows_no_askpass_require_is_served_on_a_terminal_too() {
    let Some(bastion) = Bastion::start(1) else { return };
    let shim = "#!/bin/sh\nunset SSH_ASKPASS_REQUIRE\nexec /usr/bin/ssh \"$@\"\n";
    bastion.master().write("/usr/local/bin/ssh", shim).expect("writes");
    let words = "regctl ssh-setup --ssh-user core --login-password-file /password";
    let script = format!("chmod 755 /usr/local/bin/ssh; sleep 5 | script -qec '{words}' /dev/null");
    let seen = bastion.master().shell(&script).expect("runs");
    assert!(seen.status.success(), "{}{}", seen.stdout, seen.stderr);
    assert!(bastion.key_works("a1", KEY));
}
