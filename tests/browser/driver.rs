//! Chromium, driven through ChromeDriver by the W3C's WebDriver protocol.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use regctl_lab::require_programs;
use serde_json::{Value, json};
use tempfile::TempDir;

/// One browser; ends with the value.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    /// What the browser keeps; goes with it.
    _profile: TempDir,
}

impl Browser {
    /// Starts one. `None`, with a word why, where the machine has none.
    pub(crate) fn start() -> Option<Self> {
        require_programs(&[("chromium", "chromium"), ("chromedriver", "chromium-driver")])?;
        let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn();
        let mut driver = started.expect("chromedriver starts");
        let lines = BufReader::new(driver.stdout.take().expect("is piped")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            line.split_once("successfully on port ")?.1.trim_end_matches('.').trim().parse().ok()
        });
        let profile = tempfile::tempdir().expect("a folder");
        let mut browser = Self {
            driver,
            port: port.expect("chromedriver says its port"),
            session: String::new(),
            _profile: profile,
        };
        let answer = browser.ask("POST", "/session", &capabilities(browser._profile.path()));
        browser.session =
            answer["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}")).to_owned();
        // A new window has a page of the browser's own, which is not to count.
        browser.open("about:blank");
        browser.log("performance");
        browser.log("browser");
        Some(browser)
    }

    /// Makes the window so large, and the page light or dark.
    pub(crate) fn look(&self, (width, height): (u32, u32), scheme: &str) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    pub(crate) fn open(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// What a function body comes to in the page.
    pub(crate) fn run(&self, body: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": body, "args": [] }))
    }

    /// What a function body calls `done` with, once it does.
    pub(crate) fn wait_for(&self, body: &str) -> Value {
        let body = format!("const done = arguments[0]; {body}");
        self.post("/execute/async", &json!({ "script": body, "args": [] }))
    }

    /// Presses keys, one after the other, where the focus is.
    pub(crate) fn press(&self, keys: &[&str]) {
        let strokes: Vec<Value> = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        let source = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("/actions", &json!({ "actions": [source] }));
    }

    /// The window as PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        decoded(&self.ask("GET", &self.path("/screenshot"), &Value::Null))
    }

    /// The page as PDF.
    pub(crate) fn print(&self) -> Vec<u8> {
        decoded(&self.post("/print", &json!({ "page": { "width": 21.0, "height": 29.7 } })))
    }

    /// What was written to the console, or which requests were made, since it was asked the last time.
    pub(crate) fn log(&self, kind: &str) -> Vec<Value> {
        let log = self.post("/se/log", &json!({ "type": kind }));
        log.as_array().cloned().unwrap_or_default()
    }

    fn devtools(&self, command: &str, parameters: &Value) {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &self.path(path), body)
    }

    fn path(&self, path: &str) -> String {
        format!("/session/{}{path}", self.session)
    }

    /// The `value` of an answer. Panics where the driver could not do it.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("is set");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .expect("is sent");
        let mut reader = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line).expect("answers") > 2 {
            if let Some((_, value)) =
                line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            {
                length = value.trim().parse().expect("a number");
            }
            line.clear();
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).expect("the whole answer");
        let mut answer: Value = serde_json::from_slice(&answer).expect("is JSON");
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{method} {path}: {value}");
        value
    }
}

/// Without the flags about networking Chromium looks up hosts of its own at every start.
fn capabilities(profile: &std::path::Path) -> Value {
    let profile = format!("--user-data-dir={}", profile.display());
    let quiet = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
    ];
    let arguments: Vec<&str> = quiet.into_iter().chain([profile.as_str()]).collect();
    let always = json!({
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    });
    json!({ "capabilities": { "alwaysMatch": always } })
}

fn decoded(value: &Value) -> Vec<u8> {
    use base64::Engine as _;
    let text = value.as_str().unwrap_or_else(|| panic!("no bytes: {value}"));
    base64::prelude::BASE64_STANDARD.decode(text).expect("is base64")
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.ask("DELETE", &self.path(""), &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
