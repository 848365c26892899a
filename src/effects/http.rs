//! The HTTP client under Mesos, Marathon and the registry: time limits, roots, size limits, and errors in words.

use std::time::Duration;

use anyhow::Result;
use reqwest::{Client, Method, RequestBuilder, Response, Url, redirect};

use super::reason;
use crate::domain::credentials::Credentials;
use crate::domain::fault::{Fault, FaultKind};

/// How long a connection may take to come up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A server of the cluster: where it is, how to talk to it and how to be let in.
#[derive(Debug, Clone)]
pub struct Endpoint {
    base: Url,
    client: Client,
    credentials: Option<Credentials>,
}

impl Endpoint {
    /// An endpoint under a base URL, which keeps its path (`https://HOST/service/marathon`) but loses user and password.
    pub fn new(mut base: Url, client: Client, credentials: Option<Credentials>) -> Self {
        // Both only fail for URLs without a host, which `parse_base` does not let through.
        let _ = base.set_username("");
        let _ = base.set_password(None);
        base.set_query(None);
        base.set_fragment(None);
        Self { base, client, credentials }
    }

    /// The base URL, fit to be shown: it never holds a password.
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// Whether requests carry credentials.
    pub const fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// The URL of a path below the base; `path` starts with a slash and may hold a query.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str().trim_end_matches('/'))
    }

    /// A request to a path below the base, with the credentials.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.authorized(self.client.request(method, self.url(path)))
    }

    /// A request to another URL that may be given the same credentials, such as the leading master's.
    pub fn request_elsewhere(&self, method: Method, url: Url) -> RequestBuilder {
        self.authorized(self.client.request(method, url))
    }

    /// A request to a server beside this one that the credentials are not for.
    pub fn request_without_credentials(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.credentials {
            Some(Credentials::Token(token)) => {
                request.header("authorization", format!("token={}", token.expose()))
            }
            Some(Credentials::Basic { user, password }) => request.basic_auth(user, Some(password.expose())),
            None => request,
        }
    }
}

/// Parses a base URL that the operator gave. `what` names it in the error: `--marathon`.
pub fn parse_base(what: &str, text: &str) -> Result<Url> {
    let shown = text.rsplit_once('@').map_or(text, |(_, host)| host);
    let fault = |why: &str| Fault::value(format!("{what} `{shown}`: {why}"));
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Err(fault(say!("a URL starts with http:// or https://"))
            .hint(say!("Write http://{shown}"))
            .into());
    }
    let url = Url::parse(text).map_err(|error| fault(&error.to_string()))?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(fault(say!("there is no host in this URL")).into());
    }
    Ok(url)
}

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
        Some(url) => builder
            .proxy(reqwest::Proxy::all(url).map_err(|_| Fault::value(say!("`{url}` is not a proxy URL")))?),
        None => builder,
    };
    Ok(builder.build()?)
}

/// Reads a body of at most `limit` bytes. `what` names the request in the error: `reading the agents from http://…`.
pub async fn body(mut response: Response, limit: usize, what: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(what, &error))? {
        if bytes.len() + chunk.len() > limit {
            let message = say!("{what}: the answer is larger than {} MiB", limit >> 20);
            return Err(Fault::new(FaultKind::TooLarge, message).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What a failed request means: the reason in words, and whether it was the way there, TLS or the time.
pub fn failed(what: &str, error: &reqwest::Error) -> Fault {
    reason::of_connection(what, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        Endpoint::new(parse_base("--marathon", text).expect("legal"), Client::new(), None)
    }

    #[test]
    fn the_base_keeps_its_path_and_loses_its_password() {
        assert_eq!(
            endpoint("https://dcos.example.com/service/marathon/").url("/v2/info"),
            "https://dcos.example.com/service/marathon/v2/info"
        );
        assert_eq!(
            endpoint("http://user:secret@marathon.mesos:8080").base().as_str(),
            "http://marathon.mesos:8080/"
        );
    }

    #[test]
    fn a_url_needs_a_scheme_and_a_host() {
        for text in ["marathon.mesos:8080", "ftp://a", "http://", "", "user:secret@host:1"] {
            let error = parse_base("--marathon", text).expect_err("must refuse").to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
