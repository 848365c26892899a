//! regctl gives a DC/OS cluster its own private Docker registry, trusted by every agent.
//!
//! The rooms of the house and who may enter which: `commands` observe through [`effects`], decide with [`plan`],
//! act through [`effects`] again and hand back a [`report`]; [`terminal`] alone draws and asks; [`domain`] holds the
//! nouns that all of them share and does nothing. `tests/rooms.rs` holds the imports to that.

// `say!` and `later!` are spoken in every room.
#[macro_use]
extern crate regctl_catalogue;

pub mod cli;
pub mod commands;
pub mod domain;
pub mod effects;
#[cfg(test)]
mod golden;
pub mod plan;
pub mod report;
pub mod terminal;
