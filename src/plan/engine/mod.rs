//! Docker Engine on an agent: how it is set up, and what is to be changed so that it takes a registry without TLS or asks a
//! mirror first.

mod by_flag;
mod change;
mod daemon_json;
mod decide;
mod desk;
mod draft;
pub(in crate::plan) mod flags;
mod json_spans;
mod list;
mod moving;
mod notes;
mod plan;
mod rounds;
pub(in crate::plan) mod settings;
mod taking_back;
mod telling;
mod terms;
#[cfg(test)]
mod tests;
mod unit;
mod version;

pub use list::Wanted;
pub(in crate::plan) use rounds::taken_back_after;
pub use rounds::{EngineWish, RestartNeed, batch_size, need, with_restart};
pub use terms::{Flags, Restart, Terms};
