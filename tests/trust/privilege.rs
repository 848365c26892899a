//! Logging in as somebody who is not root, and through whatever shell.

use regctl_lab::faults::{Fault, PASSWORD};

use crate::fleet::Fleet;

#[test]
fn an_ordinary_user_becomes_root_with_sudo() {
    let Some(fleet) = Fleet::start(1) else { return };
    let run = fleet.trust(&["--ssh-user", "core", "--sudo", "never"]);
    run.assert_exit(1);
    fleet.trust(&["--ssh-user", "core"]).assert_exit(0);
    fleet.assert_trusts("a1");
    fleet.trust(&["--sudo", "always"]).assert_exit(0);
}

#[test]
fn the_sudo_password_is_sent_where_sudo_asks_and_nowhere_else() {
    let Some(fleet) = Fleet::start(2) else { return };
    let (master, a1, a2) = (fleet.master(), fleet.agent("a1"), fleet.agent("a2"));
    a1.fault(&Fault::SudoPassword).expect("asks");
    master.write("/password", format!("{PASSWORD}\n")).expect("writes");
    master.write("/wrong", "reboot\n").expect("writes");
    let run = fleet.trust(&["--ssh-user", "core"]);
    run.assert_exit(3);
    assert_eq!(run.agent(a1)["error"]["kind"], "sudo");
    let run = fleet.trust(&["--ssh-user", "core", "--sudo-password-file", "/wrong"]);
    assert_eq!((run.agent(a1)["error"]["kind"].as_str(), run.status(a2)), (Some("sudo"), "unchanged"));
    assert!(a2.runs(), "the password was taken for a command");
    let run = fleet.trust(&["--ssh-user", "core", "--sudo-password-file", "/password"]);
    run.assert_exit(0);
    fleet.assert_trusts("a1");
    assert!(!run.stdout.contains(PASSWORD) && !run.stderr.contains(PASSWORD));
    assert_eq!((a1.logins().expect("counts"), a1.sessions().expect("counts")), (3, 3));
    fleet.trust(&["--sudo-password-file", "/password"]).assert_exit(0);
}

#[test]
fn the_sudo_password_is_asked_for_once_on_a_terminal() {
    let Some(fleet) = Fleet::start(2) else { return };
    let (master, a1) = (fleet.master(), fleet.agent("a1"));
    for agent in fleet.lab.agents() {
        agent.fault(&Fault::SudoPassword).expect("asks");
    }
    master.write("/password", format!("{PASSWORD}\n")).expect("writes");
    let run = fleet.trust(&["--ssh-user", "core", "--ask-sudo-password"]);
    run.assert_exit(2);
    assert_eq!(run.json["error"]["kind"], "password-needed");
    assert_eq!(a1.connections().expect("counts"), 0, "nobody was asked, so nothing is tried");

    let words = "regctl trust-agents --ssh-user core --ask-sudo-password";
    let typed = format!("(sleep 1; cat /password; sleep 5) | script -qec '{words}' /dev/null");
    let seen = master.shell(&typed).expect("runs");
    assert!(seen.status.success(), "{}{}", seen.stdout, seen.stderr);
    assert_eq!(
        seen.stdout.matches("Sudo password of core on the agents: [hidden]").count(),
        1,
        "{}",
        seen.stdout
    );
    assert!(!seen.stdout.contains(PASSWORD), "{}", seen.stdout);
    for name in ["a1", "a2"] {
        fleet.assert_trusts(name);
        assert_eq!(fleet.agent(name).logins().expect("counts"), 1);
    }
}

#[test]
fn any_login_shell_will_do() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    let installed = agent
        .shell("ls /bin/csh /bin/tcsh /usr/bin/fish /bin/zsh /bin/mksh 2>/dev/null")
        .expect("looks")
        .stdout;
    let shells = installed.lines().chain(["/bin/dash", "/bin/bash"]);
    for shell in shells {
        agent.fault(&Fault::LoginShell { path: shell.to_owned() }).expect("is set");
        for user in ["root", "core"] {
            let run = fleet.trust(&["--ssh-user", user]);
            assert_eq!(run.exit, Some(0), "{shell}: {}", run.stdout);
        }
        agent.clear_faults().expect("is cleared");
    }
}

#[test]
fn any_posix_shell_runs_the_script() {
    let Some(fleet) = Fleet::start(1) else { return };
    let agent = fleet.agent("a1");
    let installed =
        agent.shell("ls /bin/bash /bin/dash /bin/busybox /bin/mksh /bin/ksh93 2>/dev/null").expect("looks");
    for shell in installed.stdout.lines() {
        agent.shell(&format!("ln -sf {shell} /bin/sh")).expect("runs").good().expect("is /bin/sh now");
        let run = fleet.trust(&["--ssh-user", "core"]);
        assert_eq!(run.exit, Some(0), "{shell}: {}", run.stdout);
        fleet.assert_trusts("a1");
        let taken_back = fleet.regctl(&["untrust-agents", "--yes"]);
        assert_eq!(taken_back.status(agent), "changed", "{shell}: {}", taken_back.stdout);
        assert!(!agent.exists("/var/lib/regctl"), "{shell}");
    }
}
