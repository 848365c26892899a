//! The requests. URLs are always built below the base, since a redirect would lose the body of a POST.

use anyhow::Result;
use reqwest::{Method, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::{self, Refusal};
use crate::domain::app::{AppDocument, AppId, MarathonVersion};
use crate::domain::app_status::{AppStatus, DeploymentRef, QueueItem};
use crate::domain::fault::{Fault, FaultKind};
use crate::effects::http::{self, Endpoint};

/// No answer that regctl asks for is larger; an app with thousands of tasks stays below it.
const MOST_BYTES: usize = 16 << 20;

/// A Marathon, direct or behind Admin Router.
#[derive(Debug, Clone)]
pub struct Marathon {
    endpoint: Endpoint,
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
        #[derive(Deserialize)]
        struct Wire {
            name: String,
            version: String,
        }
        let what = format!("asking {} what it is", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::GET, "/v2/info")).await?;
        let wire: Option<Wire> = serde_json::from_str(&answer).ok();
        let known = wire.and_then(|wire| Some((wire.version.parse().ok()?, wire.name)));
        let (version, framework) =
            known.ok_or_else(|| refusal::not_marathon(&what, "it says something else"))?;
        Ok(Info { framework, version })
    }

    /// The app of that id, if there is one.
    pub async fn app(&self, id: &AppId) -> Result<Option<Found>> {
        #[derive(Deserialize)]
        struct Wire {
            app: Value,
        }
        let what = format!("reading app {id} from {}", self.url());
        let request = self.endpoint.request(Method::GET, &format!("/v2/apps{id}"));
        let (status, answer) = self.exchange(&what, request).await?;
        let answer = match answer {
            Ok(body) => body,
            Err(refusal) if status == 404 && refusal.says_no_such_app() => return Ok(None),
            Err(refusal) => return Err(refusal.into_fault(&what).into()),
        };
        let wire: Wire = decode(&what, &answer)?;
        let status = AppStatus::deserialize(&wire.app).map_err(|error| strange(&what, &error))?;
        Ok(Some(Found { document: AppDocument::new(wire.app), status }))
    }

    /// Creates an app. Errors: it exists already, or Marathon refuses it.
    pub async fn create(&self, app: &AppDocument, force: Force) -> Result<Accepted> {
        #[derive(Deserialize)]
        struct Wire {
            version: String,
            #[serde(default)]
            deployments: Vec<DeploymentRef>,
        }
        let what = format!("creating the app at {}", self.url());
        let request = self.endpoint.request(Method::POST, &format!("/v2/apps?force={}", force.word()));
        let answer = self.send(&what, request.json(app.expose())).await?;
        let wire: Wire = decode(&what, &answer)?;
        let deployment_id = wire.deployments.into_iter().next().map(|deployment| deployment.id);
        Ok(Accepted { deployment_id, version: wire.version })
    }

    /// Replaces an app with all of its keys: what is not in the new definition is gone, not kept.
    pub async fn replace(&self, id: &AppId, app: &AppDocument, force: Force) -> Result<Accepted> {
        let path = format!("/v2/apps{id}?partialUpdate=false&force={}", force.word());
        self.update(id, &path, app.expose()).await
    }

    /// Changes the number of instances and nothing else.
    pub async fn scale(&self, id: &AppId, instances: u32, force: Force) -> Result<Accepted> {
        let path = format!("/v2/apps{id}?partialUpdate=true&force={}", force.word());
        self.update(id, &path, &json!({ "instances": instances })).await
    }

    async fn update(&self, id: &AppId, path: &str, body: &Value) -> Result<Accepted> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire {
            version: String,
            deployment_id: Option<String>,
        }
        let what = format!("updating app {id} at {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::PUT, path).json(body)).await?;
        let wire: Wire = decode(&what, &answer)?;
        Ok(Accepted { deployment_id: wire.deployment_id, version: wire.version })
    }

    /// The deployments that are running.
    pub async fn deployments(&self) -> Result<Vec<DeploymentRef>> {
        let what = format!("reading the deployments of {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::GET, "/v2/deployments")).await?;
        decode(&what, &answer)
    }

    /// What the launch queue says about the app; `None` where nothing of it is waiting.
    pub async fn queue_item(&self, id: &AppId) -> Result<Option<QueueItem>> {
        #[derive(Deserialize)]
        struct Wire {
            queue: Vec<Value>,
        }
        let what = format!("reading the launch queue of {}", self.url());
        let answer = self.send(&what, self.endpoint.request(Method::GET, "/v2/queue")).await?;
        let wire: Wire = decode(&what, &answer)?;
        let is_ours = |item: &&Value| item.pointer("/app/id").and_then(Value::as_str) == Some(id.as_str());
        let ours = wire.queue.iter().find(is_ours);
        ours.map(|item| QueueItem::deserialize(item).map_err(|error| strange(&what, &error).into()))
            .transpose()
    }

    /// The body of a good answer; any other is a fault.
    async fn send(&self, what: &str, request: RequestBuilder) -> Result<String> {
        let (_, answer) = self.exchange(what, request).await?;
        answer.map_err(|refusal| refusal.into_fault(what).into())
    }

    /// Status and body; the body of any answer but a good one comes as a refusal.
    async fn exchange(&self, what: &str, request: RequestBuilder) -> Result<(u16, Result<String, Refusal>)> {
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
    const fn word(self) -> &'static str {
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

fn decode<T: for<'de> Deserialize<'de>>(what: &str, body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|error| strange(what, &error).into())
}

fn strange(what: &str, error: &serde_json::Error) -> Fault {
    Fault::new(FaultKind::BadAnswer, format!("{what}: the answer is not what Marathon says: {error}"))
}
