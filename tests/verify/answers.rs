//! What else may answer where a registry should be.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use regctl_lab::loopback::Setup;

use crate::bench::{Bench, DOCUMENT_001, at};

#[test]
fn plain_http_behind_a_tls_port_is_told() {
    let bench = Bench::new(DOCUMENT_001);
    let registry = Setup::new(bench.path()).start().expect("a registry starts");
    bench.verify(&at(&registry), &[]).assert_refused("plain-http");
    std::fs::write(bench.file("regctl.toml"), "[registry]\ntls = false\n").expect("writes");
    let verified = bench.verify(&at(&registry), &["--push"]);
    assert_eq!((verified.exit, verified.finding("tls").0), (Some(0), "skip"), "{}", verified.report);
    assert_eq!(verified.finding("push-pull").0, "pass");
}

#[test]
fn whatever_answers_that_is_no_registry_is_told() {
    let bench = Bench::new(DOCUMENT_001);
    let closed = TcpListener::bind("127.0.0.1:0").expect("binds").local_addr().expect("has one");
    bench.verify(&closed.to_string(), &[]).assert_refused("connection-refused");
    bench.verify("no-such-host.invalid", &[]).assert_refused("unresolved");
    let address = serve(|_| {});
    bench.verify(&address, &[]).assert_refused("closed");
    let address = serve(|stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
        let _ = stream.read(&mut [0; 1024]);
    });
    bench.verify(&address, &[]).assert_refused("not-tls");
}

/// Something that takes two connections, one after the other, and is no TLS server.
fn serve(answer: impl Fn(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let address = listener.local_addr().expect("has one").to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().take(2).flatten() {
            answer(&mut stream);
        }
    });
    address
}
