//! One step of a set-up, what brings it about, and why there may be none.

use serde_json::Value;

use crate::domain::change::Change;
use crate::domain::nexus::{NexusName, NexusStep};

/// What brings a step about. Paths are those below `/service/rest/v1`.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Nothing: it is as asked.
    Nothing,
    /// A request with this body.
    Post {
        /// Where to.
        path: String,
        /// The document.
        body: Value,
    },
    /// The same that replaces what is there.
    Put {
        /// Where to.
        path: String,
        /// The document.
        body: Value,
    },
    /// The administrator gets the password that the operator chose.
    AdminPassword,
    /// A new user; whoever sends it puts the password in.
    CreateUser {
        /// Who.
        user: NexusName,
        /// The document, without the password.
        body: Value,
    },
    /// The user gets the password that the operator chose.
    UserPassword {
        /// Who.
        user: NexusName,
    },
}

impl Action {
    pub(super) fn post(path: &str, body: Value) -> Self {
        Self::Post { path: path.to_owned(), body }
    }

    pub(super) fn put(path: &str, body: Value) -> Self {
        Self::Put { path: path.to_owned(), body }
    }
}

/// A step and what brings it about.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStep {
    /// What is told of it.
    pub step: NexusStep,
    /// What is sent.
    pub action: Action,
}

impl PlannedStep {
    pub(super) const fn new(step: &'static str, change: Change, detail: String, action: Action) -> Self {
        Self { step: NexusStep { step, change, detail }, action }
    }

    pub(super) const fn unchanged(step: &'static str, detail: String) -> Self {
        Self::new(step, Change::Unchanged, detail, Action::Nothing)
    }
}

/// Why a Nexus cannot be set up as it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// It is too old for it.
    TooOld(String),
    /// Its licence has to be accepted, and the operator has not said so.
    Eula(String),
    /// What is there cannot be made what is asked for.
    Conflict {
        /// Why not.
        why: String,
        /// What to do.
        hint: &'static str,
    },
}

impl Unfit {
    pub(super) fn repository_of_another_kind(name: &str) -> Self {
        let why = say!("the repository {name} is there, and it is no hosted Docker repository");
        Self::Conflict { why, hint: say!("Name another one with --repository.") }
    }

    pub(super) fn other_blob_store(name: &str, store: &str) -> Self {
        let why = say!("the images of {name} are in the blob store {store}");
        let hint = say!(
            "Nexus moves no images between blob stores: name that one with --blob-store, or another repository."
        );
        Self::Conflict { why, hint }
    }
}
