//! The requests. URLs are always built below the base, since a redirect would lose the body of a POST.

use anyhow::Result;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::answers;
use super::refusal::Refusal;
use crate::domain::app::{AppDocument, AppId, MarathonVersion};
use crate::domain::app_status::AppStatus;
use crate::effects::http::{self, Endpoint};

/// No answer that regctl asks for is larger: a launch queue holds the definitions of all apps that wait.
const MOST_BYTES: usize = 16 << 20;

/// A Marathon, direct or behind Admin Router.
#[derive(Debug, Clone)]
pub struct Marathon {
    pub(super) endpoint: Endpoint,
}

/// What Marathon says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// The name of its framework, which is a part of the names of VIPs.
    pub framework: String,
    /// Its version.
    pub version: MarathonVersion,
}

/// An app that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its definition as Marathon gave it, with all that Marathon adds.
    pub document: AppDocument,
    /// How it is.
    pub status: AppStatus,
}

/// What Marathon made of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The deployment that carries it out.
    pub deployment_id: Option<String>,
    /// The new version of the app.
    pub version: String,
}

/// Whether a deployment that holds the app is to be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// Leave it; the change is refused.
    No,
    /// Cancel it.
    Yes,
}

impl Marathon {
    /// The Marathon at an endpoint.
    pub const fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// Where it is, for messages.
    pub fn url(&self) -> &str {
        self.endpoint.base().as_str().trim_end_matches('/')
    }

    /// Its name and version. Errors: this is not Marathon, or it does not let us in.
    pub async fn info(&self) -> Result<Info> {
        let what = say!("asking {} what it is", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::GET, "/v2/info")).await?;
        Ok(answers::info(&what, &answer)?)
    }

    /// The app of that id, if there is one.
    pub async fn app(&self, id: &AppId) -> Result<Option<Found>> {
        let what = say!("reading app {id} from {}", self.url());
        let request = self.endpoint.request(Method::GET, &format!("/v2/apps{id}"));
        let (status, answer) = self.exchange(&what, request).await?;
        let answer = match answer {
            Ok(body) => body,
            Err(refusal) if status == 404 && refusal.says_no_such_app() => return Ok(None),
            Err(refusal) => return Err(refusal.into_fault(&what).into()),
        };
        Ok(Some(answers::app(&what, &answer)?))
    }

    /// Creates an app. Errors: it exists already, or Marathon refuses it.
    pub async fn create(&self, app: &AppDocument, force: Force) -> Result<Accepted> {
        let what = say!("creating the app at {}", self.url());
        let request = self.endpoint.request(Method::POST, &format!("/v2/apps?force={}", force.word()));
        let answer = self.send(&what, request.json(app.expose())).await?;
        Ok(answers::created(&what, &answer)?)
    }

    /// Replaces an app with all of its keys: what is not in the new definition is gone, not kept.
    pub async fn replace(&self, id: &AppId, app: &AppDocument, force: Force) -> Result<Accepted> {
        let path = format!("/v2/apps{id}?partialUpdate=false&force={}", force.word());
        self.update(id, &path, app.expose()).await
    }

    /// Changes the number of instances and nothing else.
    pub async fn scale(&self, id: &AppId, instances: u32, force: Force) -> Result<Accepted> {
        self.patch(id, &json!({ "instances": instances }), force).await
    }

    /// Changes these keys and no others; a map among them is replaced as a whole.
    pub async fn patch(&self, id: &AppId, keys: &Value, force: Force) -> Result<Accepted> {
        let path = format!("/v2/apps{id}?partialUpdate=true&force={}", force.word());
        self.update(id, &path, keys).await
    }

    pub(super) async fn update(&self, id: &AppId, path: &str, body: &Value) -> Result<Accepted> {
        let what = say!("updating app {id} at {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::PUT, path).json(body)).await?;
        Ok(answers::updated(&what, &answer)?)
    }

    /// The body of a good answer; any other is a fault.
    pub(super) async fn send(&self, what: &str, request: RequestBuilder) -> Result<String> {
        let (_, answer) = self.exchange(what, request).await?;
        answer.map_err(|refusal| refusal.into_fault(what).into())
    }

    /// Status and body; the body of any answer but a good one comes as a refusal.
    pub(super) async fn exchange(
        &self,
        what: &str,
        request: RequestBuilder,
    ) -> Result<(u16, Result<String, Refusal>)> {
        let request = request.header("accept", "application/json");
        let response = request.send().await.map_err(|error| http::failed(what, &error))?;
        let (status, kind, location) = head(&response);
        let challenge = header(&response, "www-authenticate");
        let body = String::from_utf8_lossy(&http::body(response, MOST_BYTES, what).await?).into_owned();
        let html = kind.contains("html")
            || body.trim_start().starts_with("<!")
            || body.trim_start().starts_with("<html");
        if (200..300).contains(&status) && !html {
            return Ok((status, Ok(body)));
        }
        Ok((status, Err(Refusal { status, html, location, challenge, body })))
    }
}

impl Force {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::No => "false",
            Self::Yes => "true",
        }
    }
}

fn head(response: &Response) -> (u16, String, Option<String>) {
    let location = header(response, "location");
    (response.status().as_u16(), header(response, "content-type").unwrap_or_default(), location)
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
