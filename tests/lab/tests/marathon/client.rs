//! A plain HTTP client of its own, so that a mistake of a library is not made on both sides.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

/// An answer, as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A header's value, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

/// Talks to one server.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub SocketAddr);

impl Client {
    /// Sends a request and reads the whole answer; an error where the connection breaks.
    pub fn try_send(self, method: &str, path: &str, headers: &[&str], body: &str) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(self.0)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.0);
        for header in headers {
            request.push_str(&format!("{header}\r\n"));
        }
        if !body.is_empty() {
            request
                .push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        request.push_str(body);
        stream.write_all(request.as_bytes())?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let (head, body) = text.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
    }

    /// Sends a request that has to be answered.
    pub fn send(self, method: &str, path: &str, body: &str) -> Answer {
        self.try_send(method, path, &[], body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// The JSON of a resource.
    pub fn get(self, path: &str) -> Value {
        self.send("GET", path, "").json()
    }

    /// Asks for an app until `holds` of it, and at most for so long.
    pub fn wait_for_app(self, id: &str, limit: Duration, mut holds: impl FnMut(&Value) -> bool) -> Value {
        let deadline = Instant::now() + limit;
        loop {
            let app = self.get(&format!("/v2/apps{id}"))["app"].take();
            if holds(&app) {
                return app;
            }
            assert!(Instant::now() < deadline, "not within {limit:?}; last seen: {app:#}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// As many tasks as wanted run and are healthy, and no deployment is left.
pub fn is_settled(app: &Value) -> bool {
    let version = &app["version"];
    let tasks = app["tasks"].as_array().cloned().unwrap_or_default();
    app["deployments"] == serde_json::json!([])
        && app["tasksRunning"] == app["instances"]
        && app["tasksHealthy"] == app["instances"]
        && tasks.iter().all(|task| task["version"] == *version)
}
