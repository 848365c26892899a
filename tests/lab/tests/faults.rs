//! Each fault shows what it is called, to a plain ssh from the master, and is gone when it is cleared.

use regctl_lab::faults::PASSWORD;
use regctl_lab::{Fault, Lab, Output, Tier, require};

/// What ssh answers when it runs that command as that user on a1.
fn ssh(lab: &Lab, user: &str, command: &str) -> Output {
    let options = ["-o", "StrictHostKeyChecking=accept-new", "-o", "BatchMode=yes", "-o", "ConnectTimeout=2"];
    let to = format!("{user}@192.168.1.11");
    let words: Vec<&str> = ["ssh"].iter().chain(&options).copied().chain([to.as_str(), command]).collect();
    lab.host("master").exec(&words).unwrap()
}

/// Runs a probe on a lab of one agent: before, with the fault, and after it was cleared.
///
/// Returns what it gave with the fault; before and after must be alike, and differ from that.
fn with(fault: Fault, probe: impl Fn(&Lab) -> Output) -> Output {
    let lab = Lab::builder().agents(1).start().unwrap();
    let told = |output: &Output| (output.status.code(), output.stdout.clone());
    let before = probe(&lab);
    lab.host("a1").fault(&fault).unwrap();
    let during = probe(&lab);
    lab.host("a1").clear_faults().unwrap();
    let after = probe(&lab);
    assert_eq!(told(&before), told(&after), "{fault}: {} {}", before.stderr, after.stderr);
    assert_ne!(told(&before), told(&during), "{fault} changes nothing");
    during
}

/// The same, with a probe that is a command as core over SSH. Before and after it must succeed.
fn over_ssh(fault: Fault, command: &str) -> Output {
    with(fault, |lab| ssh(lab, "core", command))
}

macro_rules! fault {
    ($name:ident, $test:block) => {
        #[test]
        fn $name() {
            let Some(()) = require(Tier::T1) else { return };
            $test
        }
    };
}

fault!(blackholed, {
    assert!(over_ssh(Fault::Blackholed, "true").stderr.contains("timed out"));
});

fault!(port_closed, {
    assert!(over_ssh(Fault::PortClosed, "true").stderr.contains("Connection refused"));
});

fault!(silent, {
    assert!(over_ssh(Fault::Silent, "true").stderr.contains("timed out during banner exchange"));
});

fault!(slow, {
    let probe = "s=$(cut -d. -f1 /proc/uptime); sudo -n true; echo $(($(cut -d. -f1 /proc/uptime) - s))";
    let during = over_ssh(Fault::Slow { seconds: 2 }, probe);
    assert!(["2", "3"].contains(&during.stdout.trim()), "{}", during.stdout);
});

fault!(changed_host_key, {
    assert!(
        over_ssh(Fault::ChangedHostKey, "true").stderr.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")
    );
});

fault!(key_refused, {
    assert!(over_ssh(Fault::KeyRefused, "true").stderr.contains("Permission denied (publickey)"));
});

fault!(password_login, {
    assert!(over_ssh(Fault::PasswordLogin, "true").stderr.contains("Permission denied (publickey,password)"));
    let lab = Lab::builder().agents(1).start().unwrap();
    lab.host("a1").fault(&Fault::PasswordLogin).unwrap();
    lab.host("master").write("/root/ask", format!("#!/bin/sh\necho {PASSWORD}\n")).unwrap();
    let script = "chmod 700 /root/ask; SSH_ASKPASS=/root/ask SSH_ASKPASS_REQUIRE=force \
                  ssh -o StrictHostKeyChecking=accept-new core@a1 id -un";
    assert_eq!(lab.host("master").shell(script).unwrap().good().unwrap(), "core");
});

fault!(sudo_password, {
    assert!(over_ssh(Fault::SudoPassword, "sudo -n true").stderr.contains("a password is required"));
    let lab = Lab::builder().agents(1).start().unwrap();
    lab.host("a1").fault(&Fault::SudoPassword).unwrap();
    let given = ssh(&lab, "core", &format!("echo {PASSWORD} | sudo -S id -un"));
    assert_eq!(given.good().unwrap(), "root");
});

fault!(requiretty, {
    assert!(over_ssh(Fault::RequireTty, "sudo -n true").stderr.contains("must have a tty"));
});

fault!(disk_full, {
    let during = over_ssh(Fault::DiskFull, "echo x | sudo tee /etc/new && sudo rm /etc/new");
    assert!(during.stderr.contains("No space left on device"), "{}", during.stderr);
});

fault!(read_only_etc, {
    let during = over_ssh(Fault::ReadOnlyEtc, "sudo sh -c 'echo x >/etc/new' && sudo rm /etc/new");
    assert!(during.stderr.contains("Read-only file system"), "{}", during.stderr);
});

fault!(certs_dir_is_file, {
    let make = "sudo mkdir -p /etc/docker/certs.d/x && sudo rm -r /etc/docker";
    assert!(over_ssh(Fault::CertsDirIsFile, make).stderr.contains("Not a directory"));
});

fault!(no_conntrack, {
    let during = over_ssh(Fault::NoConntrack, "sudo sysctl -n net.netfilter.nf_conntrack_tcp_be_liberal");
    assert!(during.stderr.contains("No such file or directory"), "{}", during.stderr);
});

fault!(conntrack_not_loaded, {
    let lab = Lab::builder().agents(1).start().unwrap();
    lab.host("a1").fault(&Fault::ConntrackNotLoaded).unwrap();
    let read = "sysctl -n net.netfilter.nf_conntrack_tcp_be_liberal";
    assert!(!lab.host("a1").shell(read).unwrap().status.success());
    assert_eq!(ssh(&lab, "core", &format!("sudo modprobe nf_conntrack; sudo {read}")).good().unwrap(), "0");
    lab.host("a1").clear_faults().unwrap();
    assert_eq!(lab.host("a1").shell(read).unwrap().good().unwrap(), "0");
});

fault!(max_startups, {
    let during = over_ssh(Fault::MaxStartups { percent: 100 }, "true");
    assert!(
        during.stderr.contains("Connection closed") || during.stderr.contains("reset"),
        "{}",
        during.stderr
    );
});

fault!(chatty, {
    let during = over_ssh(Fault::Chatty, "echo answer");
    assert!(during.stdout.ends_with("answer\n") && during.stdout.len() > 10, "{}", during.stdout);
    assert!(during.stderr.contains("Authorised use only"), "{}", during.stderr);
});

fault!(login_shell, {
    let shell = Fault::LoginShell { path: "/usr/bin/python3".to_owned() };
    assert!(over_ssh(shell, "echo answer").stderr.contains("SyntaxError"));
});

fault!(clock, {
    let lab = Lab::builder().agents(1).start().unwrap();
    let this: i32 = lab.host("a1").exec(&["date", "+%Y"]).unwrap().good().unwrap().parse().unwrap();
    let during = over_ssh(Fault::Clock { offset: "-10y".to_owned() }, "sudo date +%Y");
    assert_eq!(during.stdout.trim(), (this - 10).to_string(), "{}", during.stderr);
});

fault!(several_at_once_are_cleared_together, {
    let lab = Lab::builder().agents(1).start().unwrap();
    for fault in
        [Fault::SudoPassword, Fault::CertsDirIsFile, Fault::DiskFull, Fault::ReadOnlyEtc, Fault::Silent]
    {
        lab.host("a1").fault(&fault).unwrap();
    }
    lab.host("a1").clear_faults().unwrap();
    lab.host("a1").clear_faults().unwrap();
    assert_eq!(ssh(&lab, "core", "sudo -n mkdir -p /etc/docker/certs.d && id -un").good().unwrap(), "core");
});

fault!(a_shim_stands_before_the_program_for_every_user, {
    let lab = Lab::builder().agents(1).start().unwrap();
    lab.host("a1").shim("mv", "echo shim; exec /usr/bin/mv \"$@\"").unwrap();
    for (user, command) in [("core", "mv --version"), ("core", "sudo mv --version"), ("root", "mv --version")]
    {
        assert!(ssh(&lab, user, command).stdout.starts_with("shim\n"), "{user}: {command}");
    }
});
