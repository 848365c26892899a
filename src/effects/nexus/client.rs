//! The requests, each below `/service/rest/v1`.

use anyhow::Result;
use reqwest::header::{ACCEPT, CONTENT_TYPE, SERVER};
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};
use serde_json::Value;

use super::answers;
use crate::domain::credentials::Credentials;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::nexus::{NexusIdentity, NexusName};
use crate::domain::secret::Secret;
use crate::effects::http::{self, Endpoint};

/// No list that regctl asks for is larger.
const MOST_BYTES: usize = 8 << 20;
/// The administrator that every Nexus has.
const ADMIN: &str = "admin";

/// A Nexus at one address, spoken to as one user or as nobody.
#[derive(Debug, Clone)]
pub struct Nexus {
    base: Url,
    client: Client,
    endpoint: Endpoint,
}

/// Whether somebody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// The password is right, and what is asked for may be seen.
    Open,
    /// The password is right, but this user may not see it.
    NotAllowed,
    /// Name or password are wrong.
    Refused,
    /// There is no such place: an older Nexus, or none.
    NoSuchPlace,
}

impl Nexus {
    /// The Nexus below a base URL, with its context path where it has one; asked as nobody.
    pub fn new(base: Url, client: Client) -> Self {
        Self { endpoint: Endpoint::new(base.clone(), client.clone(), None), base, client }
    }

    /// The same, asked as its administrator.
    #[must_use]
    pub fn as_admin(&self, password: Secret) -> Self {
        self.as_user(ADMIN, password)
    }

    /// The same, asked as this user.
    #[must_use]
    pub fn as_user(&self, user: &str, password: Secret) -> Self {
        let credentials = Credentials::Basic { user: user.to_owned(), password };
        let endpoint = Endpoint::new(self.base.clone(), self.client.clone(), Some(credentials));
        Self { endpoint, ..self.clone() }
    }

    /// Where it is, for messages.
    pub fn url(&self) -> &str {
        self.endpoint.base().as_str().trim_end_matches('/')
    }

    /// Whether it can be asked anything, and what it is. Errors: it is starting, or this is no Nexus.
    pub async fn identity(&self) -> Result<NexusIdentity> {
        let what = say!("asking {} how it is", self.url());
        let (status, server, _) = self.exchange(self.request(Method::GET, "/status"), &what).await?;
        match status {
            StatusCode::OK => Ok(answers::identity(&server)),
            StatusCode::SERVICE_UNAVAILABLE => Err(not_ready(&what).into()),
            _ => Err(Fault::new(
                FaultKind::OtherService,
                say!("{what}: {} is no answer of Nexus 3", status.as_u16()),
            )
            .hint(say!("Name the address of its web page: http://HOST:8081."))
            .into()),
        }
    }

    /// Whether it takes what is sent to it; a Nexus that is frozen, or whose disk is full, does not. Needs no user.
    pub async fn is_writable(&self) -> Result<bool> {
        let what = say!("asking {} whether it can be written to", self.url());
        let (status, _, body) = self.exchange(self.request(Method::GET, "/status/writable"), &what).await?;
        match status {
            StatusCode::OK => Ok(true),
            StatusCode::SERVICE_UNAVAILABLE => Ok(false),
            _ => Err(refused(&what, status, &body).into()),
        }
    }

    /// Whether this user is let in where only an administrator is.
    pub async fn admin_entrance(&self) -> Result<Entrance> {
        self.entrance("/security/realms/active").await
    }

    /// Whether this user is let in where anybody with a name is.
    pub async fn entrance_for_users(&self) -> Result<Entrance> {
        self.entrance("/repositories").await
    }

    async fn entrance(&self, path: &str) -> Result<Entrance> {
        let what = say!("logging in to {}", self.url());
        let (status, _, body) = self.exchange(self.request(Method::GET, path), &what).await?;
        match status {
            StatusCode::OK => Ok(Entrance::Open),
            StatusCode::UNAUTHORIZED => Ok(Entrance::Refused),
            StatusCode::FORBIDDEN => Ok(Entrance::NotAllowed),
            StatusCode::NOT_FOUND => Ok(Entrance::NoSuchPlace),
            _ => Err(refused(&what, status, &body).into()),
        }
    }

    /// The body of a document; `None` where there is none.
    pub(super) async fn read(&self, path: &str, what: &str) -> Result<Option<String>> {
        let (status, _, body) = self.exchange(self.request(Method::GET, path), what).await?;
        match status {
            StatusCode::OK => Ok(Some(body)),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(refused(what, status, &body).into()),
        }
    }

    /// Sends a document that makes something new. Errors: Nexus refuses it, in its own words.
    pub async fn post(&self, path: &str, body: &Value) -> Result<()> {
        self.write(self.request(Method::POST, path).json(body), path).await
    }

    /// Sends a document that takes the place of another.
    pub async fn put(&self, path: &str, body: &Value) -> Result<()> {
        self.write(self.request(Method::PUT, path).json(body), path).await
    }

    /// Makes a user. The password is put into the document here and nowhere else.
    pub async fn create_user(&self, user: &Value, password: &Secret) -> Result<()> {
        let mut body = user.clone();
        body["password"] = password.expose().into();
        self.post("/security/users", &body).await
    }

    /// Gives the administrator another password; afterwards Nexus is to be asked with that one. It also takes the file
    /// with the generated one away.
    pub async fn change_admin_password(&self, password: &Secret) -> Result<Self> {
        self.send_password(ADMIN, password).await?;
        Ok(self.as_admin(password.clone()))
    }

    /// Gives a user another password.
    pub async fn change_password(&self, user: &NexusName, password: &Secret) -> Result<()> {
        self.send_password(user.as_str(), password).await
    }

    /// The whole body is the password, and it must be called plain text: another type is answered with 415.
    async fn send_password(&self, user: &str, password: &Secret) -> Result<()> {
        let path = format!("/security/users/{user}/change-password");
        let request = self.request(Method::PUT, &path).header(CONTENT_TYPE, "text/plain");
        self.write(request.body(password.expose().to_owned()), &path).await
    }

    async fn write(&self, request: RequestBuilder, path: &str) -> Result<()> {
        let what = say!("writing {path} at {}", self.url());
        let (status, _, body) = self.exchange(request, &what).await?;
        if status.is_success() { Ok(()) } else { Err(refused(&what, status, &body).into()) }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.endpoint.request(method, &format!("/service/rest/v1{path}")).header(ACCEPT, "application/json")
    }

    /// Status, the header `Server`, and the body.
    async fn exchange(&self, request: RequestBuilder, what: &str) -> Result<(StatusCode, String, String)> {
        let response = request.send().await.map_err(|error| http::failed(what, &error))?;
        let status = response.status();
        let server =
            response.headers().get(SERVER).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        let body = http::body(response, MOST_BYTES, what).await?;
        Ok((status, server, String::from_utf8_lossy(&body).into_owned()))
    }
}

fn not_ready(what: &str) -> Fault {
    Fault::new(FaultKind::Unavailable, say!("{what}: it is not ready to be asked"))
        .hint(say!("It takes three to six minutes to start; then repeat the command."))
}

fn refused(what: &str, status: StatusCode, body: &str) -> Fault {
    let words = answers::words(body);
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    let message = say!("{what}: Nexus answered {}{words}", status.as_u16());
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Fault::new(FaultKind::Unauthorized, message),
        StatusCode::BAD_REQUEST | StatusCode::CONFLICT => Fault::new(FaultKind::NexusRefused, message),
        StatusCode::SERVICE_UNAVAILABLE => not_ready(what),
        _ => Fault::new(FaultKind::BadAnswer, message),
    }
}
