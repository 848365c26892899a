//! `regctl gc`: what nothing refers to any more goes from the registry's storage, while nobody pushes.

mod collecting;
mod on_docker_host;
mod on_marathon;
mod place;
mod run;

pub use run::{Args, run};
