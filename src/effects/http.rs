//! The HTTP client under Mesos, Marathon and the registry: time limits, roots, size limits, and errors in words.

use std::time::Duration;

use anyhow::Result;
use reqwest::{Client, Response, redirect};

use crate::domain::fault::{Fault, FaultKind};

/// How long a connection may take to come up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client that follows no redirect (each caller knows where it may take its credentials), ignores proxy variables
/// and gives up on a request after `timeout`.
pub fn client(tls: rustls::ClientConfig, proxy: Option<&str>, timeout: Duration) -> Result<Client> {
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .user_agent(concat!("regctl-dcos/", env!("CARGO_PKG_VERSION")))
        .no_proxy();
    let builder = match proxy {
        Some(url) => builder.proxy(
            reqwest::Proxy::all(url).map_err(|_| Fault::usage(format!("`{url}` is not a proxy URL")))?,
        ),
        None => builder,
    };
    Ok(builder.build()?)
}

/// Reads a body of at most `limit` bytes. `what` names the request in the error: `reading the agents from http://…`.
pub async fn body(mut response: Response, limit: usize, what: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(what, &error))? {
        if bytes.len() + chunk.len() > limit {
            let message = format!("{what}: the answer is larger than {} MiB", limit >> 20);
            return Err(Fault::new(FaultKind::BadAnswer, message).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What a failed request means: the last cause in words, and whether it was the way there, TLS or the time.
pub fn failed(what: &str, error: &reqwest::Error) -> Fault {
    let cause = innermost(error);
    if error.is_timeout() {
        return Fault::new(FaultKind::Unreachable, format!("{what}: no answer in time"));
    }
    if cause.contains("certificate") || cause.contains("tls") || cause.contains("UnknownIssuer") {
        return Fault::new(FaultKind::Tls, format!("{what}: {cause}"));
    }
    Fault::new(FaultKind::Unreachable, format!("{what}: {cause}"))
}

/// The innermost error: reqwest's own layers (`error sending request`, `client error (Connect)`) tell nobody anything.
fn innermost(error: &reqwest::Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let text = last.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    let text = &text[..end];
    text.chars()
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(text.chars().skip(1)).collect())
}
