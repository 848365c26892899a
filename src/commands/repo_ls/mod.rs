//! `regctl repo ls`: the repositories of a registry, from its catalog or from its storage.

mod from_host;
mod handing_out;
mod run;

pub use run::{Args, run};
