//! Real failures, each in one plain reason: no number of the system's, no name of a type, no layers of libraries.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};

use tempfile::TempDir;

fn regctl(folder: &TempDir, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regctl"))
        .args(args)
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", folder.path())
        .output()
        .expect("regctl runs")
}

/// The message of a run that ends with this code; it is plain.
fn refused(folder: &TempDir, args: &[&str], code: &str) -> String {
    let output = regctl(folder, args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line =
        said.lines().find(|line| line.starts_with("error[")).unwrap_or_else(|| panic!("{args:?}: {said}"));
    let message =
        line.strip_prefix(&format!("error[{code}]: ")).unwrap_or_else(|| panic!("{args:?}: {said}"));
    for odd in ["os error", "Some(", "Err(", "Error", "::", "{ ", "client error", "error sending"] {
        assert!(!message.contains(odd), "{odd}: {message}");
    }
    assert!(message.matches(": ").count() <= 2, "a chain: {message}");
    message.to_owned()
}

/// A server on 127.0.0.1 that gives this answer to one connection and hangs up; its port.
fn server(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = listener.local_addr().expect("has one").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(3) {
            let mut stream = stream.expect("connects");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    port
}

#[test]
fn a_server_that_fails_is_told_in_one_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let agents = |url: &str, code| refused(&folder, &["agents", "--mesos", url], code);
    assert!(agents("http://127.0.0.1:1", "unreachable").ends_with(": connection refused"));
    let nameless = format!("http://{}.invalid:5050", "a".repeat(64));
    assert!(agents(&nameless, "unresolved").ends_with(": the name does not resolve"));
    let plain = server("HTTP/1.1 400 Bad Request\r\n\r\n");
    assert!(agents(&format!("https://127.0.0.1:{plain}"), "tls").ends_with(": it does not speak TLS"));
    let silent = server("");
    let closed = agents(&format!("http://127.0.0.1:{silent}"), "unreachable");
    assert!(closed.contains("closed") || closed.contains("reset"), "{closed}");
    let short = server("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"slaves\":");
    let cut = agents(&format!("http://127.0.0.1:{short}"), "unreachable");
    assert!(cut.contains("closed") || cut.contains("reset"), "{cut}");
    let broken = server("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"slaves\":");
    agents(&format!("http://127.0.0.1:{broken}"), "bad-answer");
}

#[test]
fn a_file_that_fails_is_told_in_one_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let with = |name: &str, code| refused(&folder, &["--config", name, "cert", "gen"], code);
    assert!(with("nowhere.toml", "no-such-file").ends_with(": no such file or directory"));
    assert!(with(".", "config").ends_with(": is a directory"));
    std::fs::write(folder.path().join("bad.toml"), "[registry\nvip = 1\n").expect("writes");
    assert!(with("bad.toml", "config").contains("line 1"));
    assert!(
        refused(&folder, &["cert", "show", "./nowhere.crt"], "no-such-file")
            .ends_with(": no such file or directory")
    );
    refused(&folder, &["explain", "no-such-code"], "bad-value");
}
