//! What a registry answers, in words that a check can be made of.

/// What `/v2/` answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Api {
    /// It lets us in.
    Open,
    /// It wants a user and none was given. A healthy answer.
    WantsUser {
        /// `Basic` or `Bearer`.
        scheme: String,
    },
    /// It does not take the user and password that were given.
    RefusesUser {
        /// `Basic` or `Bearer`: regctl only speaks the first.
        scheme: String,
    },
    /// It is a registry of API version 1, which newer engines do not speak.
    Version1,
    /// Something answers, but it is no registry of API version 2.
    NotARegistry {
        /// What it said instead: `404 from nginx/1.22`.
        answer: String,
    },
}

/// What `/v2/_catalog` answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Catalog {
    /// It was read page by page.
    Listed {
        /// How many repositories were named.
        repositories: usize,
        /// On how many pages.
        pages: usize,
        /// Whether that is all of them, or where regctl stopped.
        complete: bool,
    },
    /// This registry has none.
    None,
}

/// What became of the image after it was read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// It is gone.
    Done,
    /// The registry does not delete (405): `REGISTRY_STORAGE_DELETE_ENABLED` is not set.
    Off,
    /// The registry does not let this user delete (401, 403).
    NotAllowed,
}

/// What became of a manifest or a tag that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Done,
    /// It was gone already.
    Gone,
    /// The registry does not delete (405).
    Off,
}
