//! `regctl gc`: what nothing refers to any more goes from the registry's storage, while nobody pushes.

mod collecting;
mod on_marathon;
mod run;

pub use run::{Args, run};
