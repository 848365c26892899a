//! The REST API of Sonatype Nexus Repository 3.
//!
//! Written against its documentation (the pages on the REST API, on the EULA and on the first password at
//! help.sonatype.com) and its public sources (`UserApiResource`, `RoleApiResource`, `RealmApiResource`,
//! `AnonymousAccessApiResource`, `AbstractRepositoriesApiResource`, `BlobStoreResource`, `CommunityEulaApiResource`,
//! `StatusResource` of sonatype/nexus-public at 3.77): status codes and fields are theirs.

pub mod answers;
mod client;
mod survey;

pub use client::{Entrance, Nexus};
