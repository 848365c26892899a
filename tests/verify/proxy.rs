//! A registry that is reached through `[cluster] proxy`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::bench::{Bench, DOCUMENT_001};

/// Where no registry is: only the proxy leads from here to one.
const NOWHERE: &str = "127.0.0.1:1";

/// A proxy that leads every CONNECT to the same server; what it was asked for.
fn proxy(leads_to: SocketAddr) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("has an address");
    let (sender, asked) = channel();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let sender = sender.clone();
            thread::spawn(move || {
                let request = tunnel(client, leads_to).unwrap_or_else(|error| error.to_string());
                let _ = sender.send(request);
            });
        }
    });
    (address, asked)
}

/// Reads a request for a tunnel and opens it; its first line.
fn tunnel(client: TcpStream, leads_to: SocketAddr) -> std::io::Result<String> {
    let mut lines = BufReader::new(client.try_clone()?);
    let mut first = String::new();
    lines.read_line(&mut first)?;
    let mut line = String::new();
    while lines.read_line(&mut line)? > 2 {
        line.clear();
    }
    let server = TcpStream::connect(leads_to)?;
    (&client).write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let (mut from_server, mut to_client) = (server.try_clone()?, client);
    thread::spawn(move || std::io::copy(&mut from_server, &mut to_client));
    thread::spawn(move || std::io::copy(&mut lines, &mut &server));
    Ok(first)
}

#[test]
fn the_proxy_of_the_cluster_leads_to_the_registry_too() {
    let bench = Bench::new(DOCUMENT_001);
    let registry = bench.registry();
    let (proxy, asked) = proxy(SocketAddr::from(([127, 0, 0, 1], registry.port)));
    let unreached = bench.verify(NOWHERE, &["--push"]);
    assert_eq!((unreached.exit, unreached.finding("tls").0), (Some(1), "fail"));
    std::fs::write(bench.file("regctl.toml"), format!("[cluster]\nproxy = \"http://{proxy}\"\n"))
        .expect("writes");
    let verified = bench.verify(NOWHERE, &["--push"]);
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    assert_eq!((verified.finding("tls").0, verified.finding("push-pull").0), ("skip", "pass"));
    assert_eq!(asked.recv().expect("was asked"), format!("CONNECT {NOWHERE} HTTP/1.1\r\n"));
}

#[test]
fn a_certificate_is_judged_behind_a_proxy_too() {
    let bench = Bench::new(DOCUMENT_001);
    let registry = bench.registry();
    let (proxy, _asked) = proxy(SocketAddr::from(([127, 0, 0, 1], registry.port)));
    std::fs::write(bench.file("regctl.toml"), format!("[cluster]\nproxy = \"http://{proxy}\"\n"))
        .expect("writes");
    let other = Bench::new(DOCUMENT_001);
    std::fs::copy(other.file("ca.crt"), bench.file("ca.crt")).expect("copies");
    let verified = bench.verify(NOWHERE, &[]);
    assert_eq!((verified.exit, verified.finding("api").0), (Some(1), "fail"), "{}", verified.report);
}
