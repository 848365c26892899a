//! `regctl verify`: whether the registry is reached, trusted and works, from here and from every agent.

mod agents;
mod registry;
mod run;

pub use run::{Args, run};
