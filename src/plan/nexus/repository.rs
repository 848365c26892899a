//! The blob store and the Docker repository.

use serde_json::{Value, json};

use super::json;
use super::step::{Action, PlannedStep, Unfit};
use crate::domain::change::Change;
use crate::domain::nexus::{NexusSight, NexusWishes};

/// What `GET` tells of a repository and `PUT` does not take: they follow from the path.
const TOLD_ONLY: [&str; 3] = ["format", "type", "url"];

/// A new Nexus has a blob store called `default`; one whose operator removed it, or another name, gets a new one on the
/// data folder.
pub(super) fn blob_store(wishes: &NexusWishes, sight: &NexusSight) -> PlannedStep {
    let name = wishes.blob_store.as_str();
    if sight.blob_stores.iter().any(|it| it == name) {
        return PlannedStep::unchanged("blob-store", name.to_owned());
    }
    let body = json!({"name": name, "path": name});
    PlannedStep::new("blob-store", Change::Created, name.to_owned(), Action::post("/blobstores/file", body))
}

/// The repository with its connector. Errors: the name is that of a repository of another kind, or the images of the
/// one that is there are in another blob store, which Nexus never moves.
pub(super) fn repository(wishes: &NexusWishes, sight: &NexusSight) -> Result<PlannedStep, Unfit> {
    let name = wishes.repository.as_str();
    let Some(current) = &sight.repository else {
        if sight.repository_name_taken {
            return Err(Unfit::repository_of_another_kind(name));
        }
        let detail = say!("{name}, connector on port {}", wishes.connector_port);
        let action = Action::post("/repositories/docker/hosted", new(wishes));
        return Ok(PlannedStep::new("repository", Change::Created, detail, action));
    };
    let store = current.pointer("/storage/blobStoreName").and_then(Value::as_str).unwrap_or_default();
    if store != wishes.blob_store.as_str() {
        return Err(Unfit::other_blob_store(name, store));
    }
    let current = settable(current);
    let merged = json::with(&current, &asked(wishes));
    let differences = json::differences(&current, &merged);
    if differences.is_empty() {
        let detail = say!("{name}, connector on port {}", wishes.connector_port);
        return Ok(PlannedStep::unchanged("repository", detail));
    }
    let detail = format!("{name}: {}", differences.join(", "));
    let action = Action::put(&format!("/repositories/docker/hosted/{name}"), merged);
    Ok(PlannedStep::new("repository", Change::Updated, detail, action))
}

/// What the operator has said of it; all else of a repository that is there stays as somebody has set it.
fn asked(wishes: &NexusWishes) -> Value {
    json!({
        "online": true,
        "docker": {"forceBasicAuth": wishes.basic_auth.is_on(), "httpPort": wishes.connector_port},
    })
}

/// A new repository, with the fields of Nexus' own Swagger page and of its class `DockerHostedStorageAttributes`. An image
/// is overwritten by the next one of its tag (`allow`), as in any Docker registry.
fn new(wishes: &NexusWishes) -> Value {
    let rest = json!({
        "name": wishes.repository,
        "storage": {
            "blobStoreName": wishes.blob_store,
            "strictContentTypeValidation": true,
            "writePolicy": "allow",
        },
        "docker": {"v1Enabled": false},
    });
    json::with(&rest, &asked(wishes))
}

/// The document without what follows from its path.
fn settable(current: &Value) -> Value {
    let mut settable = current.clone();
    if let Some(keys) = settable.as_object_mut() {
        keys.retain(|key, _| !TOLD_ONLY.contains(&key.as_str()));
    }
    settable
}
