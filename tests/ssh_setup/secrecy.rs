//! The password is in no argument list, no environment and no output, at no time.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use regctl_lab::faults::PASSWORD;
use regctl_lab::{Fault, Host};

use crate::bastion::Bastion;

/// What the processes of a lab show of themselves, looked at again and again.
#[derive(Default)]
struct Seen {
    /// Command lines that ended up with the password in them or in their environment.
    leaks: Vec<String>,
    ssh: usize,
    askpass: usize,
}

impl Seen {
    fn look(&mut self, spaces: &[String]) {
        let entries = fs::read_dir("/proc").expect("is mounted").filter_map(Result::ok);
        for process in entries.map(|entry| entry.path()) {
            let space = fs::read_link(process.join("ns/pid")).unwrap_or_default();
            if !spaces.iter().any(|own| space.as_os_str() == own.as_str()) {
                continue;
            }
            let read = |name: &str| {
                String::from_utf8_lossy(&fs::read(process.join(name)).unwrap_or_default()).into_owned()
            };
            let (command, environment) = (read("cmdline"), read("environ"));
            if command.contains(PASSWORD) || environment.contains(PASSWORD) {
                self.leaks.push(command.clone());
            }
            self.ssh += usize::from(command.starts_with("ssh\0"));
            let asks = environment.contains("REGCTL_ASKPASS_SOCKET=") && command.contains("password: ");
            self.askpass += usize::from(asks);
        }
    }
}

fn space(host: &Host) -> String {
    let link = fs::read_link(format!("/proc/{}/ns/pid", host.init_pid())).expect("lives");
    link.to_string_lossy().into_owned()
}

#[test]
fn the_password_shows_nowhere() {
    let Some(bastion) = Bastion::start(3) else { return };
    for agent in bastion.lab.agents() {
        // The first login takes its time, and the questions of the others wait for it.
        agent.fault(&Fault::Slow { seconds: 1 }).expect("is slow");
    }
    let spaces: Vec<String> = bastion.lab.hosts().iter().map(space).collect();
    let over = AtomicBool::new(false);
    let (run, seen) = thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut seen = Seen::default();
            while !over.load(Ordering::Relaxed) {
                seen.look(&spaces);
            }
            seen
        });
        let run = bastion.by_password(&["-v"]);
        over.store(true, Ordering::Relaxed);
        (run, looking.join().expect("no panic"))
    });
    run.assert_exit(0);
    assert_eq!(seen.leaks, [""; 0]);
    assert!(seen.ssh > 0 && seen.askpass > 0, "looked too seldom: {} {}", seen.ssh, seen.askpass);
    assert!(run.stderr.contains("logged in with the password"), "{}", run.stderr);
    let again = bastion.by_password(&["-v"]);
    assert!(again.stderr.contains("logged in with the key"), "{}", again.stderr);
    assert!(!run.stdout.contains(PASSWORD) && !run.stderr.contains(PASSWORD));
    let files =
        bastion.master().exec(&["grep", "-rl", PASSWORD, "/root", "/tmp", "/etc", "/var/lib"]).expect("runs");
    assert_eq!(files.stdout, "", "a file holds it");
}
