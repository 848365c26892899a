//! A registry of API version 1, built from docker-registry 0.9's documented API: it answers the requests that are there
//! and refuses every other, as the real one did. None can be had any more.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Result;
use serde_json::{Value, json};

/// Repositories with their tags, each with the id of its image.
type Tags = BTreeMap<String, BTreeMap<String, String>>;

/// What the registry keeps.
#[derive(Debug, Default)]
struct Store {
    tags: Tags,
    /// The dates of the images.
    images: BTreeMap<String, String>,
    asked: Vec<String>,
}

/// A registry of version 1 that answers until the process ends.
#[derive(Debug)]
pub struct OldRegistry {
    /// Where it listens on 127.0.0.1, without TLS.
    pub port: u16,
    store: Arc<Mutex<Store>>,
}

impl OldRegistry {
    /// Starts an empty one.
    ///
    /// # Errors
    /// Where no port is to be had.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let store = Arc::new(Mutex::new(Store::default()));
        let held = Arc::clone(&store);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away in mid-answer is its own affair.
                let _ = answer(stream, &held);
            }
        });
        Ok(Self { port, store })
    }

    /// Puts a tag on an image that was made at that time; `repository` has its namespace, as in `library/centos6`.
    pub fn push(&self, repository: &str, tag: &str, (image, created): (&str, &str)) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.images.insert(image.to_owned(), created.to_owned());
        store.tags.entry(repository.to_owned()).or_default().insert(tag.to_owned(), image.to_owned());
    }

    /// The requests so far, as `METHOD PATH`.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }
}

fn answer(mut stream: TcpStream, store: &Mutex<Store>) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? < 3 {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let length =
        head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let mut words = head.first().map(String::as_str).unwrap_or_default().split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    store.asked.push(format!("{method} {path}"));
    let (status, value) = store.serve(method, path.split('?').next().unwrap_or_default(), &body);
    let text = value.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nX-Docker-Registry-Standalone: True\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )?;
    Ok(())
}

impl Store {
    fn serve(&mut self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        let Some(rest) = path.strip_prefix("/v1/") else { return (404, json!("Not Found")) };
        match (method, rest) {
            ("GET", "_ping") => (200, json!({})),
            ("GET", "search") => {
                let entry = |name: &String| json!({"name": name, "description": ""});
                let results: Vec<Value> = self.tags.keys().map(entry).collect();
                (200, json!({"num_results": results.len(), "query": "", "results": results}))
            }
            ("GET", image) if image.starts_with("images/") => self.image(image),
            _ => self.repository(method, rest, body),
        }
    }

    fn image(&self, path: &str) -> (u16, Value) {
        let id = path.strip_prefix("images/").and_then(|path| path.strip_suffix("/json")).unwrap_or_default();
        match self.images.get(id) {
            Some(created) => (200, json!({"id": id, "created": created, "Size": 0})),
            None => (404, json!({"error": "Image not found"})),
        }
    }

    fn repository(&mut self, method: &str, rest: &str, body: &[u8]) -> (u16, Value) {
        let named = rest.strip_prefix("repositories/").and_then(|rest| rest.split_once("/tags"));
        let Some((name, tag)) = named else { return (404, json!("Not Found")) };
        let name = if name.contains('/') { name.to_owned() } else { format!("library/{name}") };
        let tag = tag.strip_prefix('/');
        let Some(tags) = self.tags.get_mut(&name) else {
            return (404, json!({"error": "Repository not found"}));
        };
        match (method, tag) {
            ("GET", None) => (200, json!(tags)),
            ("DELETE", Some(tag)) if tags.remove(tag).is_some() => (200, json!(true)),
            ("DELETE", Some(tag)) => (404, json!({"error": format!("Tag not found: {tag}")})),
            ("PUT", Some(tag)) => match serde_json::from_slice::<String>(body) {
                Ok(id) if self.images.contains_key(&id) => {
                    tags.insert(tag.to_owned(), id);
                    (200, json!(true))
                }
                Ok(_) => (404, json!({"error": "Image not found"})),
                Err(_) => (400, json!({"error": "Invalid data"})),
            },
            _ => (405, json!("Method Not Allowed")),
        }
    }
}
