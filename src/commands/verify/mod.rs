//! `regctl verify`: whether the registry is reached, trusted and works, from here and from every agent.

mod agents;
mod docker_health;
mod look;
mod nexus;
mod probe;
mod registry;
mod run;
mod watch;

pub use probe::ProbeArgs;
pub use run::{Args, run};
