//! `regctl cert rotate-ca`: another CA for the registry, without an agent that could not pull meanwhile.

mod abort;
mod agents;
mod course;
mod making;
mod rotation;
mod run;

pub use run::{Args, run};
