//! A token server as Docker's registries send their users to: it takes one user, and signs tokens for what they ask.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Result;

use super::shell::shell;

/// Who signs, as the registry is told.
pub const ISSUER: &str = "lab";
/// The registry, as its challenges call it.
pub const SERVICE: &str = "lab-registry";
/// `op:secret` as HTTP Basic spells it.
const USER: &str = "Basic b3A6c2VjcmV0";

/// Signs CLAIMS with `token.key`; its certificate goes along, and the registry is given the same one as a root.
const SIGN: &str = r#"
b64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
certificate=$(openssl x509 -in token.crt -outform der | openssl base64 -A)
head=$(printf '{"typ":"JWT","alg":"RS256","x5c":["%s"]}' "$certificate" | b64)
body=$(printf %s 'CLAIMS' | sed "s/NOW/$(date +%s)/g; s/LATER/$(($(date +%s) + 300))/" | b64)
printf '{"token":"%s.%s.%s","expires_in":300}' "$head" "$body" \
  "$(printf %s "$head.$body" | openssl dgst -sha256 -sign token.key -binary | b64)"
"#;

/// A token server that answers until the process ends.
#[derive(Debug)]
pub struct TokenServer {
    /// Where it listens on 127.0.0.1, without TLS.
    pub port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl TokenServer {
    /// Starts one with a key of its own in this folder: `token.crt` is what the registry has to trust.
    ///
    /// # Errors
    /// Where no port is to be had.
    ///
    /// # Panics
    /// Where openssl is missing.
    pub fn start(folder: &Path) -> Result<Self> {
        Self::granting(folder, None)
    }

    /// The same, but the user may only pull and push, and only below this project, as Harbor and GitLab have it.
    ///
    /// # Errors
    /// As of [`Self::start`].
    ///
    /// # Panics
    /// As of [`Self::start`].
    pub fn of_project(folder: &Path, project: &'static str) -> Result<Self> {
        Self::granting(folder, Some(project))
    }

    fn granting(folder: &Path, project: Option<&'static str>) -> Result<Self> {
        let make = "openssl req -x509 -newkey rsa:2048 -nodes -keyout token.key -out token.crt -days 2 -subj /CN=tokens";
        let _ = shell(folder, &format!("{make} 2>/dev/null"));
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (folder, seen) = (folder.to_path_buf(), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away in mid-answer is its own affair.
                let _ = answer(stream, (&folder, project), &seen);
            }
        });
        Ok(Self { port, asked })
    }

    /// The paths that were asked for, each with its query.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answer(
    mut stream: TcpStream,
    (folder, project): (&Path, Option<&str>),
    asked: &Mutex<Vec<String>>,
) -> Result<()> {
    let lines: Vec<String> = BufReader::new(stream.try_clone()?)
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    let user = lines.iter().find_map(|line| {
        Some(line.split_once(": ")?).filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
    });
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
    let (status, body) = match user {
        Some((_, USER)) => ("200 OK", shell(folder, &SIGN.replace("CLAIMS", &claims(&path, project)))),
        _ => ("401 Unauthorized", "{}".to_owned()),
    };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())?;
    Ok(())
}

/// All that is asked for is granted, or as much of it as the project allows.
fn claims(path: &str, project: Option<&str>) -> String {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let scopes = query.split('&').filter_map(|pair| pair.strip_prefix("scope="));
    let access: Vec<String> = scopes.filter_map(|scope| access(&decoded(scope), project)).collect();
    format!(
        r#"{{"iss":"{ISSUER}","sub":"op","aud":"{SERVICE}","exp":LATER,"nbf":NOW,"iat":NOW,"jti":"1","access":[{}]}}"#,
        access.join(",")
    )
}

/// `TYPE:NAME:ACTION,ACTION` as the token says it.
fn access(scope: &str, project: Option<&str>) -> Option<String> {
    let mut parts = scope.splitn(3, ':');
    let mut part = || parts.next().unwrap_or_default();
    let (kind, name) = (part(), part());
    if project.is_some_and(|project| !name.starts_with(&format!("{project}/"))) {
        return None;
    }
    let granted = |action: &&str| project.is_none() || ["pull", "push"].contains(action);
    let actions: Vec<String> = part().split(',').filter(granted).map(|it| format!("\"{it}\"")).collect();
    Some(format!(r#"{{"type":"{kind}","name":"{name}","actions":[{}]}}"#, actions.join(",")))
}

/// The few characters that a scope has and a query spells otherwise.
fn decoded(text: &str) -> String {
    text.replace("%3A", ":").replace("%2F", "/").replace("%2C", ",").replace("%2A", "*")
}
