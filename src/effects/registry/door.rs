//! How a registry lets one in: it is asked without credentials first, and given what its challenge wants.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use reqwest::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use reqwest::{Method, Request, RequestBuilder, Response, StatusCode, Url};

use super::{answers, token};
use crate::domain::challenge::{self, Challenge};
use crate::domain::credentials::Credentials;
use crate::domain::secret::Secret;
use crate::effects::http::{self, Endpoint};

/// The way into one registry.
#[derive(Debug, Clone)]
pub(super) struct Door {
    endpoint: Endpoint,
    credentials: Option<Credentials>,
    /// What has opened it so far.
    keys: Arc<Mutex<Keys>>,
}

/// A repository (or the path of what belongs to none) and what is done there: what a token is for.
type Purpose = (String, &'static str);

/// So many tokens are kept, of a few kilobytes each.
const MOST_TOKENS: usize = 64;

#[derive(Debug, Default)]
struct Keys {
    /// Whether user and password are for the registry itself.
    basic: bool,
    tokens: HashMap<Purpose, Secret>,
}

#[derive(Debug)]
enum Key {
    /// User and password, to the registry itself.
    Basic,
    /// A token that the registry's token server gave for them.
    Token(Secret),
}

impl Door {
    /// The door at an endpoint, whose own credentials are not used.
    pub(super) fn new(endpoint: Endpoint, credentials: Option<Credentials>) -> Self {
        Self { endpoint, credentials, keys: Arc::default() }
    }

    /// Where it is.
    pub(super) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether there is a user who can be let in.
    pub(super) const fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// A request to a path of the registry.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.endpoint.request(method, path)
    }

    /// A request to a URL at the same place.
    pub(super) fn request_to(&self, method: Method, url: Url) -> RequestBuilder {
        self.endpoint.request_without_credentials(method, url)
    }

    /// Sends the request, and once more with the key that the registry asks for. A 401 in spite of that is an answer.
    pub(super) async fn send(&self, request: RequestBuilder, what: &str) -> Result<Response> {
        let (copy, again) = (request.try_clone(), request.try_clone());
        let purpose = copy.and_then(|copy| copy.build().ok()).map(|request| purpose(&request));
        let known = purpose.as_ref().and_then(|purpose| self.known(purpose));
        let response =
            self.unlock(request, known.as_ref()).send().await.map_err(|error| http::failed(what, &error))?;
        let (StatusCode::UNAUTHORIZED, Some(again), Some(purpose)) = (response.status(), again, purpose)
        else {
            return Ok(response);
        };
        let header = response.headers().get(WWW_AUTHENTICATE).and_then(|header| header.to_str().ok());
        let challenge = challenge::parse(header.unwrap_or_default());
        // Another request may ask for a key of its own meanwhile: this one goes on with the one that it got.
        let Some(key) = self.find_key(&challenge, known.as_ref(), what).await? else { return Ok(response) };
        self.keep(purpose, &key);
        self.unlock(again, Some(&key)).send().await.map_err(|error| http::failed(what, &error).into())
    }

    /// The key that a challenge asks for; none where there is nobody to be let in, or where it was tried just now.
    async fn find_key(&self, challenge: &Challenge, tried: Option<&Key>, what: &str) -> Result<Option<Key>> {
        let Some(Credentials::Basic { user, password }) = &self.credentials else { return Ok(None) };
        match challenge.scheme.as_str() {
            "basic" if matches!(tried, Some(Key::Basic)) => Ok(None),
            "basic" => Ok(Some(Key::Basic)),
            "bearer" => {
                let url = answers::realm(self.endpoint.base(), challenge, user, what)?;
                let request = self.endpoint.request_without_credentials(Method::GET, url);
                let request = request.basic_auth(user, Some(password.expose()));
                Ok(token::fetch(request, what).await?.map(Key::Token))
            }
            _ => Ok(None),
        }
    }

    fn unlock(&self, request: RequestBuilder, key: Option<&Key>) -> RequestBuilder {
        match (key, &self.credentials) {
            (Some(Key::Basic), Some(Credentials::Basic { user, password })) => {
                request.basic_auth(user, Some(password.expose()))
            }
            (Some(Key::Token(token)), _) => {
                request.header(AUTHORIZATION, format!("Bearer {}", token.expose()))
            }
            _ => request,
        }
    }

    fn known(&self, purpose: &Purpose) -> Option<Key> {
        let keys = self.keys();
        let token = || keys.tokens.get(purpose).cloned().map(Key::Token);
        if keys.basic { Some(Key::Basic) } else { token() }
    }

    fn keep(&self, purpose: Purpose, key: &Key) {
        let mut keys = self.keys();
        match key {
            Key::Basic => keys.basic = true,
            Key::Token(token) => {
                if keys.tokens.len() >= MOST_TOKENS {
                    keys.tokens.clear();
                }
                keys.tokens.insert(purpose, token.clone());
            }
        }
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a request is for, as registries ask for tokens: `repository:NAME:pull` and so on.
fn purpose(request: &Request) -> Purpose {
    let path = request.url().path();
    let ends = ["/manifests/", "/blobs/", "/tags/"].iter().filter_map(|part| path.rfind(part)).min();
    let action = match *request.method() {
        Method::GET | Method::HEAD => "pull",
        Method::DELETE => "delete",
        _ => "push",
    };
    (path[..ends.unwrap_or(path.len())].to_owned(), action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_a_repository_and_what_is_done_there() {
        let of = |method: Method, path: &str| {
            let url = format!("https://192.168.0.1{path}").parse().expect("a URL");
            purpose(&Request::new(method, url))
        };
        let pull = of(Method::GET, "/v2/team/app/manifests/1.2");
        assert_eq!(pull, ("/v2/team/app".to_owned(), "pull"));
        assert_eq!(of(Method::HEAD, "/v2/team/app/blobs/sha256:0"), pull);
        assert_eq!(of(Method::POST, "/v2/team/app/blobs/uploads/"), ("/v2/team/app".to_owned(), "push"));
        assert_ne!(of(Method::GET, "/v2/team/other/tags/list"), pull);
        assert_eq!(of(Method::GET, "/v2/_catalog?n=1000").0, "/v2/_catalog");
        assert_eq!(of(Method::GET, "/v2/tags/app/tags/list").0, "/v2/tags/app");
    }
}
