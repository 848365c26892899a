//! Reads what Marathon answers. Nothing here does anything, so that it can be given whatever a server might send.

use serde::Deserialize;
use serde_json::Value;

use super::client::{Accepted, Found, Info};
use super::refusal;
use crate::domain::app::{AppDocument, AppId};
use crate::domain::app_definition::AppDefinition;
use crate::domain::app_status::{AppStatus, DeploymentRef, Queue, QueueItem, Task};
use crate::domain::deployment::Deployment;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::printable;
use crate::domain::json::at_most;
use crate::domain::pod_definition::PodDefinition;

/// `GET /v2/info`. Errors: this is not Marathon.
pub fn info(what: &str, body: &str) -> Result<Info, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        name: String,
        version: String,
    }
    let wire: Option<Wire> = serde_json::from_str(body).ok();
    let known = wire.and_then(|wire| Some((wire.version.parse().ok()?, wire.name)));
    let (version, framework) =
        known.ok_or_else(|| refusal::not_marathon(what, say!("it says something else")))?;
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

/// `GET /v2/apps` with tasks. An app that makes no sense is left out: it must not hide the others.
pub fn apps_with_tasks(what: &str, body: &str) -> Result<Vec<Found>, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(deserialize_with = "at_most::<10_000, _, _>")]
        apps: Vec<Value>,
    }
    let wire: Wire = decode(what, body)?;
    let read = |app: Value| {
        let status = AppStatus::deserialize(&app).ok()?;
        Some(Found { document: AppDocument::new(app), status })
    };
    Ok(wire.apps.into_iter().filter_map(read).collect())
}

/// `GET /v2/leader`.
pub fn leader(what: &str, body: &str) -> Result<String, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        leader: String,
    }
    Ok(decode::<Wire>(what, body)?.leader)
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

/// `PUT` and `DELETE /v2/apps/{id}`.
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

/// `GET /v2/apps/{id}/versions`, the newest first. Each is fit to be shown and to be a part of a URL.
pub fn versions(what: &str, body: &str) -> Result<Vec<String>, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(deserialize_with = "at_most::<10_000, _, _>")]
        versions: Vec<String>,
    }
    let Wire { mut versions } = decode(what, body)?;
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-:.+".contains(&b);
    if let Some(strange) = versions.iter().find(|version| !version.bytes().all(legal)) {
        let message = say!("{what}: `{}` is no version", printable(strange));
        return Err(Fault::new(FaultKind::BadAnswer, message));
    }
    // RFC 3339 in UTC with milliseconds, so that their order is that of their texts.
    versions.sort_unstable_by(|one, other| other.cmp(one));
    Ok(versions)
}

/// `GET /v2/apps/{id}/versions/{version}`.
pub fn app_at(what: &str, body: &str) -> Result<AppDocument, Fault> {
    Ok(AppDocument::new(decode(what, body)?))
}

/// What `GET /v2/deployments` says about the app.
pub fn deployments_of(what: &str, body: &str, id: &AppId) -> Result<Vec<Deployment>, Fault> {
    let all: Vec<Deployment> = decode(what, body)?;
    Ok(all.into_iter().filter(|deployment| deployment.touches(id)).collect())
}

/// What `GET /v2/tasks` says about the app.
pub fn tasks_of(what: &str, body: &str, id: &AppId) -> Result<Vec<Task>, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(deserialize_with = "at_most::<50_000, _, _>")]
        tasks: Vec<Task>,
    }
    let wire: Wire = decode(what, body)?;
    Ok(wire.tasks.into_iter().filter(|task| task.app_id == id.as_str()).collect())
}

/// `GET /v2/apps`.
pub fn apps(what: &str, body: &str) -> Result<Vec<AppDefinition>, Fault> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(deserialize_with = "at_most::<10_000, _, _>")]
        apps: Vec<AppDefinition>,
    }
    Ok(decode::<Wire>(what, body)?.apps)
}

/// `GET /v2/pods`, a list without a name around it.
pub fn pods(what: &str, body: &str) -> Result<Vec<PodDefinition>, Fault> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Wire {
        #[serde(deserialize_with = "at_most::<10_000, _, _>")]
        pods: Vec<PodDefinition>,
    }
    Ok(decode::<Wire>(what, body)?.pods)
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
    Fault::new(FaultKind::BadAnswer, say!("{what}: the answer is not what Marathon says: {error}"))
}
