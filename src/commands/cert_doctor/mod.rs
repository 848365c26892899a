//! `regctl cert doctor`: which of all the things that can be wrong with a certificate holds.

mod folder;
mod run;
mod server;

pub use run::{Args, run};
