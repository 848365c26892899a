//! The apps that run beside the registry.

use serde::Deserialize as _;

use crate::domain::app_definition::AppDefinition;
use crate::effects::marathon::Found;
use crate::plan::checks::preflight::Neighbour;

/// An app as it is; of one whose definition cannot be read only the id.
pub(super) fn neighbour(found: Found) -> Neighbour {
    let document = found.document.expose();
    let read = AppDefinition::deserialize(document).ok();
    let is_unread = read.is_none();
    let id = || document["id"].as_str().unwrap_or(say!("an app without an id")).to_owned();
    let definition = read.unwrap_or_else(|| AppDefinition { id: id(), ..AppDefinition::default() });
    Neighbour { definition, status: found.status, is_unread }
}
