//! How a registry lets one in: it is asked without credentials first, and given what its challenge wants.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use reqwest::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};

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
    /// What opened it last. A token is for one purpose; another purpose is another challenge, and another token.
    key: Arc<Mutex<Key>>,
}

#[derive(Debug, Clone, Default)]
enum Key {
    /// Nothing has been asked for yet.
    #[default]
    None,
    /// User and password, to the registry itself.
    Basic,
    /// A token that the registry's token server gave for them.
    Token(Secret),
}

impl Door {
    /// The door at an endpoint, whose own credentials are not used.
    pub(super) fn new(endpoint: Endpoint, credentials: Option<Credentials>) -> Self {
        Self { endpoint, credentials, key: Arc::default() }
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
        let again = request.try_clone();
        let response = self.unlock(request).send().await.map_err(|error| http::failed(what, &error))?;
        let (StatusCode::UNAUTHORIZED, Some(again)) = (response.status(), again) else { return Ok(response) };
        let header = response.headers().get(WWW_AUTHENTICATE).and_then(|header| header.to_str().ok());
        let challenge = challenge::parse(header.unwrap_or_default());
        match self.find_key(&challenge, what).await? {
            Some(key) => *self.key.lock().unwrap_or_else(PoisonError::into_inner) = key,
            None => return Ok(response),
        }
        self.unlock(again).send().await.map_err(|error| http::failed(what, &error).into())
    }

    /// The key that a challenge asks for; none where there is nobody to be let in, or where it was tried just now.
    async fn find_key(&self, challenge: &Challenge, what: &str) -> Result<Option<Key>> {
        let Some(Credentials::Basic { user, password }) = &self.credentials else { return Ok(None) };
        match challenge.scheme.as_str() {
            "basic" if matches!(self.key(), Key::Basic) => Ok(None),
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

    fn unlock(&self, request: RequestBuilder) -> RequestBuilder {
        match (self.key(), &self.credentials) {
            (Key::Basic, Some(Credentials::Basic { user, password })) => {
                request.basic_auth(user, Some(password.expose()))
            }
            (Key::Token(token), _) => request.header(AUTHORIZATION, format!("Bearer {}", token.expose())),
            _ => request,
        }
    }

    fn key(&self) -> Key {
        self.key.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
