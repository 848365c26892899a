//! Docker Engine on an agent: how it is set up, and what is to be changed so that it takes a registry without TLS or asks a
//! mirror first.

mod by_flag;
mod change;
mod daemon_json;
mod decide;
mod draft;
pub(in crate::plan) mod flags;
mod list;
mod moving;
mod notes;
pub(in crate::plan) mod settings;
mod unit;
mod version;

pub use decide::{Flags, Restart, Terms};
pub use list::Wanted;
