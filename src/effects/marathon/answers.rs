//! Reads what Marathon answers. Nothing here does anything, so that it can be given whatever a server might send.

use serde::Deserialize;
use serde_json::Value;

use super::client::{Accepted, Found, Info};
use super::refusal;
use crate::domain::app::{AppDocument, AppId};
use crate::domain::app_status::{AppStatus, DeploymentRef, Queue, QueueItem};
use crate::domain::fault::{Fault, FaultKind};

/// `GET /v2/info`. Errors: this is not Marathon.
pub fn info(what: &str, body: &str) -> Result<Info, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        name: String,
        version: String,
    }
    let wire: Option<Wire> = serde_json::from_str(body).ok();
    let known = wire.and_then(|wire| Some((wire.version.parse().ok()?, wire.name)));
    let (version, framework) = known.ok_or_else(|| refusal::not_marathon(what, "it says something else"))?;
    Ok(Info { framework, version })
}

/// `GET /v2/apps/{id}`.
pub fn app(what: &str, body: &str) -> Result<Found, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        app: Value,
    }
    let wire: Wire = decode(what, body)?;
    let status = AppStatus::deserialize(&wire.app).map_err(|error| strange(what, &error))?;
    Ok(Found { document: AppDocument::new(wire.app), status })
}

/// `POST /v2/apps`.
pub fn created(what: &str, body: &str) -> Result<Accepted, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        version: String,
        #[serde(default)]
        deployments: Vec<DeploymentRef>,
    }
    let wire: Wire = decode(what, body)?;
    let deployment_id = wire.deployments.into_iter().next().map(|deployment| deployment.id);
    Ok(Accepted { deployment_id, version: wire.version })
}

/// `PUT /v2/apps/{id}`.
pub fn updated(what: &str, body: &str) -> Result<Accepted, Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        version: String,
        deployment_id: Option<String>,
    }
    let wire: Wire = decode(what, body)?;
    Ok(Accepted { deployment_id: wire.deployment_id, version: wire.version })
}

/// `GET /v2/deployments`.
pub fn deployments(what: &str, body: &str) -> Result<Vec<DeploymentRef>, Fault> {
    decode(what, body)
}

/// What `GET /v2/queue` says about the app; `None` where nothing of it is waiting.
pub fn queue_item(what: &str, body: &str, id: &AppId) -> Result<Option<QueueItem>, Fault> {
    let queue: Queue = decode(what, body)?;
    Ok(queue.queue.into_iter().find(|item| item.app.id == id.as_str()))
}

fn decode<T: for<'de> Deserialize<'de>>(what: &str, body: &str) -> Result<T, Fault> {
    serde_json::from_str(body).map_err(|error| strange(what, &error))
}

fn strange(what: &str, error: &serde_json::Error) -> Fault {
    Fault::new(FaultKind::BadAnswer, format!("{what}: the answer is not what Marathon says: {error}"))
}
