//! `regctl nexus setup`: a Nexus that is there is made the registry, by its REST API.

mod first_password;
mod run;
mod setting_up;

pub use run::{Args, run};
