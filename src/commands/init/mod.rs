//! `regctl init`: finds out what can be found out, asks for the rest, and writes a commented regctl.toml.

mod agents;
mod answers;
mod cluster;
mod notes;
mod registry;
mod run;
mod writing;

pub use run::{Args, run};
