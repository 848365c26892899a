//! Ways to an agent: an old ssh, a jump host, aliases, ports, IPv6, and keys that others have learnt.

use regctl_lab::address::six;

use crate::fleet::Fleet;

/// An ssh of before 7.6: it does not know accept-new, in a file or on the command line.
const OLD_SSH: &str = r#"
file=; previous=
for word; do
    if [ "$previous" = -F ]; then file=$word; fi
    previous=$word
    case $word in *accept-new*) echo 'command-line: line 0: unsupported option "accept-new".' >&2; exit 255 ;; esac
done
if [ -n "$file" ] && grep -q accept-new "$file"; then
    echo "$file: line 1: unsupported option \"accept-new\"." >&2
    exit 255
fi
exec /usr/bin/ssh "$@"
"#;

#[test]
fn an_ssh_without_accept_new_learns_by_ssh_keyscan() {
    let Some(fleet) = Fleet::start(2) else { return };
    fleet.master().shim("ssh", OLD_SSH).expect("is shimmed");
    fleet.trust(&[]).assert_exit(0);
    fleet.assert_trusts("a1");
    let known = "/root/.local/state/regctl/master.mesos/known_hosts";
    let learnt = fleet.master().read(known).expect("has learnt");
    assert_eq!(learnt.lines().count(), 2, "{learnt}");
    fleet.trust(&[]).assert_exit(0);
    assert_eq!(fleet.master().read(known).expect("reads"), learnt, "what is known is not learnt again");
    let agent = fleet.agent("a1");
    agent.fault(&regctl_lab::faults::Fault::ChangedHostKey).expect("changes");
    let run = fleet.trust(&[]);
    run.assert_exit(3);
    assert_eq!(run.agent(agent)["error"]["kind"], "host-key", "afterwards it is held to");
}

#[test]
fn through_a_jump_host() {
    let Some(fleet) = Fleet::start(3) else { return };
    // Only a3 is reachable from here; the others are behind it.
    let master = fleet.master();
    master.shell("nft 'table ip walls { chain out { type filter hook output priority 0; ip daddr { 192.168.1.11, 192.168.1.12 } tcp dport 22 drop; }; }'").expect("runs").good().expect("walls");
    let run = fleet.trust(&["--jump", "root@192.168.1.13"]);
    run.assert_exit(0);
    for name in ["a1", "a2", "a3"] {
        fleet.assert_trusts(name);
    }
    fleet.assert_nothing_is_left();
    // The same by the user's own configuration.
    master
        .write("/root/.ssh/config", "Host 192.168.1.11 192.168.1.12\n  ProxyJump root@192.168.1.13\n")
        .expect("writes");
    assert_eq!(fleet.trust(&[]).json["summary"]["unchanged"], 3);
}

#[test]
fn the_users_aliases_count() {
    let Some(fleet) = Fleet::start(1) else { return };
    let config = "Host alias\n  HostName 192.168.1.11\n  User core\n  Port 22\n";
    fleet.master().write("/root/.ssh/config", config).expect("writes");
    fleet.master().write("/agents.txt", "alias\n").expect("writes");
    fleet.trust(&["--agents-file", "/agents.txt"]).assert_exit(0);
    fleet.assert_trusts("a1");
    assert!(fleet.agent("a1").sshd_log().expect("reads").contains("Accepted publickey for core"));
}

#[test]
fn another_port_and_ipv6() {
    let Some(fleet) = Fleet::start(2) else { return };
    let (a1, a2) = (fleet.agent("a1"), fleet.agent("a2"));
    a1.shell("/usr/sbin/sshd -p 2222").expect("runs").good().expect("a second sshd listens");
    let lines = format!("192.168.1.11:2222\n{}\n", six(a2.address()));
    fleet.master().write("/agents.txt", lines).expect("writes");
    let run = fleet.trust(&["--agents-file", "/agents.txt"]);
    run.assert_exit(0);
    fleet.assert_trusts("a1");
    fleet.assert_trusts("a2");
    assert_eq!(run.json["agents"][0]["agent"], "192.168.1.11:2222");
    assert_eq!(a1.logins().expect("counts"), 0, "the sshd on port 22 was not asked");
}

#[test]
fn known_hosts_of_the_user_win_over_accept_new() {
    let Some(fleet) = Fleet::start(2) else { return };
    let wrong = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOrcjjK+qyqE/XK55dKXp5hSIDVDF3+9fey/n0HvUa2T";
    fleet.master().write("/root/.ssh/known_hosts", format!("192.168.1.11 {wrong}\n")).expect("writes");
    fleet.master().write("/etc/ssh/ssh_known_hosts", format!("192.168.1.12 {wrong}\n")).expect("writes");
    let run = fleet.trust(&[]);
    run.assert_exit(1);
    for name in ["a1", "a2"] {
        assert_eq!(run.agent(fleet.agent(name))["error"]["kind"], "host-key");
    }
    assert_eq!(
        fleet.master().read("/root/.ssh/known_hosts").expect("reads").lines().count(),
        1,
        "never written"
    );
}

#[test]
fn options_reach_ssh_and_wrong_ones_are_refused() {
    let Some(fleet) = Fleet::start(1) else { return };
    fleet.trust(&["--ssh-option", "KexAlgorithms=curve25519-sha256"]).assert_exit(0);
    let run = fleet.trust(&["--ssh-option", "KexAlgorithms=no-such-thing"]);
    run.assert_exit(2);
    let run = fleet.trust(&["--ssh-option", "NoSuchOption=1"]);
    run.assert_exit(2);
    assert!(run.stdout.contains("nosuchoption"), "{}", run.stdout);
    fleet.trust(&["--ssh-key", "/no/such/key"]).assert_exit(2);
}
