//! A registry's HTTP API: version 2, and what is left of version 1.

pub mod answers;
mod client;
mod door;
mod listing;
mod manifests;
mod old;
pub mod old_answers;
mod survey;
mod token;

pub use client::Registry;
pub use listing::{Names, Pages, Turn};
pub use old::OldTags;
pub use survey::Wanted;
