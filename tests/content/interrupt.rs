//! `tag delete` that is interrupted, and what it says on the way.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::bench::{Bench, Run};

fn three(bench: &Bench) {
    for month in 1..=3 {
        bench.push("app", &[&month.to_string()], &format!("2024-0{month}-01T00:00:00Z"));
    }
}

#[test]
fn with_consent_the_plan_is_told_once_as_what_was_done() {
    let bench = Bench::new();
    three(&bench);
    let run = bench.regctl(&["tag", "delete", "app", "--keep", "1", "--yes"]);
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    assert_eq!(run.stdout.matches("deleted  sha256:").count(), 2, "{}", run.stdout);
    let told = run.stdout + &run.stderr;
    assert!(!told.contains("would go") && !told.contains("Nothing was deleted yet"), "{told}");
    let asked = bench.regctl(&["tag", "delete", "app:3"]);
    assert_eq!(asked.exit, Some(2));
    assert!(asked.stderr.contains("would go") && asked.stderr.contains("Nothing was deleted yet"));
}

#[test]
fn an_interrupt_midway_tells_what_is_deleted_and_keeps_the_way_back() {
    let bench = Bench::new();
    three(&bench);
    let (address, held) = holding_second_delete(bench.port());
    let mut command =
        bench.command(&["tag", "delete", "app", "--pattern", "*", "--yes", "--registry", &address]);
    let regctl = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    held.recv_timeout(Duration::from_secs(20)).expect("a second deletion is asked for");
    let pid = regctl.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("runs").success());
    let run = Run::of(&regctl.wait_with_output().expect("ends"));
    assert_eq!(run.exit, Some(130), "{}{}", run.stdout, run.stderr);
    for word in ["deleted", "failed", "not tried"] {
        assert_eq!(run.stdout.matches(&format!("  {word}  sha256:")).count(), 1, "{word}: {}", run.stdout);
    }
    assert!(run.stdout.contains("It ended early: interrupted"), "{}", run.stdout);
    assert!(!run.stdout.contains("left"), "nobody knows how many are: {}", run.stdout);
    let tags = || bench.regctl(&["repo", "ls", "--tags"]).lines().len();
    assert_eq!(tags(), 2);
    let undo = run.stdout.split("regctl tag restore ").nth(1).expect("names the file").trim().to_owned();
    let restored = bench.regctl(&["tag", "restore", &undo, "--registry", &bench.address()]);
    assert_eq!(restored.exit, Some(0), "{}{}", restored.stdout, restored.stderr);
    assert_eq!(tags(), 3);
}

/// Where the registry can be spoken to, but for the second DELETE: it is told of, and not passed on.
fn holding_second_delete(registry: u16) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("listens");
    let address = listener.local_addr().expect("has one").to_string();
    let (tell, held) = channel();
    thread::spawn(move || {
        let deletes = Arc::new(AtomicUsize::new(0));
        for client in listener.incoming() {
            let (client, deletes, tell) = (client.expect("comes"), Arc::clone(&deletes), tell.clone());
            thread::spawn(move || pass_on(client, registry, &deletes, &tell));
        }
    });
    (address, held)
}

fn pass_on(mut client: TcpStream, registry: u16, deletes: &AtomicUsize, tell: &Sender<()>) {
    let mut server = TcpStream::connect(("127.0.0.1", registry)).expect("connects");
    let (mut answers, mut back) = (server.try_clone().expect("a twin"), client.try_clone().expect("a twin"));
    thread::spawn(move || {
        let _ = std::io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut buffer = [0; 65_536];
    while let Ok(read @ 1..) = client.read(&mut buffer) {
        if buffer.starts_with(b"DELETE ") && deletes.fetch_add(1, Ordering::SeqCst) == 1 {
            let _ = tell.send(());
        } else if server.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}
